/* SPDX-License-Identifier: ISC
 *
 * inspect.h - reads one message anew, for somebody who is about to act on it: what it is now, who
 * it is from and to, and a readable copy of its envelope and headers. Trusts nothing (record.h).
 */
#ifndef WATCHDOGD_WATCH_INSPECT_H
#define WATCHDOGD_WATCH_INSPECT_H

#include <sys/stat.h>

#include "proto/message.h"
#include "watchdogd/watch/letter.h"

#define INSPECT_COPY_MAX (64u * 1024)

struct inspection {
	struct letter letter;
	const char *domain; /* of a recipient, that is looked for (letter_wish); or NULL */
	char sender[ADDRESS_TEXT_SIZE]; /* escaped */
	char recipient[ADDRESS_TEXT_SIZE]; /* the first that is still to be done, escaped */
	char copy
	    [INSPECT_COPY_MAX]; /* "word: value" a record, an empty line, the headers; escaped */
	size_t copy_length; /* NUL not counted */
};

/* Reads records. At most copy_max bytes of copy are made. 0, -EBADMSG, -E2BIG or -errno. */
int inspect_records(
    struct inspection *inspection, record_read read, void *source, size_t copy_max) MUST_CHECK;

/* Reads an open queue file. ret_stat is true before and after the reading. 0; -EAGAIN: it changed
 * meanwhile, or is not a complete message (mode exactly 0700); or as above. */
int inspect_file(
    struct inspection *inspection, int fd, size_t copy_max, struct stat *ret_stat) MUST_CHECK;

#endif

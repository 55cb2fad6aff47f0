/* SPDX-License-Identifier: ISC
 *
 * letter.h - walks the records of one message, for whoever reads one: who it is from and to, where
 * it came from, how large and how old it is. Trusts nothing (record.h).
 */
#ifndef WATCHDOGD_WATCH_LETTER_H
#define WATCHDOGD_WATCH_LETTER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "proto/message.h"
#include "watchdogd/watch/envelope.h"
#include "watchdogd/watch/record.h"

#define LETTER_ADDRESS_MAX 512 /* as many bytes of an address as are kept */

struct letter_address {
	uint8_t text[LETTER_ADDRESS_MAX]; /* as Postfix has it: any byte, no NUL at its end */
	size_t length;
};

struct letter {
	struct envelope envelope;
	int64_t arrival_s; /* of the T record, else the file's mtime, as showq(8) takes it */
	uint64_t size_bytes; /* of the content, else of the file, as showq(8) takes it */
	struct letter_address sender, recipient; /* the first that is still to be done, or empty */
	unsigned recipients; /* still to be done */
	char client[ADDRESS_TEXT_SIZE]; /* address of the original client, escaped, or empty */
	char sasl_user[ADDRESS_TEXT_SIZE]; /* who had logged in, escaped, or empty */
	bool has_domain; /* one of the recipients still to be done is in the wanted domain */
	struct record_stream stream;
};

struct letter_wish {
	const char *domain; /* of a recipient, in lower case; NULL: none is looked for */
	/* each record before the content; may be NULL */
	void (*on_record)(void *owner, const struct record *record);
	/* each recipient, done or not, in the file's order; may be NULL */
	void (*on_recipient)(void *owner, const struct letter_address *address, bool done);
	/* each line of the content, or a part of a long one, from the first header on, until it
	 * returns false: the letter's envelope is known by then; may be NULL */
	bool (*on_line)(void *owner, const struct letter *letter, const struct record *line);
	void *owner;
};

/* Reads records: the envelope, and recipients that stand behind the body. 0, -EBADMSG, -E2BIG or
 * -errno. */
int letter_parse(struct letter *letter, record_read read, void *source,
    const struct letter_wish *wish) MUST_CHECK;

/* Reads an open queue file; ret_stat is of before the reading. One that is incomplete or nonsense is
 * a letter of class unread, of which only the file is known. 0 or -errno. */
int letter_read(struct letter *letter, int fd, const struct letter_wish *wish,
    struct stat *ret_stat) MUST_CHECK;

/* Whether an address is in a domain (in lower case); the part behind the last @ counts. */
bool letter_is_in(const struct letter_address *address, const char *domain);

#endif

/* SPDX-License-Identifier: ISC
 *
 * queue_id.h - the syntax of a Postfix queue id (mail_queue_id_ok() in Postfix's
 * src/global/mail_queue.c): letters, digits and '_'. Temporary names ("<usec>.<pid>") have a dot
 * and so are none; nor has an id a '/' or starts with '-', which makes it safe as a file name and
 * as a line on postsuper's stdin.
 */
#ifndef WATCHDOGD_PROTO_QUEUE_ID_H
#define WATCHDOGD_PROTO_QUEUE_ID_H

#include <stdbool.h>
#include <stddef.h>

/* The longest id: a long one of 7 + 4 + 'z' + 12 (a 64-bit inode in base 51). */
#define QUEUE_ID_MAX 24
#define QUEUE_ID_SIZE (QUEUE_ID_MAX + 1)

/* True for a NUL-terminated id of 1 to QUEUE_ID_MAX bytes. */
bool queue_id_is(const char *name);

#endif

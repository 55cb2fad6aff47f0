/* SPDX-License-Identifier: ISC
 *
 * filter.h - which messages: the conditions of a question, in two steps. What the live set knows
 * leaves most messages out (filter_may); whether one really is of the kind is decided by its file,
 * read anew (filter_is). Pure.
 */
#ifndef WATCHDOGD_WATCH_FILTER_H
#define WATCHDOGD_WATCH_FILTER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "proto/message.h"
#include "watchdogd/watch/census.h"
#include "watchdogd/watch/letter.h"
#include "watchdogd/watch/queue.h"

/* Conditions as they come: 0 and "" are none. Text is borrowed. */
struct filter_words {
	uint64_t queues, classes;
	const char *sender, *shape, *domain, *client, *reason;
	uint64_t older_s, younger_s, larger_bytes, smaller_bytes;
};

/* Those of any message that has the fields of MESSAGE_FILTER. */
#define FILTER_WORDS(message)                          \
	((struct filter_words){                        \
	    .queues = (message)->queues,               \
	    .classes = (message)->classes,             \
	    .sender = (message)->sender,               \
	    .shape = (message)->shape,                 \
	    .domain = (message)->domain,               \
	    .client = (message)->client,               \
	    .reason = (message)->reason,               \
	    .older_s = (message)->older_s,             \
	    .younger_s = (message)->younger_s,         \
	    .larger_bytes = (message)->larger_bytes,   \
	    .smaller_bytes = (message)->smaller_bytes, \
	})

struct filter_network {
	int family; /* AF_UNSPEC: any */
	uint8_t address[16];
	unsigned bits;
};

struct filter {
	unsigned queues, classes; /* bit sets; all, where none was named */
	char sender[FILTER_TEXT_SIZE]; /* "": any; the domain of "@domain" in lower case */
	char shape[FILTER_TEXT_SIZE];
	char domain[FILTER_TEXT_SIZE]; /* in lower case */
	char reason[FILTER_TEXT_SIZE];
	struct filter_network network;
	uint16_t sender_hash, shape_hash, network_hash; /* of an entry; 0: any */
	int64_t arrived_by_s, arrived_after_s; /* INT64_MAX, INT64_MIN: any */
	uint64_t larger_bytes, smaller_bytes; /* 0, UINT64_MAX: any */
};

/* 0; -EINVAL: why is in `problem` (size bytes). now_s: what ages are counted from. */
int filter_init(struct filter *filter, const struct filter_words *words, int64_t now_s,
    char *problem, size_t size) MUST_CHECK;

/* False: it surely is none. */
bool filter_may(const struct filter *filter, const struct queue *queue, const struct census *census,
    const struct queue_entry *entry);
/* Whether filter_may() alone decides, so that matches can be counted without reading a file. */
bool filter_is_known(const struct filter *filter);
/* What the file has to be looked at for. */
struct letter_wish filter_wish(const struct filter *filter);
/* Whether a message that filter_may() let pass is one, but for the reason. */
bool filter_is(const struct filter *filter, const struct letter *letter);
/* Whether the log of its deferrals has a reason that is looked for; true where none is. */
bool filter_has_reason(const struct filter *filter, const char *log, size_t length);
/* Whether it is one by a reason why it was deferred, as the log has it or folded; or by "", there
 * being none. */
bool filter_is_reason(const struct filter *filter, const char *reason);

#endif

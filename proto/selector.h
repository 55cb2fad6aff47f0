/* SPDX-License-Identifier: ISC
 *
 * selector.h - which messages an operator means: the conditions of MESSAGE_FILTER by themselves. They go
 * through messages, into the store as JSON and to people in words; nothing here looks at mail.
 */
#ifndef WATCHDOGD_PROTO_SELECTOR_H
#define WATCHDOGD_PROTO_SELECTOR_H

#include <stdbool.h>
#include <string.h>

#include "proto/message.h"

WIRE_STRUCT(selector, MESSAGE_FILTER);

/* Copies the conditions between any two structs that have them. */
#define SELECTOR_COPY(to, from)                                             \
	do {                                                                \
		(to)->queues = (from)->queues;                              \
		(to)->classes = (from)->classes;                            \
		memcpy((to)->sender, (from)->sender, sizeof((to)->sender)); \
		memcpy((to)->shape, (from)->shape, sizeof((to)->shape));    \
		memcpy((to)->domain, (from)->domain, sizeof((to)->domain)); \
		memcpy((to)->client, (from)->client, sizeof((to)->client)); \
		memcpy((to)->reason, (from)->reason, sizeof((to)->reason)); \
		(to)->older_s = (from)->older_s;                            \
		(to)->younger_s = (from)->younger_s;                        \
		(to)->larger_bytes = (from)->larger_bytes;                  \
		(to)->smaller_bytes = (from)->smaller_bytes;                \
	} while (0)

/* Without any condition: all mail is meant. */
bool selector_is_empty(const struct selector *selector);

/* The conditions that there are, as a JSON object: {"shape": "...", "older": 3600}. Of the names and
 * words of watchdogctl list. -E2BIG: it does not fit into `text`. */
int selector_encode(const struct selector *selector, char text[SELECTION_TEXT_SIZE]) MUST_CHECK;
/* 0 or -EBADMSG, with ret_selector untouched. */
int selector_decode(const char *text, struct selector *ret_selector) MUST_CHECK;
/* "from @example.com, older than 1 h"; free() it. */
char *selector_describe(const struct selector *selector);
/* " --sender @example.com --older 3600s", as a shell takes it; free() it. */
char *selector_options(const struct selector *selector);

#endif

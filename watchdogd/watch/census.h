/* SPDX-License-Identifier: ISC
 *
 * census.h - who the mail is from and to, in two ways: of what is in the queues now, each message's
 * domains, cause and reason are counted exactly (census_add, census_remove); of what arrived or was
 * deferred of late, the heavy hitters are known in fixed memory (hitters.h). Pure; `now` is given.
 *
 * A message holds numbers of shared texts (intern.h) in its entry. Invariant: an entry that is on a
 * list to be read, or dead, holds none but its reason.
 */
#ifndef WATCHDOGD_WATCH_CENSUS_H
#define WATCHDOGD_WATCH_CENSUS_H

#include <stdint.h>

#include "proto/message.h"
#include "watchdogd/watch/cause_text.h"
#include "watchdogd/watch/deferral.h"
#include "watchdogd/watch/hitters.h"
#include "watchdogd/watch/profile.h"
#include "watchdogd/watch/queue.h"

#define CENSUS_HALF_LIFE_S 300
#define CENSUS_DOMAINS_MAX 50000u /* in the queues at once; beyond: others */
#define CENSUS_CAUSES_MAX 4096u /* beyond: without their network; beyond twice that: others */
#define CENSUS_REASONS_MAX 4096u

struct census;

/* Before the sandbox: it opens converters of character sets. */
struct census *census_new(void);
void census_free(struct census *census);

/* The 16 bits of an entry's sender_hash, shape_hash or network_hash: never 0. Two texts that differ
 * here differ; two that do not may be the same. */
uint16_t census_hash(const char *text);

/* ---- what is in the queues ---- */

/* The entry was read, its class is set, and it holds nothing: takes hold of what the profile says. */
void census_add(struct census *census, unsigned instance, struct queue_entry *entry,
    const struct profile *profile);
/* It leaves. */
void census_remove(struct census *census, unsigned instance, struct queue_entry *entry);
/* It is to be read anew: all but its reason is let go. */
void census_drop(struct census *census, unsigned instance, struct queue_entry *entry);
/* Whether it has several recipients, so that some of them may be done before the others. */
bool census_has_several(const struct queue_entry *entry);

/* A message that is no bounce was read: should it bounce, its client is known (clients.h). */
void census_note_client(
    struct census *census, unsigned instance, const char *queue_id, const struct profile *profile);

/* Calls `each` for the domains of an entry's recipients that were still to be done when it was read;
 * "(others)" for those beyond what is kept. */
void census_list_recipients(const struct census *census, const struct queue_entry *entry,
    void (*each)(const char *domain, uint32_t recipients, void *owner), void *owner);
/* The domain of its sender ("MAILER-DAEMON": null sender), or "" when it was not read. */
const char *census_sender_domain(const struct census *census, const struct queue_entry *entry);
/* Why it was deferred last, folded (shape_reason), or "" when that is not known. */
const char *census_reason(const struct census *census, const struct queue_entry *entry);
/* What caused a bounce, in words that go on after "caused by", or "". Returns words. */
char *census_cause(const struct census *census, unsigned instance, const struct queue_entry *entry,
    char words[CAUSE_TEXT_SIZE]);

/* ---- what happens ---- */

/* A message arrived. */
void census_arrive(
    struct census *census, unsigned instance, const struct profile *profile, int64_t now_s);
/* A message arrived and was gone before it could be read. Unless a bounce tells more of it, it is a
 * part of what arrived and nothing else. */
void census_arrive_unread(struct census *census, unsigned instance, int64_t now_s);
/* A message was deferred; first: what the log says of its first recipient. */
void census_defer(struct census *census, unsigned instance, struct queue_entry *entry,
    const struct deferral *first, int64_t now_s);

/* ---- ranks ---- */

struct census_row {
	const char *key; /* borrowed: valid until the census changes or is asked again */
	const char *examples[HITTERS_EXAMPLES];
	int example_count;
	uint64_t count, error;
};

/* The first `max` (at most HITTERS_COUNTERS) of a dimension, the highest first; how many. Of
 * causes: bounces in the queues now, told as cause_rank.h says. Else arrivals or deferrals of late, decayed, rounded. */
int census_rank(struct census *census, unsigned instance, enum dimension dimension,
    enum message_class class, int64_t now_s, struct census_row *rows, int max);
/* The count of the first, of what arrives or is deferred. */
uint64_t census_most(const struct census *census, unsigned instance, enum dimension dimension,
    enum message_class class, int64_t now_s);
/* All of which they are a part: bounces, deferrals, or messages of the class that arrived, whether
 * they have such a key or not. Those that could not be read are a part of class normal, so that a
 * share of it is never too high. */
uint64_t census_total(const struct census *census, unsigned instance, enum dimension dimension,
    enum message_class class, int64_t now_s);

#endif

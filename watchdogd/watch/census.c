/* SPDX-License-Identifier: ISC
 *
 * census.c - stocks by shared texts, flows by sketches; see census.h.
 */
#include "watchdogd/watch/census.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "watchdogd/watch/cause_rank.h"
#include "watchdogd/watch/clients.h"
#include "watchdogd/watch/fading.h"
#include "watchdogd/watch/intern.h"
#include "watchdogd/watch/shape.h"
#include "watchdogd/watch/subject.h"

/* An entry's `recipients`: the number of a domain with one recipient there, or, with this bit, the
 * number of a set. */
#define SET_BIT (UINT32_C(1) << 31)

/* What an entry counts for that has several recipients. */
struct recipient_set {
	unsigned count;
	struct {
		uint32_t domain, recipients;
	} list[];
};

struct census_instance {
	struct intern *causes; /* of bounces in the queues; NULL: none yet */
	/* a bounce for each cause, as an example; by the cause's number */
	char (*examples)[HITTERS_KEY_SIZE];
	uint32_t example_room;
	struct cause_row *told; /* by the last census_rank() */
	struct hitters *hitters[DIMENSION_COUNT][CLASS_COUNT]; /* NULL: nothing was counted */
	struct fading arrivals[CLASS_COUNT]; /* those that were read */
	struct fading unread;
};

struct census {
	struct intern *domains, *reasons;
	struct subject_decoder *decoder;
	struct recipient_set **sets; /* by number; NULL: free */
	uint32_t set_end, set_room;
	uint32_t *free_sets;
	uint32_t free_count;
	struct clients *clients;
	struct census_instance instances[INSTANCES_MAX];
};

struct census *
census_new(void)
{
	struct census *census = mem_alloc(sizeof(*census));
	census->domains = intern_new(CENSUS_DOMAINS_MAX);
	census->reasons = intern_new(CENSUS_REASONS_MAX);
	census->clients = clients_new();
	census->decoder = subject_decoder_new();
	return census;
}

void
census_free(struct census *census)
{
	if (census == NULL)
		return;
	for (unsigned i = 0; i < INSTANCES_MAX; i++) {
		struct census_instance *instance = &census->instances[i];
		intern_free(instance->causes);
		free(instance->examples);
		free(instance->told);
		for (unsigned d = 0; d < DIMENSION_COUNT; d++)
			for (unsigned c = 0; c < CLASS_COUNT; c++)
				hitters_free(instance->hitters[d][c]);
	}
	for (uint32_t i = 0; i < census->set_end; i++)
		free(census->sets[i]);
	free(census->sets);
	free(census->free_sets);
	intern_free(census->domains);
	intern_free(census->reasons);
	clients_free(census->clients);
	subject_decoder_free(census->decoder);
	free(census);
}

uint16_t
census_hash(const char *text)
{
	uint16_t hash = (uint16_t)XXH3_64bits(text, strlen(text));
	return hash != 0 ? hash : 1;
}

/* ---- sets of recipients ---- */

static uint32_t
take_set(struct census *census)
{
	if (census->free_count > 0)
		return census->free_sets[--census->free_count];
	if (census->set_end == census->set_room) {
		census->set_room = census->set_room == 0 ? 64 : census->set_room * 2;
		census->sets =
		    mem_resize(census->sets, census->set_room, sizeof(struct recipient_set *));
		census->free_sets =
		    mem_resize(census->free_sets, census->set_room, sizeof(*census->free_sets));
	}
	return census->set_end++;
}

static size_t
measure_set(unsigned count)
{
	const struct recipient_set *set = NULL;
	return sizeof(*set) + count * sizeof(set->list[0]);
}

static uint32_t
make_set(struct census *census, const struct profile *profile)
{
	unsigned count = profile->domain_count + (profile->others > 0);
	uint32_t number = take_set(census);
	struct recipient_set *set = census->sets[number] = mem_alloc(measure_set(count));
	set->count = count;
	for (unsigned i = 0; i < profile->domain_count; i++) {
		set->list[i].domain = intern_add(census->domains, profile->domains[i].name);
		set->list[i].recipients = profile->domains[i].recipients;
	}
	if (profile->others > 0) {
		set->list[count - 1].domain = INTERN_OTHERS;
		intern_add_other(census->domains);
		set->list[count - 1].recipients = profile->others;
	}
	return number | SET_BIT;
}

static void
drop_set(struct census *census, uint32_t number)
{
	struct recipient_set *set = census->sets[number];
	for (unsigned i = 0; i < set->count; i++)
		intern_release(census->domains, set->list[i].domain);
	free(set);
	census->sets[number] = NULL;
	census->free_sets[census->free_count++] = number;
}

/* ---- what is in the queues ---- */

static bool
has_cause(const struct queue_entry *entry)
{
	return entry->class == CLASS_BOUNCE;
}

/* Holds a cause; when there are too many, without its network, of which a flood has most. */
static uint32_t
hold_cause(
    struct intern *causes, const struct cause *cause, const char *client, const char *subject)
{
	char text[CAUSE_TEXT_SIZE];
	cause_format(cause, client, subject, text);
	if (intern_used(causes) >= CENSUS_CAUSES_MAX && intern_find(causes, text) == INTERN_NONE)
		cause_format(cause, NULL, subject, text);
	return intern_add(causes, text);
}

/* Holds the cause of a bounce, with the bounce's original as an example when it is new. */
static uint32_t
add_cause(struct census *census, unsigned at, const struct profile *profile)
{
	struct census_instance *instance = &census->instances[at];
	const struct cause *cause = &profile->report.cause;
	char subject[SUBJECT_SIZE], client[INET6_ADDRSTRLEN];
	if (instance->causes == NULL)
		instance->causes = intern_new(CENSUS_CAUSES_MAX * 2);
	subject_decode(census->decoder, cause->subject, subject);
	bool is_known = clients_find(census->clients, at, cause->queue_id, client);
	uint32_t number =
	    hold_cause(instance->causes, cause, is_known ? client : cause->client, subject);
	if (number >= instance->example_room) {
		instance->example_room = number * 2;
		instance->examples = mem_resize(
		    instance->examples, instance->example_room, sizeof(*instance->examples));
	}
	if (intern_holds(instance->causes, number) == 1)
		snprintf(instance->examples[number], sizeof(instance->examples[number]), "%.*s",
		    HITTERS_KEY_SIZE - 1, cause->sender);
	return number;
}

static void
drop_recipients(struct census *census, uint32_t recipients)
{
	if ((recipients & SET_BIT) != 0)
		drop_set(census, recipients & ~SET_BIT);
	else
		intern_release(census->domains, recipients);
}

void
census_drop(struct census *census, unsigned instance, struct queue_entry *entry)
{
	if (!entry->listed) {
		drop_recipients(census, entry->recipients);
		entry->recipients = INTERN_NONE;
	}
	intern_release(
	    has_cause(entry) ? census->instances[instance].causes : census->domains, entry->origin);
	entry->origin = INTERN_NONE;
	entry->sender_hash = entry->shape_hash = entry->network_hash = 0;
}

void
census_remove(struct census *census, unsigned instance, struct queue_entry *entry)
{
	census_drop(census, instance, entry);
	intern_release(census->reasons, entry->reason);
	entry->reason = INTERN_NONE;
}

bool
census_has_several(const struct queue_entry *entry)
{
	return !entry->listed && (entry->recipients & SET_BIT) != 0;
}

static uint32_t
add_recipients(struct census *census, const struct profile *profile)
{
	if (profile->domain_count == 0 && profile->others == 0)
		return INTERN_NONE;
	if (profile->domain_count == 1 && profile->others == 0 &&
	    profile->domains[0].recipients == 1)
		return intern_add(census->domains, profile->domains[0].name);
	return make_set(census, profile);
}

void
census_add(struct census *census, unsigned instance, struct queue_entry *entry,
    const struct profile *profile)
{
	char text[SHAPE_SIZE];
	entry->recipients = add_recipients(census, profile);
	if (!has_cause(entry))
		entry->origin = intern_add(census->domains, profile->sender_domain);
	else if (profile->has_cause)
		entry->origin = add_cause(census, instance, profile);
	entry->sender_hash = census_hash(profile->sender);
	entry->shape_hash = census_hash(shape_address(profile->sender, text));
	if (profile_find_network(profile->letter.client, text, sizeof(text)))
		entry->network_hash = census_hash(text);
}

void
census_note_client(
    struct census *census, unsigned instance, const char *queue_id, const struct profile *profile)
{
	clients_note(census->clients, instance, queue_id, profile->letter.client);
}

void
census_list_recipients(const struct census *census, const struct queue_entry *entry,
    void (*each)(const char *domain, uint32_t recipients, void *owner), void *owner)
{
	if (entry->listed || entry->recipients == INTERN_NONE)
		return;
	if ((entry->recipients & SET_BIT) == 0) {
		each(intern_text(census->domains, entry->recipients), 1, owner);
		return;
	}
	const struct recipient_set *set = census->sets[entry->recipients & ~SET_BIT];
	for (unsigned i = 0; i < set->count; i++)
		each(intern_text(census->domains, set->list[i].domain), set->list[i].recipients,
		    owner);
}

const char *
census_sender_domain(const struct census *census, const struct queue_entry *entry)
{
	if (has_cause(entry))
		return "MAILER-DAEMON";
	return entry->origin == INTERN_NONE ? "" : intern_text(census->domains, entry->origin);
}

const char *
census_reason(const struct census *census, const struct queue_entry *entry)
{
	return entry->reason == INTERN_NONE ? "" : intern_text(census->reasons, entry->reason);
}

char *
census_cause(const struct census *census, unsigned instance, const struct queue_entry *entry,
    char words[CAUSE_TEXT_SIZE])
{
	static const unsigned alone[CAUSE_PARTS] = {1, 1, 1, 1};
	const char *texts[CAUSE_PARTS];
	words[0] = '\0';
	if (!has_cause(entry) || entry->origin == INTERN_NONE)
		return words;
	for (unsigned part = 0; part < CAUSE_PARTS; part++)
		texts[part] = intern_text(census->instances[instance].causes, entry->origin);
	return cause_say(texts, alone, words);
}

/* ---- what happens ---- */

static void
count(struct census *census, unsigned instance, enum dimension dimension, enum message_class class,
    const char *key, const char *example, int64_t now_s)
{
	struct hitters **hitters = &census->instances[instance].hitters[dimension][class];
	if (key[0] == '\0')
		return;
	if (*hitters == NULL)
		*hitters = hitters_new(CENSUS_HALF_LIFE_S,
		    dimension == DIMENSION_SHAPE || dimension == DIMENSION_SUBJECT ||
			dimension == DIMENSION_REASON);
	hitters_add(*hitters, key, example, now_s);
}

static void
add_arrival(struct fading *fading, double weight, int64_t now_s)
{
	fading_add(fading, weight, CENSUS_HALF_LIFE_S, now_s);
}

static void
count_sender(struct census *census, unsigned instance, enum message_class class, const char *sender,
    int64_t now_s)
{
	struct letter_address address = {.length = strnlen(sender, LETTER_ADDRESS_MAX)};
	char shape[SHAPE_SIZE], domain[PROFILE_DOMAIN_SIZE];
	memcpy(address.text, sender, address.length);
	profile_name_domain(&address, domain);
	count(census, instance, DIMENSION_SENDER, class, sender, NULL, now_s);
	count(census, instance, DIMENSION_SENDER_DOMAIN, class, domain, NULL, now_s);
	count(
	    census, instance, DIMENSION_SHAPE, class, shape_address(sender, shape), sender, now_s);
}

/* By who sent a message, and about what; in whole or as far as a bounce tells it. */
static void
count_origin(struct census *census, unsigned instance, enum message_class class, const char *sender,
    const char *client, const char *raw_subject, int64_t now_s)
{
	char text[SHAPE_SIZE], subject[SUBJECT_SIZE];
	if (sender[0] != '\0')
		count_sender(census, instance, class, sender, now_s);
	count(census, instance, DIMENSION_CLIENT, class, client, NULL, now_s);
	if (profile_find_network(client, text, sizeof(text)))
		count(census, instance, DIMENSION_NETWORK, class, text, NULL, now_s);
	subject_decode(census->decoder, raw_subject, subject);
	count(census, instance, DIMENSION_SUBJECT, class, shape_subject(subject, text), subject,
	    now_s);
	add_arrival(&census->instances[instance].arrivals[class], 1, now_s);
}

/* A bounce of a message that was gone before it could be read tells who had sent that. */
static void
count_original(
    struct census *census, unsigned instance, const struct profile *bounce, int64_t now_s)
{
	struct fading *unread = &census->instances[instance].unread;
	const struct cause *cause = &bounce->report.cause;
	char client[INET6_ADDRSTRLEN];
	bool is_known = clients_find(census->clients, instance, cause->queue_id, client);
	if (!bounce->has_cause || is_known || fading_get(unread, CENSUS_HALF_LIFE_S, now_s) < 1)
		return;
	add_arrival(unread, -1, now_s);
	clients_note(census->clients, instance, cause->queue_id, cause->client);
	count_origin(
	    census, instance, CLASS_NORMAL, cause->sender, cause->client, cause->subject, now_s);
}

void
census_arrive(
    struct census *census, unsigned instance, const struct profile *profile, int64_t now_s)
{
	enum message_class class = profile->letter.envelope.class;
	for (unsigned i = 0; i < profile->domain_count; i++)
		count(census, instance, DIMENSION_RECIPIENT_DOMAIN, class, profile->domains[i].name,
		    NULL, now_s);
	if (class == CLASS_BOUNCE) { /* Postfix itself sent it */
		add_arrival(&census->instances[instance].arrivals[class], 1, now_s);
		count_original(census, instance, profile, now_s);
		return;
	}
	count(census, instance, DIMENSION_SASL_USER, class, profile->letter.sasl_user, NULL, now_s);
	count_origin(census, instance, class, profile->sender, profile->letter.client,
	    profile->subject, now_s);
}

void
census_arrive_unread(struct census *census, unsigned instance, int64_t now_s)
{
	add_arrival(&census->instances[instance].unread, 1, now_s);
}

void
census_defer(struct census *census, unsigned instance, struct queue_entry *entry,
    const struct deferral *first, int64_t now_s)
{
	char shape[SHAPE_SIZE];
	enum message_class class = entry->class;
	shape_reason(first->reason, shape);
	count(census, instance, DIMENSION_REASON, class, shape, first->reason, now_s);
	count(census, instance, DIMENSION_NEXT_HOP, class, first->next_hop, NULL, now_s);
	intern_release(census->reasons, entry->reason);
	entry->reason = (uint16_t)intern_add(census->reasons, shape);
}

/* ---- ranks ---- */

static int
rank_causes(struct census_instance *instance, struct census_row *rows, int max)
{
	unsigned count = 0;
	if (instance->causes == NULL)
		return 0;
	uint32_t end = intern_end(instance->causes);
	AUTO_FREE struct cause_count *all = mem_array(end, sizeof(*all));
	for (uint32_t number = INTERN_OTHERS; number < end; number++)
		if (intern_holds(instance->causes, number) > 0)
			all[count++] = (struct cause_count){
			    .text = intern_text(instance->causes, number),
			    .example = instance->examples[number],
			    .count = intern_holds(instance->causes, number),
			};
	instance->told = mem_resize(instance->told, (size_t)max, sizeof(*instance->told));
	int told = cause_rank(all, count, instance->told, max);
	for (int i = 0; i < told; i++)
		rows[i] = (struct census_row){
		    .key = instance->told[i].words,
		    .examples = {instance->told[i].example},
		    .example_count = 1,
		    .count = instance->told[i].count,
		};
	return told;
}

int
census_rank(struct census *census, unsigned instance, enum dimension dimension,
    enum message_class class, int64_t now_s, struct census_row *rows, int max)
{
	struct census_instance *at = &census->instances[instance];
	struct hitters_row found[HITTERS_COUNTERS];
	if (dimension == DIMENSION_CAUSE)
		return class == CLASS_BOUNCE ? rank_causes(at, rows, max) : 0;
	if (at->hitters[dimension][class] == NULL)
		return 0;
	int count = hitters_rank(at->hitters[dimension][class], now_s, found,
	    max < HITTERS_COUNTERS ? max : HITTERS_COUNTERS);
	for (int i = 0; i < count; i++) {
		rows[i] = (struct census_row){
		    .key = found[i].key,
		    .example_count = found[i].example_count,
		    .count = (uint64_t)llround(found[i].count),
		    .error = (uint64_t)ceil(found[i].error),
		};
		memcpy(rows[i].examples, found[i].examples, sizeof(rows[i].examples));
	}
	return count;
}

uint64_t
census_most(const struct census *census, unsigned instance, enum dimension dimension,
    enum message_class class, int64_t now_s)
{
	const struct hitters *hitters = census->instances[instance].hitters[dimension][class];
	return hitters != NULL ? (uint64_t)llround(hitters_most(hitters, now_s)) : 0;
}

static uint64_t
total_causes(const struct intern *causes)
{
	uint64_t total = 0;
	if (causes == NULL)
		return 0;
	for (uint32_t number = INTERN_OTHERS; number < intern_end(causes); number++)
		total += intern_holds(causes, number);
	return total;
}

uint64_t
census_total(const struct census *census, unsigned instance, enum dimension dimension,
    enum message_class class, int64_t now_s)
{
	const struct census_instance *at = &census->instances[instance];
	const struct hitters *hitters = at->hitters[dimension][class];
	if (dimension == DIMENSION_CAUSE)
		return class == CLASS_BOUNCE ? total_causes(at->causes) : 0;
	if (dimension == DIMENSION_REASON || dimension == DIMENSION_NEXT_HOP)
		return hitters == NULL ? 0 : (uint64_t)llround(hitters_total(hitters, now_s));
	double total = fading_get(&at->arrivals[class], CENSUS_HALF_LIFE_S, now_s);
	if (class == CLASS_NORMAL)
		total += fading_get(&at->unread, CENSUS_HALF_LIFE_S, now_s);
	return (uint64_t)llround(total);
}

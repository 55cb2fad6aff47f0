/* SPDX-License-Identifier: ISC
 *
 * filter.c - conditions against the live set and against a letter; see filter.h.
 */
#include "watchdogd/watch/filter.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/escape.h"
#include "watchdogd/watch/deferral.h"
#include "watchdogd/watch/shape.h"

/* ---- making one ---- */

static int
parse_network(const char *text, struct filter_network *ret_network)
{
	struct filter_network network = {.family = AF_INET};
	char address[INET6_ADDRSTRLEN];
	size_t length = strcspn(text, "/");
	if (length >= sizeof(address))
		return -EINVAL;
	memcpy(address, text, length);
	address[length] = '\0';
	if (strchr(address, ':') != NULL)
		network.family = AF_INET6;
	if (inet_pton(network.family, address, network.address) != 1)
		return -EINVAL;
	unsigned most = network.family == AF_INET ? 32 : 128;
	network.bits = most;
	if (text[length] == '/') {
		const char *bits = text + length + 1;
		if (bits[0] == '\0' || strlen(bits) > 3 ||
		    strspn(bits, "0123456789") != strlen(bits))
			return -EINVAL;
		network.bits = (unsigned)strtoul(bits, NULL, 10);
	}
	if (network.bits > most)
		return -EINVAL;
	*ret_network = network;
	return 0;
}

static bool
is_in_network(const struct filter_network *network, const char *text)
{
	uint8_t address[16];
	if (inet_pton(network->family, text, address) != 1)
		return false;
	unsigned bytes = network->bits / 8, rest = network->bits % 8;
	if (memcmp(address, network->address, bytes) != 0)
		return false;
	return rest == 0 || ((address[bytes] ^ network->address[bytes]) >> (8 - rest)) == 0;
}

/* An entry knows its /24 or /48: of a wider network it cannot tell. */
static uint16_t
hash_network(const struct filter_network *network)
{
	char address[INET6_ADDRSTRLEN], text[INET6_ADDRSTRLEN + 4];
	if (network->family == AF_UNSPEC || network->bits < (network->family == AF_INET ? 24 : 48))
		return 0;
	inet_ntop(network->family, network->address, address, sizeof(address));
	return profile_find_network(address, text, sizeof(text)) ? census_hash(text) : 0;
}

static void
fold(char *text)
{
	for (; *text != '\0'; text++)
		*text = (char)tolower((unsigned char)*text);
}

static void
copy_text(char out[FILTER_TEXT_SIZE], const char *text)
{
	snprintf(out, FILTER_TEXT_SIZE, "%s", text);
}

static int64_t
before(int64_t now_s, uint64_t age_s)
{
	return age_s < (uint64_t)now_s ? now_s - (int64_t)age_s : 0;
}

int
filter_init(struct filter *filter, const struct filter_words *words, int64_t now_s, char *problem,
    size_t size)
{
	*filter = (struct filter){
	    .queues = words->queues != 0 ? (unsigned)words->queues : (1u << QUEUE_COUNT) - 1,
	    .classes = words->classes != 0 ? (unsigned)words->classes : (1u << CLASS_COUNT) - 1,
	    .arrived_by_s = INT64_MAX,
	    .arrived_after_s = INT64_MIN,
	    .larger_bytes = words->larger_bytes,
	    .smaller_bytes = words->smaller_bytes != 0 ? words->smaller_bytes : UINT64_MAX,
	};
	if (words->older_s != 0)
		filter->arrived_by_s = before(now_s, words->older_s);
	if (words->younger_s != 0)
		filter->arrived_after_s = before(now_s, words->younger_s);
	copy_text(filter->sender, words->sender);
	copy_text(filter->shape, words->shape);
	copy_text(filter->domain, words->domain);
	copy_text(filter->reason, words->reason);
	fold(filter->domain);
	if (filter->sender[0] == '@')
		fold(filter->sender);
	else if (filter->sender[0] != '\0')
		filter->sender_hash =
		    census_hash(strcmp(filter->sender, "<>") == 0 ? "" : filter->sender);
	if (filter->shape[0] != '\0')
		filter->shape_hash = census_hash(filter->shape);
	if (words->client[0] != '\0' && parse_network(words->client, &filter->network) < 0) {
		snprintf(problem, size,
		    "client: %s is no address and no network, as 203.0.113.7 or 203.0.113.0/24",
		    words->client);
		return -EINVAL;
	}
	filter->network_hash = hash_network(&filter->network);
	return 0;
}

/* ---- by the live set ---- */

static bool
may_have_arrived(const struct filter *filter, uint32_t arrival_s)
{
	return arrival_s == 0 ||
	    (arrival_s <= filter->arrived_by_s && arrival_s > filter->arrived_after_s);
}

/* A file is larger than its content. */
static bool
may_be_larger(const struct filter *filter, const struct queue_entry *entry)
{
	return !entry->read || entry->size_bytes >= filter->larger_bytes ||
	    entry->size_bytes == UINT32_MAX;
}

struct wanted {
	const char *domain;
	bool found;
};

static void
compare_domain(const char *domain, uint32_t recipients UNUSED, void *wanted_)
{
	struct wanted *wanted = wanted_;
	wanted->found |= domain[0] == '(' || strcmp(domain, wanted->domain) == 0; /* "(others)" */
}

/* By who it is from and to, of an entry that was counted by that. */
static bool
may_be_of(const struct filter *filter, const struct census *census, const struct queue_entry *entry)
{
	struct wanted wanted = {.domain = filter->domain};
	if ((filter->sender_hash != 0 && filter->sender_hash != entry->sender_hash) ||
	    (filter->shape_hash != 0 && filter->shape_hash != entry->shape_hash) ||
	    (filter->network_hash != 0 && filter->network_hash != entry->network_hash))
		return false;
	if (filter->sender[0] == '@') {
		const char *domain = census_sender_domain(census, entry);
		if (domain[0] != '(' && strcmp(domain, filter->sender + 1) != 0)
			return false;
	}
	if (filter->domain[0] == '\0')
		return true;
	census_list_recipients(census, entry, compare_domain, &wanted);
	return wanted.found;
}

bool
filter_may(const struct filter *filter, const struct queue *queue, const struct census *census,
    const struct queue_entry *entry)
{
	bool is_counted = entry->sender_hash != 0 && !entry->listed;
	return entry->ready && (filter->queues >> queue_name(queue, entry) & 1) != 0 &&
	    (!entry->read || (filter->classes >> entry->class & 1) != 0) &&
	    may_have_arrived(filter, entry->arrival_s) && may_be_larger(filter, entry) &&
	    (!is_counted || may_be_of(filter, census, entry));
}

bool
filter_is_known(const struct filter *filter)
{
	return filter->sender[0] == '\0' && filter->shape[0] == '\0' && filter->domain[0] == '\0' &&
	    filter->reason[0] == '\0' && filter->network.family == AF_UNSPEC &&
	    filter->larger_bytes == 0 && filter->smaller_bytes == UINT64_MAX;
}

/* ---- by the file ---- */

struct letter_wish
filter_wish(const struct filter *filter)
{
	return (struct letter_wish){.domain = filter->domain[0] != '\0' ? filter->domain : NULL};
}

static bool
is_sender(const struct filter *filter, const struct letter *letter)
{
	const struct letter_address *sender = &letter->sender;
	char escaped[ADDRESS_TEXT_SIZE];
	if (filter->sender[0] == '\0')
		return true;
	if (strcmp(filter->sender, "<>") == 0)
		return sender->length == 0 && letter->envelope.class != CLASS_UNREAD;
	if (filter->sender[0] == '@')
		return letter_is_in(sender, filter->sender + 1);
	escape_text(sender->text, sender->length, escaped, sizeof(escaped));
	return sender->length > 0 && strcmp(escaped, filter->sender) == 0;
}

static bool
is_of_shape(const struct filter *filter, const struct letter *letter)
{
	char escaped[ADDRESS_TEXT_SIZE], shape[SHAPE_SIZE];
	if (filter->shape[0] == '\0')
		return true;
	if (letter->sender.length == 0)
		return false;
	escape_text(letter->sender.text, letter->sender.length, escaped, sizeof(escaped));
	return strcmp(shape_address(escaped, shape), filter->shape) == 0;
}

static bool
has_arrived(const struct filter *filter, int64_t arrival_s)
{
	return arrival_s <= filter->arrived_by_s && arrival_s > filter->arrived_after_s;
}

bool
filter_is(const struct filter *filter, const struct letter *letter)
{
	return (filter->classes >> letter->envelope.class & 1) != 0 && is_sender(filter, letter) &&
	    is_of_shape(filter, letter) && (filter->domain[0] == '\0' || letter->has_domain) &&
	    (filter->network.family == AF_UNSPEC ||
		is_in_network(&filter->network, letter->client)) &&
	    has_arrived(filter, letter->arrival_s) && letter->size_bytes > filter->larger_bytes &&
	    letter->size_bytes < filter->smaller_bytes;
}

bool
filter_is_reason(const struct filter *filter, const char *reason)
{
	char folded[SHAPE_SIZE];
	if (filter->reason[0] == '\0')
		return true;
	return strcasestr(reason, filter->reason) != NULL ||
	    strcasestr(shape_reason(reason, folded), filter->reason) != NULL;
}

bool
filter_has_reason(const struct filter *filter, const char *text, size_t length)
{
	struct deferral deferral;
	struct deferral_log log;
	if (filter->reason[0] == '\0')
		return true;
	deferral_open(&log, text, length);
	while (deferral_next(&log, &deferral))
		if (filter_is_reason(filter, deferral.reason))
			return true;
	return false;
}

/* SPDX-License-Identifier: ISC
 *
 * profile_fuzz.c - a queue file of any bytes, read for who it is from and why it came, counted and
 * taken out of the count again: nothing is left of it, and its class is what the envelope says.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "watchdogd/watch/census.h"

struct bytes {
	const uint8_t *data;
	size_t size;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static long
read_bytes(void *source, uint64_t offset, void *buffer, size_t size)
{
	const struct bytes *bytes = source;
	if (offset >= bytes->size)
		return 0;
	size_t left = bytes->size - (size_t)offset;
	size_t take = left < size ? left : size;
	memcpy(buffer, bytes->data + offset, take);
	return (long)take;
}

static void
count_recipients(const char *domain, uint32_t recipients, void *owner)
{
	uint64_t *sum = owner;
	if (domain == NULL || recipients == 0)
		abort();
	*sum += recipients;
}

/* The class in an entry, as life.c has it set by then. */
static void
count(struct census *census, const struct profile *profile)
{
	struct queue_entry entry = {.class = (uint16_t)profile->letter.envelope.class & 7};
	struct census_row row;
	uint64_t sum = 0;
	census_add(census, 0, &entry, profile);
	census_arrive(census, 0, profile, 1);
	census_list_recipients(census, &entry, count_recipients, &sum);
	if (sum != profile->letter.recipients)
		abort();
	census_rank(census, 0, DIMENSION_CAUSE, CLASS_BOUNCE, 1, &row, 1);
	census_remove(census, 0, &entry);
	if (entry.recipients != 0 || entry.origin != 0 ||
	    census_total(census, 0, DIMENSION_CAUSE, CLASS_BOUNCE, 1) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct profile profile;
	static struct census *census;
	struct bytes bytes = {data, size};
	if (census == NULL)
		census = census_new();
	if (profile_parse(&profile, read_bytes, &bytes) < 0)
		return 0;
	if (profile.letter.envelope.class == CLASS_UNREAD)
		abort();
	count(census, &profile);
	return 0;
}

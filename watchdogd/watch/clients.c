/* SPDX-License-Identifier: ISC
 *
 * clients.c - a small cache by queue id; see clients.h.
 */
#include "watchdogd/watch/clients.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "lib/mem.h"
#include "lib/random.h"

struct client {
	uint64_t hash; /* 0: free */
	uint32_t turn; /* when it was noted */
	uint32_t family; /* AF_UNSPEC: no client */
	uint8_t address[16];
};

struct clients {
	uint64_t seed;
	uint32_t turn;
	struct client sets[CLIENTS_SETS][CLIENTS_WAYS];
};

struct clients *
clients_new(void)
{
	struct clients *clients = mem_alloc(sizeof(*clients));
	random_fill(&clients->seed, sizeof(clients->seed));
	return clients;
}

void
clients_free(struct clients *clients)
{
	free(clients);
}

static uint64_t
hash_of(const struct clients *clients, unsigned instance, const char *queue_id)
{
	uint64_t hash = XXH3_64bits_withSeed(queue_id, strlen(queue_id), clients->seed + instance);
	return hash != 0 ? hash : 1;
}

/* The message's place, or that of the oldest. */
static struct client *
get_place(struct client set[CLIENTS_WAYS], uint64_t hash, uint32_t turn)
{
	struct client *oldest = &set[0];
	for (unsigned i = 0; i < CLIENTS_WAYS; i++) {
		if (set[i].hash == hash || set[i].hash == 0)
			return &set[i];
		if (turn - set[i].turn > turn - oldest->turn)
			oldest = &set[i];
	}
	return oldest;
}

void
clients_note(struct clients *clients, unsigned instance, const char *queue_id, const char *address)
{
	uint64_t hash = hash_of(clients, instance, queue_id);
	struct client *place = get_place(clients->sets[hash % CLIENTS_SETS], hash, ++clients->turn);
	int family = strchr(address, ':') != NULL ? AF_INET6 : AF_INET;
	*place = (struct client){.hash = hash, .turn = clients->turn};
	if (inet_pton(family, address, place->address) == 1)
		place->family = (uint32_t)family;
}

bool
clients_find(const struct clients *clients, unsigned instance, const char *queue_id,
    char ret_address[INET6_ADDRSTRLEN])
{
	uint64_t hash = hash_of(clients, instance, queue_id);
	const struct client *set = clients->sets[hash % CLIENTS_SETS];
	for (unsigned i = 0; i < CLIENTS_WAYS; i++) {
		if (set[i].hash != hash)
			continue;
		ret_address[0] = '\0';
		if (set[i].family != AF_UNSPEC)
			inet_ntop(
			    (int)set[i].family, set[i].address, ret_address, INET6_ADDRSTRLEN);
		return true;
	}
	return false;
}

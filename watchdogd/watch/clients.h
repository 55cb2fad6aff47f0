/* SPDX-License-Identifier: ISC
 *
 * clients.h - which client a message came from, of the messages that were read last, so that a
 * bounce can be laid at his door when its original has left: what Postfix noted in the original's
 * envelope is truer than what the returned headers tell. Pure; the hash is keyed.
 *
 * Fixed memory: CLIENTS_WAYS messages for each of CLIENTS_SETS values of a hash, the oldest of which
 * makes room. Of some 16,000 messages that were read last nearly all are known.
 */
#ifndef WATCHDOGD_WATCH_CLIENTS_H
#define WATCHDOGD_WATCH_CLIENTS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

#define CLIENTS_SETS 4096u
#define CLIENTS_WAYS 4u

struct clients;

struct clients *clients_new(void);
void clients_free(struct clients *clients);

/* A message was read. address: of its client; what is none means that it has none. */
void clients_note(
    struct clients *clients, unsigned instance, const char *queue_id, const char *address);
/* True: the message is known, and ret_address is its client's or empty. */
bool clients_find(const struct clients *clients, unsigned instance, const char *queue_id,
    char ret_address[INET6_ADDRSTRLEN]);

#endif

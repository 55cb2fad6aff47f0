/* SPDX-License-Identifier: ISC
 *
 * profile.h - what one reading of a queue file says of a message: who from and to, through whom,
 * about what; of a bounce, what caused it. One read of 4 KB, as a rule. Trusts nothing (record.h).
 */
#ifndef WATCHDOGD_WATCH_PROFILE_H
#define WATCHDOGD_WATCH_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/guard.h"
#include "watchdogd/watch/cause.h"
#include "watchdogd/watch/letter.h"

#define PROFILE_DOMAINS_MAX 32 /* recipients in further domains are counted as others */
#define PROFILE_DOMAIN_SIZE 256

struct profile_domain {
	char name[PROFILE_DOMAIN_SIZE]; /* escaped, as profile_name_domain() makes it */
	uint32_t recipients;
};

struct profile {
	struct letter letter; /* the envelope */
	char sender[ADDRESS_TEXT_SIZE]; /* escaped; empty: the null sender */
	char sender_domain[PROFILE_DOMAIN_SIZE];
	struct profile_domain domains[PROFILE_DOMAINS_MAX]; /* of recipients still to be done */
	unsigned domain_count;
	uint32_t others; /* recipients in domains beyond */
	char
	    subject[ADDRESS_TEXT_SIZE]; /* escaped, as it was sent; empty: none, or none was read */
	bool has_cause; /* it is a bounce that says so: report.cause holds */
	struct cause_reader report;

	/* of the reading */
	uint64_t content_bytes;
	bool in_subject;
	bool headers_over; /* or the subject is known */
};

/* Reads records. 0, -EBADMSG, -E2BIG or -errno; on failure nothing of ret_profile holds. */
int profile_parse(struct profile *ret_profile, record_read read, void *source) MUST_CHECK;

/* The domain that an address is counted under, as qshape(1) has it: what stands behind the last @,
 * in lower case, without a dot at either end; "MAILER-DAEMON" for the null address. */
void profile_name_domain(const struct letter_address *address, char domain[PROFILE_DOMAIN_SIZE]);

/* The network of an address: its /24, or /48 of IPv6. False: it is no address. */
bool profile_find_network(const char *address, char *text, size_t size);

#endif

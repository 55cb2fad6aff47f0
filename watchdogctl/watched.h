/* SPDX-License-Identifier: ISC
 *
 * watched.h - whether a relay is a Postfix that is watched: an alert that goes through the queue it is
 * about comes when the trouble is over. watchdogctl; asks postconf, as whoever calls it.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_WATCHED_H
#define WATCHDOGD_WATCHDOGCTL_WATCHED_H

#include <stdbool.h>

/* Where an instance listens, by its settings: inet_interfaces and the inet services of master.cf. */
struct watched_instance {
	const char *command_directory; /* of postconf */
	const char *config_directory;
};

/* Whether the instance itself takes what is sent to this host and port. What cannot be looked up is
 * not. */
bool watched_takes(const struct watched_instance *instance, const char *host, const char *port);

#endif

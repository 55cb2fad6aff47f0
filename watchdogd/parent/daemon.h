/* SPDX-License-Identifier: ISC
 *
 * daemon.h - the parent's state and its life, from the first start of the roles to the last end.
 */
#ifndef WATCHDOGD_PARENT_DAEMON_H
#define WATCHDOGD_PARENT_DAEMON_H

#include "config/settings.h"
#include "lib/clock.h"
#include "watchdogd/parent/instances.h"
#include "watchdogd/parent/process.h"

struct daemon_options {
	const char *config_path;
	const char *libexec_directory; /* where the roles' programs are */
	bool debug; /* log_level debug, whatever the settings say */
};

/* Only main.c reads a clock: these are its functions. */
struct daemon_clock {
	struct clock_mono (*mono)(void);
	struct clock_wall (*wall)(void);
};

struct daemon {
	const struct daemon_options *options;
	struct daemon_clock clock;
	struct event_base *base;
	struct settings settings;
	struct instances instances;
	bool discovery_due; /* something about Postfix was not found out */
	int64_t discovery_ms; /* monotonic: when it is asked again */
	struct process processes[ROLE_COUNT]; /* [ROLE_PARENT] is never started */
	int64_t started_s;
	bool ready_due; /* the service manager waits for READY=1 */
	int64_t watchdog_ms; /* how often the service manager hears of us; 0: never */
	int64_t next_watchdog_ms; /* monotonic */
	bool stopping;
	bool engine_due; /* the engine is to be restarted when alert has ended */
	int64_t stop_ms; /* monotonic: when what still runs is killed */
};

/* Runs until SIGTERM or SIGINT; SIGHUP reloads. daemon->options, clock and settings are the
 * caller's, the rest is made here. */
void daemon_run(struct daemon *daemon);

#endif

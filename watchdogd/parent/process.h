/* SPDX-License-Identifier: ISC
 *
 * process.h - one role as a process: started, told, pinged, stopped, reaped. What follows from its
 * end is the supervisor's business.
 */
#ifndef WATCHDOGD_PARENT_PROCESS_H
#define WATCHDOGD_PARENT_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/channel.h"
#include "lib/clock.h"
#include "lib/guard.h"
#include "proto/message.h"
#include "watchdogd/parent/backoff.h"

enum process_state {
	PROCESS_DOWN, /* to be started at next_start_ms */
	PROCESS_STARTING, /* runs, has not said READY */
	PROCESS_READY,
	PROCESS_STOPPING, /* was told to stop, or will be killed: its end is near */
};

struct process;
struct event;
struct event_base;

/* Called from the loop. */
struct process_handlers {
	void (*on_ready)(struct process *process, void *owner);
	/* It has ended and was reaped; its state is PROCESS_DOWN. */
	void (*on_ended)(struct process *process, int status, void *owner);
};

struct process {
	enum role_name role;
	enum process_state state;
	pid_t pid; /* 0: none */
	int pidfd;
	struct channel *channel; /* NULL: none, or closed by the other side */
	struct event *ended;
	bool heard; /* said something since the last look */
	bool ordered; /* stops because we said so: the next start comes at once */
	struct clock_mono started, last_heard, last_ping;
	int64_t kill_ms; /* monotonic; 0: never */
	int64_t next_start_ms; /* monotonic */
	struct backoff backoff;
	uint64_t pings;
	uint64_t restarts; /* starts after an end that we did not order */
	int64_t since_s; /* wall clock, of the last start */

	struct event_base *base;
	const struct process_handlers *handlers;
	void *owner;
};

void process_init(struct process *process, enum role_name role, struct event_base *base,
    const struct process_handlers *handlers, void *owner);
/* Starts <directory>/<role name>. 0 or -errno, with the state as before. */
int process_start(struct process *process, const char *directory, struct clock_mono now) MUST_CHECK;
/* Whether it can be sent messages and linked. */
bool process_is_up(const struct process *process);
/* Tells it to stop, and kills it when it has not ended after limit_ms. */
void process_stop(struct process *process, struct clock_mono now, int64_t limit_ms);
/* Pings; kills what does not answer. To be called several times a second. */
void process_look(struct process *process, struct clock_mono now);
/* False: it should be dead by now and is not, or it does not answer. */
bool process_is_sound(const struct process *process, struct clock_mono now);
/* Forgets a process that has ended; nothing is called. */
void process_done(struct process *process);

#endif

/* SPDX-License-Identifier: ISC
 *
 * role.h - how every role begins and lives: log -> channel and settings -> open what needs
 * privilege -> enter the sandbox -> handlers -> run. Linked into watch, engine, remedy, alert,
 * control and metrics; the parent is its counterpart.
 *
 * The parent starts a role with its end of their socketpair as descriptor 3 and sends CONFIG,
 * INSTANCE..., LINK..., START. Later it sends PING (answered here), LINK (a peer was restarted)
 * and STOP. When the parent is gone the role ends.
 */
#ifndef WATCHDOGD_ROLE_H
#define WATCHDOGD_ROLE_H

#include <event2/event.h>
#include <string.h>

#include "config/settings.h"
#include "lib/channel.h"
#include "lib/sandbox.h"
#include "proto/message.h"

#define ROLE_PARENT_FD 3

/* Which roles are linked with each other: the engine with all others but metrics, which reads the
 * store alone, and control, which asks what is in the queues now, with watch. */
static inline bool
role_is_linked(enum role_name a, enum role_name b)
{
	bool asks =
	    (a == ROLE_CONTROL && b == ROLE_WATCH) || (a == ROLE_WATCH && b == ROLE_CONTROL);
	return a != b && a != ROLE_PARENT && b != ROLE_PARENT && a != ROLE_METRICS &&
	    b != ROLE_METRICS && (a == ROLE_ENGINE || b == ROLE_ENGINE || asks);
}

struct role {
	enum role_name name;
	struct settings settings;
	struct message_instance instances[INSTANCES_MAX];
	int instance_count;
	int64_t daemon_started_s;
	int link_fds[ROLE_COUNT]; /* what came before START; -1: none. Blocking roles use these. */

	/* for roles with a loop */
	struct event_base *base;
	struct channel *parent;
	struct channel *links[ROLE_COUNT]; /* NULL: not (yet) linked */
	const struct role_program *program;
	void *state; /* the role's own */
};

/* The watched instance of that name, or NULL. */
static inline const struct message_instance *
role_find_instance(const struct role *role, const char *name)
{
	for (int i = 0; i < role->instance_count; i++)
		if (strcmp(role->instances[i].name, name) == 0)
			return &role->instances[i];
	return NULL;
}

struct role_program {
	enum role_name name;
	/* Opens what needs privilege and fills in the sandbox (zeroed before). fatal() on failure. */
	void (*prepare)(struct role *role, struct sandbox *sandbox);
	/* After the sandbox: makes handlers and timers on role->base. */
	void (*start)(struct role *role);
	/* A frame from a peer (not the parent). A malformed one ends that link: return < 0. */
	int (*on_frame)(struct role *role, enum role_name peer, struct channel_frame *frame);
	/* A peer is linked (again) or lost; may be NULL. Frames sent before are lost. */
	void (*on_link)(struct role *role, enum role_name peer);
	void (*on_lost)(struct role *role, enum role_name peer);
	/* ROLE, from the parent to the engine; may be NULL. */
	void (*on_role)(struct role *role, const struct message_role *message);
	/* Before the orderly exit; may be NULL. */
	void (*stop)(struct role *role);
};

/* The main() of a role with a loop. */
int role_main(const struct role_program *program);

/* The blocking entry (remedy): reads until START, calls prepare, enters the sandbox, says READY.
 * fatal() on anything unexpected. */
void role_enter(struct role *role, const struct role_program *program);
/* One frame of the parent in a blocking role: answers PING, exits on STOP, takes LINK into
 * link_fds (closing the old one). fatal() when the parent is gone. */
void role_serve_parent(struct role *role);

#endif

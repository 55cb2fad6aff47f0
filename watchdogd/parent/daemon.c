/* SPDX-License-Identifier: ISC
 *
 * daemon.c - the parent's loop: signals and a look around five times a second. Root; parses
 * nothing but its settings and what Postfix's own programs print.
 */
#include "watchdogd/parent/daemon.h"

#include <event2/event.h>
#include <signal.h>
#include <string.h>

#include "lib/log.h"
#include "lib/notify.h"
#include "watchdogd/parent/event_limit.h"
#include "watchdogd/parent/reload.h"
#include "watchdogd/parent/service.h"
#include "watchdogd/parent/supervise.h"

#define LOOK_MS 200

static void
on_look(evutil_socket_t fd UNUSED, short what UNUSED, void *owner)
{
	struct daemon *daemon = owner;
	struct clock_mono now = daemon->clock.mono();
	supervise_look(daemon, now);
	service_look(daemon, now);
	if (daemon->discovery_due && now.ms >= daemon->discovery_ms && !daemon->stopping)
		reload_instances(daemon, now);
}

static void
on_signal(evutil_socket_t number, short what UNUSED, void *owner)
{
	struct daemon *daemon = owner;
	struct clock_mono now = daemon->clock.mono();
	if (number == SIGHUP) {
		if (!daemon->stopping)
			reload(daemon, now);
		return;
	}
	log_info("stopping, %s", sigdescr_np((int)number));
	service_tell_stopping();
	supervise_stop(daemon, now);
}

static struct event *
add_event(struct daemon *daemon, int number, short what, event_callback_fn handler)
{
	const struct timeval interval = {.tv_usec = LOOK_MS * 1000};
	struct event *event = event_new(daemon->base, number, what | EV_PERSIST, handler, daemon);
	if (event == NULL || event_add(event, what == 0 ? &interval : NULL) < 0)
		fatal("no event for the loop");
	return event;
}

void
daemon_run(struct daemon *daemon)
{
	signal(SIGPIPE, SIG_IGN);
	daemon->base = event_base_new();
	if (daemon->base == NULL)
		fatal("no event loop");
	struct event *const events[] = {
	    add_event(daemon, -1, 0, on_look),
	    add_event(daemon, SIGTERM, EV_SIGNAL, on_signal),
	    add_event(daemon, SIGINT, EV_SIGNAL, on_signal),
	    add_event(daemon, SIGHUP, EV_SIGNAL, on_signal),
	};
	daemon->started_s = daemon->clock.wall().ms / 1000;
	daemon->watchdog_ms = notify_watchdog_ms();
	daemon->ready_due = true;
	event_limit_prepare(daemon->settings.watch.max_queued_events);
	supervise_init(daemon);
	reload_instances(daemon, daemon->clock.mono());
	supervise_look(daemon, daemon->clock.mono());
	if (event_base_dispatch(daemon->base) < 0)
		fatal("the event loop failed");
	for (size_t i = 0; i < ARRAY_LENGTH(events); i++)
		event_free(events[i]);
	event_base_free(daemon->base);
	log_info("stopped");
}

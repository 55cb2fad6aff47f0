/* SPDX-License-Identifier: ISC
 *
 * service.c - the lines for the service manager. Parent only.
 */
#include "watchdogd/parent/service.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/notify.h"
#include "watchdogd/parent/supervise.h"

#define STATUS_SIZE 256

static void
append(char text[STATUS_SIZE], size_t *length, const char *word)
{
	int n = snprintf(text + *length, STATUS_SIZE - *length, "%s", word);
	if (n > 0 && (size_t)n < STATUS_SIZE - *length)
		*length += (size_t)n;
}

/* "STATUS=mode observe, 1 instance; not ready: watch" */
static void
tell_status(const struct daemon *daemon)
{
	char text[STATUS_SIZE];
	int count = daemon->instances.count;
	size_t length = (size_t)snprintf(text, sizeof(text), "STATUS=mode %s, %d instance%s",
	    names_get(&names_mode, (int)daemon->settings.mode), count, count == 1 ? "" : "s");
	const char *before = "; not ready: ";
	for (int role = ROLE_PARENT + 1; role < ROLE_COUNT; role++) {
		if (!supervise_lacks(daemon, (enum role_name)role))
			continue;
		append(text, &length, before);
		append(text, &length, names_get(&names_role, role));
		before = " ";
	}
	notify_send(text);
}

void
service_tell_roles(struct daemon *daemon)
{
	if (daemon->stopping)
		return;
	tell_status(daemon);
	if (daemon->ready_due && supervise_is_ready(daemon)) {
		daemon->ready_due = false;
		notify_send("READY=1");
	}
}

void
service_tell_reloading(struct daemon *daemon, struct clock_mono now)
{
	char text[64];
	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%" PRId64, now.ms * 1000);
	notify_send(text);
	daemon->ready_due = true;
}

void
service_tell_reloaded(struct daemon *daemon)
{
	service_tell_roles(daemon);
}

void
service_tell_stopping(void)
{
	notify_send("STOPPING=1");
}

void
service_look(struct daemon *daemon, struct clock_mono now)
{
	if (daemon->watchdog_ms == 0 || now.ms < daemon->next_watchdog_ms ||
	    !supervise_is_sound(daemon, now))
		return;
	daemon->next_watchdog_ms = now.ms + daemon->watchdog_ms / 2;
	notify_send("WATCHDOG=1");
}

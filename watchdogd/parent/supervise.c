/* SPDX-License-Identifier: ISC
 *
 * supervise.c - one path for the first start, a crash and a reload: a role is started, told
 * everything, and linked with whoever is up; who is started later links itself. Parent only.
 */
#include "watchdogd/parent/supervise.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/spawn.h"
#include "watchdogd/parent/service.h"
#include "watchdogd/parent/wiring.h"

#define STOP_LIMIT_MS 10000
#define ENGINE_LIMIT_MS 3000 /* so much of it is the engine's, which hears the others out */

static const char *
name_of(const struct process *process)
{
	return names_get(&names_role, (int)process->role);
}

/* metrics answers where the settings say; nowhere: it is not there at all. */
bool
supervise_wants(const struct daemon *daemon, enum role_name role)
{
	return role != ROLE_METRICS || daemon->settings.metrics.listen[0] != '\0';
}

/* ---- the engine's knowledge of the roles ---- */

static void
tell_engine(struct daemon *daemon, const struct message_role *message)
{
	const struct process *engine = &daemon->processes[ROLE_ENGINE];
	if (process_is_up(engine))
		message_send(engine->channel, MESSAGE_TYPE_ROLE, message, -1);
}

static void
tell_engine_role(struct daemon *daemon, const struct process *process)
{
	const struct message_role message = {
	    .role = process->role,
	    .running = process->state == PROCESS_READY,
	    .pid = (uint64_t)process->pid,
	    .since_s = supervise_wants(daemon, process->role) ? (uint64_t)process->since_s : 0,
	    .restarts = process->restarts,
	};
	tell_engine(daemon, &message);
}

static void
tell_engine_all(struct daemon *daemon)
{
	const struct message_role ourselves = {
	    .role = ROLE_PARENT,
	    .running = 1,
	    .pid = (uint64_t)getpid(),
	    .since_s = (uint64_t)daemon->started_s,
	};
	tell_engine(daemon, &ourselves);
	for (int role = ROLE_PARENT + 1; role < ROLE_COUNT; role++)
		tell_engine_role(daemon, &daemon->processes[role]);
}

/* ---- a start ---- */

static void
send_config(const struct daemon *daemon, struct channel *channel)
{
	AUTO_FREE char *text = settings_encode(&daemon->settings);
	const struct message_config config = {
	    .text = {.data = (const uint8_t *)text, .length = strlen(text)},
	};
	const struct message_start start = {.start_s = (uint64_t)daemon->started_s};
	message_send(channel, MESSAGE_TYPE_CONFIG, &config, -1);
	for (int i = 0; i < daemon->instances.count; i++)
		message_send(channel, MESSAGE_TYPE_INSTANCE, &daemon->instances.list[i], -1);
	message_send(channel, MESSAGE_TYPE_START, &start, -1);
}

static void
schedule(struct process *process, struct clock_mono now, int64_t delay_ms)
{
	process->next_start_ms = now.ms + delay_ms;
}

static void
start_role(struct daemon *daemon, enum role_name role, struct clock_mono now)
{
	struct process *process = &daemon->processes[role];
	process->since_s = daemon->clock.wall().ms / 1000;
	int r = process_start(process, daemon->options->libexec_directory, now);
	if (r < 0) {
		schedule(process, now, backoff_next(&process->backoff, 0));
		return;
	}
	r = wiring_connect(daemon->processes, role);
	if (r < 0) { /* out of descriptors: its next start may find some */
		log_error("%s: cannot be linked: %s", name_of(process), log_errno(-r));
		process_stop(process, now, 0);
		return;
	}
	send_config(daemon, process->channel);
	if (role == ROLE_ENGINE)
		daemon->engine_due = false; /* one that died meanwhile has the new settings, too */
	log_debug("%s: started, pid %d", name_of(process), (int)process->pid);
	if (role == ROLE_ENGINE)
		tell_engine_all(daemon);
	else
		tell_engine_role(daemon, process);
}

/* ---- what processes report ---- */

static void
on_ready(struct process *process, void *owner)
{
	struct daemon *daemon = owner;
	log_info("%s: ready, pid %d", name_of(process), (int)process->pid);
	tell_engine_role(daemon, process);
	service_tell_roles(daemon);
}

static void
on_ended(struct process *process, int status, void *owner)
{
	struct daemon *daemon = owner;
	struct clock_mono now = daemon->clock.mono();
	int64_t delay_ms = 0;
	char how[64];
	spawn_describe(status, false, how, sizeof(how));
	if (process->ordered) {
		log_debug("%s: ended, %s", name_of(process), how);
	} else {
		delay_ms = backoff_next(&process->backoff, now.ms - process->started.ms);
		process->restarts++;
		log_warning("%s: ended, %s; starting again in %.1f s", name_of(process), how,
		    (double)delay_ms / 1000);
	}
	schedule(process, now, delay_ms);
	tell_engine_role(daemon, process);
	service_tell_roles(daemon);
}

static const struct process_handlers handlers = {.on_ready = on_ready, .on_ended = on_ended};

void
supervise_init(struct daemon *daemon)
{
	for (int role = 0; role < ROLE_COUNT; role++)
		process_init(&daemon->processes[role], (enum role_name)role, daemon->base,
		    &handlers, daemon);
}

/* Alert ends before the engine: a mail that is under way has its result written down, and is not
 * sent again by the next engine. */
void
supervise_restart(struct daemon *daemon, unsigned roles, struct clock_mono now)
{
	const unsigned both = 1U << ROLE_ALERT | 1U << ROLE_ENGINE;
	if ((roles & both) == both)
		daemon->engine_due = true;
	if (daemon->engine_due) /* also for who asks while alert is ending: once is enough */
		roles &= ~(1U << ROLE_ENGINE);
	for (int role = ROLE_PARENT + 1; role < ROLE_COUNT; role++)
		if ((roles & 1U << role) != 0)
			process_stop(&daemon->processes[role], now, STOP_LIMIT_MS);
}

static void
carry_on_restart(struct daemon *daemon, struct clock_mono now)
{
	if (!daemon->engine_due || daemon->processes[ROLE_ALERT].state == PROCESS_STOPPING)
		return;
	daemon->engine_due = false;
	process_stop(&daemon->processes[ROLE_ENGINE], now, STOP_LIMIT_MS);
}

/* ---- the end ---- */

static bool
all_ended(const struct daemon *daemon, bool engine_too)
{
	for (int role = ROLE_PARENT + 1; role < ROLE_COUNT; role++)
		if (daemon->processes[role].pid != 0 && (role != ROLE_ENGINE || engine_too))
			return false;
	return true;
}

void
supervise_stop(struct daemon *daemon, struct clock_mono now)
{
	static const enum role_name order[] = {
	    ROLE_METRICS, ROLE_CONTROL, ROLE_ALERT, ROLE_REMEDY, ROLE_WATCH};
	if (daemon->stopping)
		return;
	daemon->stopping = true;
	daemon->stop_ms = now.ms + STOP_LIMIT_MS;
	for (size_t i = 0; i < ARRAY_LENGTH(order); i++)
		process_stop(&daemon->processes[order[i]], now, STOP_LIMIT_MS);
}

/* The engine stops last: what the others still had to say is written down. */
static void
carry_on_stop(struct daemon *daemon, struct clock_mono now)
{
	struct process *engine = &daemon->processes[ROLE_ENGINE];
	bool others_ended = all_ended(daemon, false);
	int64_t left_ms = daemon->stop_ms - now.ms;
	if (engine->pid != 0 && engine->state != PROCESS_STOPPING &&
	    (others_ended || left_ms <= ENGINE_LIMIT_MS))
		process_stop(engine, now, left_ms > ENGINE_LIMIT_MS ? left_ms : ENGINE_LIMIT_MS);
	if (all_ended(daemon, true))
		event_base_loopbreak(daemon->base);
}

void
supervise_look(struct daemon *daemon, struct clock_mono now)
{
	for (int role = ROLE_PARENT + 1; role < ROLE_COUNT; role++) {
		struct process *process = &daemon->processes[role];
		process_look(process, now);
		if (process->state == PROCESS_DOWN && now.ms >= process->next_start_ms &&
		    !daemon->stopping && supervise_wants(daemon, (enum role_name)role))
			start_role(daemon, (enum role_name)role, now);
	}
	if (daemon->stopping)
		carry_on_stop(daemon, now);
	else
		carry_on_restart(daemon, now);
}

bool
supervise_lacks(const struct daemon *daemon, enum role_name role)
{
	return supervise_wants(daemon, role) && daemon->processes[role].state != PROCESS_READY;
}

bool
supervise_is_ready(const struct daemon *daemon)
{
	for (int role = ROLE_PARENT + 1; role < ROLE_COUNT; role++)
		if (role != ROLE_METRICS && supervise_lacks(daemon, (enum role_name)role))
			return false;
	return true;
}

bool
supervise_is_sound(const struct daemon *daemon, struct clock_mono now)
{
	for (int role = ROLE_PARENT + 1; role < ROLE_COUNT; role++)
		if (!process_is_sound(&daemon->processes[role], now))
			return false;
	return true;
}

/* SPDX-License-Identifier: ISC
 *
 * process.c - one role as a process. Parent only. A role is not trusted to end by itself, to
 * answer, or to send what it should: whatever it does wrong ends in SIGKILL and a new start.
 * Invariant: in PROCESS_DOWN it has neither pid nor channel.
 */
#include "watchdogd/parent/process.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "lib/spawn.h"
#include "watchdogd/role.h"

#define PING_MS 5000
#define ANSWER_MS 30000 /* without a word: dead */
#define ANSWER_START_MS 120000 /* until READY: watch reads the whole queue first */
#define ANSWER_REMEDY_MS 600000 /* it waits for Postfix's programs */
#define END_MS 2000 /* from the end of its channel to its end */
#define LATE_MS 5000 /* SIGKILL that does not kill */

static const char *
name_of(const struct process *process)
{
	return names_get(&names_role, (int)process->role);
}

static void
kill_now(struct process *process, struct clock_mono now, const char *why)
{
	log_error("%s: killed, %s", name_of(process), why);
	pidfd_send_signal(process->pidfd, SIGKILL, NULL, 0);
	process->state = PROCESS_STOPPING;
	process->kill_ms = now.ms;
}

/* ---- what it says ---- */

static void
on_frame(struct channel *channel UNUSED, struct channel_frame *frame, void *owner)
{
	struct process *process = owner;
	struct message_ready ready;
	process->heard = true;
	if (frame->type == MESSAGE_TYPE_PONG)
		return;
	if (frame->type != MESSAGE_TYPE_READY ||
	    message_decode(MESSAGE_TYPE_READY, frame->payload, frame->length, &ready) < 0) {
		log_error("%s: sent a frame of type %u", name_of(process), frame->type);
		pidfd_send_signal(process->pidfd, SIGKILL, NULL, 0);
		return;
	}
	if (process->state != PROCESS_STARTING)
		return;
	process->state = PROCESS_READY;
	process->handlers->on_ready(process, process->owner);
}

/* Most often it is just ending. process_look() gives it a moment for that. */
static void
on_channel_end(struct channel *channel, const char *reason, void *owner)
{
	struct process *process = owner;
	log_debug("%s: channel lost, %s", name_of(process), reason);
	process->channel = NULL;
	process->state = PROCESS_STOPPING;
	channel_free(channel);
}

static const struct channel_handlers channel_handlers = {
    .on_frame = on_frame,
    .on_end = on_channel_end,
};

/* ---- its end ---- */

void
process_done(struct process *process)
{
	channel_free(process->channel);
	process->channel = NULL;
	if (process->ended != NULL)
		event_free(process->ended);
	process->ended = NULL;
	guard_close(&process->pidfd);
	process->pidfd = -1;
	process->pid = 0;
	process->kill_ms = 0;
	process->state = PROCESS_DOWN;
}

static void
on_ended(evutil_socket_t fd UNUSED, short what UNUSED, void *owner)
{
	struct process *process = owner;
	int status;
	pid_t pid = waitpid(process->pid, &status, WNOHANG);
	if (pid == 0 || (pid < 0 && errno == EINTR))
		return;
	if (pid < 0)
		panic("%s: cannot be waited for: %s", name_of(process), log_errno(errno));
	process_done(process);
	process->handlers->on_ended(process, status, process->owner);
}

/* ---- its start ---- */

void
process_init(struct process *process, enum role_name role, struct event_base *base,
    const struct process_handlers *handlers, void *owner)
{
	*process = (struct process){
	    .role = role,
	    .state = PROCESS_DOWN,
	    .pidfd = -1,
	    .base = base,
	    .handlers = handlers,
	    .owner = owner,
	};
}

/* The few variables that a role needs: where its lines go, and the time zone in them. */
static size_t
choose_environment(char *texts[2])
{
	static const char *const names[] = {"JOURNAL_STREAM", "TZ"};
	size_t count = 0;
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
		if (getenv(names[i]) != NULL)
			texts[count++] = mem_format("%s=%s", names[i], getenv(names[i]));
	return count;
}

/* Without PR_SET_PDEATHSIG: when we are gone, a role finishes what it is at and ends. */
static int
spawn_role(struct process *process, const char *directory, int role_end)
{
	AUTO_FREE char *path = mem_format("%s/%s", directory, name_of(process));
	char *chosen[2];
	size_t count = choose_environment(chosen);
	const char *environment[ARRAY_LENGTH(chosen) + 1] = {NULL};
	for (size_t i = 0; i < count; i++)
		environment[i] = chosen[i];
	const char *const argv[] = {name_of(process), NULL};
	const struct spawn_fd fds[] = {{.from = role_end, .to = ROLE_PARENT_FD}};
	const struct spawn spawn = {
	    .path = path,
	    .argv = argv,
	    .env = environment,
	    .fds = fds,
	    .fd_count = ARRAY_LENGTH(fds),
	};
	int r = spawn_start(&spawn, &process->pid, &process->pidfd);
	for (size_t i = 0; i < count; i++)
		free(chosen[i]);
	if (r < 0)
		log_error("%s: cannot be started: %s: %s", name_of(process), path, log_errno(-r));
	return r;
}

int
process_start(struct process *process, const char *directory, struct clock_mono now)
{
	int ends[2];
	int r = channel_pair(ends);
	if (r < 0)
		return r;
	AUTO_CLOSE int role_end = ends[1];
	AUTO_CLOSE int our_end = ends[0];
	r = spawn_role(process, directory, role_end);
	if (r < 0)
		return r;
	process->channel = channel_new(process->base, TAKE_FD(our_end), &channel_handlers, process);
	process->ended =
	    event_new(process->base, process->pidfd, EV_READ | EV_PERSIST, on_ended, process);
	if (process->ended == NULL || event_add(process->ended, NULL) < 0)
		fatal("%s: no event for its end", name_of(process));
	process->state = PROCESS_STARTING;
	process->started = process->last_heard = process->last_ping = now;
	process->heard = process->ordered = false;
	return 0;
}

/* ---- its life ---- */

bool
process_is_up(const struct process *process)
{
	return process->channel != NULL &&
	    (process->state == PROCESS_STARTING || process->state == PROCESS_READY);
}

void
process_stop(struct process *process, struct clock_mono now, int64_t limit_ms)
{
	const struct message_stop stop = {0};
	if (process->pid == 0)
		return;
	if (process->channel != NULL)
		message_send(process->channel, MESSAGE_TYPE_STOP, &stop, -1);
	process->ordered = true;
	process->state = PROCESS_STOPPING;
	process->kill_ms = now.ms + limit_ms;
}

static int64_t
answer_limit(const struct process *process)
{
	if (process->role == ROLE_REMEDY)
		return ANSWER_REMEDY_MS;
	return process->state == PROCESS_STARTING ? ANSWER_START_MS : ANSWER_MS;
}

static void
look_at_stopping(struct process *process, struct clock_mono now)
{
	if (process->kill_ms == 0)
		process->kill_ms = now.ms + END_MS;
	if (now.ms >= process->kill_ms)
		pidfd_send_signal(process->pidfd, SIGKILL, NULL, 0);
}

void
process_look(struct process *process, struct clock_mono now)
{
	if (process->state == PROCESS_STOPPING)
		look_at_stopping(process, now);
	if (!process_is_up(process))
		return;
	if (process->heard)
		process->last_heard = now;
	process->heard = false;
	if (now.ms - process->last_heard.ms > answer_limit(process)) {
		kill_now(process, now, "it does not answer");
		return;
	}
	if (now.ms - process->last_ping.ms >= PING_MS) {
		const struct message_ping ping = {.number = ++process->pings};
		process->last_ping = now;
		message_send(process->channel, MESSAGE_TYPE_PING, &ping, -1);
	}
}

bool
process_is_sound(const struct process *process, struct clock_mono now)
{
	return process->state != PROCESS_STOPPING || process->kill_ms == 0 ||
	    now.ms < process->kill_ms + LATE_MS;
}

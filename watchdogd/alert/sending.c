/* SPDX-License-Identifier: ISC
 *
 * sending.c - the queue of mails and the processes that send them. The stages in order: taken,
 * waiting, under way, ended.
 */
#include "watchdogd/alert/sending.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "lib/spawn.h"
#include "watchdogd/alert/job_file.h"
#include "watchdogd/alert/mail.h"
#include "watchdogd/alert/results.h"

#define ASKERS_MAX 8
#define RESULT_FD 3 /* of send */
#define GRACE_S 5 /* send ends itself at the time limit; this much later we do */

struct sending {
	TAILQ_ENTRY(sending) entry;
	struct sendings *sendings;
	uint64_t notice;
	int relay; /* index in the settings */
	char message_id[sizeof(((struct message_notice *)NULL)->message_id)];
	char *job; /* until it is started */
	int askers[ASKERS_MAX]; /* pipes */
	int asker_count;
	int told; /* index of the asker that send itself tells, once it runs */
	pid_t pid; /* 0: waits */
	int pidfd;
	int result_fd; /* read end: send's line for us */
	struct event *event; /* on pidfd */
};

struct sendings {
	struct sendings_parts parts;
	TAILQ_HEAD(sending_list, sending) list; /* those that wait are behind those under way */
	int count, running;
	bool finishing;
	struct results *results;
};

struct sendings *
sendings_new(const struct sendings_parts *parts)
{
	struct sendings *sendings = mem_alloc(sizeof(*sendings));
	sendings->parts = *parts;
	sendings->results = results_new();
	TAILQ_INIT(&sendings->list);
	return sendings;
}

static void
sending_free(struct sending *sending)
{
	TAILQ_REMOVE(&sending->sendings->list, sending, entry);
	sending->sendings->count--;
	for (int i = 0; i < sending->asker_count; i++)
		close(sending->askers[i]);
	if (sending->event != NULL)
		event_free(sending->event);
	guard_close(&sending->pidfd);
	guard_close(&sending->result_fd);
	free(sending->job);
	free(sending);
}

void
sendings_free(struct sendings *sendings)
{
	if (sendings == NULL)
		return;
	while (!TAILQ_EMPTY(&sendings->list))
		sending_free(TAILQ_FIRST(&sendings->list));
	results_free(sendings->results);
	free(sendings);
}

/* The engine may be gone (EPIPE): it asks again. */
static void
tell_asker(int fd, const char *line)
{
	if (write(fd, line, strlen(line)) < 0 && errno != EPIPE)
		log_warning("result not told: %s", log_errno(errno));
}

/* ---- 4: ended ---- */

static void start_waiting(struct sendings *sendings);

/* True: send has said a line, to us and to its asker. Else it is ours to say. */
static bool
read_line(const struct sending *sending, int status, char line[RESULTS_LINE_SIZE])
{
	const struct settings *settings = sending->sendings->parts.settings;
	const struct settings_relay *relay = &settings->alert.relays[sending->relay];
	char how[64];
	ssize_t length = read(sending->result_fd, line, RESULTS_LINE_SIZE - 1);
	line[length > 0 ? length : 0] = '\0';
	if (length > 0)
		return true;
	if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGALRM || WTERMSIG(status) == SIGKILL))
		snprintf(how, sizeof(how), "no result in %" PRId64 " s", settings->alert.timeout_s);
	else
		spawn_describe(status, false, how, sizeof(how));
	snprintf(
	    line, RESULTS_LINE_SIZE, "451 %s:%" PRId64 ": %s\n", relay->host, relay->port, how);
	return false;
}

static void
finish_sending(struct sending *sending)
{
	struct sendings *sendings = sending->sendings;
	char line[RESULTS_LINE_SIZE];
	int status = 0;
	while (waitpid(sending->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	bool said = read_line(sending, status, line);
	results_add(sendings->results, sending->message_id, sending->relay, line);
	for (int i = 0; i < sending->asker_count; i++)
		if (!said || i != sending->told)
			tell_asker(sending->askers[i], line);
	sending_free(sending);
	sendings->running--;
}

static void
on_ended(evutil_socket_t pidfd UNUSED, short what, void *owner)
{
	struct sending *sending = owner;
	struct sendings *sendings = sending->sendings;
	if ((what & EV_READ) == 0) { /* it should have ended itself by now */
		kill(-sending->pid, SIGKILL);
		event_add(sending->event, NULL);
		return;
	}
	finish_sending(sending);
	start_waiting(sendings);
	if (sendings->finishing && sendings->running == 0)
		event_base_loopbreak(sendings->parts.base);
}

/* ---- 3: under way ---- */

static int
spawn_send(struct sending *sending, int job, int result)
{
	const char *program = sending->sendings->parts.program;
	const char *const argv[] = {program, NULL};
	sending->told = sending->asker_count - 1; /* the latest: the others may be gone */
	const struct spawn_fd fds[] = {
	    {job, STDIN_FILENO},
	    {result, STDOUT_FILENO},
	    {sending->askers[sending->told], RESULT_FD},
	};
	/* It outlives us when we are killed, and tells its asker what came of the mail. */
	const struct spawn spawn = {
	    .path = program,
	    .argv = argv,
	    .fds = fds,
	    .fd_count = ARRAY_LENGTH(fds),
	};
	return spawn_start(&spawn, &sending->pid, &sending->pidfd);
}

static int
start_sending(struct sending *sending)
{
	struct sendings *sendings = sending->sendings;
	int pipe_fds[2], job_fd;
	int r = job_file_open(sending->job, &job_fd);
	if (r < 0)
		return r;
	AUTO_CLOSE int job = job_fd;
	if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	sending->result_fd = pipe_fds[0];
	AUTO_CLOSE int result = pipe_fds[1];
	r = spawn_send(sending, job, result);
	if (r < 0)
		return r;
	const struct timeval limit = {
	    .tv_sec = sendings->parts.settings->alert.timeout_s + GRACE_S};
	sending->event =
	    event_new(sendings->parts.base, sending->pidfd, EV_READ, on_ended, sending);
	if (sending->event == NULL || event_add(sending->event, &limit) < 0)
		fatal("sending: no event");
	free(TAKE(sending->job));
	sendings->running++;
	return 0;
}

/* ---- 2: waiting ---- */

static struct sending *
find_waiting(const struct sendings *sendings)
{
	struct sending *sending;
	TAILQ_FOREACH(sending, &sendings->list, entry)
	if (sending->pid == 0)
		return sending;
	return NULL;
}

static void
give_up(struct sending *sending, int error)
{
	char line[RESULTS_LINE_SIZE];
	log_error("notice %" PRIu64 ": %s not started, %s", sending->notice,
	    sending->sendings->parts.program, log_errno(error));
	snprintf(line, sizeof(line), "451 send not started: %s\n", log_errno(error));
	for (int i = 0; i < sending->asker_count; i++)
		tell_asker(sending->askers[i], line);
	sending_free(sending);
}

static void
start_waiting(struct sendings *sendings)
{
	struct sending *sending;
	while (!sendings->finishing && sendings->running < SENDING_PROCESSES_MAX &&
	    (sending = find_waiting(sendings)) != NULL) {
		int r = start_sending(sending);
		if (r < 0)
			give_up(sending, -r);
	}
}

/* ---- 1: taken ---- */

static void
answer(int fd, const char *line)
{
	tell_asker(fd, line);
	close(fd);
}

/* It is waiting or under way already: one more wants to know. */
static bool
attach(struct sendings *sendings, const struct message_notice *notice, int fd)
{
	struct sending *sending;
	TAILQ_FOREACH(sending, &sendings->list, entry)
	{
		if ((uint64_t)sending->relay != notice->relay ||
		    strcmp(sending->message_id, notice->message_id) != 0)
			continue;
		if (sending->asker_count == ASKERS_MAX)
			answer(fd, "451 asked for too often\n");
		else
			sending->askers[sending->asker_count++] = fd;
		return true;
	}
	return false;
}

static void
add(struct sendings *sendings, const struct message_notice *notice, char *job, int fd)
{
	struct sending *sending = mem_alloc(sizeof(*sending));
	sending->sendings = sendings;
	sending->notice = notice->notice;
	sending->relay = (int)notice->relay;
	memcpy(sending->message_id, notice->message_id, sizeof(sending->message_id));
	sending->job = job;
	sending->askers[sending->asker_count++] = fd;
	sending->pidfd = sending->result_fd = -1;
	TAILQ_INSERT_TAIL(&sendings->list, sending, entry);
	sendings->count++;
}

/* Why relay number notice->relay cannot be asked, or NULL. */
static const char *
find_problem(const struct sendings *sendings, const struct message_notice *notice)
{
	if (notice->relay >= (uint64_t)sendings->parts.settings->alert.relay_count)
		return "no relay is configured";
	if (sendings->parts.secrets[notice->relay].problem[0] != '\0')
		return sendings->parts.secrets[notice->relay].problem;
	return sendings->count == SENDING_MAX ? "too many mails wait" : NULL;
}

static void
begin(struct sendings *sendings, const struct message_notice *notice, int fd)
{
	const struct settings *settings = sendings->parts.settings;
	const char *problem = find_problem(sendings, notice);
	char text[RESULTS_LINE_SIZE];
	AUTO_FREE char *mail = NULL;
	if (problem != NULL) {
		snprintf(text, sizeof(text), "451 %s\n", problem);
		answer(fd, text);
	} else if (mail_build(notice, settings->alert.from, &mail, &problem) < 0) {
		snprintf(text, sizeof(text), "550 %s\n", problem);
		answer(fd, text);
	} else {
		const struct job_file_parts job = {
		    .relay = &settings->alert.relays[notice->relay],
		    .password = sendings->parts.secrets[notice->relay].text,
		    .recipient = notice->recipient,
		    .mail = mail,
		};
		add(sendings, notice, job_file_format(settings, &job), fd);
		start_waiting(sendings);
	}
}

void
sendings_add(struct sendings *sendings, const struct message_notice *notice, int fd)
{
	const char *line = results_find(sendings->results, notice->message_id, (int)notice->relay);
	if (line != NULL)
		answer(fd, line);
	else if (attach(sendings, notice, fd))
		log_info("notice %" PRIu64 ": asked for again, under way", notice->notice);
	else
		begin(sendings, notice, fd);
}

void
sendings_finish(struct sendings *sendings, int limit_s)
{
	const struct timeval limit = {.tv_sec = limit_s};
	sendings->finishing = true;
	if (sendings->running == 0)
		return;
	log_info("mails under way: %d, waiting for them", sendings->running);
	event_base_loopexit(sendings->parts.base, &limit);
	event_base_dispatch(sendings->parts.base);
}

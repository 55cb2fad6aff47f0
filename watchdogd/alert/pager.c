/* SPDX-License-Identifier: ISC
 *
 * pager.c - programs that run, each with its notice.
 */
#include "watchdogd/alert/pager.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "lib/spawn.h"
#include "proto/letter.h"
#include "proto/letter_text.h"
#include "watchdogd/alert/job_file.h"
#include "watchdogd/alert/results.h"

#define PROGRAM_RELAY 0 /* results.h tells relays apart; there is but one program */

struct page {
	struct pager *pager;
	char message_id[sizeof(((struct message_notice *)NULL)->message_id)]; /* empty: is free */
	int asker; /* the latest: the one before is gone */
	pid_t pid;
	int pidfd;
	bool late;
	struct event *event; /* on pidfd */
};

struct pager {
	struct event_base *base;
	const struct settings *settings;
	struct page pages[PAGER_MAX];
	struct results *results;
};

struct pager *
pager_new(struct event_base *base, const struct settings *settings)
{
	struct pager *pager = mem_alloc(sizeof(*pager));
	pager->base = base;
	pager->settings = settings;
	pager->results = results_new();
	return pager;
}

static void
answer(int fd, const char *line)
{
	if (write(fd, line, strlen(line)) < 0 && errno != EPIPE)
		log_warning("result not told: %s", log_errno(errno));
	close(fd);
}

static void
page_clear(struct page *page)
{
	if (page->event != NULL)
		event_free(page->event);
	guard_close(&page->pidfd);
	*page = (struct page){0};
}

void
pager_free(struct pager *pager)
{
	if (pager == NULL)
		return;
	for (int i = 0; i < PAGER_MAX; i++) {
		struct page *page = &pager->pages[i];
		if (page->message_id[0] == '\0')
			continue;
		kill(-page->pid, SIGKILL);
		close(page->asker);
		page_clear(page);
	}
	results_free(pager->results);
	free(pager);
}

/* ---- what it is given ---- */

char *
pager_format(const struct message_notice *notice)
{
	struct letter_head head;
	char *text = NULL;
	size_t length = 0;
	if (letter_read_head(notice->body.data, notice->body.length, &head) < 0)
		return NULL;
	FILE *out = open_memstream(&text, &length);
	if (out == NULL)
		fatal("page: no memory");
	letter_write_text(out, notice->body.data, notice->body.length);
	if (fclose(out) != 0)
		fatal("page: no memory");
	json_t *document =
	    json_pack("{s:s, s:s, s:s, s:I, s:I, s:s}", "subject", notice->subject, "text", text,
		"kind", head.kind, "incident", (json_int_t)strtoll(head.incident, NULL, 10),
		"created", (json_int_t)notice->created_s, "id", notice->message_id);
	free(text);
	char *json = json_dumps(document, JSON_COMPACT); /* NULL, too, when there is no document */
	json_decref(document);
	return json;
}

/* ---- running ---- */

static void
on_ended(evutil_socket_t pidfd UNUSED, short what, void *owner)
{
	struct page *page = owner;
	struct pager *pager = page->pager;
	char line[RESULTS_LINE_SIZE], how[64];
	int status = 0;
	if ((what & EV_READ) == 0) {
		page->late = true;
		kill(-page->pid, SIGKILL);
		event_add(page->event, NULL);
		return;
	}
	while (waitpid(page->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	spawn_describe(status, page->late, how, sizeof(how));
	snprintf(line, sizeof(line), "%d %.700s: %s\n", status == 0 ? 250 : 451,
	    pager->settings->alert.exec[0], how);
	results_add(pager->results, page->message_id, PROGRAM_RELAY, line);
	answer(page->asker, line);
	page_clear(page);
}

static int
start(struct page *page, const char *json)
{
	const struct settings *settings = page->pager->settings;
	const char *argv[SETTINGS_EXEC_MAX + 1] = {NULL};
	const struct timeval limit = {.tv_sec = settings->alert.timeout_s};
	int input_fd;
	int r = job_file_open(json, &input_fd);
	if (r < 0)
		return r;
	AUTO_CLOSE int input = input_fd;
	for (int i = 0; i < settings->alert.exec_count; i++)
		argv[i] = settings->alert.exec[i];
	const struct spawn_fd fds[] = {{input, STDIN_FILENO}};
	const struct spawn spawn = {
	    .path = argv[0],
	    .argv = argv,
	    .fds = fds,
	    .fd_count = ARRAY_LENGTH(fds),
	    .dies_with_us = true,
	};
	r = spawn_start(&spawn, &page->pid, &page->pidfd);
	if (r < 0)
		return r;
	page->event = event_new(page->pager->base, page->pidfd, EV_READ, on_ended, page);
	if (page->event == NULL || event_add(page->event, &limit) < 0)
		fatal("page: no event");
	return 0;
}

static void
begin(struct pager *pager, const struct message_notice *notice, int fd)
{
	AUTO_FREE char *json = pager_format(notice);
	struct page *page = NULL;
	for (int i = 0; i < PAGER_MAX; i++)
		if (pager->pages[i].message_id[0] == '\0')
			page = &pager->pages[i];
	if (pager->settings->alert.exec_count == 0 || page == NULL || json == NULL) {
		answer(fd,
		    json == NULL       ? "550 the letter has no head\n"
			: page == NULL ? "451 too many programs run\n"
				       : "451 no program is configured\n");
		return;
	}
	*page = (struct page){.pager = pager, .asker = fd, .pidfd = -1};
	memcpy(page->message_id, notice->message_id, sizeof(page->message_id));
	int r = start(page, json);
	if (r == 0)
		return;
	char line[RESULTS_LINE_SIZE];
	snprintf(line, sizeof(line), "451 %.700s not started: %s\n", pager->settings->alert.exec[0],
	    log_errno(-r));
	log_error("notice %" PRIu64 ": %.700s not started, %s", notice->notice,
	    pager->settings->alert.exec[0], log_errno(-r));
	answer(fd, line);
	page_clear(page);
}

void
pager_add(struct pager *pager, const struct message_notice *notice, int fd)
{
	const char *line = results_find(pager->results, notice->message_id, PROGRAM_RELAY);
	if (line != NULL) {
		answer(fd, line);
		return;
	}
	for (int i = 0; i < PAGER_MAX; i++) {
		struct page *page = &pager->pages[i];
		if (strcmp(page->message_id, notice->message_id) != 0)
			continue;
		close(page->asker); /* an engine that was killed */
		page->asker = fd;
		return;
	}
	begin(pager, notice, fd);
}

/* SPDX-License-Identifier: ISC
 *
 * main.c - the alert role: mails notices. Takes NOTICE with a pipe from the engine, builds the mail
 * and has `send` deliver it to the relay that the engine names. Runs unprivileged, opens no file after its start, speaks to no network
 * itself (it holds no connect()) and can execute nothing but send and, where there is one, the
 * program of alert.exec with what that runs. The engine is not trusted
 * further than a notice's text goes.
 *
 * Its system call filter must allow what send needs as well, since send inherits it; send narrows
 * itself to the network, without exec.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "watchdogd/alert/pager.h"
#include "watchdogd/alert/secret.h"
#include "watchdogd/alert/sending.h"
#include "watchdogd/role.h"

#define FINISH_S 6 /* of the ten that the parent gives */
#define RESTART_S 60 /* when a password could not be read */
#define PATHS_FIXED 8
#define PATHS_PROGRAM 6 /* of what alert.exec may run and read */

struct alert {
	char program[PATH_MAX]; /* send's path: it lies beside us */
	struct secret secrets[SETTINGS_RELAYS_MAX]; /* of each relay */
	struct sendings *sendings;
	struct pager *pager;
	struct event *restart;
	struct sandbox_path paths[PATHS_FIXED + SETTINGS_RELAYS_MAX + PATHS_PROGRAM];
};

/* ---- while we are root ---- */

static void
find_program(struct alert *alert)
{
	ssize_t length = readlink("/proc/self/exe", alert->program, sizeof(alert->program) - 1);
	if (length < 0)
		fatal("own path: %s", log_errno(errno));
	char *name = memrchr(alert->program, '/', (size_t)length);
	if (name == NULL || (size_t)(name - alert->program) + sizeof("/send") > PATH_MAX)
		fatal("own path: has no directory");
	memcpy(name, "/send", sizeof("/send"));
}

static void
load_secrets(struct alert *alert, const struct settings *settings)
{
	for (int i = 0; i < settings->alert.relay_count; i++)
		if (settings->alert.relays[i].user[0] != '\0')
			secret_load(settings->alert.relays[i].password_file, &alert->secrets[i]);
}

/* It is confined as we are, and may run what the system has: a shell, curl. It writes nothing. */
static size_t
add_program_paths(const struct settings *settings, struct sandbox_path *paths)
{
	const struct sandbox_path own[PATHS_PROGRAM] = {
	    {settings->alert.exec[0], SANDBOX_EXECUTE},
	    {"/bin", SANDBOX_EXECUTE | SANDBOX_READ},
	    {"/usr", SANDBOX_EXECUTE | SANDBOX_READ},
	    {"/lib", SANDBOX_EXECUTE | SANDBOX_READ},
	    {"/lib64", SANDBOX_EXECUTE | SANDBOX_READ},
	    {"/dev/urandom", SANDBOX_READ},
	};
	memcpy(paths, own, sizeof(own));
	return PATHS_PROGRAM;
}

static void
prepare(struct role *role, struct sandbox *sandbox)
{
	struct alert *alert = mem_alloc(sizeof(*alert));
	const struct settings *settings = &role->settings;
	role->state = alert;
	find_program(alert);
	load_secrets(alert, settings);
	/* send's needs, as it inherits this; libraries are added by the sandbox. */
	const struct sandbox_path paths[PATHS_FIXED] = {
	    {alert->program, SANDBOX_EXECUTE},
	    {"/etc", SANDBOX_READ},
	    {"/usr/share/zoneinfo", SANDBOX_READ},
	    {"/usr/share/ca-certificates", SANDBOX_READ},
	    {"/usr/local/share/ca-certificates", SANDBOX_READ},
	    {"/run/systemd/resolve", SANDBOX_READ},
	    {"/run/resolvconf", SANDBOX_READ},
	    {"/run/NetworkManager", SANDBOX_READ},
	};
	memcpy(alert->paths, paths, sizeof(paths));
	size_t count = PATHS_FIXED;
	for (int i = 0; i < settings->alert.relay_count; i++)
		if (settings->alert.relays[i].ca_file[0] != '\0')
			alert->paths[count++] =
			    (struct sandbox_path){settings->alert.relays[i].ca_file, SANDBOX_READ};
	if (settings->alert.exec_count > 0)
		count += add_program_paths(settings, &alert->paths[count]);
	sandbox->user = settings->user;
	sandbox->landlock = true;
	sandbox->paths = alert->paths;
	sandbox->path_count = count;
	sandbox->calls = SANDBOX_CALLS_SPAWN;
}

/* ---- after that ---- */

static const char *
find_problem(const struct alert *alert)
{
	for (int i = 0; i < SETTINGS_RELAYS_MAX; i++)
		if (alert->secrets[i].problem[0] != '\0')
			return alert->secrets[i].problem;
	return NULL;
}

/* Only root can look at a password again, so we start anew. */
static void
on_restart(evutil_socket_t fd UNUSED, short what UNUSED, void *owner)
{
	fatal("%s; starting anew to read it again", find_problem(owner));
}

static void
start(struct role *role)
{
	struct alert *alert = role->state;
	const struct sendings_parts parts = {
	    .base = role->base,
	    .settings = &role->settings,
	    .program = alert->program,
	    .secrets = alert->secrets,
	};
	alert->sendings = sendings_new(&parts);
	alert->pager = pager_new(role->base, &role->settings);
	if (find_problem(alert) == NULL)
		return;
	const struct timeval delay = {.tv_sec = RESTART_S};
	alert->restart = evtimer_new(role->base, on_restart, alert);
	if (alert->restart == NULL || event_add(alert->restart, &delay) < 0)
		fatal("no event");
}

static int
on_frame(struct role *role, enum role_name peer UNUSED, struct channel_frame *frame)
{
	struct alert *alert = role->state;
	struct message_notice notice;
	if (frame->type != MESSAGE_TYPE_NOTICE || frame->fd < 0)
		return -EBADMSG;
	int r = message_decode(MESSAGE_TYPE_NOTICE, frame->payload, frame->length, &notice);
	if (r < 0)
		return r;
	if (notice.program != 0)
		pager_add(alert->pager, &notice, TAKE_FD(frame->fd));
	else
		sendings_add(alert->sendings, &notice, TAKE_FD(frame->fd));
	return 0;
}

static void
stop(struct role *role)
{
	struct alert *alert = role->state;
	sendings_finish(alert->sendings, FINISH_S);
	sendings_free(alert->sendings);
	pager_free(alert->pager);
	if (alert->restart != NULL)
		event_free(alert->restart);
	explicit_bzero(alert->secrets, sizeof(alert->secrets));
	free(alert);
}

int
main(void)
{
	static const struct role_program program = {
	    .name = ROLE_ALERT,
	    .prepare = prepare,
	    .start = start,
	    .on_frame = on_frame,
	    .stop = stop,
	};
	return role_main(&program);
}

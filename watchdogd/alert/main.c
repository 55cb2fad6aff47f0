/* SPDX-License-Identifier: ISC
 *
 * main.c - the alert role: mails notices. Takes NOTICE with a pipe from the engine, builds the mail
 * and has `send` deliver it. Runs unprivileged, opens no file after its start, speaks to no network
 * itself (it holds no connect()) and can execute nothing but send. The engine is not trusted
 * further than a notice's text goes.
 *
 * Its system call filter must allow what send needs as well, since send inherits it; send narrows
 * itself to the network, without exec.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "watchdogd/alert/sending.h"
#include "watchdogd/role.h"

#define PASSWORD_MAX 511 /* bytes */
#define FINISH_S 6 /* of the ten that the parent gives */
#define RESTART_S 60 /* when the password could not be read */

struct alert {
	char program[PATH_MAX]; /* send's path: it lies beside us */
	char password[PASSWORD_MAX + 2];
	char problem[SETTINGS_PATH_SIZE + 128]; /* why nothing can be sent, or empty */
	struct sendings *sendings;
	struct event *restart;
	struct sandbox_path paths[10];
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

static int
read_password(const char *path, char password[PASSWORD_MAX + 2])
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -errno;
	ssize_t length = read(fd, password, PASSWORD_MAX + 1);
	if (length < 0)
		return -errno;
	while (length > 0 && (password[length - 1] == '\n' || password[length - 1] == '\r'))
		length--;
	password[length] = '\0';
	for (ssize_t i = 0; i < length; i++)
		if ((unsigned char)password[i] < ' ' || password[i] == '\x7f')
			return -EINVAL;
	return length == 0 ? -ENODATA : length > PASSWORD_MAX ? -E2BIG : 0;
}

/* A password that cannot be read must not keep the daemon down: notices wait, and say why. */
static void
load_password(struct alert *alert, const struct settings *settings)
{
	if (settings->alert.relay[0] == '\0' || settings->alert.user[0] == '\0')
		return;
	int r = read_password(settings->alert.password_file, alert->password);
	if (r == 0)
		return;
	snprintf(alert->problem, sizeof(alert->problem), "password file %s: %s",
	    settings->alert.password_file,
	    r == -EINVAL        ? "has more than one line or control characters"
		: r == -ENODATA ? "is empty"
				: log_errno(-r));
	log_error("%s; no mail is sent", alert->problem);
}

static void
prepare(struct role *role, struct sandbox *sandbox)
{
	struct alert *alert = mem_alloc(sizeof(*alert));
	const struct settings *settings = &role->settings;
	role->state = alert;
	find_program(alert);
	load_password(alert, settings);
	/* send's needs, as it inherits this; libraries are added by the sandbox. */
	const struct sandbox_path paths[] = {
	    {alert->program, SANDBOX_EXECUTE},
	    {"/etc", SANDBOX_READ},
	    {"/usr/share/zoneinfo", SANDBOX_READ},
	    {"/usr/share/ca-certificates", SANDBOX_READ},
	    {"/usr/local/share/ca-certificates", SANDBOX_READ},
	    {"/run/systemd/resolve", SANDBOX_READ},
	    {"/run/resolvconf", SANDBOX_READ},
	    {"/run/NetworkManager", SANDBOX_READ},
	    {settings->alert.ca_file, SANDBOX_READ},
	};
	memcpy(alert->paths, paths, sizeof(paths));
	sandbox->user = settings->user;
	sandbox->landlock = true;
	sandbox->paths = alert->paths;
	sandbox->path_count = ARRAY_LENGTH(paths) - (settings->alert.ca_file[0] == '\0');
	sandbox->calls = SANDBOX_CALLS_SPAWN;
}

/* ---- after that ---- */

/* Only root can look at the password again, so we start anew. */
static void
on_restart(evutil_socket_t fd UNUSED, short what UNUSED, void *owner)
{
	const struct alert *alert = owner;
	fatal("%s; starting anew to read it again", alert->problem);
}

static void
start(struct role *role)
{
	struct alert *alert = role->state;
	const struct sendings_parts parts = {
	    .base = role->base,
	    .settings = &role->settings,
	    .program = alert->program,
	    .password = alert->password,
	};
	alert->sendings = sendings_new(&parts);
	if (alert->problem[0] == '\0')
		return;
	const struct timeval delay = {.tv_sec = RESTART_S};
	alert->restart = evtimer_new(role->base, on_restart, alert);
	if (alert->restart == NULL || event_add(alert->restart, &delay) < 0)
		fatal("no event");
}

static void
refuse(int fd, const char *why)
{
	char line[sizeof(((struct alert *)NULL)->problem) + 8];
	int length = snprintf(line, sizeof(line), "451 %s\n", why);
	if (write(fd, line, (size_t)length) < 0 && errno != EPIPE)
		log_warning("result not told: %s", log_errno(errno));
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
	if (role->settings.alert.relay[0] == '\0')
		refuse(frame->fd, "no relay is configured");
	else if (alert->problem[0] != '\0')
		refuse(frame->fd, alert->problem);
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
	if (alert->restart != NULL)
		event_free(alert->restart);
	explicit_bzero(alert->password, sizeof(alert->password));
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

/* SPDX-License-Identifier: ISC
 *
 * main.c - the metrics role: answers Prometheus at a loopback address. User _postfix-watchdog; a
 * socket that was opened before the sandbox, the store for reading; no exec, no socket of its own,
 * no link to any role. It runs only where metrics.listen names an address. It trusts no byte of its
 * clients, who may be anybody on this machine.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/loopback.h"
#include "lib/mem.h"
#include "proto/ctl.h"
#include "watchdogd/metrics/page.h"
#include "watchdogd/role.h"

#define BACKLOG 64

struct metrics {
	int fd;
	struct sandbox_path paths[1];
	struct page *page;
};

static int64_t
now_s(void)
{
	return clock_wall_now().ms / 1000;
}

static int
listen_at(const char *text, int *ret_fd)
{
	struct sockaddr_storage address;
	socklen_t length;
	const int on = 1;
	int r = loopback_parse(text, &address, &length);
	if (r < 0)
		return r;
	AUTO_CLOSE int fd =
	    socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	/* a start right after an end finds the address taken else */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(fd, (const struct sockaddr *)&address, length) < 0 || listen(fd, BACKLOG) < 0)
		return -errno;
	*ret_fd = TAKE_FD(fd);
	return 0;
}

static void
prepare(struct role *role, struct sandbox *sandbox)
{
	const struct settings *settings = &role->settings;
	struct metrics *metrics = role->state = mem_alloc(sizeof(*metrics));
	int r = listen_at(settings->metrics.listen, &metrics->fd);
	if (r < 0)
		fatal("http: cannot listen at %s, %s", settings->metrics.listen, log_errno(-r));
	/* a reader of a WAL database writes its -shm file: locks are kept there */
	metrics->paths[0] = (struct sandbox_path){settings->state_directory, SANDBOX_WRITE};
	*sandbox = (struct sandbox){
	    .user = settings->user,
	    .landlock = true,
	    .paths = metrics->paths,
	    .path_count = ARRAY_LENGTH(metrics->paths),
	    .calls = SANDBOX_CALLS_UNIX,
	};
}

static void
start(struct role *role)
{
	struct metrics *metrics = role->state;
	AUTO_FREE char *path = mem_format("%s/%s", role->settings.state_directory, CTL_STORE_NAME);
	metrics->page = page_new(role->base,
	    &(struct page_settings){
		.fd = TAKE_FD(metrics->fd), .store_path = path, .now_s = now_s});
	log_info("http: at %s/metrics", role->settings.metrics.listen);
}

static int
on_frame(struct role *role UNUSED, enum role_name peer UNUSED, struct channel_frame *frame UNUSED)
{
	return -1;
}

static void
stop(struct role *role)
{
	struct metrics *metrics = role->state;
	page_free(metrics->page);
	free(metrics);
}

static const struct role_program program = {
    .name = ROLE_METRICS,
    .prepare = prepare,
    .start = start,
    .on_frame = on_frame,
    .stop = stop,
};

int
main(void)
{
	return role_main(&program);
}

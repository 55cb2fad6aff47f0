/* SPDX-License-Identifier: ISC
 *
 * notify.c - datagrams to $NOTIFY_SOCKET, as sd_notify(3) describes them.
 */
#include "lib/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/guard.h"
#include "lib/log.h"

void
notify_send(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (path == NULL || (path[0] != '/' && path[0] != '@'))
		return;
	size_t length = strlen(path);
	if (length >= sizeof(address.sun_path)) {
		log_warning("notify: NOTIFY_SOCKET is too long");
		return;
	}
	memcpy(address.sun_path, path, length);
	if (path[0] == '@') /* an abstract socket: its name starts with a NUL */
		address.sun_path[0] = '\0';
	AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	if (fd < 0 ||
	    sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address, size) < 0)
		log_debug("notify: the service manager cannot be told");
}

int64_t
notify_watchdog_ms(void)
{
	const char *usec = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");
	if (usec == NULL || (pid != NULL && strtoll(pid, NULL, 10) != getpid()))
		return 0;
	long long interval = strtoll(usec, NULL, 10);
	return interval > 0 ? interval / 1000 : 0;
}

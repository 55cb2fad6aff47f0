/* SPDX-License-Identifier: ISC
 *
 * peer.c - binding, and asking the kernel for the peer's user and groups.
 */
#include "watchdogd/control/peer.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/mem.h"

#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif

#define BACKLOG 64
#define GROUPS_MAX 65536 /* NGROUPS_MAX of the kernel */

gid_t
peer_find_group(const char *name)
{
	const struct group *group = getgrnam(name);
	return group != NULL ? group->gr_gid : PEER_NO_GROUP;
}

static int
bind_at(int fd, const struct sockaddr_un *address, gid_t group)
{
	/* nobody may connect before owner and mode are right */
	mode_t old_mask = umask(0177);
	int r = bind(fd, (const struct sockaddr *)address, sizeof(*address)) < 0 ? -errno : 0;
	umask(old_mask);
	if (r == 0 && group != PEER_NO_GROUP && chown(address->sun_path, (uid_t)-1, group) < 0)
		r = -errno;
	if (r == 0 && chmod(address->sun_path, 0660) < 0)
		r = -errno;
	if (r == 0 && listen(fd, BACKLOG) < 0)
		r = -errno;
	return r;
}

int
peer_listen(const char *path, gid_t group, int *ret_fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int length = snprintf(address.sun_path, sizeof(address.sun_path), "%s.new", path);
	if (length < 0 || (size_t)length >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (unlink(address.sun_path) < 0 && errno != ENOENT)
		return -errno;
	int r = bind_at(fd, &address, group);
	if (r == 0 && rename(address.sun_path, path) < 0)
		r = -errno;
	if (r < 0) {
		unlink(address.sun_path);
		return r;
	}
	*ret_fd = TAKE_FD(fd);
	return 0;
}

/* Members of a group by their supplementary groups, too; a kernel that cannot tell (before 4.13)
 * leaves the primary one. */
static bool
has_group(int fd, gid_t primary, gid_t wanted)
{
	if (wanted == PEER_NO_GROUP)
		return false;
	if (primary == wanted)
		return true;
	socklen_t size = 64 * sizeof(gid_t);
	AUTO_FREE gid_t *groups = mem_alloc(size);
	int r = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size);
	if (r < 0 && errno == ERANGE && size <= GROUPS_MAX * sizeof(gid_t)) {
		groups = mem_resize(groups, size, 1); /* size is now what the kernel needs */
		r = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size);
	}
	for (size_t i = 0; r == 0 && i < size / sizeof(gid_t); i++)
		if (groups[i] == wanted)
			return true;
	return false;
}

int
peer_identify(int fd, gid_t operators, struct peer *ret_peer)
{
	struct ucred credentials;
	socklen_t size = sizeof(credentials);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0)
		return -errno;
	ret_peer->uid = credentials.uid;
	ret_peer->is_operator = credentials.uid == 0 || has_group(fd, credentials.gid, operators);
	return 0;
}

/* SPDX-License-Identifier: ISC
 *
 * peer.h - the socket that people connect to, and who they are. Control.
 *
 * Who connects is what the kernel says (SO_PEERCRED, SO_PEERGROUPS), never what he says himself.
 */
#ifndef WATCHDOGD_CONTROL_PEER_H
#define WATCHDOGD_CONTROL_PEER_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/guard.h"

#define PEER_NO_GROUP ((gid_t) - 1)

struct peer {
	uid_t uid;
	bool is_operator; /* root, or a member of the operator group */
};

/* The number of a group; PEER_NO_GROUP when there is none of this name. Before the sandbox. */
gid_t peer_find_group(const char *name);

/* Listens at path, taking the place of a socket that is there, without a moment in which there is
 * none. Mode 0660; group (unless PEER_NO_GROUP) may connect. Before the sandbox. 0 or -errno. */
int peer_listen(const char *path, gid_t group, int *ret_fd) MUST_CHECK;

/* Who is at the other end. 0 or -errno. */
int peer_identify(int fd, gid_t operators, struct peer *ret_peer) MUST_CHECK;

#endif

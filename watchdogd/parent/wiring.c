/* SPDX-License-Identifier: ISC
 *
 * wiring.c - a socket pair a link. When one end is started anew, all its links are made anew, and
 * the other ends learn of it by the LINK that replaces their old one.
 */
#include "watchdogd/parent/wiring.h"

#include "watchdogd/role.h"

static int
connect_pair(struct process *a, struct process *b)
{
	int fds[2];
	int r = channel_pair(fds);
	if (r < 0)
		return r;
	AUTO_CLOSE int a_end = fds[0];
	AUTO_CLOSE int b_end = fds[1];
	const struct message_link to_b = {.peer = b->role};
	const struct message_link to_a = {.peer = a->role};
	message_send(a->channel, MESSAGE_TYPE_LINK, &to_b, a_end);
	message_send(b->channel, MESSAGE_TYPE_LINK, &to_a, b_end);
	return 0;
}

int
wiring_connect(struct process processes[ROLE_COUNT], enum role_name role)
{
	for (int peer = 0; peer < ROLE_COUNT; peer++) {
		if (!role_is_linked(role, (enum role_name)peer) || !process_is_up(&processes[peer]))
			continue;
		int r = connect_pair(&processes[role], &processes[peer]);
		if (r < 0)
			return r;
	}
	return 0;
}

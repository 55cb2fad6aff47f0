/* SPDX-License-Identifier: ISC
 *
 * delete_bounces.c - bounces are removed, with their logs (postsuper(1), -d). Before one goes, a copy
 * of its whole queue file is on the disk, from which restore brings it back; one that cannot be copied
 * stays. The engine has stored envelope and headers of each before it orders this.
 */
#include <errno.h>
#include <stdio.h>

#include "lib/log.h"
#include "remedies/copies.h"
#include "remedies/postsuper.h"
#include "remedies/remedy.h"

static int
keep_copy(const struct remedy_order *order, const struct remedy_message *message)
{
	char name[COPY_NAME_SIZE];
	AUTO_CLOSE int fd = target_open(
	    order->directory, message->queue, message->queue_id, message->inode, message->ctime_ns);
	if (fd < 0)
		return fd;
	copies_format_name(
	    name, order->instance->name, message->queue_id, message->inode, message->ctime_ns);
	int r = copies_keep(order->copies, name, fd, order->now_s);
	/* A file that changed while it was read has another ctime: this copy is not it. */
	if (r == 0 && !target_is_unchanged(fd, message->inode, message->ctime_ns))
		r = -ENOENT;
	return r;
}

/* Those of which there is a copy stay planned. */
static int
keep_copies(const struct remedy_order *order, enum queue_name queue, size_t *ret_kept,
    char problem[REASON_TEXT_SIZE])
{
	size_t kept = 0;
	int worst = 0;
	for (size_t i = 0; i < order->count; i++) {
		struct remedy_message *message = &order->messages[i];
		if (message->queue != queue || message->outcome != OUTCOME_PLANNED)
			continue;
		int r = keep_copy(order, message);
		kept += r == 0;
		if (r == -ENOENT)
			message->outcome = OUTCOME_CHANGED;
		if (r == 0 || r == -ENOENT)
			continue;
		message->outcome = OUTCOME_FAILED;
		worst = r;
		snprintf(problem, REASON_TEXT_SIZE, "no copy of %s: %s", message->queue_id,
		    log_errno(-r));
	}
	*ret_kept = kept;
	return worst;
}

static int
apply(const struct remedy_order *order, enum queue_name queue, char problem[REASON_TEXT_SIZE])
{
	size_t kept = 0;
	if (order->copies->max_bytes == 0) /* the operator wants none */
		return postsuper_run(order, queue, "-d", problem);
	int r, worst = keep_copies(order, queue, &kept, problem);
	if (kept == 0)
		return worst;
	r = copies_sync(order->copies);
	if (r < 0)
		snprintf(problem, REASON_TEXT_SIZE, "copies: %s", log_errno(-r));
	else
		r = postsuper_run(order, queue, "-d", problem);
	return r < 0 ? r : worst;
}

static bool
is_done(const struct target_place *place)
{
	return place == NULL;
}

const struct remedy remedy_delete_bounces = {
    .name = "delete-bounces",
    .privilege = AS_ROOT,
    .apply = apply,
    .is_done = is_done,
};

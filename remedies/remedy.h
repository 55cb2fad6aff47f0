/* SPDX-License-Identifier: ISC
 *
 * remedy.h - what a remedy is: a name from the catalogue, who does it, how it acts and how one
 * sees that it has acted. One file of this folder each. Remedy role only, which is root.
 *
 * The engine plans (which messages, within which caps) and undoes (by ordering the remedy that the
 * catalogue names); here an order is checked, applied and verified by looking at the queue.
 */
#ifndef WATCHDOGD_REMEDIES_REMEDY_H
#define WATCHDOGD_REMEDIES_REMEDY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/guard.h"
#include "proto/catalogue.h"
#include "proto/message.h"
#include "remedies/target.h"

/* As whom the program of a remedy is started. */
enum remedy_privilege {
	AS_ROOT, /* it needs root and gives it up by itself, as postsuper does */
	AS_MAIL_OWNER, /* the instance's mail_owner */
	AS_NOBODY,
};

struct copies;

struct remedy_message {
	char queue_id[QUEUE_ID_SIZE];
	enum queue_name queue; /* where it was when it was selected */
	uint64_t inode, ctime_ns;
	enum target_outcome outcome; /* OUTCOME_PLANNED: to be acted on */
};

/* An order that has been checked. */
struct remedy_order {
	uint64_t number;
	const struct remedy *remedy;
	const struct catalogue_remedy *row;
	const struct message_instance *instance; /* one that the parent told of; borrowed */
	const char *command_directory; /* of Postfix; borrowed */
	struct copies *copies; /* of deleted messages; borrowed */
	int64_t now_s;
	int directory; /* of the queues, while it is carried out */
	bool repeat; /* some of it may be done already */
	struct remedy_message *messages; /* borrowed */
	size_t count;
};

struct remedy {
	const char *name;
	enum remedy_privilege privilege;
	/* Acts on the order's messages that are planned and in `queue`. 0; -errno: the program could
	 * not be run or says that it failed, why is in `problem`. What became of each message is
	 * found out by looking, whatever this returns. */
	int (*apply)(const struct remedy_order *order, enum queue_name queue,
	    char problem[REASON_TEXT_SIZE]);
	/* Whether a message that is at `place` (NULL: in no queue) is as the remedy leaves it. */
	bool (*is_done)(const struct target_place *place);
	/* In place of is_done(), of a remedy whose messages are in no queue: PLANNED (act on it) or what
	 * became of it. */
	enum target_outcome (*judge)(
	    const struct remedy_order *order, const struct remedy_message *message, bool after);
};

/* Each in the file of its name; remedy.c lists them. */
extern const struct remedy remedy_hold_bounces, remedy_hold, remedy_delete_bounces, remedy_release,
    remedy_restore, remedy_requeue, remedy_expire;

/* NULL when there is none of this name. */
const struct remedy *remedy_find(const char *name);

/* Says why an order is not what it must be; `found` is what the engine sent. Returns -EPERM. */
int remedy_refuse(char problem[REASON_TEXT_SIZE], const char *what, const char *found);

#endif

/* SPDX-License-Identifier: ISC
 *
 * actions.h - the actions that are not finished, in memory as in the store. Engine.
 *
 * The store is the truth: an action is changed by saving it inside a transaction; after a failed
 * commit the list is loaded anew. Finished ones leave the list at actions_prune().
 */
#ifndef WATCHDOGD_ENGINE_ACTIONS_H
#define WATCHDOGD_ENGINE_ACTIONS_H

#include "proto/rows.h"
#include "schema/store.h"

struct action {
	struct row_action row;
	/* of this process only */
	int64_t ready_s; /* not before this time */
	int misses; /* rounds in a row in which watch knew none of the listed messages */
	int failures; /* rounds in a row without any success */
	int refusals; /* rounds in a row in which watch could not answer */
	uint64_t from; /* a selection is looked for in portions: where the next begins */
	bool has_found; /* since the last pass over the queues began */
	bool asks_now; /* people are to be told that it waits for a yes */
};

struct actions {
	struct action **list;
	int count;
};

/* Reads what is unfinished, and what is only said or skipped in incidents that are open. Frees what was
 * there before. 0 or -errno, with the list empty. */
int actions_load(struct actions *actions, struct store *store) MUST_CHECK;
void actions_free(struct actions *actions);

/* Saves a new row (id 0) and adds it; ret_action is the list's. */
int actions_add(struct actions *actions, struct store *store, const struct row_action *row,
    struct action **ret_action) MUST_CHECK;
/* Begins the action that takes `undone` back, and ends that one, so that it does not do again what
 * is undone. Inside a transaction; the remedy must have an undo. */
int actions_take_back(struct actions *actions, struct store *store, struct row_action *undone,
    const char *requested_by, int64_t now_s, struct action **ret_action) MUST_CHECK;
/* The incident is back: an action of it with the remedy and setting of `like` that is waiting,
 * asking, running or only said is in the list again; ret_found says whether there is one. */
int actions_adopt(struct actions *actions, struct store *store, const struct row_action *like,
    bool *ret_found) MUST_CHECK;
/* Saves a change of an action of the list. */
int actions_save(struct store *store, struct action *action, int64_t now_s) MUST_CHECK;
struct action *actions_find(const struct actions *actions, int64_t id); /* or NULL */
/* True for the states that nothing follows. */
bool action_is_finished(const struct row_action *row);
void actions_prune(struct actions *actions);
/* The incident is over: what its actions would have done is not counted any more, and what was
 * skipped not looked at. */
void actions_forget_idle(struct actions *actions, int64_t incident);

/* "bounce_queue_lifetime to 1h", "bounce-lane to on": of an action that changes a setting. */
char *action_describe_setting(const struct row_action *row, char *text, size_t size);
/* "held 318 messages, 2 gone, 1 changed": into the row's text. */
void action_describe(struct row_action *row);

#endif

/* SPDX-License-Identifier: ISC
 *
 * changes.h - works through the actions that change a setting, one step at a time. Engine.
 *
 *   plan (what is it now?) -> journal, committed durably -> apply -> its outcome into the store;
 *   later, by an operator or when the incident has closed: journal -> undo -> its outcome
 *
 * Invariants: nothing is ordered that the journal does not explain; one order is under way at a time;
 * an order whose answer was lost is sent again, marked as a repeat; one setting is changed by one
 * action at a time, so that what is put back is what was there before all of them.
 */
#ifndef WATCHDOGD_ENGINE_CHANGES_H
#define WATCHDOGD_ENGINE_CHANGES_H

#include "schema/store.h"
#include "watchdogd/engine/actions.h"
#include "watchdogd/role.h"

#define CHANGES_QUESTIONS_MAX 8 /* operators' questions that wait at a time */

struct changes;

struct changes_parts {
	struct role *role; /* links, settings, instances */
	struct store *store;
	struct actions *actions;
	bool *stale; /* set when memory may not be what the store says: it is to be loaded anew */
};

/* All parts are borrowed and outlive it. */
struct changes *changes_new(const struct changes_parts *parts);
/* Open questions are answered with an error. */
void changes_free(struct changes *changes);

/* `problem` NULL: the outcome of a plan or look; else why there is none. */
typedef void changes_done(
    const struct message_change_outcome *outcome, const char *problem, void *owner);

struct changes_question {
	enum change_step step; /* CHANGE_PLAN or CHANGE_LOOK: nothing is changed */
	char remedy[REMEDY_NAME_SIZE], instance[INSTANCE_NAME_SIZE];
	char setting[SETTING_NAME_SIZE], value[SETTING_VALUE_SIZE];
	changes_done *done; /* called once, later */
	void *owner;
};

/* Asks what would be done. 0; -ENOTCONN: the remedy role does not run; -EBUSY: too many ask. */
int changes_ask(struct changes *changes, const struct changes_question *question) MUST_CHECK;

/* Goes on where it can: after a tick, after an answer, after a link came. Never inside a
 * transaction. paused: nothing is ordered for a rule. */
void changes_step(struct changes *changes, bool paused, int64_t now_s);
/* CHANGE_OUTCOME. 0 or -EBADMSG. */
int changes_take(
    struct changes *changes, const struct channel_frame *frame, int64_t now_s) MUST_CHECK;
/* The remedy role was lost: what is under way will be sent again, and questions have no answer. */
void changes_lost(struct changes *changes);

#endif

/* SPDX-License-Identifier: ISC
 *
 * store.h - history and state in SQLite, and the only C that speaks SQL. The engine is the only
 * writer; control and watchdogctl open it read-only. Nothing here knows what a number means.
 *
 * Invariant: everything that belongs together is written between store_begin() and store_commit();
 * what is not committed has not happened, and nothing is dispatched before the commit.
 *
 * Every function that can fail returns 0 or -errno: -ENOSPC (disk full), -EROFS/-EACCES (cannot
 * write), -EBUSY (locked), -EIO, -EUCLEAN (database damaged), -ENOENT (no such row).
 * store_problem() has SQLite's words for the last failure. Listings call `each` for every row,
 * borrowed for the call; `each` returning non-zero ends the listing, which returns that value.
 */
#ifndef WATCHDOGD_SCHEMA_STORE_H
#define WATCHDOGD_SCHEMA_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/guard.h"
#include "proto/rows.h"
#include "proto/top.h"

struct store;

/* Opens or creates `path` for the one writer: WAL, synchronous=NORMAL for ticks (see
 * store_commit), migrations applied by user_version in one transaction each. A database from a
 * newer program is refused (-EPROTO). */
int store_open(const char *path, struct store **ret_store) MUST_CHECK;
/* Opens for reading only; -ENOENT when it does not exist. Works while the writer is dead, too. */
int store_open_read(const char *path, struct store **ret_store) MUST_CHECK;
/* One that is in memory only, for the one writer who opened it. */
int store_open_memory(struct store **ret_store) MUST_CHECK;
void store_close(struct store *store); /* NULL is fine */
const char *store_problem(const struct store *store);
/* Whether the file was moved, removed or replaced since it was opened: what is written goes where
 * nobody looks. */
bool store_is_moved(struct store *store);

int store_begin(struct store *store) MUST_CHECK;
/* durable: what is to be dispatched after this commit survives a power cut (a WAL fsync);
 * otherwise the last second may be lost in one, never torn. A failure of the fsync alone leaves
 * what was committed committed: the caller reads again what the store says. */
int store_commit(struct store *store, bool durable) MUST_CHECK;
void store_rollback(struct store *store);

/* What is read between these two is of one moment. A store that is left without the second keeps
 * its writer from giving the WAL back. */
int store_begin_read(struct store *store) MUST_CHECK;
void store_end_read(struct store *store);

/* ---- ticks ---- */

int store_add_tick_queue(
    struct store *store, int64_t time_s, const struct message_tick_queue *tick) MUST_CHECK;
int store_add_tick_flow(
    struct store *store, int64_t time_s, const struct message_tick_flow *tick) MUST_CHECK;
/* Name and paths of an instance that is watched now; one that is not named stays in history. */
int store_save_instance(struct store *store, const struct message_instance *instance) MUST_CHECK;
/* Marks all instances as not watched: at the engine's start, before store_save_instance(). */
int store_forget_instances(struct store *store) MUST_CHECK;

/* A spool that is watched now, and the end of all of them, as of instances. A tick of one that is
 * not watched is left out. */
int store_save_spool(struct store *store, const char *name, const char *path) MUST_CHECK;
int store_forget_spools(struct store *store) MUST_CHECK;
int store_add_tick_spool(
    struct store *store, int64_t time_s, const struct message_tick_spool *tick) MUST_CHECK;

struct store_retention {
	int64_t raw_s, minutes_s, hours_s; /* how long each is kept */
	int64_t messages_s; /* rows of actions' messages, copies included */
};
/* Rolls finished minutes and hours up and drops what is older than its retention. Cheap when
 * there is nothing to do; bounded work a call. Called once a minute, inside a transaction. */
int store_roll_up(
    struct store *store, int64_t now_s, const struct store_retention *retention) MUST_CHECK;

/* Watched instances with their last tick and last minute's flows. */
int store_list_instances(struct store *store,
    int (*each)(const struct row_instance *row, void *owner), void *owner) MUST_CHECK;
/* Steps of `step_s` (1, 60 or 3600; 60 is made of raw ticks too where no minute is rolled up yet)
 * in [since_s, until_s), oldest first, at most `limit` newest. instance NULL: all. */
int store_list_history(struct store *store, const char *instance, int64_t since_s, int64_t until_s,
    int64_t step_s, int64_t limit, int (*each)(const struct row_history *row, void *owner),
    void *owner) MUST_CHECK;

/* The same as watch said it, to be judged again: every step of `step_s` (1: ticks; 60 or 3600: what is
 * rolled up) in [since_s, until_s), by time and instance. */
int store_list_steps(struct store *store, int64_t step_s, int64_t since_s, int64_t until_s,
    int (*each)(const struct row_step *row, void *owner), void *owner) MUST_CHECK;
/* When the first step from since_s on begins; 0: there is none. */
int store_find_step(
    struct store *store, int64_t step_s, int64_t since_s, int64_t *ret_time_s) MUST_CHECK;

/* Watched spools with their last tick, by name; and their steps, as those of instances. */
int store_list_spools(struct store *store, int (*each)(const struct row_spool *row, void *owner),
    void *owner) MUST_CHECK;
int store_list_spool_history(struct store *store, int64_t since_s, int64_t until_s, int64_t step_s,
    int64_t limit, int (*each)(const struct row_spool_history *row, void *owner),
    void *owner) MUST_CHECK;

/* ---- what is normal ---- */

int store_save_learned(
    struct store *store, const char *instance, const struct row_learned *row) MUST_CHECK;
int store_list_learned(struct store *store, const char *instance,
    int (*each)(const struct row_learned *row, void *owner), void *owner) MUST_CHECK;
/* How far it has come, for store_list_instances(). The instance is one that was saved. */
int store_save_learning(
    struct store *store, const char *instance, int64_t learned_s, int64_t needed_s) MUST_CHECK;
/* When the first tick of an instance was that is kept, 0: there is none; and since when its senders
 * are told of, far in the future where that is not yet so. -ENOENT: there is no such instance. */
int store_load_sample_begin(struct store *store, const char *instance, int64_t *ret_ticks_s,
    int64_t *ret_senders_s) MUST_CHECK;
/* Ticks (step_s 1) or minutes (60) that end in (after_s, until_s), oldest first. */
int store_list_samples(struct store *store, const char *instance, int64_t step_s, int64_t after_s,
    int64_t until_s, int64_t limit, int (*each)(const struct row_sample *row, void *owner),
    void *owner) MUST_CHECK;

/* ---- who mail is from and about ---- */

/* The instance is one that a tick has named. */
int store_save_tops(struct store *store, const char *instance, const struct tops *tops) MUST_CHECK;
/* Those said at most `fresh_s` before the instance's last tick. By the name of the dimension, the
 * class's, and rank. */
int store_list_tops(struct store *store, const char *instance, int64_t fresh_s,
    int (*each)(const struct message_tick_top *row, void *owner), void *owner) MUST_CHECK;
int store_save_incident_tops(
    struct store *store, int64_t incident, enum moment moment, const struct tops *tops) MUST_CHECK;
int store_list_incident_tops(struct store *store, int64_t incident, enum moment moment,
    int (*each)(const struct message_tick_top *row, void *owner), void *owner) MUST_CHECK;

/* ---- incidents ---- */

/* Inserts (id 0: ret_id is set) or updates by id. */
int store_save_incident(
    struct store *store, const struct row_incident *incident, int64_t *ret_id) MUST_CHECK;
/* open_only: those not closed. Newest first, at most `limit`. */
int store_list_incidents(struct store *store, bool open_only, int64_t limit,
    int (*each)(const struct row_incident *row, void *owner), void *owner) MUST_CHECK;
/* What lit up beside this one: incidents of the same instance that were open at the same time, the
 * oldest first. */
int store_list_incidents_beside(struct store *store, const struct row_incident *incident,
    int64_t limit, int (*each)(const struct row_incident *row, void *owner),
    void *owner) MUST_CHECK;
/* The latest of each rule and instance, where that is closed. */
int store_list_past_incidents(struct store *store,
    int (*each)(const struct row_incident *row, void *owner), void *owner) MUST_CHECK;
int store_load_incident(struct store *store, int64_t id, struct row_incident *ret_row) MUST_CHECK;

/* ---- what operators did ---- */

/* Takes the place of the instance's one before. */
int store_save_planned(struct store *store, const struct row_planned *planned) MUST_CHECK;
/* Those that end after now_s. By instance. */
int store_list_planned(struct store *store, int64_t now_s,
    int (*each)(const struct row_planned *row, void *owner), void *owner) MUST_CHECK;

int store_add_audit(struct store *store, const struct row_audit *audit) MUST_CHECK;
/* incident > 0: about this one; 0: all. Newest first. */
int store_list_audit(struct store *store, int64_t incident, int64_t limit,
    int (*each)(const struct row_audit *row, void *owner), void *owner) MUST_CHECK;

/* ---- actions and their messages ---- */

int store_save_action(
    struct store *store, const struct row_action *action, int64_t *ret_id) MUST_CHECK;
int store_load_action(struct store *store, int64_t id, struct row_action *ret_row) MUST_CHECK;
/* incident > 0: of this one; 0: all. unfinished_only: waiting or running. Newest first. */
int store_list_actions(struct store *store, int64_t incident, bool unfinished_only, int64_t limit,
    int (*each)(const struct row_action *row, void *owner), void *owner) MUST_CHECK;

/* Of an incident: done, failed or stopped at a cap. */
int store_count_ended(struct store *store, int64_t incident, int64_t *ret_count) MUST_CHECK;

/* ---- changes of settings ---- */

/* Inserts or replaces the journal of its action. */
int store_save_change(struct store *store, const struct row_change *change) MUST_CHECK;
/* -ENOENT: the action has none. */
int store_load_change(struct store *store, int64_t action, struct row_change *ret_row) MUST_CHECK;
/* A change of the same setting that is in force (not undone, not left), of another action than
 * `change` names. -ENOENT: none. */
int store_find_change(
    struct store *store, const struct row_change *change, struct row_change *ret_row) MUST_CHECK;
/* Finished actions whose change is in force and to be put back by now: their incidents have closed,
 * or their time is over. */
int store_list_due_reverts(struct store *store, int64_t now_s,
    int (*each)(const struct row_action *row, void *owner), void *owner) MUST_CHECK;
int store_save_remedy(struct store *store, const struct row_remedy *row) MUST_CHECK;
/* -ENOENT: nobody has looked yet. */
int store_load_remedy(struct store *store, const char *name, struct row_remedy *ret_row) MUST_CHECK;
/* Notes that the instance is told to read its settings anew, and forgets what is older than
 * `forget_s`. */
int store_add_reload(
    struct store *store, const char *instance, int64_t now_s, int64_t forget_s) MUST_CHECK;
int store_count_reloads(
    struct store *store, const char *instance, int64_t since_s, int64_t *ret_count) MUST_CHECK;

/* Inserts or replaces the message (action, order, queue_id, inode). copy may be NULL: kept as is. */
int store_save_target(struct store *store, const struct row_target *target) MUST_CHECK;
/* The outcome of one message of one order; -ENOENT if the order has none such. */
int store_set_outcome(struct store *store, int64_t order, const char *queue_id,
    enum target_outcome outcome, int64_t time_s) MUST_CHECK;
/* Messages of an action; order > 0: of this order only; outcome >= 0: with this outcome only.
 * with_copy: row->copy is filled (borrowed, too). By time, at most `limit`. */
int store_list_targets(struct store *store, int64_t action, int64_t order, int outcome,
    bool with_copy, int64_t limit, int (*each)(const struct row_target *row, void *owner),
    void *owner) MUST_CHECK;
/* Messages that action `from` has done and action `by` has not dealt with (same queue id and
 * inode; one that changed or failed is tried again): what is left to be undone, or to be deleted
 * after it was held. By time. */
int store_list_pending_targets(struct store *store, int64_t from, int64_t by, int64_t limit,
    int (*each)(const struct row_target *row, void *owner), void *owner) MUST_CHECK;
/* Whether a message that the action has done is as it left it, by what later actions did. */
int store_has_left(struct store *store, int64_t action, bool *ret_left) MUST_CHECK;
/* A number for a new order; never given twice. */
int store_next_order(struct store *store, int64_t *ret_order) MUST_CHECK;
/* Messages with outcome done by this remedy in [since_s, until_s]: for the cap an hour. */
int store_count_done(struct store *store, const char *remedy, int64_t since_s, int64_t until_s,
    int64_t *ret_count) MUST_CHECK;
/* Messages that the incident's actions took out of a queue (hold: out of no queue) after since_s; of
 * one class or queue, or -1: of any. */
int store_count_taken(struct store *store, int64_t incident, int64_t since_s, int class, int queue,
    int64_t *ret_count) MUST_CHECK;

/* ---- the outbox ---- */

int store_add_notice(
    struct store *store, const struct row_notice *notice, int64_t *ret_id) MUST_CHECK;
/* What a try to send it changes: state, times, attempts, relays and reply; by id. */
int store_update_notice(struct store *store, const struct row_notice *notice) MUST_CHECK;
/* Waiting and due at now_s, oldest first, with body. One whose time is further off than the longest
 * wait is due, too: the clock was set back. One that an earlier notice of the same incident to the
 * same recipient is still waiting before is not due: news comes in its order; nor is one whose
 * incident is snoozed. */
int store_list_due_notices(struct store *store, int64_t now_s, int64_t longest_s, int64_t limit,
    int (*each)(const struct row_notice *row, void *owner), void *owner) MUST_CHECK;
/* Waiting and about incidents that are not snoozed now, of one recipient. Without body. By id. */
int store_list_foldable_notices(struct store *store, const char *recipient, int64_t now_s,
    int64_t limit, int (*each)(const struct row_notice *row, void *owner), void *owner) MUST_CHECK;
/* Another one tells what it was to tell. -ENOENT: it does not wait. */
int store_fold_notice(struct store *store, int64_t id, int64_t now_s) MUST_CHECK;
/* Mails about incidents that a recipient was sent in (since_s, until_s]. */
int store_count_sent_notices(struct store *store, const char *recipient, int64_t since_s,
    int64_t until_s, int64_t *ret_count) MUST_CHECK;
/* About an incident, to a recipient. */
int store_count_waiting_notices(
    struct store *store, int64_t incident, const char *recipient, int64_t *ret_count) MUST_CHECK;
/* When the oldest was made that was tried and still waits; 0: there is none. */
int store_find_oldest_tried_notice(struct store *store, int64_t *ret_created_s) MUST_CHECK;
/* incident > 0: of this one; 0: all. Without body. Newest first. */
int store_list_notices(struct store *store, int64_t incident, int64_t limit,
    int (*each)(const struct row_notice *row, void *owner), void *owner) MUST_CHECK;

/* Mails about an incident that were written at that moment and are sent, or folded. */
int store_count_told(
    struct store *store, int64_t incident, int64_t created_s, int64_t *ret_count) MUST_CHECK;

/* Up to when health reports were written, and when the last heartbeat was; 0: never. */
#define STORE_REPORTED "reported"
#define STORE_HEARTBEAT "heartbeat"
int store_load_counter(struct store *store, const char *name, int64_t *ret_value) MUST_CHECK;
int store_save_counter(struct store *store, const char *name, int64_t value) MUST_CHECK;

/* ---- the daemon ---- */

int store_save_role(struct store *store, const struct row_role *role) MUST_CHECK;
int store_list_roles(struct store *store, int (*each)(const struct row_role *row, void *owner),
    void *owner) MUST_CHECK;
/* mode, paused, started_s, version; last_tick_s is kept by the ticks. */
int store_save_daemon(struct store *store, const struct row_daemon *daemon) MUST_CHECK;
int store_load_daemon(struct store *store, struct row_daemon *ret_row) MUST_CHECK;

#endif

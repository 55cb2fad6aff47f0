/* SPDX-License-Identifier: ISC
 *
 * rows.h - what the store keeps and the console shows: one struct a kind of row. schema/ fills
 * and saves them, the engine lives by them, proto/document.c makes JSON of them. Times are wall
 * clock seconds; 0 means "not yet".
 */
#ifndef WATCHDOGD_PROTO_ROWS_H
#define WATCHDOGD_PROTO_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/message.h"

#define RULE_NAME_SIZE 64
#define REMEDY_NAME_SIZE 64
#define PERSON_TEXT_SIZE 32

struct row_incident {
	int64_t id;
	char rule[RULE_NAME_SIZE]; /* what kind: bounce-flood, ... */
	char instance[INSTANCE_NAME_SIZE];
	enum signal_name signal;
	enum incident_state state;
	int64_t began_s; /* when the signal left the calm from which it rose above the level */
	int64_t opened_s; /* when it had been above for the rule's `for` */
	int64_t clearing_s; /* since when it is below the clear level, in state clearing */
	int64_t closed_s;
	int64_t level; /* the rule's `above` at opening */
	int64_t value; /* now */
	int64_t peak;
	int64_t peak_s;
	int64_t reopened; /* how often it came back soon after it had closed */
	int64_t reopened_s; /* the last time */
	int64_t acked_s; /* an operator looks after it */
	char acked_by[PERSON_TEXT_SIZE]; /* "uid 0" */
	int64_t snoozed_until_s; /* no mail about it before */
	char closed_by[PERSON_TEXT_SIZE]; /* empty: it closed by itself */
	/* what the last mail about it said */
	int64_t told_s, told_peak, told_ended;
	int64_t updates; /* mails between its first and its last */
	bool muted; /* closed by hand, and the signal has not been calm since */
	char text[REASON_TEXT_SIZE]; /* the detector's words, with the numbers it saw */
	char example[REASON_TEXT_SIZE]; /* one message of the kind, escaped, or empty */
};

struct row_action {
	int64_t id;
	int64_t incident; /* 0: an operator asked for it */
	char remedy[REMEDY_NAME_SIZE];
	char instance[INSTANCE_NAME_SIZE];
	enum action_state state;
	char requested_by[8 + RULE_NAME_SIZE]; /* "rule bounce-flood", "uid 0" */
	int64_t undo_of; /* the action that this one takes back, or 0 */
	int64_t created_s, due_s, updated_s;
	int64_t matching; /* messages that matched when it was planned last */
	int64_t selected, done, gone, changed, failed; /* messages so far */
	char text[REASON_TEXT_SIZE]; /* plan or result, in words */
	/* of a remedy on a setting that is parametric; else empty */
	char setting[SETTING_NAME_SIZE];
	char value[SETTING_VALUE_SIZE]; /* what it is to be */
	enum revert revert; /* by hand where nothing is to be put back */
	int64_t revert_after_s; /* ... or so long after the change; 0: not by time */
	char selection
	    [SELECTION_TEXT_SIZE]; /* which messages (selector.h), or empty: as the remedy has it */
	enum act_mode mode; /* that held when it was looked at last */
	char confirmed_by[PERSON_TEXT_SIZE]; /* in mode confirm: who said yes; empty: nobody yet */
};

/* The journal of one action that changes a setting: written before it is ordered. */
struct row_change {
	int64_t action;
	char remedy[REMEDY_NAME_SIZE], instance[INSTANCE_NAME_SIZE];
	char setting[SETTING_NAME_SIZE];
	bool was_set; /* before; false: old_value is the default that held */
	char old_value[SETTING_VALUE_SIZE];
	char value[SETTING_VALUE_SIZE]; /* what was made of it */
	enum journal_state state;
	int64_t time_s; /* of the last change of `state` */
};

/* Whether a remedy on settings can run here, by the last look. */
struct row_remedy {
	char name[REMEDY_NAME_SIZE];
	char lacks[REASON_TEXT_SIZE]; /* "no /etc/rspamd"; empty: nothing */
	int64_t time_s;
};

/* One message of an action. */
struct row_target {
	int64_t action;
	int64_t order;
	char queue_id[QUEUE_ID_SIZE];
	enum queue_name queue;
	enum message_class class;
	uint64_t inode, ctime_ns, arrival_s, size_bytes;
	char sender[ADDRESS_TEXT_SIZE], recipient[ADDRESS_TEXT_SIZE];
	enum target_outcome outcome;
	int64_t time_s;
	char *copy; /* envelope and headers as text, or NULL; freed by whoever got the row */
};

/* In place of a recipient: the program of alert.exec. */
#define NOTICE_PROGRAM "exec"

struct row_notice {
	int64_t id;
	int64_t incident;
	enum notice_about about;
	enum notice_state state;
	int64_t created_s, next_try_s, done_s;
	int64_t attempts;
	int64_t relay; /* index in the settings: the next to try, or the one that took it */
	int64_t refused_by; /* bit set of relays */
	char recipient[320], subject[512], message_id[256], in_reply_to[256];
	char reply[REASON_TEXT_SIZE]; /* the last words of the relay that was tried last */
	char *body; /* freed by whoever got the row; NULL in listings */
};

struct row_role {
	enum role_name role;
	bool running;
	int64_t pid, since_s, restarts; /* since_s is 0: the settings do not want it */
};

/* Much mail that an operator has announced. */
struct row_planned {
	char instance[INSTANCE_NAME_SIZE];
	int64_t since_s, until_s;
	int64_t uid;
	char text[FILTER_TEXT_SIZE]; /* his words, or empty */
};

/* What an operator did. */
struct row_audit {
	int64_t time_s;
	int64_t uid;
	char verb[32]; /* of the command: ack, pause, undo, ... */
	int64_t incident, action; /* what it was about, or 0 */
	char text[FILTER_TEXT_SIZE]; /* his words, or empty */
};

/* The last tick of one instance. */
struct row_instance {
	char name[INSTANCE_NAME_SIZE];
	char config_directory[PATH_TEXT_SIZE], queue_directory[PATH_TEXT_SIZE];
	int64_t time_s;
	struct message_tick_queue queues[QUEUE_COUNT];
	struct message_tick_flow flow; /* of the last tick */
	/* of the last 60 s: flows are sums, left_p50_s their mean by messages, left_p95_s the worst */
	struct message_tick_flow last_minute;
	struct message_tick_flow
	    total; /* of the history: its flows alone, from their first tick on */
	int64_t learned_s,
	    needed_s; /* how far learning what is normal has come; needed 0: not begun */
};

/* What is true of the daemon as a whole. */
struct row_daemon {
	enum act_mode mode;
	bool paused; /* an operator stopped acting */
	int64_t started_s; /* of the parent */
	int64_t last_tick_s; /* the store's newest tick; how old the rest is */
	int64_t notices_waiting, notices_refused;
	char version[32];
};

/* A directory outside Postfix where mail waits, with its last tick. */
struct row_spool {
	char name[SPOOL_NAME_SIZE], path[PATH_TEXT_SIZE];
	int64_t time_s; /* 0: it was not looked at yet, and nothing of it is known */
	uint64_t present, polled, messages, bytes, oldest_age_s;
};

/* A step of its history, as those of an instance. */
struct row_spool_history {
	int64_t time_s, step_s;
	char name[SPOOL_NAME_SIZE];
	int64_t messages, messages_max, bytes; /* means, but for the maximum */
	int64_t oldest_age_s; /* maximum */
};

/* What one second, or one minute, tells of an instance that is learned from: flows are sums, the rest
 * is as at its end, or a mean over it. */
struct row_sample {
	int64_t time_s; /* its end */
	int64_t arrivals, bounces_made, senders, first_attempts, first_deferred;
	int64_t busiest_sender, busiest_network, busiest_shape, busiest_domain;
	int64_t bounces, dsn; /* waiting, not held */
	int64_t maildrop, incoming, active, deferred, hold, corrupt;
	int64_t oldest_age_s; /* over incoming and active */
};

/* What a learner knows, for itself to read. */
struct row_learned {
	char series[32];
	int64_t time_s; /* up to which it has learned */
	const uint8_t *state; /* borrowed */
	size_t length;
};

/* One step of history: a second, a minute or an hour of one instance. Stocks are means over the
 * step, maxima are kept apart, flows are sums. */
struct row_history {
	int64_t time_s, step_s;
	char instance[INSTANCE_NAME_SIZE];
	int64_t messages[QUEUE_COUNT]; /* mean */
	int64_t bounces, bounces_max; /* waiting, not held */
	int64_t oldest_age_s; /* maximum over incoming and active */
	int64_t arrivals, deliveries, deferrals, bounces_made, bounced, removed;
	/* time in queue of normal messages: of those delivered, and ages of those that waited. A
	 * wider step has as p50 the mean of its ticks' (of what left: by messages), as p95 the worst. */
	int64_t left_normal, left_p50_s, left_p95_s, waiting_p50_s, waiting_p95_s;
	/* as in TICK_FLOW: sums, of the busiest maxima */
	int64_t senders, first_attempts, first_deferred;
	int64_t busiest_sender, busiest_network, busiest_shape, busiest_domain;
};

/* What watch said of one instance in a second, or what is kept of that of a minute or an hour: of its
 * queues the means (a class that is not kept counts as normal), of flows sums, of ages and of the
 * busiest maxima. */
struct row_step {
	int64_t time_s, step_s; /* time_s: its begin */
	char instance[INSTANCE_NAME_SIZE];
	struct message_tick_queue queues[QUEUE_COUNT];
	struct message_tick_flow flow;
};

#endif

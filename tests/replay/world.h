/* SPDX-License-Identifier: ISC
 *
 * world.h - a gateway on a fake clock for the engine's replay tests: a queue with messages, and
 * watch, remedy, alert and control as the engine sees them, over real channels and a real store.
 */
#ifndef WATCHDOGD_TESTS_REPLAY_WORLD_H
#define WATCHDOGD_TESTS_REPLAY_WORLD_H

#include "watchdogd/engine/engine.h"

#define WORLD_MESSAGES_MAX 4000

struct world_message {
	char queue_id[QUEUE_ID_SIZE];
	enum queue_name queue;
	enum message_class class;
	uint64_t inode, ctime_ns, arrival_s;
	bool deleted;
	int orders; /* how often an order that was not a repeat named it */
};

/* A setting that a remedy may change. */
struct world_setting {
	char remedy[REMEDY_NAME_SIZE], setting[SETTING_NAME_SIZE];
	char value[SETTING_VALUE_SIZE]; /* empty: it is not set, and "default" holds */
	int applied, undone; /* how often it was changed, and put back */
};

struct world {
	struct role role;
	struct engine *engine;
	char directory[64];
	int fds[ROLE_COUNT]; /* the far ends of the engine's links */

	struct world_message messages[WORLD_MESSAGES_MAX];
	int message_count;

	struct message_tick_flow flow; /* what watch says each second happened */
	struct tops tops; /* what watch says every five seconds of who the mail is from */

	struct world_setting settings[8];
	int setting_count;

	/* what the far ends do */
	bool watch_is_blind; /* selects nothing */
	bool watch_is_scanning; /* answers that it cannot say yet */
	bool watch_is_slow; /* leaves questions unanswered until this is over */
	bool remedy_dies; /* on the next order, before it does anything */
	bool remedy_stays_away; /* a dead one is not started again */
	bool remedy_dies_late; /* after it did all and before it answers */
	bool remedy_refuses; /* answers failed; of a setting: refuses to change it */
	bool change_dies; /* on the next order that changes a setting, before it does anything */
	bool change_dies_late; /* after it did it and before it answers */
	int relay_code; /* what the relay says; 0: the sender dies without a word */

	/* what they saw */
	int orders, repeats;
	int mails; /* that the relay accepted */
	int programs; /* notices that the program was given, which it takes */
	char mail_ids[64][256];
	char last_subject[512];
	char *last_body;
	char *result; /* of the last command, JSON */
	bool result_ok;
};

/* The clock of the world, in wall clock seconds. */
extern int64_t world_now_s;

/* A calm world with the default settings, mode act, one recipient and the rule
 * bounce-flood {above 100, for 3 s, clear below 50 for 5 s: hold at once, delete after 10 s}. */
struct world *world_new(void);
void world_free(struct world *world);

/* Starts an engine on the world's store; the one before, if any, is dropped as if killed. */
void world_start_engine(struct world *world);
void world_kill_engine(struct world *world);

void world_add(struct world *world, enum message_class class, enum queue_name queue, int count);
int world_count(const struct world *world, enum message_class class, enum queue_name queue);
int world_count_deleted(const struct world *world);

/* The remedy role goes away, and comes back unless remedy_stays_away. */
void world_lose_remedy(struct world *world);
void world_link_remedy(struct world *world);

/* The setting of a remedy as the world has it; the first asking for it makes it, not set. */
struct world_setting *world_setting(struct world *world, const char *remedy, const char *setting);
/* world_change.c: plays the remedy role with an order about a setting. false: it died. */
bool world_change(struct world *world, const struct message_change_order *order,
    struct message_change_outcome *ret_outcome);

/* Lets a second pass: watch tells its counts, and everybody does what he has to do. */
void world_tick(struct world *world);
void world_ticks(struct world *world, int seconds);
/* Lets everybody read and answer until nothing is under way. */
void world_settle(struct world *world);
/* An operator asks; the answer is in result and result_ok. */
void world_command(struct world *world, const char *verb, const char *remedy, int64_t action);
/* The same of a remedy that takes a selection: messages older than so long. */
void world_select(struct world *world, const char *verb, const char *remedy, int64_t older_s);
/* The same about an incident. */
void world_care(struct world *world, const char *verb, int64_t incident, int64_t for_s);

#endif

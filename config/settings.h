/* SPDX-License-Identifier: ISC
 *
 * settings.h - every setting: what watchdogd.yaml says, as a struct. The parent reads the file;
 * the other roles get settings_encode()'s text. One table (table.h) gives each setting its name,
 * type, range, default, whom a change restarts, and one line of doc; the manual page and the sample
 * are checked against it.
 *
 * Bad input is never guessed at: settings_load() reports every error as
 * "file:line:column: what was found, what was expected", with the nearest known word.
 */
#ifndef WATCHDOGD_CONFIG_SETTINGS_H
#define WATCHDOGD_CONFIG_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/guard.h"
#include "lib/log.h"
#include "proto/names.h"
#include "proto/schedule.h"

#define SETTINGS_TEXT_SIZE 256
#define SETTINGS_PATH_SIZE 1024
#define SETTINGS_RULES_MAX 32
#define SETTINGS_LADDER_MAX 8 /* remedies of one rule */
#define SETTINGS_RECIPIENTS_MAX 16
#define SETTINGS_RELAYS_MAX 4
#define SETTINGS_TIMES_MAX 8
#define SETTINGS_EXEC_MAX 8
#define SETTINGS_WINDOWS_MAX 16
#define SETTINGS_DIRECTORIES_MAX 64
#define SETTINGS_REMEDIES_MAX 32
#define SETTINGS_PARAMETER_SIZE 64
#define SETTINGS_SPOOLS_MAX 16 /* as SPOOLS_MAX of proto/message.h */
#define SETTINGS_COPIES_DIRECTORY "copies" /* below state_directory; root's alone */
#define SETTINGS_SPOOL_DEPTH_MAX 8

/* A mode that may be left to the next outer one: -1 (inherit) or enum act_mode. */
typedef int settings_mode;
#define SETTINGS_MODE_INHERIT (-1)

/* A number that was not given, or given as "none". */
#define SETTINGS_NONE (-1)

enum settings_tls {
	SETTINGS_TLS_NONE, /* "none": plain text */
	SETTINGS_TLS_OPPORTUNISTIC, /* "opportunistic": STARTTLS when offered, certificate not checked */
	SETTINGS_TLS_REQUIRED, /* "required": STARTTLS with a valid certificate, or no mail */
};

/* `spools: {amavis: {...}}`: a directory outside Postfix where mail waits. */
struct settings_spool {
	char name[64];
	int preset; /* of presets.h: whose values hold where the file gives none */
	char path[SETTINGS_PATH_SIZE];
	enum spool_count count;
	int64_t depth; /* levels of directories between path and the messages */
};

/* `planned: [{at: mon 06:00, for: 2h}]`. */
struct settings_window {
	char at[SCHEDULE_TEXT_SIZE];
	int64_t for_s;
};

/* What is the same for every remedy: `remedies: {hold-bounces: {...}}`. */
struct settings_remedy {
	char name[64];
	settings_mode mode;
	unsigned queues; /* bit set of 1 << enum queue_name where it may act; never active */
	int64_t max_messages; /* of one action */
	int64_t max_share; /* percent of the messages in these queues, of one action */
	int64_t max_per_hour; /* messages, over all its actions */
	int64_t batch; /* messages a run of the program */
};

/* One step of a rule's ladder. */
struct settings_step {
	char remedy[64];
	settings_mode mode;
	int64_t
	    after_s; /* since the incident opened; after its end, only what was held is deleted */
	enum condition when; /* looked at from then on, until it holds or the incident is over */
	int64_t above; /* of still_above; 0: the level of the incident */
	/* of a remedy that changes a setting */
	char parameter[SETTINGS_PARAMETER_SIZE]; /* which, where it has many */
	char value[SETTINGS_PARAMETER_SIZE];
	enum revert revert;
	int64_t revert_after_s; /* ... or so long after the change, if that is sooner; 0: no */
};

/* `rules: {bounce-flood: {...}}`. */
struct settings_rule {
	char name[64];
	enum signal_name signal;
	enum detector_name detector;
	int64_t above; /* or SETTINGS_NONE */
	int64_t or_times_normal; /* or SETTINGS_NONE */
	int64_t or_rarer_than_s; /* 0: no such condition */
	int64_t or_full_within_s; /* of a forecast; 0: no such condition */
	int64_t for_s;
	int64_t clear_below; /* at most `above`; left out: half of it; or SETTINGS_NONE */
	int64_t clear_for_s;
	int64_t reopen_within_s; /* after it closed it opens again as the same incident; 0: never */
	settings_mode mode;
	struct settings_step steps[SETTINGS_LADDER_MAX];
	int step_count;
};

/* A mail server that takes alerts. */
struct settings_relay {
	char host[SETTINGS_TEXT_SIZE];
	int64_t port;
	enum settings_tls tls; /* left out: required with a user, else opportunistic */
	char ca_file[SETTINGS_PATH_SIZE]; /* empty: the system's */
	char user[SETTINGS_TEXT_SIZE]; /* empty: no AUTH */
	char password_file[SETTINGS_PATH_SIZE];
};

/* Who gets alerts. */
struct settings_recipient {
	char address[SETTINGS_TEXT_SIZE];
	enum language language;
};

struct settings {
	enum act_mode mode;
	enum log_level log_level;
	char user[64];
	char state_directory[SETTINGS_PATH_SIZE]; /* history.db, secrets of ours */
	char run_directory[SETTINGS_PATH_SIZE]; /* control.sock, watchdogd.pid */

	struct {
		char command_directory[SETTINGS_PATH_SIZE];
		/* empty: every instance that postmulti lists */
		char config_directories[SETTINGS_DIRECTORIES_MAX][SETTINGS_PATH_SIZE];
		int config_directory_count;
		int64_t max_reloads; /* an hour and instance, by rules */
	} postfix;

	struct {
		char command_directory[SETTINGS_PATH_SIZE];
		char config_directory[SETTINGS_PATH_SIZE];
		char pid_file[SETTINGS_PATH_SIZE]; /* empty: the service manager knows it */
	} rspamd;

	struct {
		char control[SETTINGS_PATH_SIZE];
	} klms;

	struct {
		char config_file[SETTINGS_PATH_SIZE];
		char restart[SETTINGS_PATH_SIZE]; /* empty: the service manager does it */
	} clamav_milter;

	struct {
		int64_t reconcile_s; /* every so often a readdir of everything */
		int64_t poll_s; /* the same where no events tell of changes */
		int64_t max_queued_events; /* raise fs.inotify.max_queued_events to this; 0: no */
	} watch;

	struct settings_spool spools[SETTINGS_SPOOLS_MAX];
	int spool_count;

	struct {
		int64_t keep_raw_s, keep_minutes_s, keep_hours_s;
		int64_t keep_messages_s; /* longer than any step of a rule waits */
		int64_t max_copies_mb; /* of deleted messages, all together; 0: none are kept */
	} store;

	struct {
		/* in the order in which they are tried; none: no mail is sent */
		struct settings_relay relays[SETTINGS_RELAYS_MAX];
		int relay_count;
		char from[SETTINGS_TEXT_SIZE]; /* of the header */
		char return_path[SETTINGS_TEXT_SIZE]; /* empty: the null sender */
		struct settings_recipient recipients[SETTINGS_RECIPIENTS_MAX];
		int recipient_count;
		int64_t timeout_s;
		int64_t max_per_hour; /* mails about incidents to one recipient */
		char exec[SETTINGS_EXEC_MAX][SETTINGS_TEXT_SIZE]; /* a program and its arguments */
		int exec_count;
		int64_t exec_after_s; /* when no mail got there by then; 0: at once, in any case */
		int64_t heartbeat_s; /* 0: none */
		char subject_prefix[SETTINGS_TEXT_SIZE];
	} alert;

	/* when much mail is planned: its amount opens no incident */
	struct settings_window planned[SETTINGS_WINDOWS_MAX];
	int planned_count;

	/* the health report */
	struct {
		char times[SETTINGS_TIMES_MAX][SCHEDULE_TEXT_SIZE]; /* none: it is not mailed */
		int time_count;
		struct settings_recipient
		    recipients[SETTINGS_RECIPIENTS_MAX]; /* none: those of alerts */
		int recipient_count;
	} report;

	struct {
		char viewer_group[64]; /* may connect and read; also the socket's group */
		char operator_group[64]; /* may act; root always may */
	} control;

	struct {
		char listen[64]; /* an address of loopback_parse(); empty: the role does not run */
	} metrics;

	/* every one of the catalogue but those that are run by hand alone */
	struct settings_remedy remedies[SETTINGS_REMEDIES_MAX];
	int remedy_count;
	struct settings_rule rules[SETTINGS_RULES_MAX];
	int rule_count;
};

/* The defaults, as an empty file gives them (the rule bounce-flood is one of them). */
void settings_defaults(struct settings *ret_settings);

/* Reads a file. Errors (all of them) are written to `errors`, a line each. 0; -EINVAL: errors
 * were told; ret_settings is then untouched. */
int settings_load(const char *path, FILE *errors, struct settings *ret_settings) MUST_CHECK;

/* The whole of the settings as text, for another role; free() it. */
char *settings_encode(const struct settings *settings);
/* 0 or -EBADMSG, with ret_settings untouched. */
int settings_decode(const char *text, size_t length, struct settings *ret_settings) MUST_CHECK;

/* Which roles read a setting that differs between the two: bit set of 1 << enum role_name. A bit
 * 1 << ROLE_PARENT means that only a restart of the daemon takes it; its name is then in
 * ret_fixed (a text of SETTINGS_TEXT_SIZE bytes; the first one). */
unsigned settings_compare(
    const struct settings *old, const struct settings *new, char ret_fixed[SETTINGS_TEXT_SIZE]);

/* Writes the settings as YAML that settings_load() would read to the same. */
void settings_print(const struct settings *settings, FILE *out);

/* The settings of a remedy or a rule; NULL when there is none of this name. */
const struct settings_remedy *settings_find_remedy(
    const struct settings *settings, const char *name);
const struct settings_rule *settings_find_rule(const struct settings *settings, const char *name);

/* The mode that holds for one step of a rule: the step's, else the remedy's, else the rule's,
 * else the daemon's. */
enum act_mode settings_effective_mode(const struct settings *settings,
    const struct settings_rule *rule, const struct settings_step *step);

#endif

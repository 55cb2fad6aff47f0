/* SPDX-License-Identifier: ISC
 *
 * table.c - the rows. A change of defaults or ranges happens here, in the sample watchdogd.yaml and
 * in watchdogd.yaml.5; a test compares the three.
 */
#include "config/table.h"

#define ENGINE (1u << ROLE_ENGINE)
#define WATCH (1u << ROLE_WATCH)
#define REMEDY (1u << ROLE_REMEDY)
#define ALERT (1u << ROLE_ALERT)
#define CONTROL (1u << ROLE_CONTROL)
#define METRICS (1u << ROLE_METRICS)
#define EVERY_ROLE (ENGINE | WATCH | REMEDY | ALERT | CONTROL | METRICS)
#define NEW_START (1u << ROLE_PARENT)
#define PARENT_ALONE 0

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define YEAR (365 * DAY)

static const char *const log_level_names[] = {"error", "warning", "info", "debug"};
static const char *const log_level_texts[] = {
    "something is broken", "something is odd", "what happens", "everything"};
static const struct names names_log_level = {
    log_level_names, log_level_texts, ARRAY_LENGTH(log_level_names)};

static const struct table_row settings_rows[] = {
    {
	.name = "mode",
	.type = VALUE_WORD,
	TABLE_AT(struct settings, mode),
	.words = &names_mode,
	.fallback = "observe",
	.readers = ENGINE,
	.doc = "Whether remedies act where neither step, remedy nor rule says so.",
    },
    {
	.name = "log_level",
	.type = VALUE_WORD,
	TABLE_AT(struct settings, log_level),
	.words = &names_log_level,
	.fallback = "info",
	.readers = EVERY_ROLE,
	.doc = "The least important lines that are logged.",
    },
    {
	.name = "user",
	.type = VALUE_ACCOUNT,
	TABLE_AT(struct settings, user),
	.noun = "user",
	.fallback = "_" PACKAGE,
	.readers = NEW_START,
	.doc = "The service user: what every role but remedy runs as.",
    },
    {
	.name = "state_directory",
	.type = VALUE_PATH,
	TABLE_AT(struct settings, state_directory),
	.fallback = STATE_DIR,
	.readers = NEW_START,
	.doc = "Where history.db is kept.",
    },
    {
	.name = "run_directory",
	.type = VALUE_PATH,
	TABLE_AT(struct settings, run_directory),
	.fallback = RUN_DIR,
	.readers = NEW_START,
	.doc = "Where control.sock and watchdogd.pid are.",
    },
    {
	.name = "postfix.command_directory",
	.type = VALUE_PATH,
	TABLE_AT(struct settings, postfix.command_directory),
	.fallback = "/usr/sbin",
	.readers = REMEDY,
	.doc = "Where postconf, postmulti and postsuper are.",
    },
    {
	.name = "postfix.config_directories",
	.type = VALUE_PATH,
	TABLE_LIST(struct settings, postfix.config_directories, postfix.config_directory_count,
	    SETTINGS_DIRECTORIES_MAX),
	.fallback = "",
	.readers = PARENT_ALONE,
	.doc =
	    "The instances to watch, by configuration directory; with none, all of postmulti -l.",
    },
    {
	.name = "postfix.max_reloads",
	.type = VALUE_COUNT,
	TABLE_AT(struct settings, postfix.max_reloads),
	.low = 1,
	.high = 1000,
	.fallback = "6",
	.readers = ENGINE,
	.doc = "How often in an hour rules may have one instance read its settings anew.",
    },
    {
	.name = "rspamd.command_directory",
	.type = VALUE_PATH,
	TABLE_AT(struct settings, rspamd.command_directory),
	.fallback = "/usr/bin",
	.readers = REMEDY,
	.doc = "Where rspamd and rspamadm are.",
    },
    {
	.name = "rspamd.config_directory",
	.type = VALUE_PATH,
	TABLE_AT(struct settings, rspamd.config_directory),
	.fallback = "/etc/rspamd",
	.readers = REMEDY,
	.doc = "Where rspamd.conf and override.d are.",
    },
    {
	.name = "rspamd.pid_file",
	.type = VALUE_PATH,
	TABLE_AT(struct settings, rspamd.pid_file),
	.optional = true,
	.fallback = "",
	.readers = REMEDY,
	.doc = "By which Rspamd's process is found; with none, systemctl reload rspamd.",
    },
    {
	.name = "klms.control",
	.type = VALUE_PATH,
	TABLE_AT(struct settings, klms.control),
	.fallback = "/opt/kaspersky/klms/bin/klms-control",
	.readers = REMEDY,
	.doc = "The program that KLMS is controlled by.",
    },
    {
	.name = "clamav_milter.config_file",
	.type = VALUE_PATH,
	TABLE_AT(struct settings, clamav_milter.config_file),
	.fallback = "/etc/clamav/clamav-milter.conf",
	.readers = REMEDY,
	.doc = "The settings of clamav-milter.",
    },
    {
	.name = "clamav_milter.restart",
	.type = VALUE_PATH,
	TABLE_AT(struct settings, clamav_milter.restart),
	.optional = true,
	.fallback = "",
	.readers = REMEDY,
	.doc = "The program that restarts it; with none, systemctl restart clamav-milter.",
    },
    {
	.name = "watch.reconcile_interval",
	.type = VALUE_DURATION,
	TABLE_AT(struct settings, watch.reconcile_s),
	.low = 5,
	.high = HOUR,
	.fallback = "60s",
	.readers = WATCH,
	.doc = "How often the counts are compared with the directories themselves.",
    },
    {
	.name = "watch.poll_interval",
	.type = VALUE_DURATION,
	TABLE_AT(struct settings, watch.poll_s),
	.low = 1,
	.high = 5 * MINUTE,
	.fallback = "2s",
	.readers = WATCH,
	.doc = "How often the directories are looked at where changes make no events.",
    },
    {
	.name = "watch.max_queued_events",
	.type = VALUE_COUNT,
	TABLE_AT(struct settings, watch.max_queued_events),
	.low = 0,
	.high = 16777216,
	.fallback = "0",
	.readers = WATCH,
	.doc = "Raise the kernel's limit of queued inotify events to this; 0 leaves it as it is.",
    },
    {
	.name = "spools",
	.type = VALUE_TABLE,
	TABLE_LIST(struct settings, spools, spool_count, SETTINGS_SPOOLS_MAX),
	.elements = &table_spool,
	.fallback = "",
	.readers = WATCH | ENGINE,
	.doc = "Directories outside Postfix where mail waits, such as a filter's.",
    },
    {
	.name = "store.keep_raw",
	.type = VALUE_DURATION,
	TABLE_AT(struct settings, store.keep_raw_s),
	.low = HOUR,
	.high = 30 * DAY,
	.fallback = "2d",
	.readers = ENGINE,
	.doc = "How long the history keeps each second.",
    },
    {
	.name = "store.keep_minutes",
	.type = VALUE_DURATION,
	TABLE_AT(struct settings, store.keep_minutes_s),
	.low = DAY,
	.high = 5 * YEAR,
	.fallback = "60d",
	.readers = ENGINE,
	.doc = "How long the history keeps each minute.",
    },
    {
	.name = "store.keep_hours",
	.type = VALUE_DURATION,
	TABLE_AT(struct settings, store.keep_hours_s),
	.low = DAY,
	.high = 100LL * YEAR,
	.fallback = "5y",
	.readers = ENGINE,
	.doc = "How long the history keeps each hour.",
    },
    {
	.name = "store.keep_messages",
	.type = VALUE_DURATION,
	TABLE_AT(struct settings, store.keep_messages_s),
	.low = 31 * DAY,
	.high = 5 * YEAR,
	.fallback = "60d",
	.readers = ENGINE | REMEDY,
	.doc =
	    "How long it is kept which messages an action took, with the copies of deleted ones.",
    },
    {
	.name = "store.max_copies_mb",
	.type = VALUE_COUNT,
	TABLE_AT(struct settings, store.max_copies_mb),
	.high = 1000000,
	.fallback = "2000",
	.readers = REMEDY,
	.doc = "How large all copies of deleted messages may be together, in millions of bytes.",
    },
    {
	.name = "alert.relays",
	.type = VALUE_TABLE,
	TABLE_LIST(struct settings, alert.relays, alert.relay_count, SETTINGS_RELAYS_MAX),
	.elements = &table_relay,
	.fallback = "",
	.readers = ALERT | ENGINE,
	.doc = "The mail servers that take alerts, in the order in which they are tried; none of "
	       "them may be the Postfix that is watched.",
    },
    {
	.name = "alert.from",
	.type = VALUE_ADDRESS,
	TABLE_AT(struct settings, alert.from),
	.optional = true,
	.fallback = "",
	.readers = ALERT,
	.doc = "The sender of alerts.",
    },
    {
	.name = "alert.return_path",
	.type = VALUE_ADDRESS,
	TABLE_AT(struct settings, alert.return_path),
	.optional = true,
	.fallback = "",
	.readers = ALERT,
	.doc = "The envelope sender of alerts: who is told when one is not delivered.",
    },
    {
	.name = "alert.recipients",
	.type = VALUE_TABLE,
	TABLE_LIST(
	    struct settings, alert.recipients, alert.recipient_count, SETTINGS_RECIPIENTS_MAX),
	.elements = &table_recipient,
	.fallback = "",
	.readers = ENGINE,
	.doc = "Who gets alerts, a mail each.",
    },
    {
	.name = "alert.timeout",
	.type = VALUE_DURATION,
	TABLE_AT(struct settings, alert.timeout_s),
	.low = 5,
	.high = 10 * MINUTE,
	.fallback = "60s",
	.readers = ALERT,
	.doc = "How long one try to deliver an alert may take.",
    },
    {
	.name = "alert.max_per_hour",
	.type = VALUE_COUNT,
	TABLE_AT(struct settings, alert.max_per_hour),
	.low = 1,
	.high = 1000,
	.fallback = "20",
	.readers = ENGINE,
	.doc = "How many mails about incidents one recipient gets in an hour; what is more is "
	       "gathered into one.",
    },
    {
	.name = "alert.subject_prefix",
	.type = VALUE_TEXT,
	TABLE_AT(struct settings, alert.subject_prefix),
	.optional = true,
	.fallback = "[watchdogd]",
	.readers = ENGINE,
	.doc = "What the subject of an alert begins with.",
    },
    {
	.name = "report.times",
	.type = VALUE_SCHEDULE,
	TABLE_LIST(struct settings, report.times, report.time_count, SETTINGS_TIMES_MAX),
	.fallback = "",
	.readers = ENGINE,
	.doc = "When the health report is mailed; it says what was since the one before.",
    },
    {
	.name = "report.recipients",
	.type = VALUE_TABLE,
	TABLE_LIST(
	    struct settings, report.recipients, report.recipient_count, SETTINGS_RECIPIENTS_MAX),
	.elements = &table_recipient,
	.fallback = "",
	.readers = ENGINE,
	.doc = "Who gets the health report; with none, those who get alerts.",
    },
    {
	.name = "control.viewer_group",
	.type = VALUE_ACCOUNT,
	TABLE_AT(struct settings, control.viewer_group),
	.noun = "group",
	.fallback = "_" PACKAGE,
	.readers = NEW_START,
	.doc = "Members may look with watchdogctl.",
    },
    {
	.name = "control.operator_group",
	.type = VALUE_ACCOUNT,
	TABLE_AT(struct settings, control.operator_group),
	.noun = "group",
	.optional = true,
	.fallback = "",
	.readers = CONTROL,
	.doc = "Members may act with watchdogctl; with none, root alone may.",
    },
    {
	.name = "metrics.listen",
	.type = VALUE_LOOPBACK,
	TABLE_AT(struct settings, metrics.listen),
	.optional = true,
	.fallback = "",
	.readers = METRICS,
	.doc = "Where Prometheus is answered, GET /metrics; with none, nowhere.",
    },
    {
	.name = "remedies",
	.type = VALUE_TABLE,
	TABLE_LIST(struct settings, remedies, remedy_count, SETTINGS_REMEDIES_MAX),
	.elements = &table_remedy,
	.fallback = "",
	.readers = ENGINE,
	.doc = "Limits of each remedy.",
    },
    {
	.name = "rules",
	.type = VALUE_TABLE,
	TABLE_LIST(struct settings, rules, rule_count, SETTINGS_RULES_MAX),
	.elements = &table_rule,
	.fallback = "",
	.readers = ENGINE,
	.doc = "What is an incident, and what is done about it.",
    },
};

const struct table table_settings = {
    .rows = settings_rows,
    .row_count = ARRAY_LENGTH(settings_rows),
    .noun = "setting",
};

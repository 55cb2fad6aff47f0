/* SPDX-License-Identifier: ISC
 *
 * ctl.h - the control protocol: JSON lines over a UNIX stream socket, and the one table of
 * commands. watchdogctl writes requests, control reads them; what comes in is not trusted.
 *
 * A request is one line, an object: {"command": "history", "since": 1780463109, "limit": 10}. The
 * answer is one line, an object: the command's document, or {"error": "...", "reason": "..."}.
 * A connection may ask one request after the other.
 */
#ifndef WATCHDOGD_PROTO_CTL_H
#define WATCHDOGD_PROTO_CTL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/guard.h"
#include "proto/rows.h"

#define CTL_SOCKET_NAME "control.sock" /* in run_directory */
#define CTL_STORE_NAME "history.db" /* in state_directory */
#define CTL_REQUEST_MAX (64u * 1024) /* bytes of a line, its LF included */
#define CTL_ANSWER_MAX (16u * 1024 * 1024)
#define CTL_LIMIT_MAX 5000 /* rows that one answer may have */
#define CTL_MINUTES_MAX 100000 /* of the first bucket of qshape */

/* X(id, "name", takes, needs, right, report, render, "what it is for")
 *
 * takes, needs: bit sets of CTL_BIT(enum ctl_argument). report: the function of schema/report.c that
 * makes the document from the store (report_none: it is made elsewhere). render: the function of
 * watchdogctl/ that prints the document. A command is this row and these two. */
#define CTL_BIT(argument) (UINT64_C(1) << (argument))
/* Which messages: what list and a selection take. */
#define CTL_CONDITIONS                                                                           \
	(CTL_BIT(CTL_CLASSES) | CTL_BIT(CTL_SENDER) | CTL_BIT(CTL_SHAPE) | CTL_BIT(CTL_DOMAIN) | \
	    CTL_BIT(CTL_CLIENT) | CTL_BIT(CTL_WHY) | CTL_BIT(CTL_OLDER) | CTL_BIT(CTL_YOUNGER) | \
	    CTL_BIT(CTL_LARGER) | CTL_BIT(CTL_SMALLER))
#define CTL_COMMANDS(X)                                                                            \
	X(CTL_STATUS, "status", CTL_BIT(CTL_FOLLOW), 0, CTL_VIEWER, report_status, status_render,  \
	    "is it running, does good mail flow, what is wrong, what to do")                       \
	X(CTL_QUEUES, "queues", 0, 0, CTL_VIEWER, report_queues, queues_render,                    \
	    "each queue by class of message, with ages and flow")                                  \
	X(CTL_INCIDENTS, "incidents", CTL_BIT(CTL_INCIDENT) | CTL_BIT(CTL_LIMIT), 0, CTL_VIEWER,   \
	    report_incidents, incidents_render, "the latest incidents, or everything about one")   \
	X(CTL_ACK, "ack", CTL_BIT(CTL_INCIDENT) | CTL_BIT(CTL_SAID), CTL_BIT(CTL_INCIDENT),        \
	    CTL_OPERATOR, report_none, care_render, "say that you look after an incident")         \
	X(CTL_SNOOZE, "snooze", CTL_BIT(CTL_INCIDENT) | CTL_BIT(CTL_FOR) | CTL_BIT(CTL_SAID),      \
	    CTL_BIT(CTL_INCIDENT), CTL_OPERATOR, report_none, care_render,                         \
	    "no mail about an incident for a time")                                                \
	X(CTL_CLOSE, "close", CTL_BIT(CTL_INCIDENT) | CTL_BIT(CTL_SAID), CTL_BIT(CTL_INCIDENT),    \
	    CTL_OPERATOR, report_none, care_render,                                                \
	    "an incident is over, whatever its signal says")                                       \
	X(CTL_NOTE, "note", CTL_BIT(CTL_INCIDENT) | CTL_BIT(CTL_SAID),                             \
	    CTL_BIT(CTL_INCIDENT) | CTL_BIT(CTL_SAID), CTL_OPERATOR, report_none, care_render,     \
	    "write something down about an incident")                                              \
	X(CTL_REVERT, "revert", CTL_BIT(CTL_INCIDENT) | CTL_BIT(CTL_SAID), CTL_BIT(CTL_INCIDENT),  \
	    CTL_OPERATOR, report_none, care_render,                                                \
	    "take back all that was done about an incident")                                       \
	X(CTL_EXPECT, "expect", CTL_BIT(CTL_FOR) | CTL_BIT(CTL_INSTANCE) | CTL_BIT(CTL_SAID), 0,   \
	    CTL_OPERATOR, report_none, expect_render,                                              \
	    "much mail is planned: its amount opens no incident for a time")                       \
	X(CTL_AUDIT, "audit", CTL_BIT(CTL_LIMIT), 0, CTL_VIEWER, report_audit, audit_render,       \
	    "what operators did, and when")                                                        \
	X(CTL_HISTORY, "history",                                                                  \
	    CTL_BIT(CTL_SINCE) | CTL_BIT(CTL_UNTIL) | CTL_BIT(CTL_STEP) | CTL_BIT(CTL_INSTANCE) |  \
		CTL_BIT(CTL_LIMIT) | CTL_BIT(CTL_FORMAT),                                          \
	    0, CTL_VIEWER, report_history, history_render,                                         \
	    "what the queues held and what flowed, step by step")                                  \
	X(CTL_REMEDY_LIST, "remedy list", CTL_BIT(CTL_LIMIT), 0, CTL_VIEWER, report_remedies,      \
	    remedy_list_render, "the remedies there are and the latest actions")                   \
	X(CTL_REMEDY_PLAN, "remedy plan",                                                          \
	    CTL_BIT(CTL_REMEDY) | CTL_CONDITIONS | CTL_BIT(CTL_INSTANCE) | CTL_BIT(CTL_SET),       \
	    CTL_BIT(CTL_REMEDY), CTL_VIEWER, report_none, remedy_plan_render,                      \
	    "what a remedy would do now, and to which messages")                                   \
	X(CTL_REMEDY_RUN, "remedy run",                                                            \
	    CTL_BIT(CTL_REMEDY) | CTL_CONDITIONS | CTL_BIT(CTL_INSTANCE) | CTL_BIT(CTL_SET),       \
	    CTL_BIT(CTL_REMEDY), CTL_OPERATOR, report_none, remedy_begun_render,                   \
	    "run a remedy now, within its caps")                                                   \
	X(CTL_REMEDY_UNDO, "remedy undo", CTL_BIT(CTL_ACTION), CTL_BIT(CTL_ACTION), CTL_OPERATOR,  \
	    report_none, remedy_begun_render, "take an action back")                               \
	X(CTL_CONFIRM, "confirm", CTL_BIT(CTL_ACTION) | CTL_BIT(CTL_SAID), CTL_BIT(CTL_ACTION),    \
	    CTL_OPERATOR, report_none, action_said_render,                                         \
	    "say yes to an action that a rule asks about")                                         \
	X(CTL_REJECT, "reject", CTL_BIT(CTL_ACTION) | CTL_BIT(CTL_SAID), CTL_BIT(CTL_ACTION),      \
	    CTL_OPERATOR, report_none, action_said_render,                                         \
	    "say no to an action that has not begun")                                              \
	X(CTL_REMEDY_SHOW, "remedy show", CTL_BIT(CTL_ACTION) | CTL_BIT(CTL_LIMIT),                \
	    CTL_BIT(CTL_ACTION), CTL_VIEWER, report_action, remedy_show_render,                    \
	    "an action, its messages and the copies that were kept")                               \
	X(CTL_TOP, "top",                                                                          \
	    CTL_BIT(CTL_DIMENSION) | CTL_BIT(CTL_CLASSES) | CTL_BIT(CTL_INSTANCE) |                \
		CTL_BIT(CTL_LIMIT),                                                                \
	    0, CTL_VIEWER, report_none, top_render,                                                \
	    "who the mail is from, to and about: the most frequent of each kind, now")             \
	X(CTL_SHAPES, "shapes", CTL_BIT(CTL_CLASSES) | CTL_BIT(CTL_INSTANCE) | CTL_BIT(CTL_LIMIT), \
	    0, CTL_VIEWER, report_none, shapes_render,                                             \
	    "the patterns of senders and subjects, now, with examples")                            \
	X(CTL_CAUSES, "causes", CTL_BIT(CTL_INSTANCE) | CTL_BIT(CTL_LIMIT), 0, CTL_VIEWER,         \
	    report_none, causes_render,                                                            \
	    "what the bounces in the queues are about: who sent what bounced")                     \
	X(CTL_QSHAPE, "qshape",                                                                    \
	    CTL_BIT(CTL_QUEUES_OF) | CTL_BIT(CTL_BY_SENDER) | CTL_BIT(CTL_PARENTS) |               \
		CTL_BIT(CTL_SUBDOMAINS) | CTL_BIT(CTL_BUCKETS) | CTL_BIT(CTL_MINUTES) |            \
		CTL_BIT(CTL_LINEAR) | CTL_BIT(CTL_INSTANCE) | CTL_BIT(CTL_LIMIT),                  \
	    0, CTL_VIEWER, report_none, qshape_render,                                             \
	    "how old is what waits, by domain: the table of qshape(1)")                            \
	X(CTL_LIST, "list",                                                                        \
	    CTL_BIT(CTL_QUEUES_OF) | CTL_CONDITIONS | CTL_BIT(CTL_INSTANCE) | CTL_BIT(CTL_LIMIT),  \
	    0, CTL_VIEWER, report_none, list_render, "the messages that are of this kind")         \
	X(CTL_SHOW, "show", CTL_BIT(CTL_QUEUE_ID) | CTL_BIT(CTL_INSTANCE), CTL_BIT(CTL_QUEUE_ID),  \
	    CTL_OPERATOR, report_none, show_render,                                                \
	    "a message: envelope, headers, why it waits, where it was")                            \
	X(CTL_PAUSE, "pause", 0, 0, CTL_OPERATOR, report_none, acting_render,                      \
	    "no remedy acts by itself until resume")                                               \
	X(CTL_RESUME, "resume", 0, 0, CTL_OPERATOR, report_none, acting_render,                    \
	    "remedies act by themselves again")                                                    \
	X(CTL_ALERT_LIST, "alert list", CTL_BIT(CTL_LIMIT), 0, CTL_VIEWER, report_notices,         \
	    alert_list_render, "the latest mails, and what became of each")                        \
	X(CTL_ALERT_TEST, "alert test", CTL_BIT(CTL_RECIPIENT), 0, CTL_OPERATOR, report_none,      \
	    alert_test_render,                                                                     \
	    "send a mail to each recipient through each relay, and wait for it")                   \
	X(CTL_CHECK, "check", CTL_BIT(CTL_WARNING) | CTL_BIT(CTL_CRITICAL), 0, CTL_LOCAL,          \
	    report_none, check_render,                                                             \
	    "one line for Nagios, Icinga and Checkmk, and its exit code")                          \
	X(CTL_METRICS, "metrics", CTL_BIT(CTL_PROMETHEUS), 0, CTL_LOCAL, report_none,              \
	    metrics_render, "the status as metrics, in the text of OpenMetrics")                   \
	X(CTL_REPORT, "report",                                                                    \
	    CTL_BIT(CTL_SINCE) | CTL_BIT(CTL_UNTIL) | CTL_BIT(CTL_FORMAT) | CTL_BIT(CTL_LANGUAGE), \
	    0, CTL_VIEWER, report_none, report_render,                                             \
	    "the health report: queues, flow, delays, incidents, of a day")                        \
	X(CTL_CONFIG_CHECK, "config check", 0, 0, CTL_LOCAL, report_none, config_check_render,     \
	    "whether the settings in the file are right")                                          \
	X(CTL_CONFIG_SHOW, "config show", 0, 0, CTL_LOCAL, report_none, config_show_render,        \
	    "what the settings in the file come to, with the defaults")                            \
	X(CTL_CONFIG_EXPLAIN, "config explain", CTL_BIT(CTL_SETTING), 0, CTL_LOCAL, report_none,   \
	    config_explain_render, "what settings are for, and what they may be")                  \
	X(CTL_COMPLETION, "completion", CTL_BIT(CTL_SHELL), CTL_BIT(CTL_SHELL), CTL_LOCAL,         \
	    report_none, completion_render,                                                        \
	    "the script by which a shell completes these commands")                                \
	X(CTL_DOCTOR, "doctor", 0, 0, CTL_LOCAL, report_none, doctor_render,                       \
	    "whether this machine is as watchdogd needs it, and how to mend what is not")          \
	X(CTL_REPLAY, "replay", CTL_BIT(CTL_FILE) | CTL_BIT(CTL_SERIES) | CTL_BIT(CTL_LEVEL),      \
	    CTL_BIT(CTL_FILE), CTL_LOCAL, report_none, replay_render,                              \
	    "what the detector would have said about the numbers in a file")                       \
	X(CTL_BACKTEST, "backtest",                                                                \
	    CTL_BIT(CTL_AGAINST) | CTL_BIT(CTL_SINCE) | CTL_BIT(CTL_UNTIL) |                       \
		CTL_BIT(CTL_INSTANCE),                                                             \
	    0, CTL_LOCAL, report_none, backtest_render,                                            \
	    "what the rules would have opened, done and mailed, by the recorded history")          \
	X(CTL_VERSION, "version", 0, 0, CTL_VIEWER, report_version, version_render,                \
	    "the versions of watchdogctl and of watchdogd")                                        \
	X(CTL_HELP, "help", 0, 0, CTL_VIEWER, report_help, help_render,                            \
	    "the commands and what they take")

/* X(id, "key", 'letter', kind, positional, field of struct ctl_request, "WORD", "what it is")
 * The key is the argument's name in a request and, unless it is positional, its option. The letter
 * is a short option after the commands that take it, or 0. */
#define CTL_ARGUMENTS(X)                                                                           \
	X(CTL_INCIDENT, "incident", 0, CTL_NUMBER, true, incident, "ID",                           \
	    "the number of an incident")                                                           \
	X(CTL_ACTION, "action", 0, CTL_NUMBER, true, action, "ACTION", "the number of an action")  \
	X(CTL_REMEDY, "remedy", 0, CTL_WORD, true, remedy, "NAME", "the name of a remedy")         \
	X(CTL_QUEUE_ID, "queue_id", 0, CTL_WORD, true, queue_id, "QUEUEID",                        \
	    "the id of a message in a queue")                                                      \
	X(CTL_QUEUES_OF, "queues", 0, CTL_QUEUE_SET, true, queues, "QUEUE...",                     \
	    "maildrop, incoming, active, deferred, hold or corrupt; left out: all, of "            \
	    "qshape incoming and active")                                                          \
	X(CTL_FILE, "file", 0, CTL_TEXT, true, file, "FILE",                                       \
	    "comma-separated values with a time and a number a row")                               \
	X(CTL_SETTING, "setting", 0, CTL_TEXT, true, setting, "SETTING",                           \
	    "a setting, such as alert.timeout, or what is below one: rules")                       \
	X(CTL_SHELL, "shell", 0, CTL_WORD, true, shell, "SHELL", "bash, zsh or fish")              \
	X(CTL_SERIES, "kind", 0, CTL_WORD, false, kind, "KIND",                                    \
	    "flow (events since the row before), gauge or peak; left out: flow of a column "       \
	    "named count, else gauge")                                                             \
	X(CTL_LEVEL, "level", 0, CTL_WORD, false, level, "SCORE",                                  \
	    "score of an alarm: log10 of the seconds between two such; left out: once a year")     \
	X(CTL_AGAINST, "against", 0, CTL_TEXT, false, against, "FILE",                             \
	    "other settings; what would have been different with them is printed")                 \
	X(CTL_INSTANCE, "instance", 0, CTL_WORD, false, instance, "NAME",                          \
	    "Postfix instance, as postmulti names it; may be left out where there is one")         \
	X(CTL_SET, "set", 0, CTL_ASSIGNMENT, false, set, "PARAMETER=VALUE",                        \
	    "what postfix-parameter sets, such as bounce_queue_lifetime=1h")                       \
	X(CTL_SINCE, "since", 0, CTL_TIME, false, since_s, "WHEN",                                 \
	    "how long ago (90s, 10m, 1h, 2d) or when (2026-06-03 14:05, @1780463109)")             \
	X(CTL_UNTIL, "until", 0, CTL_TIME, false, until_s, "WHEN", "the same; left out: now")      \
	X(CTL_STEP, "step", 0, CTL_STEP_SIZE, false, step_s, "STEP", "1s, 1m or 1h; left out: 1m") \
	X(CTL_DIMENSION, "by", 0, CTL_DIMENSION_NAME, false, dimension, "DIMENSION",               \
	    "sender, sender_domain, recipient_domain, client, network, sasl_user, shape, "         \
	    "subject, reason, next_hop or cause; left out: each")                                  \
	X(CTL_CLASSES, "class", 0, CTL_CLASS_SET, false, classes, "CLASS",                         \
	    "normal, bounce, dsn, notice or unread; several with commas between")                  \
	X(CTL_SENDER, "sender", 0, CTL_TEXT, false, sender, "ADDRESS",                             \
	    "envelope sender; @DOMAIN: any of this domain; <>: the null sender")                   \
	X(CTL_SHAPE, "shape", 0, CTL_TEXT, false, shape, "SHAPE",                                  \
	    "pattern of the envelope sender, as shapes shows it")                                  \
	X(CTL_DOMAIN, "domain", 0, CTL_TEXT, false, domain, "DOMAIN", "domain of a recipient")     \
	X(CTL_CLIENT, "client", 0, CTL_TEXT, false, client, "ADDRESS",                             \
	    "the client that it came from, or its network as ADDRESS/BITS")                        \
	X(CTL_WHY, "reason", 0, CTL_TEXT, false, reason, "TEXT",                                   \
	    "part of the reason why it was deferred")                                              \
	X(CTL_OLDER, "older", 0, CTL_AGE, false, older_s, "AGE",                                   \
	    "arrived before: 90s, 10m, 1h, 2d")                                                    \
	X(CTL_YOUNGER, "younger", 0, CTL_AGE, false, younger_s, "AGE", "arrived since then")       \
	X(CTL_LARGER, "larger", 0, CTL_SIZE, false, larger_bytes, "SIZE",                          \
	    "of more bytes; 10k, 5M, 1G are thousands")                                            \
	X(CTL_SMALLER, "smaller", 0, CTL_SIZE, false, smaller_bytes, "SIZE", "of fewer bytes")     \
	X(CTL_FOR, "for", 0, CTL_AGE, false, for_s, "TIME",                                        \
	    "how long: 30m, 1h, 2d, up to 1w; left out: 1h")                                       \
	X(CTL_WARNING, "warning", 'w', CTL_AGE, false, warning_s, "AGE",                           \
	    "warn of a delay of good mail above this; left out: 15m")                              \
	X(CTL_CRITICAL, "critical", 'c', CTL_AGE, false, critical_s, "AGE",                        \
	    "one above this is critical; left out: 1h")                                            \
	X(CTL_PROMETHEUS, "prometheus", 0, CTL_FLAG, false, prometheus, "",                        \
	    "in Prometheus' text format 0.0.4, which node_exporter reads from files")              \
	X(CTL_FOLLOW, "follow", 0, CTL_FLAG, false, follow, "",                                    \
	    "go on: an object a line, each second")                                                \
	X(CTL_SAID, "text", 0, CTL_TEXT, false, said, "TEXT", "what you say about it")             \
	X(CTL_RECIPIENT, "recipient", 0, CTL_TEXT, false, recipient, "ADDRESS",                    \
	    "one recipient of alerts; left out: all of them")                                      \
	X(CTL_FORMAT, "format", 0, CTL_WORD, false, format, "FORMAT",                              \
	    "text, csv or json, of report html, of history chart; left out: text")                 \
	X(CTL_LANGUAGE, "language", 0, CTL_WORD, false, language, "LANGUAGE",                      \
	    "en or ja; left out: en")                                                              \
	X(CTL_BY_SENDER, "senders", 's', CTL_FLAG, false, by_sender, "",                           \
	    "by the sender's domain, not the recipients'")                                         \
	X(CTL_PARENTS, "parents", 'p', CTL_FLAG, false, parents, "",                               \
	    "add domains above, which count what is below them")                                   \
	X(CTL_SUBDOMAINS, "subdomains", 'm', CTL_NUMBER, false, subdomains, "N",                   \
	    "of the domains above, show those of so many and more; left out: 5")                   \
	X(CTL_BUCKETS, "buckets", 'b', CTL_NUMBER, false, buckets, "N",                            \
	    "columns of age, 1 to 32; left out: 10")                                               \
	X(CTL_MINUTES, "minutes", 't', CTL_NUMBER, false, minutes, "N",                            \
	    "the first column's age, up to 100000; left out: 5")                                   \
	X(CTL_LINEAR, "linear", 'l', CTL_FLAG, false, linear, "",                                  \
	    "all columns are of the same age, not each twice the one before")                      \
	X(CTL_LIMIT, "limit", 'n', CTL_NUMBER, false, limit, "N", "how many at most, 1 to 5000")

#define CTL_ENUM_(id, ...) id,
enum ctl_verb {
	CTL_COMMANDS(CTL_ENUM_)
};
enum ctl_argument {
	CTL_ARGUMENTS(CTL_ENUM_)
};

#define CTL_COUNT_(...) +1
enum {
	CTL_COMMAND_COUNT = 0 CTL_COMMANDS(CTL_COUNT_),
	CTL_ARGUMENT_COUNT = 0 CTL_ARGUMENTS(CTL_COUNT_),
};

enum ctl_right {
	CTL_VIEWER, /* whoever may connect */
	CTL_OPERATOR, /* root and the operator group */
	CTL_LOCAL, /* whoever runs watchdogctl, which does it alone; the daemon does not */
};

enum ctl_kind {
	CTL_NUMBER, /* int64_t, 1 and up */
	CTL_FLAG, /* int64_t, 1; in a request: true; an option without a value */
	CTL_WORD, /* char[CTL_WORD_SIZE] */
	CTL_ASSIGNMENT, /* char[CTL_ASSIGNMENT_SIZE]: a name, '=' and a text of one line */
	CTL_TEXT, /* char[CTL_TEXT_SIZE], printable */
	CTL_QUEUE_SET, /* int64_t, bit set of 1 << enum queue_name; in a request: names, with commas */
	CTL_CLASS_SET, /* the same of enum message_class */
	CTL_DIMENSION_NAME, /* int64_t, the bit of one enum dimension; in a request: its name */
	CTL_AGE, /* int64_t, seconds */
	CTL_SIZE, /* int64_t, bytes */
	CTL_TIME, /* int64_t, seconds since 1970 */
	CTL_STEP_SIZE, /* int64_t: 1, 60 or 3600 */
};

#define CTL_WORD_SIZE 64
#define CTL_ASSIGNMENT_SIZE 1024
#define CTL_TEXT_SIZE FILTER_TEXT_SIZE

struct ctl_command {
	const char *name; /* one or two words */
	uint64_t takes, needs;
	enum ctl_right right;
	const char *text;
};

struct ctl_argument_kind {
	const char *key;
	char letter; /* of the short option; 0: none */
	enum ctl_kind kind;
	bool positional; /* a bare word; at most one a command, but any number of a set's */
	size_t offset; /* in struct ctl_request */
	const char *word;
	const char *text;
};

/* A request, parsed. 0 and the empty text: not given. */
struct ctl_request {
	enum ctl_verb verb;
	int64_t incident, action;
	int64_t since_s, until_s, step_s, limit;
	int64_t queues, classes, dimension, for_s;
	int64_t warning_s, critical_s, prometheus, follow;
	int64_t older_s, younger_s, larger_bytes, smaller_bytes;
	int64_t by_sender, parents, subdomains, buckets, minutes, linear;
	char kind[CTL_WORD_SIZE], level[CTL_WORD_SIZE];
	char format[CTL_WORD_SIZE], language[CTL_WORD_SIZE];
	char remedy[CTL_WORD_SIZE], instance[CTL_WORD_SIZE], queue_id[CTL_WORD_SIZE];
	char set[CTL_ASSIGNMENT_SIZE];
	char sender[CTL_TEXT_SIZE], shape[CTL_TEXT_SIZE], domain[CTL_TEXT_SIZE];
	char file[CTL_TEXT_SIZE], against[CTL_TEXT_SIZE], recipient[CTL_TEXT_SIZE];
	char shell[CTL_WORD_SIZE];
	char setting[CTL_TEXT_SIZE];
	char said[CTL_TEXT_SIZE], client[CTL_TEXT_SIZE], reason[CTL_TEXT_SIZE];
};

extern const struct ctl_command ctl_commands[CTL_COMMAND_COUNT];
extern const struct ctl_argument_kind ctl_arguments[CTL_ARGUMENT_COUNT];

/* Why there is no document: what the client makes of it. */
enum ctl_reason {
	CTL_USAGE, /* "usage": not a request that can be understood */
	CTL_PERMISSION, /* "permission": not for this person */
	CTL_REFUSED, /* "refused": understood, and not done */
	CTL_UNAVAILABLE, /* "unavailable": a part of the daemon does not answer */
};

/* The verb of a name, or -1. */
int ctl_find_command(const char *name);
/* Whether an argument is put in as a word; else as a number. */
bool ctl_takes_word(enum ctl_argument argument);
/* Puts an argument's value into the request; words of a set add to it. 0; -EINVAL: no such word or
 * a number out of range. */
int ctl_set_word(
    struct ctl_request *request, enum ctl_argument argument, const char *word) MUST_CHECK;
int ctl_set_number(
    struct ctl_request *request, enum ctl_argument argument, int64_t number) MUST_CHECK;
/* The arguments that a request has: bit set of CTL_BIT(enum ctl_argument). */
uint64_t ctl_given(const struct ctl_request *request);

/* Parses a line (without its LF). 0; -EINVAL: why is in `problem` (size bytes), escaped. */
int ctl_parse_request(const char *line, size_t length, struct ctl_request *ret_request,
    char *problem, size_t size) MUST_CHECK;
/* The request as a line with its LF; free() it. */
char *ctl_format_request(const struct ctl_request *request);

/* "remedy plan NAME [--instance NAME]"; free() it. */
char *ctl_format_usage(enum ctl_verb verb);

/* {"error": text, "reason": ...} */
json_t *ctl_make_error(enum ctl_reason reason, const char *text);
/* NULL when the document is no error; ret_reason may be NULL. A reason that is not known, or none,
 * is CTL_REFUSED. */
const char *ctl_get_error(const json_t *document, enum ctl_reason *ret_reason);

#endif

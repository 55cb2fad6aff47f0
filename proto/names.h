/* SPDX-License-Identifier: ISC
 *
 * names.h - the words of the project, each list once: an enum and its names come from the same
 * macro. What is stored, sent, printed and documented uses these names.
 *
 * X(NAME, "name", "what it is")
 */
#ifndef WATCHDOGD_PROTO_NAMES_H
#define WATCHDOGD_PROTO_NAMES_H

#include <stdbool.h>

/* Postfix's queues, in the order in which showq lists them plus corrupt. */
#define NAMES_QUEUE(X)                                                               \
	X(QUEUE_MAILDROP, "maildrop", "submitted by sendmail(1), not yet picked up") \
	X(QUEUE_INCOMING, "incoming", "accepted, waiting for the queue manager")     \
	X(QUEUE_ACTIVE, "active", "being delivered")                                 \
	X(QUEUE_DEFERRED, "deferred", "a delivery failed, to be tried again")        \
	X(QUEUE_HOLD, "hold", "kept until an operator releases it")                  \
	X(QUEUE_CORRUPT, "corrupt", "unreadable, set aside by Postfix")

/* What a message is, by its envelope. */
#define NAMES_CLASS(X)                                                 \
	X(CLASS_UNREAD, "unread", "envelope not read (yet)")           \
	X(CLASS_NORMAL, "normal", "has a sender: somebody's mail")     \
	X(CLASS_BOUNCE, "bounce", "null sender, made by this Postfix") \
	X(CLASS_DSN, "dsn", "null sender, not made by this Postfix")   \
	X(CLASS_NOTICE, "notice", "double-bounce or a notice for the postmaster")

/* By what mail is counted to say what a flood is and who started it. */
#define NAMES_DIMENSION(X)                                                                     \
	X(DIMENSION_SENDER, "sender", "envelope sender")                                       \
	X(DIMENSION_SENDER_DOMAIN, "sender_domain", "domain of the envelope sender")           \
	X(DIMENSION_RECIPIENT_DOMAIN, "recipient_domain", "domain of a recipient")             \
	X(DIMENSION_CLIENT, "client", "address of the original client")                        \
	X(DIMENSION_NETWORK, "network", "the client's /24, or /48 of IPv6")                    \
	X(DIMENSION_SASL_USER, "sasl_user", "user name of an authenticated client")            \
	X(DIMENSION_SHAPE, "shape", "pattern of the envelope sender")                          \
	X(DIMENSION_SUBJECT, "subject", "pattern of the subject")                              \
	X(DIMENSION_REASON, "reason", "why a delivery was deferred, numbers and names folded") \
	X(DIMENSION_NEXT_HOP, "next_hop", "host that deferred a delivery")                     \
	X(DIMENSION_CAUSE, "cause", "of a bounce: network, shapes and reason of what bounced")

/* When an incident's mail was looked at to be remembered. */
#define NAMES_MOMENT(X)                                        \
	X(MOMENT_OPENING, "opening", "as the incident opened") \
	X(MOMENT_PEAK, "peak", "at its peak")

/* What control asks watch. */
#define NAMES_QUESTION(X)                                                 \
	X(QUESTION_LIST, "list", "which messages are of this kind?")      \
	X(QUESTION_SHOW, "show", "what is known of this message?")        \
	X(QUESTION_QSHAPE, "qshape", "how old is what waits, by domain?") \
	X(QUESTION_TOP, "top", "what is most frequent, by this dimension?")

/* The roles, each a process. The first is the parent. */
#define NAMES_ROLE(X)                                                \
	X(ROLE_PARENT, "watchdogd", "starts and restarts the roles") \
	X(ROLE_WATCH, "watch", "sees the queues")                    \
	X(ROLE_ENGINE, "engine", "stores, detects, decides")         \
	X(ROLE_REMEDY, "remedy", "acts")                             \
	X(ROLE_ALERT, "alert", "mails")                              \
	X(ROLE_CONTROL, "control", "answers watchdogctl")            \
	X(ROLE_METRICS, "metrics", "answers Prometheus")

/* Whether remedies act. */
#define NAMES_MODE(X)                                                               \
	X(MODE_OBSERVE, "observe", "say what would be done, do nothing")            \
	X(MODE_CONFIRM, "confirm", "run each remedy once an operator has said yes") \
	X(MODE_ACT, "act", "run the remedies")

/* What a rule can look at; one number a tick and instance. */
#define NAMES_SIGNAL(X)                                                                            \
	X(SIGNAL_BOUNCES, "bounces", "bounces waiting to be delivered (held ones not counted)")    \
	X(SIGNAL_BOUNCES_MADE, "bounces_made", "bounces made in the last minute")                  \
	X(SIGNAL_DSN, "dsn", "null-sender mail not made here, waiting to be delivered")            \
	X(SIGNAL_MAILDROP, "maildrop", "messages in maildrop")                                     \
	X(SIGNAL_INCOMING, "incoming", "messages in incoming")                                     \
	X(SIGNAL_ACTIVE, "active", "messages in active")                                           \
	X(SIGNAL_DEFERRED, "deferred", "messages in deferred")                                     \
	X(SIGNAL_HOLD, "hold", "messages in hold")                                                 \
	X(SIGNAL_CORRUPT, "corrupt", "messages in corrupt")                                        \
	X(SIGNAL_ARRIVALS, "arrivals", "messages that arrived in the last minute")                 \
	X(SIGNAL_OLDEST_AGE, "oldest_age",                                                         \
	    "age in seconds of the oldest message in incoming and active")                         \
	X(SIGNAL_STALLED, "stalled", "seconds in which mail arrived and hardly any was delivered") \
	X(SIGNAL_FULLNESS, "fullness", "percent in use of what is nearest to its limit")           \
	X(SIGNAL_HOST_DEFERRALS, "host_deferrals",                                                 \
	    "deferrals of late at the host that defers most")                                      \
	X(SIGNAL_FAILING, "failing", "percent of the last minute's attempts that were deferred")   \
	X(SIGNAL_TROUBLES, "troubles", "how much is wrong with watchdogd itself")                  \
	X(SIGNAL_SILENT, "silent", "seconds in which hardly any mail came that should have")

/* How a rule judges its signal: a row is a detector of the engine. */
#define NAMES_DETECTOR(X)                                                                         \
	X(DETECTOR_LEVEL, "level", "the signal stays above a number")                             \
	X(DETECTOR_STALL, "stall", "mail comes in and none gets out")                             \
	X(DETECTOR_FORECAST, "forecast", "what has a limit is full soon")                         \
	X(DETECTOR_DESTINATION, "destination", "one host defers what it is sent: theirs is down") \
	X(DETECTOR_OUTAGE, "outage", "hardly anything is delivered, whatever host: ours is down") \
	X(DETECTOR_SELF, "self", "watchdogd itself is not well")                                  \
	X(DETECTOR_SILENCE, "silence", "nothing comes in at an hour when mail is normal")

/* How a directory where mail waits outside Postfix counts its messages. */
#define NAMES_SPOOL_COUNT(X)                              \
	X(SPOOL_COUNT_FILES, "files", "each file is one") \
	X(SPOOL_COUNT_DIRECTORIES, "directories", "each directory that holds something is one")

/* An incident's life. */
#define NAMES_INCIDENT(X)                                                                  \
	X(INCIDENT_OPEN, "open", "the rule's condition holds")                             \
	X(INCIDENT_CLEARING, "clearing", "below the clear level, not yet for long enough") \
	X(INCIDENT_CLOSED, "closed", "over")

/* An action's life: one remedy of one incident, or one that an operator asked for. */
#define NAMES_ACTION(X)                                                                           \
	X(ACTION_WAITING, "waiting", "its time (after) has not come")                             \
	X(ACTION_WOULD, "would", "mode is observe: says what it would do")                        \
	X(ACTION_ASKING, "asking", "mode is confirm: waits for an operator's yes")                \
	X(ACTION_RUNNING, "running", "working through its messages")                              \
	X(ACTION_CAPPED, "capped", "stopped at its cap")                                          \
	X(ACTION_DONE, "done", "finished")                                                        \
	X(ACTION_FAILED, "failed", "gave up; the reason is in its text")                          \
	X(ACTION_UNDONE, "undone", "taken back")                                                  \
	X(ACTION_SKIPPED, "skipped", "not done: its condition does not hold, or nobody said yes") \
	X(ACTION_REJECTED, "rejected", "not done: an operator said no")

/* What became of one message in a batch. */
#define NAMES_OUTCOME(X)                                                           \
	X(OUTCOME_PLANNED, "planned", "selected, not yet ordered")                 \
	X(OUTCOME_ORDERED, "ordered", "sent to the remedy role, no answer yet")    \
	X(OUTCOME_DONE, "done", "done, and seen to be done")                       \
	X(OUTCOME_GONE, "gone", "had left the queue before")                       \
	X(OUTCOME_CHANGED, "changed", "changed since it was selected: left alone") \
	X(OUTCOME_FAILED, "failed", "postsuper did not do it")

/* What is asked about a setting. */
#define NAMES_CHANGE_STEP(X)                                                  \
	X(CHANGE_PLAN, "plan", "look, and say what would be done")            \
	X(CHANGE_APPLY, "apply", "change it, if it is still what it was")     \
	X(CHANGE_UNDO, "undo", "put it back, if it is still what we made it") \
	X(CHANGE_LOOK, "look", "say whether what the remedy needs is there")

/* What became of it. */
#define NAMES_CHANGE(X)                                                                  \
	X(CHANGE_PLANNED, "planned", "nothing was done: this is what would be")          \
	X(CHANGE_DONE, "done", "done, and seen to be done")                              \
	X(CHANGE_ALREADY, "already", "was so before, nothing was done")                  \
	X(CHANGE_FOREIGN, "changed", "somebody else changed it meanwhile: left alone")   \
	X(CHANGE_REFUSED, "refused", "is not allowed, or lacks what it needs: not done") \
	X(CHANGE_FAILED, "failed", "a program did not do it; may be tried again")

/* The journal's word on a setting that an action was to change. */
#define NAMES_JOURNAL(X)                                                                        \
	X(JOURNAL_ORDERED, "ordered", "sent to the remedy role, no answer yet: may be changed") \
	X(JOURNAL_CHANGED, "changed", "changed, and to be put back")                            \
	X(JOURNAL_UNTOUCHED, "untouched", "was not changed by us")                              \
	X(JOURNAL_UNDOING, "undoing", "being put back, no answer yet")                          \
	X(JOURNAL_UNDONE, "undone", "put back")                                                 \
	X(JOURNAL_LEFT, "left", "somebody else changed it: left to him")

/* Whether a step of a rule is done when its time has come. */
#define NAMES_CONDITION(X)                                                              \
	X(CONDITION_ALWAYS, "always", "whatever the signal does")                       \
	X(CONDITION_GROWING, "still_growing", "more is still coming: the signal rises") \
	X(CONDITION_ABOVE, "still_above", "the signal is still above a number")

/* When a changed setting is put back. */
#define NAMES_REVERT(X)                                          \
	X(REVERT_BY_HAND, "by_hand", "when an operator says so") \
	X(REVERT_WHEN_CLEAR, "when_clear", "when the incident has closed")

/* A notice's life in the outbox. */
#define NAMES_NOTICE(X)                                               \
	X(NOTICE_WAITING, "waiting", "to be sent")                    \
	X(NOTICE_SENT, "sent", "a relay said 250")                    \
	X(NOTICE_REFUSED, "refused", "each relay said 5xx; given up") \
	X(NOTICE_FOLDED, "folded", "told by a later one that gathers several")

/* What a notice is about. */
#define NAMES_ABOUT(X)                                                \
	X(ABOUT_INCIDENT, "incident", "an incident")                  \
	X(ABOUT_TEST, "test", "whether mail gets there")              \
	X(ABOUT_DIGEST, "digest", "what several others were to tell") \
	X(ABOUT_REPORT, "report", "how the queues were")              \
	X(ABOUT_HEARTBEAT, "heartbeat", "that alerts get there")

/* In what language somebody is written to. */
#define NAMES_LANGUAGE(X)                  \
	X(LANGUAGE_EN, "en", "in English") \
	X(LANGUAGE_JA, "ja", "in Japanese")

#define NAMES_ENUM_(id, name, text) id,
#define NAMES_ENUM(list) {list(NAMES_ENUM_)}

enum queue_name NAMES_ENUM(NAMES_QUEUE);
enum message_class NAMES_ENUM(NAMES_CLASS);
enum dimension NAMES_ENUM(NAMES_DIMENSION);
enum moment NAMES_ENUM(NAMES_MOMENT);
enum question_kind NAMES_ENUM(NAMES_QUESTION);
enum role_name NAMES_ENUM(NAMES_ROLE);
enum act_mode NAMES_ENUM(NAMES_MODE);
enum signal_name NAMES_ENUM(NAMES_SIGNAL);
enum detector_name NAMES_ENUM(NAMES_DETECTOR);
enum spool_count NAMES_ENUM(NAMES_SPOOL_COUNT);
enum incident_state NAMES_ENUM(NAMES_INCIDENT);
enum action_state NAMES_ENUM(NAMES_ACTION);
enum target_outcome NAMES_ENUM(NAMES_OUTCOME);
enum change_step NAMES_ENUM(NAMES_CHANGE_STEP);
enum change_outcome NAMES_ENUM(NAMES_CHANGE);
enum journal_state NAMES_ENUM(NAMES_JOURNAL);
enum condition NAMES_ENUM(NAMES_CONDITION);
enum revert NAMES_ENUM(NAMES_REVERT);
enum notice_state NAMES_ENUM(NAMES_NOTICE);
enum notice_about NAMES_ENUM(NAMES_ABOUT);
enum language NAMES_ENUM(NAMES_LANGUAGE);

#define NAMES_COUNT_(id, name, text) +1
enum {
	QUEUE_COUNT = 0 NAMES_QUEUE(NAMES_COUNT_),
	CLASS_COUNT = 0 NAMES_CLASS(NAMES_COUNT_),
	DIMENSION_COUNT = 0 NAMES_DIMENSION(NAMES_COUNT_),
	MOMENT_COUNT = 0 NAMES_MOMENT(NAMES_COUNT_),
	QUESTION_COUNT = 0 NAMES_QUESTION(NAMES_COUNT_),
	ROLE_COUNT = 0 NAMES_ROLE(NAMES_COUNT_),
	MODE_COUNT = 0 NAMES_MODE(NAMES_COUNT_),
	SIGNAL_COUNT = 0 NAMES_SIGNAL(NAMES_COUNT_),
	DETECTOR_COUNT = 0 NAMES_DETECTOR(NAMES_COUNT_),
	SPOOL_COUNT_COUNT = 0 NAMES_SPOOL_COUNT(NAMES_COUNT_),
	INCIDENT_STATE_COUNT = 0 NAMES_INCIDENT(NAMES_COUNT_),
	ACTION_STATE_COUNT = 0 NAMES_ACTION(NAMES_COUNT_),
	OUTCOME_COUNT = 0 NAMES_OUTCOME(NAMES_COUNT_),
	CHANGE_STEP_COUNT = 0 NAMES_CHANGE_STEP(NAMES_COUNT_),
	CHANGE_COUNT = 0 NAMES_CHANGE(NAMES_COUNT_),
	JOURNAL_STATE_COUNT = 0 NAMES_JOURNAL(NAMES_COUNT_),
	CONDITION_COUNT = 0 NAMES_CONDITION(NAMES_COUNT_),
	REVERT_COUNT = 0 NAMES_REVERT(NAMES_COUNT_),
	NOTICE_STATE_COUNT = 0 NAMES_NOTICE(NAMES_COUNT_),
	ABOUT_COUNT = 0 NAMES_ABOUT(NAMES_COUNT_),
	LANGUAGE_COUNT = 0 NAMES_LANGUAGE(NAMES_COUNT_),
};

/* A list for those who look words up (settings, the store, documents). */
struct names {
	const char *const *names; /* by value */
	const char *const *texts; /* what each is, by value */
	int count;
};

extern const struct names names_queue, names_class, names_dimension, names_moment, names_role,
    names_mode, names_signal, names_incident, names_action, names_outcome, names_change_step,
    names_change, names_journal, names_revert, names_notice, names_about, names_language,
    names_spool_count, names_question, names_detector, names_condition;

/* The name of a value; "?" when it is out of range. Never NULL. */
const char *names_get(const struct names *list, int value);
/* The value of a name, or -1. */
int names_find(const struct names *list, const char *name);

#endif

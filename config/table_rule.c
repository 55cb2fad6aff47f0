/* SPDX-License-Identifier: ISC
 *
 * table_rule.c - the rows of what is done about mail: remedies, rules and their steps.
 */
#include "config/table.h"

#define DAY (24 * 3600)

static const struct table_row step_rows[] = {
    {
	.name = "remedy",
	.type = VALUE_REMEDY,
	TABLE_AT(struct settings_step, remedy),
	.required = true,
	.doc = "The remedy of this step.",
    },
    {
	.name = "after",
	.type = VALUE_DURATION,
	TABLE_AT(struct settings_step, after_s),
	.high = 30 * DAY,
	.fallback = "0s",
	.doc = "How long after the opening of the incident it runs; if that has closed by then, "
	       "only what it held is deleted.",
    },
    {
	.name = "mode",
	.type = VALUE_MODE,
	TABLE_AT(struct settings_step, mode),
	.fallback = "inherit",
	.doc = "Whether this step acts; comes before every other mode.",
    },
    {
	.name = "when",
	.type = VALUE_WORD,
	TABLE_AT(struct settings_step, when),
	.words = &names_condition,
	.fallback = "always",
	.doc = "What must hold when its time has come; if it does not, the step is skipped until "
	       "it does or the incident is over.",
    },
    {
	.name = "above",
	.type = VALUE_COUNT,
	TABLE_AT(struct settings_step, above),
	.high = 1000000000,
	.fallback = "0",
	.doc = "Of still_above: the number; 0: the one above which the incident opened.",
    },
    {
	.name = "parameter",
	.type = VALUE_TEXT,
	TABLE_AT(struct settings_step, parameter),
	.optional = true,
	.fallback = "",
	.doc = "Of postfix-parameter: the parameter of main.cf that it sets.",
    },
    {
	.name = "value",
	.type = VALUE_TEXT,
	TABLE_AT(struct settings_step, value),
	.optional = true,
	.fallback = "",
	.doc = "Of postfix-parameter: what it sets it to.",
    },
    {
	.name = "revert",
	.type = VALUE_WORD,
	TABLE_AT(struct settings_step, revert),
	.words = &names_revert,
	.fallback = "by_hand",
	.doc = "When a setting that this step has changed is put back.",
    },
    {
	.name = "revert_after",
	.type = VALUE_DURATION,
	TABLE_AT(struct settings_step, revert_after_s),
	.high = 30 * DAY,
	.fallback = "0s",
	.doc = "So long after the change it is put back, if not before; 0s: not by time.",
    },
};
#define MESSAGE_STEP_ROWS 5 /* the first of them: what a step on messages has */

const struct table table_step = {
    .rows = step_rows,
    .row_count = ARRAY_LENGTH(step_rows),
    .noun = "step",
};

const struct table table_message_step = {
    .rows = step_rows,
    .row_count = MESSAGE_STEP_ROWS,
    .noun = "step",
};

static const struct table_row rule_rows[] = {
    {
	.name = "signal",
	.type = VALUE_WORD,
	TABLE_AT(struct settings_rule, signal),
	.words = &names_signal,
	.left_out = "the detector's own",
	.doc = "The number that the rule looks at, of each instance by itself.",
    },
    {
	.name = "detector",
	.type = VALUE_WORD,
	TABLE_AT(struct settings_rule, detector),
	.words = &names_detector,
	.fallback = "level",
	.doc = "How the signal is judged.",
    },
    {
	.name = "above",
	.type = VALUE_COUNT,
	TABLE_AT(struct settings_rule, above),
	.high = 1000000000,
	.optional = true,
	.fallback = "none",
	.doc = "An incident opens when the signal stays above this.",
    },
    {
	.name = "or_full_within",
	.type = VALUE_DURATION,
	TABLE_AT(struct settings_rule, or_full_within_s),
	.high = 7 * DAY,
	.fallback = "0s",
	.doc =
	    "Of forecast: an incident opens, too, when something will be full so soon; 0s: never.",
    },
    {
	.name = "or_times_normal",
	.type = VALUE_COUNT,
	TABLE_AT(struct settings_rule, or_times_normal),
	.low = 2,
	.high = 1000000,
	.optional = true,
	.fallback = "none",
	.doc =
	    "An incident opens, too, when the signal stays above so many times what is normal at "
	    "this hour of the week, and that is no everyday event.",
    },
    {
	.name = "or_rarer_than",
	.type = VALUE_DURATION,
	TABLE_AT(struct settings_rule, or_rarer_than_s),
	.high = 100LL * 365 * DAY,
	.fallback = "0s",
	.doc = "An incident opens, too, at what is seen less than once in this time; 0s: never.",
    },
    {
	.name = "for",
	.type = VALUE_DURATION,
	TABLE_AT(struct settings_rule, for_s),
	.high = DAY,
	.fallback = "30s",
	.doc = "How long it must stay above, without a break.",
    },
    {
	.name = "clear_below",
	.type = VALUE_COUNT,
	TABLE_AT(struct settings_rule, clear_below),
	.high = 1000000000,
	.optional = true,
	.left_out = "half of above",
	.doc = "The incident closes when the signal stays below this, or at 0.",
    },
    {
	.name = "clear_for",
	.type = VALUE_DURATION,
	TABLE_AT(struct settings_rule, clear_for_s),
	.high = 7 * DAY,
	.fallback = "15m",
	.doc = "How long it must stay below, without a break.",
    },
    {
	.name = "reopen_within",
	.type = VALUE_DURATION,
	TABLE_AT(struct settings_rule, reopen_within_s),
	.high = 7 * DAY,
	.fallback = "30m",
	.doc = "An incident that comes back so soon after it closed is the same one; 0s: never.",
    },
    {
	.name = "mode",
	.type = VALUE_MODE,
	TABLE_AT(struct settings_rule, mode),
	.fallback = "inherit",
	.doc = "Whether the steps of this rule act; comes before the mode of the daemon.",
    },
    {
	.name = "remedies",
	.type = VALUE_TABLE,
	TABLE_LIST(struct settings_rule, steps, step_count, SETTINGS_LADDER_MAX),
	.elements = &table_step,
	.fallback = "",
	.doc = "What is done about an incident, step by step.",
    },
};

const struct table table_rule = {
    .rows = rule_rows,
    .row_count = ARRAY_LENGTH(rule_rows),
    .keyed = true,
    .noun = "rule",
};

static const struct table_row remedy_rows[] = {
    {
	.name = "mode",
	.type = VALUE_MODE,
	TABLE_AT(struct settings_remedy, mode),
	.fallback = "inherit",
	.doc = "Whether this remedy acts; comes before the modes of the rule and of the daemon.",
    },
    {
	.name = "queues",
	.type = VALUE_QUEUES,
	TABLE_AT(struct settings_remedy, queues),
	.words = &names_queue,
	.fallback = "hold",
	.doc = "The queues where it may act.",
    },
    {
	.name = "max_messages",
	.type = VALUE_COUNT,
	TABLE_AT(struct settings_remedy, max_messages),
	.low = 1,
	.high = 100000000,
	.fallback = "100000",
	.doc = "One action stops after so many messages.",
    },
    {
	.name = "max_share",
	.type = VALUE_COUNT,
	TABLE_AT(struct settings_remedy, max_share),
	.low = 1,
	.high = 100,
	.fallback = "100",
	.doc = "One action stops after so many percent of the messages in these queues.",
    },
    {
	.name = "max_per_hour",
	.type = VALUE_COUNT,
	TABLE_AT(struct settings_remedy, max_per_hour),
	.low = 1,
	.high = 100000000,
	.fallback = "100000",
	.doc = "All actions of this remedy together wait after so many messages in an hour.",
    },
    {
	.name = "batch",
	.type = VALUE_COUNT,
	TABLE_AT(struct settings_remedy, batch),
	.low = 1,
	.high = 1000,
	.fallback = "200",
	.doc = "How many messages one run of postsuper gets.",
    },
};

const struct table table_remedy = {
    .rows = remedy_rows,
    .row_count = ARRAY_LENGTH(remedy_rows),
    .keyed = true,
    .fixed = true,
    .noun = "remedy",
};

/* An undo takes back what another remedy did, at an operator's order and without caps: of a remedy's
 * settings it has the last. */
const struct table table_undo = {
    .rows = &remedy_rows[ARRAY_LENGTH(remedy_rows) - 1],
    .row_count = 1,
    .keyed = true,
    .fixed = true,
    .noun = "remedy",
};

/* What an operator alone runs has no mode: of a remedy's settings it has all but the first. */
const struct table table_selected = {
    .rows = &remedy_rows[1],
    .row_count = ARRAY_LENGTH(remedy_rows) - 1,
    .keyed = true,
    .fixed = true,
    .noun = "remedy",
};

/* A change of a setting has no messages and so no caps: of a remedy's settings it has the first. */
const struct table table_setting = {
    .rows = remedy_rows,
    .row_count = 1,
    .keyed = true,
    .fixed = true,
    .noun = "remedy",
};

const char table_default_lines[] = "remedies.hold-bounces.queues=deferred\n"
				   "remedies.hold-bounces.max_per_hour=200000\n"
				   "remedies.hold.queues=incoming,deferred\n"
				   "remedies.expire.queues=deferred\n"
				   "rules.bounce-flood.signal=bounces\n"
				   "rules.bounce-flood.detector=level\n"
				   "rules.bounce-flood.above=500\n"
				   "rules.bounce-flood.or_times_normal=10\n"
				   "rules.bounce-flood.or_rarer_than=0s\n"
				   "rules.bounce-flood.for=30s\n"
				   "rules.bounce-flood.clear_below=250\n"
				   "rules.bounce-flood.clear_for=15m\n"
				   "rules.bounce-flood.reopen_within=30m\n"
				   "rules.bounce-flood.remedies.0.remedy=hold-bounces\n"
				   "rules.bounce-flood.remedies.0.after=0s\n"
				   "rules.bounce-flood.remedies.1.remedy=delete-bounces\n"
				   "rules.bounce-flood.remedies.1.after=24h\n"
				   "rules.filter-stall.signal=stalled\n"
				   "rules.filter-stall.detector=stall\n"
				   "rules.filter-stall.above=60\n"
				   "rules.filter-stall.for=5s\n"
				   "rules.filter-stall.clear_below=30\n"
				   "rules.filter-stall.clear_for=2m\n"
				   "rules.filter-stall.reopen_within=30m\n"
				   "rules.queue-full.signal=fullness\n"
				   "rules.queue-full.detector=forecast\n"
				   "rules.queue-full.above=95\n"
				   "rules.queue-full.or_full_within=15m\n"
				   "rules.queue-full.for=0s\n"
				   "rules.queue-full.clear_below=90\n"
				   "rules.queue-full.clear_for=5m\n"
				   "rules.queue-full.reopen_within=30m\n"
				   "rules.mail-flood.signal=arrivals\n"
				   "rules.mail-flood.or_rarer_than=1y\n"
				   "rules.mail-flood.clear_below=none\n"
				   "rules.destination-down.signal=host_deferrals\n"
				   "rules.destination-down.detector=destination\n"
				   "rules.destination-down.above=50\n"
				   "rules.destination-down.for=30s\n"
				   "rules.destination-down.clear_below=25\n"
				   "rules.destination-down.clear_for=10m\n"
				   "rules.outage.signal=failing\n"
				   "rules.outage.detector=outage\n"
				   "rules.outage.above=60\n"
				   "rules.outage.for=30s\n"
				   "rules.outage.clear_below=20\n"
				   "rules.outage.clear_for=2m\n"
				   "rules.watchdogd.signal=troubles\n"
				   "rules.watchdogd.detector=self\n"
				   "rules.watchdogd.above=0\n"
				   "rules.watchdogd.for=0s\n"
				   "rules.watchdogd.clear_below=0\n"
				   "rules.watchdogd.clear_for=10m\n"
				   "rules.mail-silence.signal=silent\n"
				   "rules.mail-silence.detector=silence\n"
				   "rules.mail-silence.above=300\n"
				   "rules.mail-silence.for=0s\n"
				   "rules.mail-silence.clear_below=150\n"
				   "rules.mail-silence.clear_for=2m\n";

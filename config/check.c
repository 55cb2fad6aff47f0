/* SPDX-License-Identifier: ISC
 *
 * check.c - rules between settings. A value that was refused by itself says nothing here.
 */
#include "config/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "config/check_alert.h"
#include "config/check_detector.h"
#include "config/preset.h"
#include "config/value.h"
#include "lib/channel.h"
#include "lib/escape.h"
#include "lib/log.h"
#include "proto/catalogue.h"
#include "proto/parameter.h"

#define QUEUES_SIZE 128
/* Of settings_encode()'s text, which goes through a channel in one frame. */
#define ENCODED_MAX (CHANNEL_PAYLOAD_MAX - 1024)

void
check_repeats(struct load *load, const char *name, const char *list, size_t size, int count)
{
	for (int i = 1; i < count; i++)
		for (int j = 0; j < i; j++) {
			const char *one = list + size * (size_t)i, *other = list + size * (size_t)j;
			if (one[0] == '\0' || strcmp(one, other) != 0)
				continue;
			problems_add(&load->problems, places_mark(&load->places, one),
			    "%s: found the same as at line %zu, expected each once", name,
			    places_mark(&load->places, other).line);
			break;
		}
}

/* ---- the store ---- */

/* What is coarser is kept at least as long; `kept` and `coarser` are two fields. */
static void
check_order(struct load *load, const int64_t *kept, const char *name, const int64_t *coarser,
    const char *coarser_name)
{
	const int64_t *set = places_find(&load->places, kept) != NULL ? kept : coarser;
	if (*kept > *coarser)
		problems_add(&load->problems, places_mark(&load->places, set),
		    "store: found %s longer than %s, expected at most as long", name, coarser_name);
}

static void
check_store(struct load *load)
{
	const struct settings *settings = load->settings;
	check_order(load, &settings->store.keep_raw_s, "keep_raw", &settings->store.keep_minutes_s,
	    "keep_minutes");
	check_order(load, &settings->store.keep_minutes_s, "keep_minutes",
	    &settings->store.keep_hours_s, "keep_hours");
}

/* ---- remedies ---- */

/* "incoming, deferred" */
static const char *
list_queues(unsigned queues, char list[QUEUES_SIZE])
{
	size_t length = 0;
	list[0] = '\0';
	for (int queue = 0; queue < QUEUE_COUNT; queue++)
		if ((queues & 1u << queue) != 0)
			length += (size_t)snprintf(list + length, QUEUES_SIZE - length, "%s%s",
			    length > 0 ? ", " : "", names_get(&names_queue, queue));
	return list;
}

static void
check_remedy(struct load *load, const struct settings_remedy *remedy)
{
	char found[QUEUES_SIZE], allowed[QUEUES_SIZE];
	const struct catalogue_remedy *known = catalogue_find(remedy->name);
	bool on_messages = known != NULL && !known->on_setting;
	unsigned wrong = on_messages ? remedy->queues & ~known->queues : 0;
	if (wrong != 0)
		problems_add(&load->problems, places_mark(&load->places, &remedy->queues),
		    "remedies.%s.queues: found %s, where it cannot act; expected only %s",
		    remedy->name, list_queues(wrong, found), list_queues(known->queues, allowed));
}

/* ---- rules ---- */

/* What only a change of a setting has. */
static void
check_message_step(struct load *load, const struct settings_rule *rule, int index)
{
	const struct settings_step *step = &rule->steps[index];
	const struct {
		const void *field;
		const char *name;
	} fields[] = {
	    {step->parameter, "parameter"},
	    {step->value, "value"},
	    {&step->revert, "revert"},
	    {&step->revert_after_s, "revert_after"},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(fields); i++)
		if (places_find(&load->places, fields[i].field) != NULL)
			problems_add(&load->problems, places_mark(&load->places, fields[i].field),
			    "rules.%s.remedies.%d.%s: found with %s, which changes no setting",
			    rule->name, index, fields[i].name, step->remedy);
}

/* A change of the one setting that a remedy has. */
static void
check_plain_step(struct load *load, const struct settings_rule *rule, int index)
{
	const struct settings_step *step = &rule->steps[index];
	const struct {
		const void *field;
		const char *name;
	} fields[] = {{step->parameter, "parameter"}, {step->value, "value"}};
	for (size_t i = 0; i < ARRAY_LENGTH(fields); i++)
		if (places_find(&load->places, fields[i].field) != NULL)
			problems_add(&load->problems, places_mark(&load->places, fields[i].field),
			    "rules.%s.remedies.%d.%s: found with %s, which has but one setting",
			    rule->name, index, fields[i].name, step->remedy);
}

static void
check_parameter(struct load *load, const struct settings_rule *rule, int index)
{
	char expected[64];
	const struct settings_step *step = &rule->steps[index];
	const struct parameter *parameter = parameter_find(step->parameter);
	const char *nearest = parameter_nearest(step->parameter);
	bool is_given = places_find(&load->places, step->parameter) != NULL;
	if (places_is_broken(&load->places, step->parameter) ||
	    places_is_broken(&load->places, step->value))
		return;
	if (parameter == NULL)
		problems_add(&load->problems,
		    places_mark(&load->places, is_given ? step->parameter : step->remedy),
		    "rules.%s.remedies.%d.parameter: found '%s', expected a parameter that may be "
		    "changed, see watchdogd.yaml(5)%s%s%s",
		    rule->name, index, step->parameter, nearest != NULL ? "; did you mean '" : "",
		    nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
	else if (!parameter_takes(parameter, step->value))
		problems_add(&load->problems,
		    places_mark(&load->places,
			places_find(&load->places, step->value) != NULL ? step->value
									: step->parameter),
		    "rules.%s.remedies.%d.value: found '%s', expected %s", rule->name, index,
		    step->value, parameter_describe(parameter, expected, sizeof(expected)));
}

/* A number that nothing is compared with is a mistake. */
static void
check_condition(struct load *load, const struct settings_rule *rule, int index)
{
	const struct settings_step *step = &rule->steps[index];
	bool is_given = places_find(&load->places, &step->above) != NULL;
	if (step->above != 0 && step->when != CONDITION_ABOVE && is_given &&
	    !places_is_broken(&load->places, &step->when))
		problems_add(&load->problems, places_mark(&load->places, &step->above),
		    "rules.%s.remedies.%d.above: found with when: %s, expected when: still_above",
		    rule->name, index, names_get(&names_condition, (int)step->when));
}

static void
check_step(struct load *load, const struct settings_rule *rule, int index)
{
	const struct settings_step *step = &rule->steps[index];
	const struct catalogue_remedy *known = catalogue_find(step->remedy);
	check_condition(load, rule, index);
	if (known != NULL && known->is_parametric)
		check_parameter(load, rule, index);
	else if (known != NULL && !known->on_setting)
		check_message_step(load, rule, index);
	else if (known != NULL && !known->is_parametric)
		check_plain_step(load, rule, index);
	const char *undone = value_undone(step->remedy);
	if (known != NULL && known->by_hand)
		problems_add(&load->problems, places_mark(&load->places, step->remedy),
		    "rules.%s.remedies.%d.remedy: found %s, which only an operator runs",
		    rule->name, index, step->remedy);
	if (undone != NULL)
		problems_add(&load->problems, places_mark(&load->places, step->remedy),
		    "rules.%s.remedies.%d.remedy: found %s, which takes %s back and is no step of "
		    "a rule",
		    rule->name, index, step->remedy, undone);
	for (int i = 0; i < index; i++)
		if (step->remedy[0] != '\0' && strcmp(rule->steps[i].remedy, step->remedy) == 0 &&
		    strcmp(rule->steps[i].parameter, step->parameter) == 0)
			problems_add(&load->problems, places_mark(&load->places, step->remedy),
			    "rules.%s.remedies.%d.remedy: found %s again, expected once in a rule; "
			    "the first is at line %zu",
			    rule->name, index, step->remedy,
			    places_mark(&load->places, rule->steps[i].remedy).line);
}

static void
check_levels(struct load *load, struct settings_rule *rule)
{
	bool from_file = places_find(&load->places, rule) != NULL;
	bool is_cleared = places_find(&load->places, &rule->clear_below) != NULL;
	if (places_is_broken(&load->places, &rule->above))
		return; /* nothing to compare with */
	if (from_file && !is_cleared)
		rule->clear_below = rule->above == SETTINGS_NONE ? SETTINGS_NONE : rule->above / 2;
	if (rule->above != SETTINGS_NONE && rule->clear_below > rule->above)
		problems_add(&load->problems, places_mark(&load->places, &rule->clear_below),
		    "rules.%s.clear_below: found %" PRId64 ", expected at most %" PRId64
		    ", the value of above",
		    rule->name, rule->clear_below, rule->above);
}

static bool
is_asked(const struct load *load, const void *field, bool is_set)
{
	return is_set || places_is_broken(&load->places, field);
}

/* What only compares numbers needs one to compare with; what is normal is known of plain signals. */
static void
check_asked(struct load *load, const struct settings_rule *rule)
{
	bool is_level = rule->detector == DETECTOR_LEVEL;
	bool is_above = is_asked(load, &rule->above, rule->above != SETTINGS_NONE);
	bool is_many =
	    is_asked(load, &rule->or_times_normal, rule->or_times_normal != SETTINGS_NONE);
	bool is_rare = is_asked(load, &rule->or_rarer_than_s, rule->or_rarer_than_s > 0);
	bool is_begun = !is_level || places_find(&load->places, &rule->signal) != NULL;
	const void *learned = is_many ? &rule->or_times_normal : &rule->or_rarer_than_s;
	if (!is_level && (is_many || is_rare))
		problems_add(&load->problems, places_mark(&load->places, learned),
		    "rules.%s.%s: found with detector %s, expected detector level", rule->name,
		    is_many ? "or_times_normal" : "or_rarer_than",
		    names_get(&names_detector, (int)rule->detector));
	else if (is_begun && !is_above && !is_many && !is_rare)
		problems_add(&load->problems, places_mark(&load->places, rule),
		    "rules.%s: found no condition, expected above%s", rule->name,
		    is_level ? ", or_times_normal or or_rarer_than" : "");
}

static void
check_rule(struct load *load, struct settings_rule *rule)
{
	check_detector(load, rule);
	check_asked(load, rule);
	check_levels(load, rule);
	for (int i = 0; i < rule->step_count; i++)
		check_step(load, rule, i);
}

/* ---- spools ---- */

/* What the file leaves out is the preset's. */
static void
fill_spool(struct load *load, struct settings_spool *spool)
{
	const struct preset *preset = preset_get(spool->preset);
	if (places_find(&load->places, spool->path) == NULL)
		snprintf(spool->path, sizeof(spool->path), "%s", preset->path);
	if (places_find(&load->places, &spool->count) == NULL)
		spool->count = preset->count;
	if (places_find(&load->places, &spool->depth) == NULL)
		spool->depth = preset->depth;
}

static void
check_spool(struct load *load, int index)
{
	struct settings_spool *spool = &load->settings->spools[index];
	fill_spool(load, spool);
	if (spool->path[0] == '\0' && !places_is_broken(&load->places, spool->path) &&
	    !places_is_broken(&load->places, &spool->preset))
		problems_add(&load->problems, places_mark(&load->places, spool),
		    "spools.%s.path: not found, expected a path or a preset that has one",
		    spool->name);
	for (int i = 0; spool->path[0] != '\0' && i < index; i++) {
		const struct settings_spool *other = &load->settings->spools[i];
		if (strcmp(spool->path, other->path) == 0)
			problems_add(&load->problems, places_mark(&load->places, spool),
			    "spools.%s.path: found the directory of spools.%s, expected each once",
			    spool->name, other->name);
	}
}

/* ---- all ---- */

static void
check_size(struct load *load)
{
	AUTO_FREE char *text = settings_encode(load->settings);
	size_t length = strlen(text);
	if (length > ENCODED_MAX)
		problems_add(&load->problems, (struct problems_mark){0, 0},
		    "found settings of %zu bytes, expected at most %u: fewer or shorter names",
		    length, ENCODED_MAX);
}

void
check_settings(struct load *load)
{
	struct settings *settings = load->settings;
	check_alert(load);
	check_repeats(load, "postfix.config_directories", settings->postfix.config_directories[0],
	    sizeof(settings->postfix.config_directories[0]),
	    settings->postfix.config_directory_count);
	for (int i = 0; i < settings->spool_count; i++)
		check_spool(load, i);
	check_store(load);
	for (int i = 0; i < settings->remedy_count; i++)
		check_remedy(load, &settings->remedies[i]);
	for (int i = 0; i < settings->rule_count; i++)
		check_rule(load, &settings->rules[i]);
	check_size(load);
}

/* One that is not there yet is watched for. */
static void
check_spool_path(struct load *load, const struct settings_spool *spool)
{
	char escaped[SETTINGS_PATH_SIZE];
	struct stat status;
	if (stat(spool->path, &status) < 0 || S_ISDIR(status.st_mode))
		return;
	const void *at =
	    places_find(&load->places, spool->path) != NULL ? spool->path : spool->name;
	problems_add(&load->problems, places_mark(&load->places, at),
	    "spools.%s.path: found no directory, expected one: %s", spool->name,
	    escape_text(spool->path, strlen(spool->path), escaped, sizeof(escaped)));
}

void
check_files(struct load *load)
{
	check_alert_files(load);
	for (int i = 0; i < load->settings->spool_count; i++)
		check_spool_path(load, &load->settings->spools[i]);
}

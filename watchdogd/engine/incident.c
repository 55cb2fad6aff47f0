/* SPDX-License-Identifier: ISC
 *
 * incident.c - the life of an incident, one tick at a time.
 */
#include "watchdogd/engine/incident.h"

#include <stdio.h>
#include <string.h>

static void
note_value(struct row_incident *row, int64_t value, int64_t now_s)
{
	row->value = value;
	if (row->peak_s == 0 || value > row->peak) {
		row->peak = value;
		row->peak_s = now_s;
	}
}

static void
open_incident(struct incident *incident, const struct settings_rule *rule, const char *instance,
    const struct detect_finding *finding)
{
	struct row_incident *row = &incident->row;
	note_value(row, finding->value, finding->now_s);
	*row = (struct row_incident){
	    .value = finding->value,
	    .peak = row->peak,
	    .peak_s = row->peak_s,
	    .signal = rule->signal,
	    .state = INCIDENT_OPEN,
	    .began_s = finding->since_s,
	    .opened_s = finding->now_s,
	    .level = finding->level,
	};
	snprintf(row->rule, sizeof(row->rule), "%s", rule->name);
	snprintf(row->instance, sizeof(row->instance), "%s", instance);
	snprintf(row->text, sizeof(row->text), "%s", finding->text);
	snprintf(row->example, sizeof(row->example), "%s", incident->example);
}

static bool
is_back(const struct incident *incident, const struct settings_rule *rule, int64_t now_s)
{
	const struct row_incident *past = &incident->past;
	return past->id != 0 && now_s >= past->closed_s &&
	    now_s - past->closed_s < rule->reopen_within_s;
}

static void
reopen_incident(struct incident *incident, const struct detect_finding *finding)
{
	struct row_incident *row = &incident->row;
	struct row_incident rising = *row;
	*row = incident->past;
	incident->past = (struct row_incident){0};
	incident->evidence = (struct incident_evidence){row->opened_s, row->peak};
	row->state = INCIDENT_OPEN;
	row->clearing_s = row->closed_s = row->acked_s = 0;
	row->acked_by[0] = row->closed_by[0] = '\0';
	row->level = finding->level;
	row->reopened++;
	row->reopened_s = finding->now_s;
	if (rising.peak_s != 0 && rising.peak > row->peak) {
		row->peak = rising.peak;
		row->peak_s = rising.peak_s;
	}
	note_value(row, finding->value, finding->now_s);
	snprintf(row->text, sizeof(row->text), "%s", finding->text);
}

static enum incident_change
step_open(struct incident *incident, const struct detect_finding *finding)
{
	struct row_incident *row = &incident->row;
	struct row_incident before = *row;
	note_value(row, finding->value, finding->now_s);
	if (finding->cleared) {
		row->state = INCIDENT_CLOSED;
		row->closed_s = finding->now_s;
		return INCIDENT_ENDED;
	}
	row->state = finding->low ? INCIDENT_CLEARING : INCIDENT_OPEN;
	row->clearing_s = finding->low ? finding->since_s : 0;
	if (row->example[0] == '\0')
		snprintf(row->example, sizeof(row->example), "%s", incident->example);
	bool same = before.value == row->value && before.state == row->state &&
	    before.clearing_s == row->clearing_s && strcmp(before.example, row->example) == 0;
	return same ? INCIDENT_SAME : INCIDENT_MOVED;
}

static void
forget_row(struct incident *incident)
{
	incident->row = (struct row_incident){0};
	incident->evidence = (struct incident_evidence){0};
	incident->example[0] = '\0';
}

enum incident_change
incident_step(struct incident *incident, const struct settings_rule *rule, const char *instance,
    const struct detect_input *input)
{
	bool was_above = incident->detect.above_since_s != 0;
	struct detect_finding finding;
	detect_get(rule->detector)->step(rule, &incident->detect, input, &finding);
	if (incident_is_open(incident))
		return step_open(incident, &finding);
	if (incident->past.muted && !finding.low)
		return INCIDENT_SAME;
	if (incident->past.muted) {
		incident->past.muted = false;
		return INCIDENT_CALM;
	}
	if (finding.raised && is_back(incident, rule, input->now_s)) {
		reopen_incident(incident, &finding);
		return INCIDENT_REOPENED;
	}
	if (finding.raised) {
		open_incident(incident, rule, instance, &finding);
		return INCIDENT_OPENED;
	}
	if (finding.above)
		note_value(&incident->row, finding.value, finding.now_s);
	else
		forget_row(incident);
	return finding.above && !was_above ? INCIDENT_RISING : INCIDENT_SAME;
}

void
incident_resume(struct incident *incident, const struct row_incident *row)
{
	incident->row = *row;
	incident->evidence = (struct incident_evidence){row->opened_s, row->peak};
	incident->detect.low_since_s = row->clearing_s;
	incident->detect.above_since_s = row->clearing_s == 0 ? row->began_s : 0;
}

void
incident_rest(struct incident *incident)
{
	incident->detect = (struct detect_state){0};
	forget_row(incident);
}

void
incident_end(struct incident *incident)
{
	incident->past = incident->row;
	forget_row(incident);
}

void
incident_clear(struct incident *incident)
{
	incident->past = (struct row_incident){0};
	forget_row(incident);
}

bool
incident_is_open(const struct incident *incident)
{
	return incident->row.opened_s != 0;
}

/* SPDX-License-Identifier: ISC
 *
 * incident.h - incidents: one a rule and instance at a time, with hysteresis in level and time.
 * Engine; pure: what happened is returned, the caller saves it.
 *
 * open -> clearing -> closed, clearing -> open again. While one is open or clearing the same rule
 * opens no second one, so a signal that swings around its level makes one incident, not many. One
 * that comes back within the rule's reopen_within after it closed is opened again, with its number.
 * After an operator closed one, the signal has to be calm once before there is another.
 */
#ifndef WATCHDOGD_ENGINE_INCIDENT_H
#define WATCHDOGD_ENGINE_INCIDENT_H

#include "watchdogd/engine/detect.h"

enum incident_change {
	INCIDENT_SAME, /* nothing that is kept has changed */
	INCIDENT_RISING, /* no incident yet, but the signal has just gone above its level */
	INCIDENT_OPENED,
	INCIDENT_REOPENED, /* the past one */
	INCIDENT_MOVED, /* value, peak or state of an open one */
	INCIDENT_ENDED,
	INCIDENT_CALM, /* after the past one was closed by hand: it is not muted any more */
};

/* What is in the store already of who the mail was from: said when, and at which peak. */
struct incident_evidence {
	int64_t opening_s, peak;
};

struct incident {
	struct detect_state detect;
	struct incident_evidence evidence;
	struct row_incident row; /* opened_s 0: there is none, but peak is kept while rising */
	struct row_incident past; /* the last one that closed; id 0: none */
	char example[REASON_TEXT_SIZE]; /* of one message, gathered while rising */
};

/* One tick of one rule on one instance. After INCIDENT_ENDED the caller saves the row and calls
 * incident_end(). */
enum incident_change incident_step(struct incident *incident, const struct settings_rule *rule,
    const char *instance, const struct detect_input *input);
/* Goes on with an incident that the store holds. */
void incident_resume(struct incident *incident, const struct row_incident *row);
/* Nothing is looked at: what rises begins anew afterwards. Only while none is open. */
void incident_rest(struct incident *incident);
/* The row is the past one now. */
void incident_end(struct incident *incident);
/* Forgets the row, and the past one; keeps what the detector knows. */
void incident_clear(struct incident *incident);
bool incident_is_open(const struct incident *incident);

#endif

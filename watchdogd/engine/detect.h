/* SPDX-License-Identifier: ISC
 *
 * detect.h - what a detector is. Engine; a detector is pure: what one tick tells of an instance in,
 * a finding out, no I/O, no clock, no state but its own, so that every rule can be replayed over
 * history. Which one a rule has is its `detector` (NAMES_DETECTOR).
 */
#ifndef WATCHDOGD_ENGINE_DETECT_H
#define WATCHDOGD_ENGINE_DETECT_H

#include <stdbool.h>
#include <stdint.h>

#include "config/settings.h"
#include "proto/rows.h"
#include "watchdogd/engine/baseline.h"
#include "watchdogd/engine/window.h"

/* Of detect_stall: what was seen since mail was last delivered. */
struct detect_stall {
	int64_t since_s; /* 0: nothing was seen yet */
	int64_t arrivals, delivered, deferred;
	int64_t waited; /* in incoming and active then */
};

/* Of detect_silence: what was missed since mail came. */
struct detect_silence {
	int64_t since_s; /* 0: nothing was seen yet */
	int64_t seen_s; /* the last tick */
	double normal; /* messages */
	int64_t arrivals;
};

/* Of detect_forecast: how full each resource was, the newest first. */
enum detect_resource {
	DETECT_ACTIVE,
	DETECT_DISK,
	DETECT_INODES,
	DETECT_RESOURCES,
};
#define DETECT_STEPS 30
struct detect_filling {
	int64_t used[DETECT_STEPS];
	int64_t noted_s; /* the newest */
	int count;
};

/* Of detect_self: what should not happen, and did of late. */
enum detect_mishap_kind {
	DETECT_RESTARTS,
	DETECT_OVERFLOWS,
	DETECT_DRIFT,
	DETECT_MISHAPS,
};
struct detect_mishaps {
	bool has_begun;
	struct detect_mishap {
		int64_t counter; /* as it was said last */
		int64_t count, first_s, last_s; /* that belong together */
	} list[DETECT_MISHAPS];
};

/* What a detector remembers of one rule and instance. Times are wall clock seconds, 0: not so. The
 * first two are every detector's: an incident that the store holds is resumed by them. */
struct detect_state {
	int64_t above_since_s;
	int64_t low_since_s;
	int64_t uncalm_since_s; /* since when it is not low */
	union {
		struct detect_stall stall;
		struct detect_silence silence;
		struct detect_filling fillings[DETECT_RESOURCES];
		struct detect_mishaps mishaps;
	};
};

/* What the engine knows of watchdogd. */
struct detect_self {
	int64_t restarts; /* of all roles that died, since the parent's start */
	int64_t mail_waits_s; /* the oldest that was tried and is not sent; 0: none */
};

/* What one tick tells of one instance; borrowed for the call. */
struct detect_input {
	int64_t now_s; /* of the tick */
	int32_t week_s; /* second of the local week then, Monday 00:00 is 0 */
	int64_t value; /* of the rule's signal */
	const struct window_instance *seen; /* its last minute */
	const struct baseline_finding *learned; /* of the signal; NULL: not known yet */
	const struct detect_self *self; /* NULL: not known, as in a history */
};

struct detect_finding {
	int64_t now_s; /* of the tick */
	int64_t value; /* the number that it judged, of the rule's signal */
	int64_t level; /* when above: what it is above; 0: the rule's `above` */
	bool above; /* the condition holds at this moment */
	bool raised; /* ... and has held for as long as the rule wants */
	bool low; /* calm at this moment */
	bool cleared; /* ... and has been calm for as long as the rule wants */
	int64_t held_since_s; /* above, or low, without a break */
	int64_t since_s; /* when above: since when it is not calm any more; else since when low */
	char text[REASON_TEXT_SIZE]; /* in words, with the numbers that it saw */
};

struct detector {
	/* One tick. A clock that jumps back starts the times anew, never makes them negative. */
	void (*step)(const struct settings_rule *rule, struct detect_state *state,
	    const struct detect_input *input, struct detect_finding *ret_finding);
	bool learns_arrivals; /* input->learned is of arrivals, not of its own signal */
	bool is_of_daemon; /* not of each instance: it is stepped with the first alone */
};

extern const struct detector detect_level, detect_stall, detect_forecast, detect_destination,
    detect_outage, detect_self, detect_silence;

/* From above and low of this tick to what is raised and cleared: what every step ends with. Between
 * the two, nothing is held, and held_since_s is now. */
void detect_hold(
    const struct settings_rule *rule, struct detect_state *state, struct detect_finding *finding);

/* The detector of that name. */
const struct detector *detect_get(enum detector_name name);

#endif

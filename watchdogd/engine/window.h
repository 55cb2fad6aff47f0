/* SPDX-License-Identifier: ISC
 *
 * window.h - the last minute of every instance: what the detectors look at. Engine; pure memory,
 * no clock, no store: the same ticks give the same signals, live or replayed.
 */
#ifndef WATCHDOGD_ENGINE_WINDOW_H
#define WATCHDOGD_ENGINE_WINDOW_H

#include "proto/rows.h"
#include "watchdogd/engine/inbox.h"

#define WINDOW_SECONDS 60

/* The flows of one second that a signal sums, and the signals after it. */
struct window_second {
	int64_t time_s;
	int64_t arrivals, bounces_made, deliveries, deferrals;
	int64_t signals[SIGNAL_COUNT];
};

struct window_instance {
	struct tick_instance last; /* its newest tick */
	int64_t last_s;
	struct tops tops; /* as they were said last */
	struct window_second seconds[WINDOW_SECONDS]; /* by time_s % WINDOW_SECONDS */
};

struct window {
	int count;
	struct window_instance instances[INSTANCES_MAX];
};

void window_add(struct window *window, const struct tick *tick);
void window_done(struct window *window);
/* NULL when no tick has named it yet. */
const struct window_instance *window_find(const struct window *window, const char *instance);
/* The value of a signal after the last tick, in the signal's unit (names.h). */
int64_t window_signal(const struct window_instance *instance, enum signal_name signal);
/* The value of a signal as long ago as the window goes, a minute at most; ret_age_s: how long that
 * is, 0 when only the last tick is known. */
int64_t window_signal_before(
    const struct window_instance *instance, enum signal_name signal, int64_t *ret_age_s);
/* The last tick as it is learned from. */
void window_sample(const struct window_instance *instance, struct row_sample *ret_sample);
/* Who mail is from and about, or NULL: watch has not said it of late. */
const struct tops *window_tops(const struct window_instance *instance);
/* Messages delivered in the last minute. */
int64_t window_deliveries(const struct window_instance *instance);
/* Messages deferred in the last minute. */
int64_t window_deferrals(const struct window_instance *instance);

#endif

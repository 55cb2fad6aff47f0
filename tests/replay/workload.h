/* SPDX-License-Identifier: ISC
 *
 * workload.h - a mail gateway that never was, with labels: years of 5 s samples from a seed, for
 * judging detectors. It is written after what gateways do, not after what detectors assume: nothing
 * in it is negative binomial, seasons are not products, bulk mail comes with one sender and with
 * thousands.
 *
 * Mail comes in sessions, whose rate follows the hour, the weekday, a factor of the day and one of the
 * last half hour; a session brings one message or some. Senders are drawn by Zipf's law. Mail from
 * abroad keeps the time of abroad. See workload.c for every number.
 */
#ifndef WATCHDOGD_TESTS_REPLAY_WORKLOAD_H
#define WATCHDOGD_TESTS_REPLAY_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

#define WORKLOAD_STEP_S 5
#define WORKLOAD_QUIET_DAYS 21 /* at the beginning, without an incident */

#define WORKLOAD_KINDS(X)                                                            \
	X(NONE, "none")                                                              \
	X(VIRUS, "virus step") /* made-up senders, each other; some of it bounces */ \
	X(BOUNCE, "bounce ramp") /* bounces made here, more and more */              \
	X(SENDER, "one sender") /* a stolen account sends as fast as it can */       \
	X(DRIP, "slow drip") /* ... or slowly, for hours */                          \
	X(HANG, "filter hang") /* nothing leaves the filter */                       \
	X(DNS, "dns outage") /* most first attempts are deferred; no flood */        \
	X(BULK, "bulk") /* legitimate: a newsletter, an expanded list */
enum workload_kind {
#define X(name, text) WORKLOAD_##name,
	WORKLOAD_KINDS(X)
#undef X
	WORKLOAD_KIND_COUNT
};
extern const char *const workload_kind_names[WORKLOAD_KIND_COUNT];

struct workload_setup {
	uint64_t seed;
	double rate; /* messages a second, over a week */
	bool is_moving; /* profile B: holidays, daylight saving, growth, a level shift */
	bool is_even; /* floods are deferred no more than other mail */
	bool is_quiet; /* no incidents at all */
	int days;
};

/* What watch would have told of these 5 s. */
struct workload_row {
	int64_t time_s;
	int32_t week_s; /* local */
	int32_t arrivals, capped; /* messages; senders, each once */
	int32_t bounces_made;
	int32_t attempts, deferred; /* first ones, and those of them that failed for now */
	int32_t departures;
	int32_t top_1, top_10, top_60; /* messages of the busiest sender in so many minutes */
	double active, deferred_stock, bounces_stock;
	double filter_age_s;
	/* the labels */
	enum workload_kind kind;
	int incident; /* counted from 1; 0: none */
	double times; /* how many times the mean rate a flood is */
};

struct workload;
struct workload *workload_new(const struct workload_setup *setup);
void workload_free(struct workload *workload);
/* The next 5 s; false at the end. */
bool workload_next(struct workload *workload, struct workload_row *ret_row);

#endif

/* SPDX-License-Identifier: ISC
 *
 * baseline.h - what is normal for each instance, learned second by second: a series (detect/series.h)
 * of each signal and of what tells most of floods, and a fuse (detect/fuse.h) of those that one kind
 * of trouble moves. Engine; pure: samples in, findings out, no clock, no store, so that what is
 * replayed is what was live. All is learned whatever the rules are: a new rule finds it there.
 */
#ifndef WATCHDOGD_ENGINE_BASELINE_H
#define WATCHDOGD_ENGINE_BASELINE_H

#include "proto/rows.h"
#include "watchdogd/detect/fuse.h"
#include "watchdogd/detect/series.h"

#define BASELINE_SPAN_MOST_S 60 /* flows that are told of more are nobody's: a gap */

/* name, its name, kind, value and exposure in a second of `row` */
#define BASELINE_SERIES(X)                                                                   \
	X(ARRIVALS, "arrivals", FLOW, row->arrivals, 1)                                      \
	X(SENDERS, "senders", FLOW, row->senders, 1)                                         \
	X(FIRST_DEFERRED, "first_deferred", FLOW, row->first_deferred, 1)                    \
	X(DEFERRED_SHARE, "deferred_share", SHARE, row->first_deferred, row->first_attempts) \
	X(BOUNCES_MADE, "bounces_made", FLOW, row->bounces_made, 1)                          \
	X(BOUNCE_SHARE, "bounce_share", SHARE, row->bounces_made,                            \
	    row->bounces_made + row->first_attempts)                                         \
	X(BUSIEST_SENDER, "busiest_sender", PEAK, row->busiest_sender, 1)                    \
	X(BUSIEST_NETWORK, "busiest_network", PEAK, row->busiest_network, 1)                 \
	X(BUSIEST_SHAPE, "busiest_shape", PEAK, row->busiest_shape, 1)                       \
	X(BUSIEST_DOMAIN, "busiest_domain", PEAK, row->busiest_domain, 1)                    \
	X(OLDEST_AGE, "oldest_age", PEAK, row->oldest_age_s, 1)                              \
	X(BOUNCES, "bounces", GAUGE, row->bounces, 1)                                        \
	X(DSN, "dsn", GAUGE, row->dsn, 1)                                                    \
	X(MAILDROP, "maildrop", GAUGE, row->maildrop, 1)                                     \
	X(INCOMING, "incoming", GAUGE, row->incoming, 1)                                     \
	X(ACTIVE, "active", GAUGE, row->active, 1)                                           \
	X(DEFERRED, "deferred", GAUGE, row->deferred, 1)                                     \
	X(HOLD, "hold", GAUGE, row->hold, 1)                                                 \
	X(CORRUPT, "corrupt", GAUGE, row->corrupt, 1)
enum baseline_series {
#define X(name, text, kind, value, exposure) BASELINE_##name,
	BASELINE_SERIES(X)
#undef X
	BASELINE_SERIES_COUNT
};

/* Kinds of trouble, each a fuse. */
enum baseline_trouble {
	BASELINE_FLOOD, /* more mail than ever at this hour, or more of it deferred */
	BASELINE_BOUNCING,
	BASELINE_TROUBLE_COUNT
};

struct baseline_instance {
	int64_t until_s; /* time of the last second that was learned; 0: none */
	struct series series[BASELINE_SERIES_COUNT];
	struct fuse fuses[BASELINE_TROUBLE_COUNT];
	/* of the last second */
	struct series_verdict verdicts[BASELINE_SERIES_COUNT];
	double scores[BASELINE_TROUBLE_COUNT];
	int firsts[BASELINE_TROUBLE_COUNT]; /* members that say most */
	int32_t week_s;
};

/* What is to be said of one signal after the last second. */
struct baseline_finding {
	bool judges; /* false: on the first day nothing is judged */
	double normal; /* of the signal, in its unit; negative: not known */
	double score; /* log10 of the seconds between two moments such as this one */
	int32_t week_s;
	/* the series that says most: the signal's, or one that the same trouble moves */
	const char *first;
	enum series_kind kind;
	struct series_verdict verdict;
};

void baseline_init(struct baseline_instance *instance);
/* Learns the time since the last row; row->time_s is its end. Flows of more than a second are taken
 * as spread evenly, by chance, over its seconds: the same row gives the same seconds. frozen: an
 * incident is open. is_whole: false for a row of before senders and first attempts were counted. */
void baseline_step(struct baseline_instance *instance, const struct row_sample *row, int32_t week_s,
    bool frozen, bool is_whole);
/* False: a detector's own signal, which is not learned. */
bool baseline_find(struct baseline_instance *instance, enum signal_name signal,
    struct baseline_finding *ret_finding);
/* "bounces_made 212 in 5 s, 38 times the normal 5.6 for Tuesdays at 14:00"; returns text. */
char *baseline_describe(const struct baseline_finding *finding, char *text, size_t size);
/* Seconds that were learned from, and how many it takes until scores count in full. */
int64_t baseline_learned(const struct baseline_instance *instance, int64_t *ret_needed_s);

/* Of which a signal is; BASELINE_SERIES_COUNT: it is not learned. */
enum baseline_series baseline_series_of(enum signal_name signal);
const char *baseline_series_name(enum baseline_series series);
/* Of the fuse: "flood", "bouncing". */
const char *baseline_trouble_name(enum baseline_trouble trouble);

#endif

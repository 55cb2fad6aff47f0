/* SPDX-License-Identifier: ISC
 *
 * detect_forecast.c - what has a limit is filling up: the active queue, the disk of the queues, its
 * inodes. The number is how full the fullest of them is, in percent; a rise that goes on opens long
 * before that is high.
 *
 * How full each was is kept in steps. Backwards from now, the rise began where the steps no longer
 * fall; the line from there to now says when it will be full, at the latest: a rise that gets
 * steeper is there sooner, so the last steps' line is told beside it.
 */
#include "watchdogd/engine/detect.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"

#define MINUTE_S 60
#define STEP_S 20
#define LATELY 2 /* steps */
#define GAP_S (3 * STEP_S) /* what was before says nothing of now */
/* A newsletter is handed over in two minutes; a rise seems longer than it is by up to a step. */
#define RISE_MIN_S (120 + STEP_S)
#define NEVER_S INT64_MAX

/* What one resource does. */
struct rise {
	int64_t used, size; /* bytes, messages or files */
	int64_t a_minute; /* more in a minute, since it began */
	int64_t for_s; /* it goes on; 0: there is none */
	int64_t late_s, early_s; /* until it is full, by the whole rise and by its end */
};

static void
note_used(struct detect_filling *filling, int64_t now_s, int64_t used)
{
	int64_t age_s = now_s - filling->noted_s;
	if (filling->count > 0 && age_s >= 0 && age_s < STEP_S)
		return;
	if (age_s < 0 || age_s > GAP_S)
		filling->count = 0;
	int kept = filling->count < DETECT_STEPS ? filling->count : DETECT_STEPS - 1;
	memmove(&filling->used[1], &filling->used[0], (size_t)kept * sizeof(filling->used[0]));
	filling->used[0] = used;
	filling->noted_s = now_s;
	filling->count = kept + 1;
}

static int64_t
until_full(int64_t left, int64_t grown, int64_t in_s)
{
	return grown <= 0 ? NEVER_S : (int64_t)((double)left * (double)in_s / (double)grown);
}

/* The rise that goes on at this moment, if there is one. */
static struct rise
find_rise(const struct detect_filling *filling, int64_t now_s, int64_t used, int64_t size)
{
	struct rise rise = {.used = used, .size = size, .late_s = NEVER_S, .early_s = NEVER_S};
	int64_t since_noted_s = now_s - filling->noted_s;
	int begin = 0;
	if (filling->count == 0 || used < filling->used[0])
		return rise;
	while (begin + 1 < filling->count && filling->used[begin + 1] < filling->used[begin])
		begin++;
	int64_t for_s = since_noted_s + (int64_t)begin * STEP_S;
	if (for_s < RISE_MIN_S)
		return rise;
	rise.for_s = for_s;
	rise.late_s = until_full(size - used, used - filling->used[begin], rise.for_s);
	rise.early_s =
	    until_full(size - used, used - filling->used[LATELY], since_noted_s + LATELY * STEP_S);
	rise.a_minute = (used - filling->used[begin]) * MINUTE_S / rise.for_s;
	return rise;
}

static int64_t
percent(const struct rise *rise)
{
	return rise->size > 0 ? (int64_t)((double)rise->used * 100 / (double)rise->size) : 0;
}

static struct rise
look(struct detect_filling *filling, int64_t now_s, uint64_t used, uint64_t size)
{
	if (size == 0) { /* not known, or there is no limit */
		filling->count = 0;
		return (struct rise){.late_s = NEVER_S, .early_s = NEVER_S};
	}
	note_used(filling, now_s, (int64_t)used);
	return find_rise(filling, now_s, (int64_t)used, (int64_t)size);
}

/* The one that is full first; without a rise, the fullest. */
static const struct rise *
find_worst(const struct rise rises[DETECT_RESOURCES])
{
	const struct rise *worst = &rises[0];
	for (int i = 1; i < DETECT_RESOURCES; i++)
		if (rises[i].late_s < worst->late_s ||
		    (rises[i].late_s == worst->late_s && percent(&rises[i]) > percent(worst)))
			worst = &rises[i];
	return worst;
}

/* No more exact than it can be known. */
static int64_t
round_span(int64_t span_s)
{
	return span_s < MINUTE_S ? span_s : span_s / MINUTE_S * MINUTE_S;
}

static void
describe(const char *what, const struct rise *rise, char text[REASON_TEXT_SIZE])
{
	char late[CLOCK_SPAN_SIZE], early[CLOCK_SPAN_SIZE], span[CLOCK_SPAN_SIZE];
	int length =
	    snprintf(text, REASON_TEXT_SIZE, "%s %" PRId64 " %% full", what, percent(rise));
	if (rise->late_s == NEVER_S)
		return;
	clock_format_span(rise->for_s, span);
	clock_format_span(round_span(rise->late_s), late);
	clock_format_span(round_span(rise->early_s), early);
	bool is_steeper = rise->early_s / MINUTE_S < rise->late_s / MINUTE_S;
	snprintf(text + length, REASON_TEXT_SIZE - (size_t)length,
	    ", %.1f %% more a minute for %s: full in %s%s%s",
	    (double)rise->a_minute * 100 / (double)rise->size, span, is_steeper ? early : "",
	    is_steeper ? " to " : "", late);
}

static const char *const names[DETECT_RESOURCES] = {
    [DETECT_ACTIVE] = "active queue",
    [DETECT_DISK] = "disk of the queues",
    [DETECT_INODES] = "inodes of the disk of the queues",
};

/* How full the fullest is. */
static int64_t
find_fullness(const struct rise rises[DETECT_RESOURCES])
{
	int64_t fullness = 0;
	for (int i = 0; i < DETECT_RESOURCES; i++)
		fullness = percent(&rises[i]) > fullness ? percent(&rises[i]) : fullness;
	return fullness;
}

static void
step(const struct settings_rule *rule, struct detect_state *state, const struct detect_input *input,
    struct detect_finding *ret_finding)
{
	const struct message_tick_flow *flow = &input->seen->last.flow;
	struct detect_filling *fillings = state->fillings;
	const struct rise rises[DETECT_RESOURCES] = {
	    [DETECT_ACTIVE] = look(&fillings[DETECT_ACTIVE], input->now_s,
		input->seen->last.queues[QUEUE_ACTIVE].messages, flow->active_limit),
	    [DETECT_DISK] = look(&fillings[DETECT_DISK], input->now_s,
		flow->disk_bytes - flow->disk_free_bytes, flow->disk_bytes),
	    [DETECT_INODES] = look(&fillings[DETECT_INODES], input->now_s,
		flow->inodes - flow->inodes_free, flow->inodes),
	};
	const struct rise *worst = find_worst(rises);
	struct detect_finding finding = {.now_s = input->now_s, .value = find_fullness(rises)};
	bool is_soon = worst->late_s <= rule->or_full_within_s;
	finding.above = is_soon || finding.value > rule->above;
	finding.low =
	    worst->late_s == NEVER_S && (finding.value < rule->clear_below || finding.value == 0);
	detect_hold(rule, state, &finding);
	if (is_soon)
		finding.since_s = input->now_s - worst->for_s;
	describe(names[worst - rises], worst, finding.text);
	*ret_finding = finding;
}

const struct detector detect_forecast = {
    .step = step,
};

/* SPDX-License-Identifier: ISC
 *
 * workload.c - the gateway that never was. Every number that it is made of stands here.
 */
#include "tests/replay/workload.h"

#include <math.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "tests/replay/random.h"

#define DAY_S 86400
#define WEEK_S (7 * DAY_S)
#define EPOCH_S 1767571200 /* Monday 2026-01-05 00:00 */
#define MINUTES 60
#define SENDERS 4096 /* known ones; the last few are of events */
#define THIEF (SENDERS - 1)
#define NEWSLETTER (SENDERS - 2)
#define LIST (SENDERS - 3)
#define CRON (SENDERS - 4)
#define ABROAD 0.25 /* of the mail, 7 hours behind */
#define SESSION_MORE 0.25 /* that a session brings one more message, each time */
#define BOUNCED 0.015 /* of normal mail, in the mean; each hour has a share of its own */
#define DEFERRED 0.06 /* likewise */
#define RUN_S 300 /* qmgr's queue_run_delay */
#define RETRIED 0.2 /* of the deferred, delivered in a queue run */

#define X(name, text) text,
const char *const workload_kind_names[WORKLOAD_KIND_COUNT] = {WORKLOAD_KINDS(X)};
#undef X

/* Messages of an hour over the mean, working days; lunch is visible, night jobs too. */
static const double hours[24] = {0.30, 0.25, 0.35, 0.22, 0.20, 0.25, 0.45, 0.90, 1.60, 2.05, 2.10,
    1.95, 1.45, 1.80, 1.95, 1.90, 1.75, 1.45, 1.05, 0.80, 0.65, 0.55, 0.45, 0.38};
static const double weekdays[7] = {1.10, 1.15, 1.12, 1.10, 1.00, 0.35, 0.30};

struct event {
	enum workload_kind kind;
	int number; /* of an incident; 0: bulk */
	int64_t from_s, until_s;
	double rate; /* messages a second, at the peak */
	double ramp_s; /* until the peak */
	double deferred, bounced; /* shares of its messages */
	int sender; /* -1: made up, each other */
	double times;
};

struct workload {
	struct workload_setup setup;
	struct random random;
	int64_t at_s; /* since EPOCH_S */
	int incidents;
	struct event event, bulk; /* that runs or comes next */
	/* rates */
	double day_factor, swing, day_deferred, hour_deferred, hour_bounced;
	int64_t restart_until_s, hang_since_s, next_run_s;
	double shift_at_s, clock_change_s, holidays[3];
	/* stocks */
	double waiting, active, deferred, bounces;
	/* senders */
	uint16_t zipf[1 << 14];
	uint16_t minutes[MINUTES][SENDERS];
	uint16_t ten[SENDERS], sixty[SENDERS];
	int64_t stamp[SENDERS];
	int32_t top_1, top_10, top_60;
	int64_t minute;
	struct workload_row row;
};

/* ---- senders ---- */

static void
fill_zipf(struct workload *workload)
{
	double sum = 0, before = 0;
	int known = SENDERS - 16;
	for (int i = 0; i < known; i++)
		sum += 1 / pow(i + 20, 1.05);
	int size = 1 << 14, at = 0;
	for (int i = 0; i < known; i++) {
		before += 1 / pow(i + 20, 1.05) / sum;
		for (; at < size && at < before * size; at++)
			workload->zipf[at] = (uint16_t)i;
	}
	for (; at < size; at++)
		workload->zipf[at] = (uint16_t)(known - 1);
}

static int32_t
most(int32_t one, int32_t other)
{
	return one > other ? one : other;
}

static void
turn_minute(struct workload *workload)
{
	int64_t minute = workload->at_s / 60;
	if (minute == workload->minute)
		return;
	workload->minute = minute;
	uint16_t *now = workload->minutes[minute % MINUTES];
	const uint16_t *tenth = workload->minutes[(minute + MINUTES - 10) % MINUTES];
	workload->top_1 = workload->top_10 = workload->top_60 = 0;
	for (int i = 0; i < SENDERS; i++) {
		workload->ten[i] = (uint16_t)(workload->ten[i] - tenth[i]);
		workload->sixty[i] = (uint16_t)(workload->sixty[i] - now[i]);
		now[i] = 0;
		workload->top_10 = most(workload->top_10, workload->ten[i]);
		workload->top_60 = most(workload->top_60, workload->sixty[i]);
	}
}

static void
count_sender(struct workload *workload, int sender, int32_t messages)
{
	uint16_t *now = &workload->minutes[workload->minute % MINUTES][sender];
	if (workload->sixty[sender] + messages > UINT16_MAX)
		return;
	*now = (uint16_t)(*now + messages);
	workload->ten[sender] = (uint16_t)(workload->ten[sender] + messages);
	workload->sixty[sender] = (uint16_t)(workload->sixty[sender] + messages);
	workload->top_1 = most(workload->top_1, *now);
	workload->top_10 = most(workload->top_10, workload->ten[sender]);
	workload->top_60 = most(workload->top_60, workload->sixty[sender]);
	if (workload->stamp[sender] != workload->at_s) {
		workload->stamp[sender] = workload->at_s;
		workload->row.capped++;
	}
}

/* ---- what comes next ---- */

static double
pick_log(struct random *random, double least, double most_of)
{
	return exp(random_between(random, log(least), log(most_of)));
}

static void
plan_flood(struct workload *workload, struct event *event)
{
	struct random *random = &workload->random;
	double rate = workload->setup.rate, minutes = 0;
	event->sender = -1;
	event->deferred = DEFERRED;
	switch (event->kind) {
	case WORKLOAD_VIRUS:
		event->times = pick_log(random, 1, 15);
		event->rate = event->times * rate;
		event->bounced = random_between(random, 0, 0.3);
		event->deferred = random_between(random, 0.10, 0.30);
		minutes = pick_log(random, 10, 180);
		break;
	case WORKLOAD_BOUNCE:
		event->times = pick_log(random, 0.3, 5);
		event->rate = event->times * rate;
		event->ramp_s = random_between(random, 300, 1500);
		minutes = event->ramp_s / 60 + pick_log(random, 20, 180);
		break;
	case WORKLOAD_SENDER:
		event->times = pick_log(random, 0.3, 8);
		event->rate = fmax(event->times * rate, 0.3);
		event->times = event->rate / rate;
		event->sender = THIEF;
		event->deferred = random_between(random, 0.20, 0.50);
		event->bounced = random_between(random, 0, 0.15);
		minutes = pick_log(random, 10, 120);
		break;
	case WORKLOAD_DRIP:
		event->rate = pick_log(random, 80, 400) / 3600;
		event->times = event->rate / rate;
		event->sender = THIEF;
		event->deferred = random_between(random, 0.15, 0.50);
		event->bounced = random_between(random, 0, 0.10);
		minutes = random_between(random, 120, 480);
		break;
	case WORKLOAD_HANG:
		minutes = pick_log(random, 6, 60);
		break;
	case WORKLOAD_DNS:
		event->deferred = random_between(random, 0.5, 0.95);
		minutes = pick_log(random, 8, 90);
		break;
	case WORKLOAD_NONE:
	case WORKLOAD_BULK:
	case WORKLOAD_KIND_COUNT:
		break;
	}
	if (workload->setup.is_even && event->kind != WORKLOAD_DNS)
		event->deferred = DEFERRED;
	event->until_s = event->from_s + (int64_t)(minutes * 60);
}

/* Eight incidents in a month, at any hour. */
static void
plan_incident(struct workload *workload)
{
	static const enum workload_kind kinds[] = {WORKLOAD_VIRUS, WORKLOAD_VIRUS, WORKLOAD_BOUNCE,
	    WORKLOAD_BOUNCE, WORKLOAD_SENDER, WORKLOAD_SENDER, WORKLOAD_DRIP, WORKLOAD_HANG,
	    WORKLOAD_DNS};
	struct event *event = &workload->event;
	int64_t after_s = event->until_s;
	if (after_s < (int64_t)WORKLOAD_QUIET_DAYS * DAY_S)
		after_s = (int64_t)WORKLOAD_QUIET_DAYS * DAY_S;
	*event = (struct event){.number = ++workload->incidents};
	event->kind = kinds[random_bits(&workload->random) % ARRAY_LENGTH(kinds)];
	double wait = random_between(&workload->random, 0.5, 6.5) * DAY_S;
	event->from_s = workload->setup.is_quiet ? INT64_MAX : after_s + (int64_t)wait;
	if (!workload->setup.is_quiet)
		plan_flood(workload, event);
}

/* Newsletters in office hours, of one sender or with an address for each recipient (VERP); lists that
 * are expanded at any hour. */
static void
plan_bulk(struct workload *workload)
{
	struct event *event = &workload->bulk;
	struct random *random = &workload->random;
	double scale = sqrt(workload->setup.rate);
	int64_t after_s = event->until_s;
	*event = (struct event){.kind = WORKLOAD_BULK, .deferred = 0.08, .bounced = 0.02};
	event->from_s = after_s + (int64_t)(random_between(random, 0.05, 1.2) * DAY_S);
	double choice = random_unit(random), messages;
	if (choice < 0.60) { /* a list */
		messages = pick_log(random, 10, 200) * fmax(scale, 0.3);
		event->sender = LIST;
		event->until_s = event->from_s + (int64_t)random_between(random, 5, 60);
	} else { /* a newsletter */
		int64_t day_s = event->from_s - event->from_s % DAY_S;
		double hour = random_between(random, 8, 18);
		event->from_s = day_s + DAY_S + (int64_t)(hour * 3600);
		messages = pick_log(random, 200, 4000) * fmax(scale, 0.1);
		event->sender = choice < 0.95 ? NEWSLETTER : -1;
		event->until_s = event->from_s + (int64_t)pick_log(random, 600, 7200);
	}
	event->rate = messages / (double)(event->until_s - event->from_s);
	event->times = event->rate / workload->setup.rate;
}

/* ---- rates ---- */

static double
shape_at(double local_s)
{
	double hour = fmod(local_s / 3600, 24);
	int this = (int)hour, day = (int)fmod(local_s / DAY_S, 7);
	double part = hour - this;
	double of_day = hours[this] * (1 - part) + hours[(this + 1) % 24] * part;
	/* at the weekend people rise later, machines do not */
	return (0.8 * of_day * weekdays[day] + 0.2) * 1.08;
}

static double
local_of(const struct workload *workload)
{
	double changed =
	    workload->setup.is_moving && (double)workload->at_s >= workload->clock_change_s ? 3600
											    : 0;
	return (double)workload->at_s + changed;
}

static double
find_rate(const struct workload *workload)
{
	double local_s = local_of(workload), now = (double)workload->at_s;
	double shape = (1 - ABROAD) * shape_at(local_s) + ABROAD * shape_at(now + WEEK_S - 25200.0);
	double rate = workload->setup.rate * shape * workload->day_factor * exp(workload->swing);
	if (!workload->setup.is_moving)
		return rate;
	rate *= pow(1.03, now / WEEK_S);
	if (now >= workload->shift_at_s)
		rate *= 1.6;
	for (size_t i = 0; i < ARRAY_LENGTH(workload->holidays); i++)
		if (floor(local_s / DAY_S) == workload->holidays[i])
			rate *= 0.3;
	return rate;
}

static void
turn_rates(struct workload *workload)
{
	struct random *random = &workload->random;
	/* half an hour of memory, standard deviation 0.12 */
	workload->swing += -workload->swing * WORKLOAD_STEP_S / 1800 +
	    0.12 * sqrt(2.0 * WORKLOAD_STEP_S / 1800) * random_normal(random);
	if (workload->at_s % DAY_S == 0) {
		workload->day_factor = exp(0.10 * random_normal(random));
		workload->day_deferred = DEFERRED * exp(0.2 * random_normal(random));
	}
	if (workload->at_s % 3600 == 0) {
		workload->hour_deferred =
		    workload->day_deferred * exp(0.25 * random_normal(random));
		workload->hour_bounced = BOUNCED * exp(0.4 * random_normal(random));
	}
}

/* ---- five seconds ---- */

static void
take(struct workload *workload, int32_t messages, double deferred, double bounced)
{
	struct workload_row *row = &workload->row;
	struct random *random = &workload->random;
	int32_t refused = random_binomial(random, messages, bounced);
	row->arrivals += messages;
	row->bounces_made += refused;
	row->attempts += messages;
	row->deferred += random_binomial(random, messages - refused, deferred);
}

static double
deferral_now(const struct workload *workload, double usual)
{
	const struct event *event = &workload->event;
	bool outage = event->kind == WORKLOAD_DNS && workload->at_s >= event->from_s;
	return outage ? fmax(event->deferred, usual) : fmin(usual, 0.9);
}

static void
add_normal(struct workload *workload)
{
	struct random *random = &workload->random;
	double sessions_mean = find_rate(workload) * WORKLOAD_STEP_S * (1 - SESSION_MORE);
	int32_t sessions = random_poisson(random, sessions_mean), messages = 0;
	for (int32_t i = 0; i < sessions; i++) {
		int32_t size = 1;
		while (size < 50 && random_unit(random) < SESSION_MORE)
			size++;
		count_sender(workload, workload->zipf[random_bits(random) >> 50], size);
		messages += size;
	}
	take(workload, messages, deferral_now(workload, workload->hour_deferred),
	    workload->hour_bounced);
	if (workload->at_s % 3600 == 0) { /* cron */
		int32_t reports = random_poisson(random, 3 + workload->setup.rate);
		count_sender(workload, CRON, reports);
		take(workload, reports, 0, 0);
	}
}

static void
add_event(struct workload *workload, const struct event *event)
{
	if (event->rate <= 0 || workload->at_s < event->from_s)
		return;
	double since_s = (double)(workload->at_s - event->from_s) + WORKLOAD_STEP_S;
	double part = event->ramp_s > 0 ? fmin(since_s / event->ramp_s, 1) : 1;
	int32_t messages = random_poisson(&workload->random, event->rate * part * WORKLOAD_STEP_S);
	if (event->kind == WORKLOAD_BOUNCE) { /* of mail that came before */
		workload->row.bounces_made += messages;
		return;
	}
	if (event->sender < 0)
		workload->row.capped += messages;
	else if (messages > 0)
		count_sender(workload, event->sender, messages);
	take(workload, messages, deferral_now(workload, event->deferred), event->bounced);
}

/* Once a day or so the filter is restarted, for some 18 s; it then catches up. */
static void
pass_filter(struct workload *workload)
{
	struct workload_row *row = &workload->row;
	struct random *random = &workload->random;
	const struct event *event = &workload->event;
	bool hangs = event->kind == WORKLOAD_HANG && workload->at_s >= event->from_s;
	if (random_unit(random) < (double)WORKLOAD_STEP_S / DAY_S) {
		double long_s = 18 * exp(0.4 * random_normal(random));
		workload->restart_until_s = workload->at_s + (int64_t)long_s;
	}
	bool stands = hangs || workload->at_s < workload->restart_until_s;
	workload->waiting += row->arrivals;
	if (stands && workload->hang_since_s < 0)
		workload->hang_since_s = workload->at_s;
	if (!stands)
		workload->hang_since_s = -1;
	double usual_s = fmin(0.8 * exp(0.7 * random_normal(random)), 12);
	row->filter_age_s = workload->waiting < 1 ? 0 : usual_s;
	if (stands) {
		if (workload->waiting >= 1)
			row->filter_age_s += (double)(workload->at_s - workload->hang_since_s);
		row->attempts = row->deferred = row->bounces_made = 0;
		return;
	}
	/* what waited is tried now, as if it were new: at most 20 times the mean at once */
	double passes = fmin(workload->waiting, 20 + 100 * workload->setup.rate);
	int32_t late = (int32_t)passes - row->arrivals;
	if (late > 0) {
		row->attempts += late;
		row->deferred +=
		    random_binomial(random, late, deferral_now(workload, workload->hour_deferred));
	}
	workload->waiting -= passes;
	row->departures = row->attempts - row->deferred;
}

static void
turn_stocks(struct workload *workload)
{
	struct workload_row *row = &workload->row;
	struct random *random = &workload->random;
	workload->deferred += row->deferred;
	if (workload->at_s >= workload->next_run_s) {
		workload->next_run_s = workload->at_s + RUN_S;
		double outage = deferral_now(workload, 0);
		int32_t gone =
		    random_binomial(random, (int32_t)workload->deferred, RETRIED * (1 - outage));
		workload->deferred -= gone;
		row->departures += gone;
	}
	/* every second bounce finds nobody, and stays for about an hour here */
	workload->bounces += 0.5 * row->bounces_made - workload->bounces * WORKLOAD_STEP_S / 3600;
	row->active = workload->waiting;
	row->deferred_stock = workload->deferred;
	row->bounces_stock = workload->bounces;
	row->top_1 = workload->top_1;
	row->top_10 = workload->top_10;
	row->top_60 = workload->top_60;
}

static void
label(struct workload *workload)
{
	const struct event *event = &workload->event, *bulk = &workload->bulk;
	struct workload_row *row = &workload->row;
	if (workload->at_s >= event->from_s) {
		row->kind = event->kind;
		row->incident = event->number;
		row->times = event->times;
	} else if (workload->at_s >= bulk->from_s) {
		row->kind = WORKLOAD_BULK;
		row->times = bulk->times;
	}
}

struct workload *
workload_new(const struct workload_setup *setup)
{
	struct workload *workload = mem_alloc(sizeof(*workload));
	workload->setup = *setup;
	workload->random.state = setup->seed * 7919 + 1;
	workload->hang_since_s = -1;
	fill_zipf(workload);
	for (size_t i = 0; i < ARRAY_LENGTH(workload->holidays); i++)
		workload->holidays[i] = floor(random_between(&workload->random, 22, setup->days));
	workload->clock_change_s =
	    7 * DAY_S * floor(random_between(&workload->random, 3, setup->days / 7.0));
	workload->shift_at_s = DAY_S * random_between(&workload->random, 24, setup->days);
	plan_incident(workload);
	plan_bulk(workload);
	return workload;
}

void
workload_free(struct workload *workload)
{
	free(workload);
}

bool
workload_next(struct workload *workload, struct workload_row *ret_row)
{
	if (workload->at_s >= (int64_t)workload->setup.days * DAY_S)
		return false;
	workload->row = (struct workload_row){
	    .time_s = EPOCH_S + workload->at_s,
	    .week_s = (int32_t)fmod(local_of(workload), WEEK_S),
	};
	if (workload->at_s >= workload->event.until_s && workload->event.until_s > 0)
		plan_incident(workload);
	if (workload->at_s >= workload->bulk.until_s)
		plan_bulk(workload);
	turn_minute(workload);
	turn_rates(workload);
	add_normal(workload);
	add_event(workload, &workload->event);
	add_event(workload, &workload->bulk);
	pass_filter(workload);
	turn_stocks(workload);
	label(workload);
	*ret_row = workload->row;
	workload->at_s += WORKLOAD_STEP_S;
	return true;
}

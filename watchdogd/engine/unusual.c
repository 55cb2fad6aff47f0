/* SPDX-License-Identifier: ISC
 *
 * unusual.c - scores and multiples against what a rule asks.
 */
#include "watchdogd/engine/unusual.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "lib/clock.h"

#define NORMAL_LEAST 10.0 /* messages: ten times next to nothing is next to nothing */
#define WEEK_SCORE 5.78 /* log10 of a week: what comes more often is no wonder, however many */
#define CALM_SCORE 4.6 /* what is seen twice a day is over */
#define ABOVE 1.5 /* times the normal: what moves other series alone is not about this signal */
/* What is asked to be seen once in a time must score so much more: several things are judged at once,
 * and far tails are optimistic (decision 029 has what was measured). */
#define MARGIN 1.5

static bool
has_times(const struct settings_rule *rule)
{
	return rule->or_times_normal > 0;
}

static double
find_many(const struct settings_rule *rule, const struct baseline_finding *learned)
{
	return (double)rule->or_times_normal * fmax(learned->normal, NORMAL_LEAST);
}

static bool
is_above_normal(const struct baseline_finding *learned, int64_t value)
{
	return (double)value > ABOVE * fmax(learned->normal, 0);
}

bool
unusual_is_many(
    const struct settings_rule *rule, const struct baseline_finding *learned, int64_t value)
{
	return has_times(rule) && learned != NULL && learned->judges && learned->normal >= 0 &&
	    (double)value > find_many(rule, learned) && learned->score >= WEEK_SCORE;
}

bool
unusual_is_rare(
    const struct settings_rule *rule, const struct baseline_finding *learned, int64_t value)
{
	return rule->or_rarer_than_s > 0 && learned != NULL && learned->judges &&
	    learned->score >= log10((double)rule->or_rarer_than_s) + MARGIN &&
	    is_above_normal(learned, value);
}

bool
unusual_is_over(
    const struct settings_rule *rule, const struct baseline_finding *learned, int64_t value)
{
	if (!has_times(rule) && rule->or_rarer_than_s == 0)
		return true;
	if (learned == NULL)
		return false;
	return !learned->judges || learned->score < CALM_SCORE || !is_above_normal(learned, value);
}

int64_t
unusual_level(const struct settings_rule *rule, const struct baseline_finding *learned)
{
	double rare = ABOVE * fmax(learned->normal, 0);
	return llround(rule->or_rarer_than_s > 0 ? rare : find_many(rule, learned));
}

/* One that the same trouble moves says more than the signal itself does. */
char *
unusual_describe(const struct settings_rule *rule, const struct baseline_finding *learned,
    int64_t value, char *text, size_t size)
{
	char seen[256], span[CLOCK_SPAN_SIZE];
	const char *signal = names_get(&names_signal, rule->signal);
	baseline_describe(learned, seen, sizeof(seen));
	if (unusual_is_rare(rule, learned, value))
		snprintf(text, size, "%s %" PRId64 ", rarer than once in %s: %s", signal, value,
		    clock_format_span(rule->or_rarer_than_s, span), seen);
	else
		snprintf(text, size, "%s %" PRId64 ", %.0f times the normal %.3g: %s", signal,
		    value, (double)value / fmax(learned->normal, 1), learned->normal, seen);
	return text;
}

/* SPDX-License-Identifier: ISC
 *
 * series_describe.c - what a series saw, in words.
 */
#include "watchdogd/detect/series.h"

#include <math.h>
#include <stdio.h>

#include "lib/clock.h"

static const char *const days[] = {
    "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"};

/* Three digits, and no more zeros than are needed. */
static void
format_number(double value, bool is_share, char *text, size_t size)
{
	if (is_share)
		snprintf(text, size, "%.3g %%", 100 * value);
	else if (fabs(value) >= 1000 && fabs(value) < 1e15)
		snprintf(text, size, "%.0f", value);
	else
		snprintf(text, size, "%.3g", value);
}

static void
format_factor(const struct series_verdict *verdict, char *text, size_t size)
{
	double factor = verdict->normal > 0 ? verdict->seen / verdict->normal : 0;
	if (factor >= 1.95)
		snprintf(text, size, "%.*f times the normal", factor < 10 ? 1 : 0, factor);
	else
		snprintf(text, size, "against the normal");
}

char *
series_describe(const struct series_shape *shape, const struct series_verdict *verdict,
    int32_t week_s, char *text, size_t size)
{
	char seen[32], normal[32], factor[64], span[CLOCK_SPAN_SIZE];
	bool is_share = shape->kind == SERIES_SHARE;
	if (verdict->span_s == 0) {
		snprintf(text, size, "nothing unusual");
		return text;
	}
	format_number(verdict->seen, is_share, seen, sizeof(seen));
	format_number(verdict->normal, is_share, normal, sizeof(normal));
	if (shape->kind == SERIES_PEAK) {
		snprintf(text, size, "%s, more than %s is unusual", seen, normal);
		return text;
	}
	format_factor(verdict, factor, sizeof(factor));
	clock_format_span(verdict->span_s, span);
	snprintf(text, size, "%s in %s, %s %s for %s at %02d:00", seen, span, factor, normal,
	    days[week_s / 86400 % 7], week_s / 3600 % 24);
	return text;
}

/* SPDX-License-Identifier: ISC
 *
 * condition.c - still growing, still above.
 */
#include "watchdogd/engine/condition.h"

#include <inttypes.h>
#include <stdio.h>

#define GROWTH_PARTS 20 /* less than this part of the level in a minute is no growth */

int64_t
condition_since(const struct window_instance *seen, enum signal_name signal)
{
	int64_t age_s;
	(void)window_signal_before(seen, signal, &age_s);
	return seen->last_s - age_s;
}

bool
condition_counts(enum signal_name signal, int *ret_class, int *ret_queue)
{
	int class = -1, queue = -1;
	switch (signal) {
	case SIGNAL_BOUNCES:
		class = CLASS_BOUNCE;
		break;
	case SIGNAL_DSN:
		class = CLASS_DSN;
		break;
	case SIGNAL_MAILDROP:
		queue = QUEUE_MAILDROP;
		break;
	case SIGNAL_INCOMING:
		queue = QUEUE_INCOMING;
		break;
	case SIGNAL_DEFERRED:
		queue = QUEUE_DEFERRED;
		break;
	default: /* flows, ages, and queues where no step takes anything */
		return false;
	}
	*ret_class = class;
	*ret_queue = queue;
	return true;
}

static bool
is_growing(const struct condition_look *look, char *text, size_t size)
{
	int64_t age_s, before = window_signal_before(look->seen, look->signal, &age_s);
	int64_t now = window_signal(look->seen, look->signal);
	int64_t least = look->level / GROWTH_PARTS > 0 ? look->level / GROWTH_PARTS : 1;
	if (now + look->taken - before >= least)
		return true;
	snprintf(text, size,
	    "%s %" PRId64 " after %" PRId64 " %" PRId64 " s ago, %" PRId64
	    " taken out since: not growing",
	    names_get(&names_signal, (int)look->signal), now, before, age_s, look->taken);
	return false;
}

static bool
is_above(const struct condition_look *look, char *text, size_t size)
{
	int64_t above = look->step->above > 0 ? look->step->above : look->level;
	int64_t now = window_signal(look->seen, look->signal);
	if (now > above)
		return true;
	snprintf(text, size, "%s %" PRId64 ", not above %" PRId64,
	    names_get(&names_signal, (int)look->signal), now, above);
	return false;
}

bool
condition_holds(const struct condition_look *look, char *text, size_t size)
{
	if (look->step->when == CONDITION_ALWAYS)
		return true;
	if (look->seen == NULL) {
		snprintf(text, size, "the queues have not been seen yet");
		return false;
	}
	return look->step->when == CONDITION_GROWING ? is_growing(look, text, size)
						     : is_above(look, text, size);
}

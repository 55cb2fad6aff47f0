/* SPDX-License-Identifier: ISC
 *
 * check_detector.c - which signal goes with which detector, and which settings.
 */
#include "config/check_detector.h"

/* The enum signal_name that a detector makes by itself; -1: it judges any other. */
static int
own_signal(enum detector_name detector)
{
	switch (detector) {
	case DETECTOR_LEVEL:
		break;
	case DETECTOR_STALL:
		return SIGNAL_STALLED;
	case DETECTOR_FORECAST:
		return SIGNAL_FULLNESS;
	case DETECTOR_DESTINATION:
		return SIGNAL_HOST_DEFERRALS;
	case DETECTOR_OUTAGE:
		return SIGNAL_FAILING;
	case DETECTOR_SELF:
		return SIGNAL_TROUBLES;
	case DETECTOR_SILENCE:
		return SIGNAL_SILENT;
	}
	return -1;
}

/* The enum detector_name whose own a signal is; -1: nobody's. */
static int
find_owner(enum signal_name signal)
{
	int detector = DETECTOR_COUNT - 1;
	while (detector >= 0 && own_signal((enum detector_name)detector) != (int)signal)
		detector--;
	return detector;
}

/* Only a forecast has a time until something is full. */
static void
check_full_within(struct load *load, const struct settings_rule *rule)
{
	if (rule->or_full_within_s > 0 && rule->detector != DETECTOR_FORECAST)
		problems_add(&load->problems, places_mark(&load->places, &rule->or_full_within_s),
		    "rules.%s.or_full_within: found with detector %s, expected %s", rule->name,
		    names_get(&names_detector, (int)rule->detector),
		    names_get(&names_detector, DETECTOR_FORECAST));
}

void
check_detector(struct load *load, struct settings_rule *rule)
{
	int own = own_signal(rule->detector), owner = find_owner(rule->signal);
	bool is_given = places_find(&load->places, &rule->signal) != NULL;
	bool is_told = places_find(&load->places, rule) == NULL ||
	    places_is_broken(&load->places, rule) ||
	    places_is_broken(&load->places, &rule->signal) ||
	    places_is_broken(&load->places, &rule->detector);
	if (is_told)
		return;
	check_full_within(load, rule);
	if (own >= 0 && is_given && (int)rule->signal != own)
		problems_add(&load->problems, places_mark(&load->places, &rule->signal),
		    "rules.%s.signal: found %s with detector %s, expected %s", rule->name,
		    names_get(&names_signal, (int)rule->signal),
		    names_get(&names_detector, (int)rule->detector), names_get(&names_signal, own));
	else if (own >= 0)
		rule->signal = (enum signal_name)own;
	else if (!is_given)
		problems_add(&load->problems, places_mark(&load->places, rule),
		    "rules.%s.signal: not found, expected one with detector %s", rule->name,
		    names_get(&names_detector, (int)rule->detector));
	else if (owner >= 0)
		problems_add(&load->problems, places_mark(&load->places, &rule->signal),
		    "rules.%s.signal: found %s with detector %s, expected detector %s", rule->name,
		    names_get(&names_signal, (int)rule->signal),
		    names_get(&names_detector, (int)rule->detector),
		    names_get(&names_detector, owner));
}

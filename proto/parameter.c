/* SPDX-License-Identifier: ISC
 *
 * parameter.c - the allow list. A row is here because the parameter eases a flood, and because
 * Postfix works at every value in its range: nothing that routes, refuses or lets in mail.
 */
#include "proto/parameter.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/nearest.h"

#define MINUTE 60
#define HOUR 3600
#define DAY 86400
#define DIGITS_MAX 9
#define NAMES_MAX 64

/* Which process reads it, and when: postconf(5), and the levers' tables of Postfix's own sources. */
const struct parameter parameters[] = {
    {"bounce_queue_lifetime", true, 0, 30 * DAY, true},
    {"maximal_queue_lifetime", true, HOUR, 30 * DAY, true},
    {"minimal_backoff_time", true, 1, DAY, true},
    {"maximal_backoff_time", true, 1, DAY, true},
    {"queue_run_delay", true, 1, DAY, true},
    {"qmgr_message_active_limit", false, 100, 1000000, true},
    {"qmgr_message_recipient_limit", false, 100, 1000000, true},
    {"initial_destination_concurrency", false, 1, 1000, true},
    {"_destination_concurrency_limit", false, 1, 1000, true},
    {"_destination_rate_delay", true, 0, HOUR, true},
    {"default_process_limit", false, 2, 10000, true},
    {"smtp_connect_timeout", true, 1, 10 * MINUTE, false},
    {"smtp_helo_timeout", true, 1, 10 * MINUTE, false},
    {"smtp_mail_timeout", true, 1, 10 * MINUTE, false},
    {"smtp_rcpt_timeout", true, 1, 10 * MINUTE, false},
    {"smtpd_client_connection_rate_limit", false, 0, 1000000, false},
    {"smtpd_client_message_rate_limit", false, 0, 1000000, false},
    {"smtpd_client_recipient_rate_limit", false, 0, 1000000, false},
    {"in_flow_delay", true, 0, 10, false},
    {"delay_warning_time", true, 0, 30 * DAY, false},
};

const size_t parameter_count = ARRAY_LENGTH(parameters);

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/* "smtp" before "_destination_rate_delay": a transport's name. */
static bool
is_of_transport(const char *name, const char *suffix)
{
	size_t length = strlen(name), tail = strlen(suffix);
	return length > tail && strcmp(name + length - tail, suffix) == 0 &&
	    strspn(name, LETTERS DIGITS "_-") == length && name[0] != '-';
}

const struct parameter *
parameter_find(const char *name)
{
	for (size_t i = 0; i < parameter_count; i++) {
		const char *known = parameters[i].name;
		if (known[0] == '_' ? is_of_transport(name, known) : strcmp(name, known) == 0)
			return &parameters[i];
	}
	return NULL;
}

const char *
parameter_nearest(const char *name)
{
	static const char *const of_all[] = {
	    "default_destination_concurrency_limit", "default_destination_rate_delay"};
	const char *names[NAMES_MAX];
	size_t count = 0;
	for (size_t i = 0; i < parameter_count && count < NAMES_MAX - ARRAY_LENGTH(of_all); i++)
		if (parameters[i].name[0] != '_')
			names[count++] = parameters[i].name;
	for (size_t i = 0; i < ARRAY_LENGTH(of_all); i++)
		names[count++] = of_all[i];
	return nearest_find(name, names, count);
}

/* Seconds of a unit, 0 when it is none. */
static int64_t
unit_s(char unit)
{
	switch (unit) {
	case 's':
		return 1;
	case 'm':
		return MINUTE;
	case 'h':
		return HOUR;
	case 'd':
		return DAY;
	case 'w':
		return 7 * DAY;
	default:
		return 0;
	}
}

/* Digits, and of a time its unit. Without one Postfix takes the parameter's own, which differs from
 * one to the other: a value of ours has one. */
static bool
parse(const struct parameter *parameter, const char *value, int64_t *ret_number)
{
	size_t digits = strspn(value, DIGITS);
	int64_t unit = parameter->is_time ? unit_s(value[digits]) : 1;
	if (digits == 0 || digits > DIGITS_MAX || unit == 0 ||
	    value[digits + (parameter->is_time ? 1 : 0)] != '\0')
		return false;
	*ret_number = strtoll(value, NULL, 10) * unit;
	return true;
}

bool
parameter_takes(const struct parameter *parameter, const char *value)
{
	int64_t number;
	return parse(parameter, value, &number) && number >= parameter->low &&
	    number <= parameter->high;
}

bool
parameter_could_have(const struct parameter *parameter, const char *value)
{
	int64_t number;
	size_t length = strlen(value);
	if (parse(parameter, value, &number))
		return true;
	if (length > 0 && length <= DIGITS_MAX && strspn(value, DIGITS) == length)
		return true;
	return strchr(value, '$') != NULL &&
	    strspn(value, LETTERS DIGITS "_-${}()?:=<>!. ") == length;
}

static void
append_number(const struct parameter *parameter, int64_t number, char *text, size_t size)
{
	static const char units[] = "wdhms";
	const char *unit = units;
	if (!parameter->is_time) {
		snprintf(text, size, "%" PRId64, number);
		return;
	}
	while (*unit != 's' && (number < unit_s(*unit) || number % unit_s(*unit) != 0))
		unit++;
	snprintf(text, size, "%" PRId64 "%c", number / unit_s(*unit), *unit);
}

char *
parameter_describe(const struct parameter *parameter, char *text, size_t size)
{
	char low[32], high[32];
	append_number(parameter, parameter->low, low, sizeof(low));
	append_number(parameter, parameter->high, high, sizeof(high));
	snprintf(text, size, "%s from %s to %s", parameter->is_time ? "a time" : "a whole number",
	    low, high);
	return text;
}

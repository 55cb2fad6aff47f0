/* SPDX-License-Identifier: ISC
 *
 * ctl.c - the tables of commands and arguments, and requests to and from their line.
 */
#include "proto/ctl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/escape.h"
#include "lib/log.h"
#include "lib/mem.h"

#define COMMAND_(id, name, takes, needs, right, report, render, text) \
	[id] = {name, takes, needs, right, text},
const struct ctl_command ctl_commands[CTL_COMMAND_COUNT] = {CTL_COMMANDS(COMMAND_)};

#define ARGUMENT_(id, key, letter, kind, positional, field, word, text) \
	[id] = {key, letter, kind, positional, offsetof(struct ctl_request, field), word, text},
const struct ctl_argument_kind ctl_arguments[CTL_ARGUMENT_COUNT] = {CTL_ARGUMENTS(ARGUMENT_)};
_Static_assert(CTL_ARGUMENT_COUNT <= 64, "takes and needs are bit sets");

static const char *const reasons[] = {
    [CTL_USAGE] = "usage",
    [CTL_PERMISSION] = "permission",
    [CTL_REFUSED] = "refused",
    [CTL_UNAVAILABLE] = "unavailable",
};

int
ctl_find_command(const char *name)
{
	for (int verb = 0; verb < CTL_COMMAND_COUNT; verb++)
		if (strcmp(ctl_commands[verb].name, name) == 0)
			return verb;
	return -1;
}

/* ---- a request's fields by the table ---- */

static int64_t *
number_at(const struct ctl_request *request, enum ctl_argument argument)
{
	return (int64_t *)((uintptr_t)request + ctl_arguments[argument].offset);
}

static char *
word_at(const struct ctl_request *request, enum ctl_argument argument)
{
	return (char *)((uintptr_t)request + ctl_arguments[argument].offset);
}

/* The list whose names an argument takes, or NULL. */
static const struct names *
names_of(enum ctl_argument argument)
{
	switch (ctl_arguments[argument].kind) {
	case CTL_QUEUE_SET:
		return &names_queue;
	case CTL_CLASS_SET:
		return &names_class;
	case CTL_DIMENSION_NAME:
		return &names_dimension;
	default:
		return NULL;
	}
}

/* Of an argument that is kept as text, its NUL included; else 0. */
static size_t
size_of(enum ctl_argument argument)
{
	switch (ctl_arguments[argument].kind) {
	case CTL_WORD:
		return CTL_WORD_SIZE;
	case CTL_TEXT:
		return CTL_TEXT_SIZE;
	case CTL_ASSIGNMENT:
		return CTL_ASSIGNMENT_SIZE;
	default:
		return 0;
	}
}

static bool
is_text(enum ctl_argument argument)
{
	return size_of(argument) > 0;
}

bool
ctl_takes_word(enum ctl_argument argument)
{
	return is_text(argument) || names_of(argument) != NULL;
}

/* Names of instances, remedies and messages: what postmulti, the catalogue and Postfix allow. */
static bool
word_is_good(const char *word)
{
	size_t length = strlen(word);
	if (length == 0 || length >= CTL_WORD_SIZE)
		return false;
	return strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
	    length;
}

/* What the value may be is the remedy's to say. */
static bool
assignment_is_good(const char *text)
{
	char shown[4 * CTL_ASSIGNMENT_SIZE];
	const char *equals = strchr(text, '=');
	return equals != NULL && equals != text && strlen(text) < CTL_ASSIGNMENT_SIZE &&
	    strcmp(escape_line(text, strlen(text), shown, sizeof(shown)), text) == 0;
}

/* Addresses, patterns, reasons: what can be printed. */
static bool
text_is_good(const char *text)
{
	char escaped[CTL_TEXT_SIZE * 4 + 1];
	size_t length = strlen(text);
	return length > 0 && length < CTL_TEXT_SIZE &&
	    strcmp(escape_line(text, length, escaped, sizeof(escaped)), text) == 0;
}

/* "incoming,active" */
static int
add_names(const struct names *names, const char *words, int64_t *set)
{
	int64_t found = 0;
	while (*words != '\0') {
		size_t length = strcspn(words, ",");
		AUTO_FREE char *word = mem_text_n(words, length);
		int value = names_find(names, word);
		if (value < 0)
			return -EINVAL;
		found |= INT64_C(1) << value;
		words += length + (words[length] == ',');
	}
	*set |= found;
	return found != 0 ? 0 : -EINVAL;
}

/* The same the other way; free() it. */
static char *
join_names(const struct names *names, int64_t set)
{
	char *joined = mem_text("");
	for (int value = 0; value < names->count; value++) {
		if ((set >> value & 1) == 0)
			continue;
		AUTO_FREE char *before = joined;
		joined = mem_format(
		    "%s%s%s", before, before[0] != '\0' ? "," : "", names_get(names, value));
	}
	return joined;
}

static bool
value_is_good(enum ctl_argument argument, const char *text)
{
	switch (ctl_arguments[argument].kind) {
	case CTL_WORD:
		return word_is_good(text) && (argument != CTL_QUEUE_ID || queue_id_is(text));
	case CTL_TEXT:
		return text_is_good(text);
	case CTL_ASSIGNMENT:
		return assignment_is_good(text);
	default:
		return false;
	}
}

int
ctl_set_word(struct ctl_request *request, enum ctl_argument argument, const char *word)
{
	const struct names *names = names_of(argument);
	if (names != NULL && ctl_arguments[argument].kind == CTL_DIMENSION_NAME &&
	    strchr(word, ',') != NULL)
		return -EINVAL;
	if (names != NULL)
		return add_names(names, word, number_at(request, argument));
	if (!value_is_good(argument, word))
		return -EINVAL;
	snprintf(word_at(request, argument), size_of(argument), "%s", word);
	return 0;
}

int
ctl_set_number(struct ctl_request *request, enum ctl_argument argument, int64_t number)
{
	enum ctl_kind kind = ctl_arguments[argument].kind;
	if (ctl_takes_word(argument) || number < 1)
		return -EINVAL;
	if (kind == CTL_STEP_SIZE && number != 1 && number != 60 && number != 3600)
		return -EINVAL;
	if (argument == CTL_LIMIT && number > CTL_LIMIT_MAX)
		return -EINVAL;
	if (argument == CTL_BUCKETS && number > QSHAPE_BUCKETS_MAX)
		return -EINVAL;
	if (argument == CTL_MINUTES && number > CTL_MINUTES_MAX)
		return -EINVAL;
	if (kind == CTL_FLAG && number != 1)
		return -EINVAL;
	*number_at(request, argument) = number;
	return 0;
}

uint64_t
ctl_given(const struct ctl_request *request)
{
	uint64_t given = 0;
	for (int i = 0; i < CTL_ARGUMENT_COUNT; i++) {
		bool has = is_text((enum ctl_argument)i)
		    ? word_at(request, (enum ctl_argument)i)[0] != '\0'
		    : *number_at(request, (enum ctl_argument)i) != 0;
		given |= has ? CTL_BIT(i) : 0;
	}
	return given;
}

/* ---- from a line ---- */

static int
find_argument(const char *key)
{
	for (int i = 0; i < CTL_ARGUMENT_COUNT; i++)
		if (strcmp(ctl_arguments[i].key, key) == 0)
			return i;
	return -1;
}

/* The first words of `problem` are ours, the rest is what came in. */
static int
say_problem(char *problem, size_t size, const char *ours, const char *theirs)
{
	char shown[128];
	snprintf(
	    problem, size, "%s%s", ours, escape_text(theirs, strlen(theirs), shown, sizeof(shown)));
	return -EINVAL;
}

static int
set_value(struct ctl_request *request, enum ctl_argument argument, const json_t *value)
{
	bool is_flag = ctl_arguments[argument].kind == CTL_FLAG;
	if (json_is_string(value))
		return ctl_set_word(request, argument, json_string_value(value));
	if (json_is_integer(value) && !is_flag)
		return ctl_set_number(request, argument, json_integer_value(value));
	if (json_is_true(value) && is_flag)
		return ctl_set_number(request, argument, 1);
	return -EINVAL;
}

static int
parse_arguments(json_t *object, struct ctl_request *request, char *problem, size_t size)
{
	const struct ctl_command *command = &ctl_commands[request->verb];
	const char *key;
	json_t *value;
	json_object_foreach(object, key, value)
	{
		if (strcmp(key, "command") == 0)
			continue;
		int argument = find_argument(key);
		if (argument < 0 || (command->takes & CTL_BIT(argument)) == 0)
			return say_problem(problem, size, "argument that is not taken: ", key);
		if (set_value(request, (enum ctl_argument)argument, value) < 0)
			return say_problem(problem, size, "bad value of ", key);
	}
	for (int i = 0; i < CTL_ARGUMENT_COUNT; i++)
		if ((command->needs & ~ctl_given(request) & CTL_BIT(i)) != 0)
			return say_problem(problem, size, "missing: ", ctl_arguments[i].key);
	return 0;
}

static int
parse_object(json_t *object, struct ctl_request *request, char *problem, size_t size)
{
	const char *name = json_string_value(json_object_get(object, "command"));
	if (name == NULL)
		return say_problem(problem, size, "a request is an object with a command", "");
	int verb = ctl_find_command(name);
	if (verb < 0)
		return say_problem(problem, size, "no such command: ", name);
	*request = (struct ctl_request){.verb = (enum ctl_verb)verb};
	return parse_arguments(object, request, problem, size);
}

int
ctl_parse_request(
    const char *line, size_t length, struct ctl_request *ret_request, char *problem, size_t size)
{
	json_error_t error;
	struct ctl_request request;
	json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &error);
	if (object == NULL)
		return say_problem(problem, size, "not JSON: ", error.text);
	int r = parse_object(object, &request, problem, size);
	json_decref(object);
	if (r == 0)
		*ret_request = request;
	return r;
}

/* ---- to a line ---- */

static json_t *
make_value(const struct ctl_request *request, enum ctl_argument argument)
{
	const struct names *names = names_of(argument);
	if (names != NULL) {
		AUTO_FREE char *joined = join_names(names, *number_at(request, argument));
		return json_string(joined);
	}
	if (is_text(argument))
		return json_string(word_at(request, argument));
	if (ctl_arguments[argument].kind == CTL_FLAG)
		return json_true();
	return json_integer(*number_at(request, argument));
}

char *
ctl_format_request(const struct ctl_request *request)
{
	uint64_t given = ctl_given(request);
	json_t *object = json_pack("{s:s}", "command", ctl_commands[request->verb].name);
	for (int i = 0; i < CTL_ARGUMENT_COUNT; i++) {
		enum ctl_argument argument = (enum ctl_argument)i;
		if ((given & CTL_BIT(i)) == 0)
			continue;
		json_object_set_new(object, ctl_arguments[i].key, make_value(request, argument));
	}
	AUTO_FREE char *text = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	if (text == NULL)
		panic("ctl: request is no JSON");
	return mem_format("%s\n", text);
}

/* ---- for people ---- */

char *
ctl_format_usage(enum ctl_verb verb)
{
	const struct ctl_command *command = &ctl_commands[verb];
	char *usage = mem_text(command->name);
	for (int i = 0; i < CTL_ARGUMENT_COUNT; i++) {
		const struct ctl_argument_kind *kind = &ctl_arguments[i];
		if ((command->takes & CTL_BIT(i)) == 0)
			continue;
		bool needed = (command->needs & CTL_BIT(i)) != 0;
		AUTO_FREE char *before = usage;
		bool spaced = !kind->positional && kind->word[0] != '\0';
		usage = mem_format("%s %s%s%s%s%s%s", before, needed ? "" : "[",
		    kind->positional ? "" : "--", kind->positional ? "" : kind->key,
		    spaced ? " " : "", kind->word, needed ? "" : "]");
	}
	return usage;
}

/* ---- errors ---- */

json_t *
ctl_make_error(enum ctl_reason reason, const char *text)
{
	json_t *said = json_string(text);
	if (said == NULL)
		said = json_string("the reason is not text");
	return json_pack("{s:o, s:s}", "error", said, "reason", reasons[reason]);
}

const char *
ctl_get_error(const json_t *document, enum ctl_reason *ret_reason)
{
	const char *text = json_string_value(json_object_get(document, "error"));
	const char *reason = json_string_value(json_object_get(document, "reason"));
	if (text == NULL || ret_reason == NULL)
		return text;
	*ret_reason = CTL_REFUSED;
	for (size_t i = 0; reason != NULL && i < ARRAY_LENGTH(reasons); i++)
		if (strcmp(reasons[i], reason) == 0)
			*ret_reason = (enum ctl_reason)i;
	return text;
}

/* SPDX-License-Identifier: ISC
 *
 * arguments.c - which command is meant, and what its words and options say.
 */
#include "watchdogctl/arguments.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/nearest.h"
#include "watchdogctl/options.h"
#include "watchdogctl/when.h"

struct parse {
	struct options options;
	int64_t now_s;
	FILE *errors;
	struct arguments *arguments;
};

/* ---- the command ---- */

/* Both words are looked at first: "remdy list" means "remedy list". */
static int
unknown_command(const struct parse *parse)
{
	const char *names[CTL_COMMAND_COUNT];
	for (int i = 0; i < CTL_COMMAND_COUNT; i++)
		names[i] = ctl_commands[i].name;
	const char *const *words = parse->options.words;
	AUTO_FREE char *two = mem_format("%s %s", words[0], words[1] != NULL ? words[1] : "");
	const char *found = words[1] != NULL ? two : words[0];
	const char *nearest = nearest_find(found, names, ARRAY_LENGTH(names));
	if (nearest == NULL) {
		found = words[0];
		nearest = nearest_find(found, names, ARRAY_LENGTH(names));
	}
	if (nearest != NULL)
		return options_complain(
		    parse->errors, "unknown command \"%s\"; did you mean \"%s\"?", found, nearest);
	return options_complain(
	    parse->errors, "unknown command \"%s\"; the commands: watchdogctl help", found);
}

/* "remedy" alone, or with a word that is none of its own. */
static int
half_command(const struct parse *parse, const char *names)
{
	return options_complain(
	    parse->errors, "%s: one of these is expected: %s", parse->options.words[0], names);
}

/* Commands whose first word this is, or NULL; free() it. */
static char *
find_family(const char *word)
{
	char *names = NULL;
	size_t length = strlen(word);
	for (int i = 0; i < CTL_COMMAND_COUNT; i++) {
		const char *name = ctl_commands[i].name;
		if (strncmp(name, word, length) != 0 || name[length] != ' ')
			continue;
		AUTO_FREE char *before = names;
		names = mem_format(
		    "%s%s%s", before != NULL ? before : "", before != NULL ? ", " : "", name);
	}
	return names;
}

/* Finds the verb; ret_rest is how many words it had. */
static int
find_verb(struct parse *parse, int *ret_rest)
{
	int verb = -1;
	if (parse->options.word_count == 0)
		return options_complain(
		    parse->errors, "a command is expected; the commands: watchdogctl help");
	if (parse->options.word_count > 1) {
		AUTO_FREE char *two =
		    mem_format("%s %s", parse->options.words[0], parse->options.words[1]);
		verb = ctl_find_command(two);
	}
	*ret_rest = verb >= 0 ? 2 : 1;
	if (verb < 0)
		verb = ctl_find_command(parse->options.words[0]);
	if (verb < 0) {
		AUTO_FREE char *family = find_family(parse->options.words[0]);
		return family != NULL ? half_command(parse, family) : unknown_command(parse);
	}
	parse->arguments->request.verb = (enum ctl_verb)verb;
	return 0;
}

/* A value that is a number, as a person types it. */
static int
parse_number(const struct parse *parse, enum ctl_kind kind, const char *value, int64_t *ret_number)
{
	switch (kind) {
	case CTL_TIME:
		return when_parse(value, parse->now_s, ret_number);
	case CTL_STEP_SIZE:
		return when_parse_step(value, ret_number);
	case CTL_AGE:
		return when_parse_span(value, ret_number);
	case CTL_SIZE:
		return when_parse_size(value, ret_number);
	case CTL_FLAG:
		*ret_number = 1;
		return 0;
	default:
		return when_parse_number(value, ret_number);
	}
}

static int
set_value(struct parse *parse, enum ctl_argument argument, const char *value)
{
	struct ctl_request *request = &parse->arguments->request;
	const struct ctl_argument_kind *kind = &ctl_arguments[argument];
	int64_t number;
	int r;
	if (ctl_takes_word(argument)) {
		r = ctl_set_word(request, argument, value);
	} else {
		r = parse_number(parse, kind->kind, value, &number);
		if (r == 0)
			r = ctl_set_number(request, argument, number);
	}
	if (r < 0 && kind->kind == CTL_WORD && argument != CTL_QUEUE_ID)
		return options_complain(parse->errors, "%s: \"%s\" is no name", kind->key, value);
	if (r < 0 && kind->kind == CTL_ASSIGNMENT)
		return options_complain(
		    parse->errors, "%s: found \"%s\", expected %s", kind->key, value, kind->word);
	return r == 0 ? 0
		      : options_complain(parse->errors, "%s: found \"%s\", expected %s", kind->key,
			    value, kind->text);
}

/* The argument that bare words of this command are, or -1. */
static int
find_positional(const struct ctl_command *command)
{
	for (int i = 0; i < CTL_ARGUMENT_COUNT; i++)
		if (ctl_arguments[i].positional && (command->takes & CTL_BIT(i)) != 0)
			return i;
	return -1;
}

static int
set_words(struct parse *parse, int at)
{
	const struct ctl_command *command = &ctl_commands[parse->arguments->request.verb];
	int argument = find_positional(command);
	bool is_set = argument >= 0 && ctl_arguments[argument].kind == CTL_QUEUE_SET;
	int count = parse->options.word_count;
	int last = argument < 0 ? at : is_set || count < at + 1 ? count : at + 1;
	for (; at < last; at++) {
		int r = set_value(parse, (enum ctl_argument)argument, parse->options.words[at]);
		if (r < 0)
			return r;
	}
	if (at < count)
		return options_complain(parse->errors, "%s: unexpected word \"%s\"", command->name,
		    parse->options.words[at]);
	return 0;
}

static int
set_options(struct parse *parse)
{
	const struct ctl_command *command = &ctl_commands[parse->arguments->request.verb];
	for (int i = 0; i < CTL_ARGUMENT_COUNT; i++) {
		if (parse->options.values[i] == NULL)
			continue;
		if ((command->takes & CTL_BIT(i)) == 0)
			return options_complain(parse->errors, "%s takes no option --%s",
			    command->name, ctl_arguments[i].key);
		int r = set_value(parse, (enum ctl_argument)i, parse->options.values[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

static int
check_needs(const struct parse *parse)
{
	const struct ctl_request *request = &parse->arguments->request;
	uint64_t missing = ctl_commands[request->verb].needs & ~ctl_given(request);
	if (missing == 0)
		return 0;
	AUTO_FREE char *usage = ctl_format_usage(request->verb);
	return options_complain(parse->errors, "usage: watchdogctl %s", usage);
}

int
arguments_parse(
    int argc, char *const *argv, int64_t now_s, FILE *errors, struct arguments *ret_arguments)
{
	struct arguments arguments = {0};
	struct parse parse = {.now_s = now_s, .errors = errors, .arguments = &arguments};
	int rest;
	int r = options_gather(argc, argv, errors, &parse.options);
	if (r < 0)
		return r;
	arguments.json = parse.options.json;
	arguments.no_color = parse.options.no_color;
	arguments.socket = parse.options.socket;
	arguments.config = parse.options.config;
	r = find_verb(&parse, &rest);
	if (r == 0)
		r = set_words(&parse, rest);
	if (r == 0)
		r = set_options(&parse);
	if (r == 0)
		r = check_needs(&parse);
	if (r == 0)
		*ret_arguments = arguments;
	return r;
}

/* SPDX-License-Identifier: ISC
 *
 * options.c - long and short options by two tables: the program's own, and the commands'.
 */
#include "watchdogctl/options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/escape.h"
#include "lib/mem.h"
#include "lib/nearest.h"

struct gather {
	int argc;
	char *const *argv;
	int at; /* the next of argv */
	FILE *errors;
	struct options *found;
};

int
options_complain(FILE *errors, const char *format, ...)
{
	AUTO_FREE char *text = NULL;
	char shown[512];
	va_list arguments;
	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length >= 0)
		fprintf(errors, "watchdogctl: %s\n",
		    escape_line(text, (size_t)length, shown, sizeof(shown)));
	return -EINVAL;
}

enum {
	OPTION_JSON,
	OPTION_NO_COLOR,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_SOCKET,
	OPTION_CONFIG,
	OPTION_COUNT
};
_Static_assert(OPTION_COUNT == OPTIONS_OWN_COUNT, "options.h says how many there are");

const struct options_own options_own[OPTIONS_OWN_COUNT] = {
    [OPTION_JSON] = {"json", 'j', false, "print the answer as JSON"},
    [OPTION_NO_COLOR] = {"no-color", 0, false, "print no colour"},
    [OPTION_HELP] = {"help", 'h', false, "the commands and what they take"},
    [OPTION_VERSION] = {"version", 'V', false, "the versions of watchdogctl and of watchdogd"},
    [OPTION_SOCKET] = {"socket", 's', true, "ask the daemon at this socket"},
    [OPTION_CONFIG] = {"config", 'c', true, "take the paths from this configuration"},
};

static void
set_option(struct gather *gather, int option, const char *value)
{
	switch (option) {
	case OPTION_JSON:
		gather->found->json = true;
		break;
	case OPTION_NO_COLOR:
		gather->found->no_color = true;
		break;
	case OPTION_SOCKET:
		gather->found->socket = value;
		break;
	case OPTION_CONFIG:
		gather->found->config = value;
		break;
	case OPTION_HELP:
	case OPTION_VERSION: /* the same as the commands */
		gather->found->words[0] = options_own[option].name;
		gather->found->word_count = 1;
		gather->at = gather->argc;
		break;
	}
}

static int
unknown_option(const struct gather *gather, const char *name)
{
	const char *known[OPTION_COUNT + CTL_ARGUMENT_COUNT];
	size_t count = 0;
	for (int i = 0; i < OPTION_COUNT; i++)
		known[count++] = options_own[i].name;
	for (int i = 0; i < CTL_ARGUMENT_COUNT; i++)
		if (!ctl_arguments[i].positional)
			known[count++] = ctl_arguments[i].key;
	const char *nearest = nearest_find(name, known, count);
	return nearest != NULL ? options_complain(gather->errors,
				     "unknown option --%s; did you mean --%s?", name, nearest)
			       : options_complain(gather->errors, "unknown option --%s", name);
}

/* The value of an option: after '=', or the next word. */
static int
take_value(struct gather *gather, const char *name, const char *given, const char **ret_value)
{
	if (given == NULL && gather->at < gather->argc)
		given = gather->argv[gather->at++];
	if (given == NULL || given[0] == '\0')
		return options_complain(gather->errors, "option --%s: a value is expected", name);
	*ret_value = given;
	return 0;
}

static int
take_option(struct gather *gather, int option, const char *given)
{
	const char *value = NULL;
	if (given != NULL && !options_own[option].valued)
		return options_complain(
		    gather->errors, "option --%s takes no value", options_own[option].name);
	int r = options_own[option].valued
	    ? take_value(gather, options_own[option].name, given, &value)
	    : 0;
	if (r == 0)
		set_option(gather, option, value);
	return r;
}

/* An option of a command. */
static int
take_argument(struct gather *gather, int argument, const char *given)
{
	const struct ctl_argument_kind *kind = &ctl_arguments[argument];
	if (kind->kind != CTL_FLAG)
		return take_value(gather, kind->key, given, &gather->found->values[argument]);
	if (given != NULL)
		return options_complain(gather->errors, "option --%s takes no value", kind->key);
	gather->found->values[argument] = "";
	return 0;
}

static int
take_long_option(struct gather *gather, const char *text)
{
	size_t length = strcspn(text, "=");
	const char *given = text[length] == '=' ? text + length + 1 : NULL;
	AUTO_FREE char *name = mem_text_n(text, length);
	for (int i = 0; i < OPTION_COUNT; i++)
		if (strcmp(options_own[i].name, name) == 0)
			return take_option(gather, i, given);
	for (int i = 0; i < CTL_ARGUMENT_COUNT; i++)
		if (!ctl_arguments[i].positional && strcmp(ctl_arguments[i].key, name) == 0)
			return take_argument(gather, i, given);
	return unknown_option(gather, name);
}

/* A letter that the command before it takes, as qshape does those of qshape(1): its argument, or
 * -1. */
static int
find_letter(const struct gather *gather, char letter)
{
	int verb = gather->found->word_count > 0 ? ctl_find_command(gather->found->words[0]) : -1;
	for (int i = 0; verb >= 0 && i < CTL_ARGUMENT_COUNT; i++)
		if (ctl_arguments[i].letter == letter &&
		    (ctl_commands[verb].takes & CTL_BIT(i)) != 0)
			return i;
	return -1;
}

static int
find_option(char letter)
{
	int option = 0;
	while (option < OPTION_COUNT && options_own[option].letter != letter)
		option++;
	return option;
}

static int
take_short_options(struct gather *gather, const char *letters)
{
	for (; *letters != '\0'; letters++) {
		int argument = find_letter(gather, *letters);
		int option = argument < 0 ? find_option(*letters) : OPTION_COUNT;
		if (argument < 0 && option == OPTION_COUNT)
			return options_complain(gather->errors, "unknown option -%c", *letters);
		bool last = argument >= 0 ? ctl_arguments[argument].kind != CTL_FLAG
					  : options_own[option].valued;
		const char *given = last && letters[1] != '\0' ? letters + 1 : NULL;
		int r = argument >= 0 ? take_argument(gather, argument, given)
				      : take_option(gather, option, given);
		if (r < 0 || last)
			return r;
	}
	return 0;
}

static int
take_word(struct gather *gather, const char *word)
{
	if (gather->found->word_count == OPTIONS_WORDS_MAX)
		return options_complain(gather->errors, "unexpected word \"%s\"", word);
	gather->found->words[gather->found->word_count++] = word;
	return 0;
}

static int
take_all(struct gather *gather)
{
	bool only_words = false;
	int r = 0;
	while (r == 0 && gather->at < gather->argc) {
		const char *text = gather->argv[gather->at++];
		if (only_words || text[0] != '-' || text[1] == '\0')
			r = take_word(gather, text);
		else if (strcmp(text, "--") == 0)
			only_words = true;
		else if (text[1] == '-')
			r = take_long_option(gather, text + 2);
		else
			r = take_short_options(gather, text + 1);
	}
	return r;
}

int
options_gather(int argc, char *const *argv, FILE *errors, struct options *ret_options)
{
	struct options found = {0};
	struct gather gather = {
	    .argc = argc,
	    .argv = argv,
	    .at = 1,
	    .errors = errors,
	    .found = &found,
	};
	int r = take_all(&gather);
	if (r == 0)
		*ret_options = found;
	return r;
}

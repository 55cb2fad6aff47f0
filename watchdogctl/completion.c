/* SPDX-License-Identifier: ISC
 *
 * completion.c - which words there are, and from a shell's name to its script. The scripts know one
 * thing by themselves: which command a line is about. What follows is a table.
 */
#include "watchdogctl/completion.h"

#include <stdlib.h>
#include <string.h>

#include "config/explain.h"
#include "lib/guard.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "proto/catalogue.h"
#include "watchdogctl/render.h"

static const struct {
	const char *name;
	completion_write *write;
} shells[] = {
    {"bash", completion_write_bash},
    {"zsh", completion_write_zsh},
    {"fish", completion_write_fish},
};

/* ---- words ---- */

static void
add_word(char **words, const char *word)
{
	AUTO_FREE char *before = *words;
	*words =
	    mem_format("%s%s%s", before != NULL ? before : "", before != NULL ? " " : "", word);
}

static char *
join_names(const struct names *names)
{
	char *words = NULL;
	for (int i = 0; i < names->count; i++)
		add_word(&words, names->names[i]);
	return words;
}

static char *
join_remedies(void)
{
	char *words = NULL;
	for (int i = 0; i < catalogue_count; i++)
		add_word(&words, catalogue[i].name);
	return words;
}

static char *
join_shells(void)
{
	char *words = NULL;
	for (size_t i = 0; i < ARRAY_LENGTH(shells); i++)
		add_word(&words, shells[i].name);
	return words;
}

static void
add_setting(const struct explain_setting *setting, void *words)
{
	add_word(words, setting->name);
}

static char *
join_settings(void)
{
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	char *words = NULL;
	settings_defaults(settings);
	explain_each("", settings, add_setting, &words);
	return words;
}

char *
completion_words(enum ctl_argument argument)
{
	switch (ctl_arguments[argument].kind) {
	case CTL_QUEUE_SET:
		return join_names(&names_queue);
	case CTL_CLASS_SET:
		return join_names(&names_class);
	case CTL_DIMENSION_NAME:
		return join_names(&names_dimension);
	case CTL_STEP_SIZE:
		return mem_text("1s 1m 1h");
	default:
		break;
	}
	if (argument == CTL_FORMAT)
		return mem_text("text csv json html chart");
	if (argument == CTL_LANGUAGE)
		return join_names(&names_language);
	if (argument == CTL_REMEDY)
		return join_remedies();
	if (argument == CTL_SHELL)
		return join_shells();
	return argument == CTL_SETTING ? join_settings() : NULL;
}

/* ---- commands ---- */

static size_t
family_length(enum ctl_verb verb)
{
	return strcspn(ctl_commands[verb].name, " ");
}

bool
completion_is_first(enum ctl_verb verb)
{
	size_t length = family_length(verb);
	for (int i = 0; i < (int)verb; i++)
		if (family_length((enum ctl_verb)i) == length &&
		    strncmp(ctl_commands[i].name, ctl_commands[verb].name, length) == 0)
			return false;
	return true;
}

char *
completion_families(void)
{
	char *words = NULL;
	for (int i = 0; i < CTL_COMMAND_COUNT; i++) {
		enum ctl_verb verb = (enum ctl_verb)i;
		size_t length = family_length(verb);
		AUTO_FREE char *family = mem_text_n(ctl_commands[i].name, length);
		if (ctl_commands[i].name[length] == ' ' && completion_is_first(verb))
			add_word(&words, family);
	}
	return words;
}

bool
completion_takes(enum ctl_verb verb, enum ctl_argument argument)
{
	return (ctl_commands[verb].takes & CTL_BIT(argument)) != 0;
}

void
completion_quote(FILE *out, const char *text, const char *inside)
{
	fputc('\'', out);
	for (; *text != '\0'; text++)
		if (*text == '\'')
			fputs(inside, out);
		else
			fputc(*text, out);
	fputc('\'', out);
}

/* ---- the document ---- */

static char *
format(completion_write *write)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (out == NULL)
		fatal("no memory");
	write(out);
	fclose(out);
	return text;
}

json_t *
completion_make(const char *shell)
{
	AUTO_FREE char *known = join_shells();
	AUTO_FREE char *problem =
	    mem_format("shell: found \"%s\", expected one of %s", shell, known);
	for (size_t i = 0; i < ARRAY_LENGTH(shells); i++) {
		if (strcmp(shells[i].name, shell) != 0)
			continue;
		AUTO_FREE char *text = format(shells[i].write);
		return json_pack("{s:s, s:s}", "shell", shell, "text", text);
	}
	return ctl_make_error(CTL_USAGE, problem);
}

void
completion_render(struct text *text, const json_t *document)
{
	text_print(text, "%s", text_string(document, "text"));
}

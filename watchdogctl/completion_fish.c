/* SPDX-License-Identifier: ISC
 *
 * completion_fish.c - for fish: a line a command, option and set of words.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/guard.h"
#include "watchdogctl/completion.h"
#include "watchdogctl/options.h"

#define QUOTE "\\'" /* a quote, in quotes */

static const char head[] =
    "# Completion of watchdogctl in fish; made by `watchdogctl completion fish`.\n"
    "function __watchdogctl_at\n"
    "    set -l verb\n"
    "    set -l skip 0\n"
    "    for word in (commandline -opc)[2..-1]\n"
    "        if test $skip = 1\n"
    "            set skip 0\n"
    "            continue\n"
    "        end\n"
    "        switch $word\n"
    "            case -s --socket -c --config\n"
    "                test -n \"$verb\"; or set skip 1\n"
    "            case '-*'\n"
    "            case '*'\n"
    "                if test -z \"$verb\"\n"
    "                    set verb $word\n"
    "                else if contains -- $verb $__watchdogctl_families\n"
    "                    set verb \"$verb $word\"\n"
    "                end\n"
    "        end\n"
    "    end\n"
    "    test \"$verb\" = \"$argv\"\n"
    "end\n"
    "complete -c watchdogctl -f\n";

static void
begin(FILE *out, const char *at, size_t length)
{
	fprintf(out, "complete -c watchdogctl -n '__watchdogctl_at %.*s'", (int)length, at);
}

static void
end(FILE *out, const char *text)
{
	if (text != NULL) {
		fputs(" -d ", out);
		completion_quote(out, text, QUOTE);
	}
	fputc('\n', out);
}

static void
write_command(FILE *out, enum ctl_verb verb)
{
	const char *name = ctl_commands[verb].name;
	size_t length = strcspn(name, " ");
	if (completion_is_first(verb)) {
		begin(out, "", 0);
		fprintf(out, " -a %.*s", (int)length, name);
		end(out, name[length] == '\0' ? ctl_commands[verb].text : "several commands");
	}
	if (name[length] == ' ') {
		begin(out, name, length);
		fprintf(out, " -a %s", name + length + 1);
		end(out, ctl_commands[verb].text);
	}
}

static void
write_argument(FILE *out, enum ctl_verb verb, enum ctl_argument argument)
{
	const struct ctl_argument_kind *kind = &ctl_arguments[argument];
	AUTO_FREE char *words = completion_words(argument);
	if (kind->positional && words == NULL && argument != CTL_FILE)
		return;
	begin(out, ctl_commands[verb].name, strlen(ctl_commands[verb].name));
	if (!kind->positional)
		fprintf(out, " -l %s%s", kind->key, kind->kind == CTL_FLAG ? "" : " -x");
	if (words != NULL)
		fprintf(out, " -a '%s'", words);
	else if (argument == CTL_FILE)
		fputs(" -F", out);
	end(out, kind->positional ? NULL : kind->text);
}

static void
write_own(FILE *out)
{
	for (size_t i = 0; i < OPTIONS_OWN_COUNT; i++) {
		begin(out, "", 0);
		fprintf(
		    out, " -l %s%s", options_own[i].name, options_own[i].valued ? " -r -F" : "");
		end(out, options_own[i].text);
	}
}

void
completion_write_fish(FILE *out)
{
	AUTO_FREE char *families = completion_families();
	fprintf(out, "set -g __watchdogctl_families %s\n", families);
	fputs(head, out);
	write_own(out);
	for (int i = 0; i < CTL_COMMAND_COUNT; i++) {
		write_command(out, (enum ctl_verb)i);
		for (int k = 0; k < CTL_ARGUMENT_COUNT; k++)
			if (completion_takes((enum ctl_verb)i, (enum ctl_argument)k))
				write_argument(out, (enum ctl_verb)i, (enum ctl_argument)k);
	}
}

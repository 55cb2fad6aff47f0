/* SPDX-License-Identifier: ISC
 *
 * completion_bash.c - for bash, with nothing of the package bash-completion.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/guard.h"
#include "watchdogctl/completion.h"
#include "watchdogctl/options.h"

static const char head[] =
    "# Completion of watchdogctl in bash; made by `watchdogctl completion bash`.\n"
    "_watchdogctl() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} verb= words= i\n";

static const char find_verb[] =
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        case ${COMP_WORDS[i]} in\n"
    "        -s | --socket | -c | --config) [[ -n $verb ]] || ((i++)) ;;\n"
    "        -*) ;;\n"
    "        *)\n"
    "            if [[ -z $verb ]]; then\n"
    "                verb=${COMP_WORDS[i]}\n"
    "            elif [[ \" $families \" == *\" $verb \"* ]]; then\n"
    "                verb+=\" ${COMP_WORDS[i]}\"\n"
    "            fi ;;\n"
    "        esac\n"
    "    done\n";

static const char tail[] = "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
			   "}\n"
			   "complete -o default -F _watchdogctl watchdogctl\n";

/* What follows an option that has a value. */
static void
write_values(FILE *out)
{
	fputs("    case $prev in\n", out);
	for (int i = 0; i < CTL_ARGUMENT_COUNT; i++) {
		const struct ctl_argument_kind *kind = &ctl_arguments[i];
		if (kind->positional || kind->kind == CTL_FLAG)
			continue;
		AUTO_FREE char *words = completion_words((enum ctl_argument)i);
		fprintf(out, "    --%s) words='%s' ;;\n", kind->key, words != NULL ? words : "");
	}
	fputs("    *)\n", out);
}

static void
write_arguments(FILE *out, enum ctl_verb verb)
{
	for (int i = 0; i < CTL_ARGUMENT_COUNT; i++) {
		enum ctl_argument argument = (enum ctl_argument)i;
		if (!completion_takes(verb, argument))
			continue;
		AUTO_FREE char *words =
		    ctl_arguments[i].positional ? completion_words(argument) : NULL;
		if (!ctl_arguments[i].positional)
			fprintf(out, " --%s", ctl_arguments[i].key);
		else if (words != NULL)
			fprintf(out, " %s", words);
	}
}

/* The first words, and the program's own options. */
static void
write_first(FILE *out)
{
	fputs("        '') words='", out);
	for (int i = 0; i < CTL_COMMAND_COUNT; i++)
		if (completion_is_first((enum ctl_verb)i))
			fprintf(out, "%.*s ", (int)strcspn(ctl_commands[i].name, " "),
			    ctl_commands[i].name);
	for (size_t i = 0; i < OPTIONS_OWN_COUNT; i++)
		fprintf(
		    out, "--%s%s", options_own[i].name, i + 1 < OPTIONS_OWN_COUNT ? " " : "' ;;\n");
}

static void
write_families(FILE *out)
{
	AUTO_FREE char *families = completion_families();
	char *rest = families, *family;
	while ((family = strsep(&rest, " ")) != NULL) {
		size_t length = strlen(family);
		fprintf(out, "        %s) words='", family);
		for (int i = 0; i < CTL_COMMAND_COUNT; i++)
			if (strncmp(ctl_commands[i].name, family, length) == 0 &&
			    ctl_commands[i].name[length] == ' ')
				fprintf(out, " %s", ctl_commands[i].name + length + 1);
		fputs("' ;;\n", out);
	}
}

void
completion_write_bash(FILE *out)
{
	AUTO_FREE char *families = completion_families();
	fputs(head, out);
	fprintf(out, "    local families='%s'\n", families);
	fputs(find_verb, out);
	write_values(out);
	fputs("        case $verb in\n", out);
	write_first(out);
	write_families(out);
	for (int i = 0; i < CTL_COMMAND_COUNT; i++) {
		fprintf(out, "        '%s') words='", ctl_commands[i].name);
		write_arguments(out, (enum ctl_verb)i);
		fputs("' ;;\n", out);
	}
	fputs("        esac ;;\n    esac\n", out);
	fputs(tail, out);
}

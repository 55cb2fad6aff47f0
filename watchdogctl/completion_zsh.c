/* SPDX-License-Identifier: ISC
 *
 * completion_zsh.c - for zsh: a function that is loaded by its name, or sourced.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/guard.h"
#include "watchdogctl/completion.h"
#include "watchdogctl/options.h"

#define QUOTE "'\\''" /* a quote, in quotes */

static const char head[] =
    "#compdef watchdogctl\n"
    "# Completion of watchdogctl in zsh; made by `watchdogctl completion zsh`.\n"
    "_watchdogctl() {\n"
    "    local verb= i\n"
    "    local -a list\n";

static const char find_verb[] = "    for ((i = 2; i < CURRENT; i++)); do\n"
				"        case $words[i] in\n"
				"        (-s|--socket|-c|--config) [[ -n $verb ]] || ((i++)) ;;\n"
				"        (-*) ;;\n"
				"        (*)\n"
				"            if [[ -z $verb ]]; then\n"
				"                verb=$words[i]\n"
				"            elif (( $families[(Ie)$verb] )); then\n"
				"                verb+=\" $words[i]\"\n"
				"            fi ;;\n"
				"        esac\n"
				"    done\n";

static const char tail[] = "    esac\n"
			   "}\n"
			   "if [[ $funcstack[1] == _watchdogctl ]]; then\n"
			   "    _watchdogctl \"$@\"\n"
			   "else\n"
			   "    compdef _watchdogctl watchdogctl\n"
			   "fi\n";

/* 'name:what it is' */
static void
write_item(FILE *out, const char *dashes, const char *name, size_t length, const char *text)
{
	fprintf(out, "            '%s%.*s':", dashes, (int)length, name);
	completion_quote(out, text, QUOTE);
	fputc('\n', out);
}

static void
write_values(FILE *out)
{
	fputs("    case $words[CURRENT-1] in\n"
	      "    (-s|--socket|--config) _files; return ;;\n",
	    out);
	for (int i = 0; i < CTL_ARGUMENT_COUNT; i++) {
		const struct ctl_argument_kind *kind = &ctl_arguments[i];
		if (kind->positional || kind->kind == CTL_FLAG)
			continue;
		AUTO_FREE char *words = completion_words((enum ctl_argument)i);
		if (words != NULL)
			fprintf(out, "    (--%s) compadd -- %s; return ;;\n", kind->key, words);
		else
			fprintf(out, "    (--%s) _message %s; return ;;\n", kind->key, kind->word);
	}
	fputs("    esac\n", out);
}

static void
write_first(FILE *out)
{
	fputs("    ('')\n        list=(\n", out);
	for (int i = 0; i < CTL_COMMAND_COUNT; i++) {
		const char *name = ctl_commands[i].name;
		size_t length = strcspn(name, " ");
		if (completion_is_first((enum ctl_verb)i))
			write_item(out, "", name, length,
			    name[length] == '\0' ? ctl_commands[i].text : "several commands");
	}
	fputs("        )\n        _describe command list\n        list=(\n", out);
	for (size_t i = 0; i < OPTIONS_OWN_COUNT; i++)
		write_item(out, "--", options_own[i].name, strlen(options_own[i].name),
		    options_own[i].text);
	fputs("        )\n        _describe -o option list ;;\n", out);
}

static void
write_families(FILE *out)
{
	AUTO_FREE char *families = completion_families();
	char *rest = families, *family;
	while ((family = strsep(&rest, " ")) != NULL) {
		size_t length = strlen(family);
		fprintf(out, "    (%s)\n        list=(\n", family);
		for (int i = 0; i < CTL_COMMAND_COUNT; i++) {
			const char *name = ctl_commands[i].name;
			if (strncmp(name, family, length) == 0 && name[length] == ' ')
				write_item(out, "", name + length + 1, strlen(name + length + 1),
				    ctl_commands[i].text);
		}
		fputs("        )\n        _describe command list ;;\n", out);
	}
}

static void
write_positional(FILE *out, enum ctl_argument argument)
{
	AUTO_FREE char *words = completion_words(argument);
	if (words != NULL)
		fprintf(out, "        compadd -- %s\n", words);
	else if (argument == CTL_FILE)
		fputs("        _files\n", out);
}

static void
write_command(FILE *out, enum ctl_verb verb)
{
	fprintf(out, "    ('%s')\n        list=(\n", ctl_commands[verb].name);
	for (int i = 0; i < CTL_ARGUMENT_COUNT; i++)
		if (completion_takes(verb, (enum ctl_argument)i) && !ctl_arguments[i].positional)
			write_item(out, "--", ctl_arguments[i].key, strlen(ctl_arguments[i].key),
			    ctl_arguments[i].text);
	fputs("        )\n        _describe -o option list\n", out);
	for (int i = 0; i < CTL_ARGUMENT_COUNT; i++)
		if (completion_takes(verb, (enum ctl_argument)i) && ctl_arguments[i].positional)
			write_positional(out, (enum ctl_argument)i);
	fputs("        ;;\n", out);
}

void
completion_write_zsh(FILE *out)
{
	AUTO_FREE char *families = completion_families();
	fputs(head, out);
	fprintf(out, "    local -a families=(%s)\n", families);
	fputs(find_verb, out);
	write_values(out);
	fputs("    case $verb in\n", out);
	write_first(out);
	write_families(out);
	for (int i = 0; i < CTL_COMMAND_COUNT; i++)
		write_command(out, (enum ctl_verb)i);
	fputs(tail, out);
}

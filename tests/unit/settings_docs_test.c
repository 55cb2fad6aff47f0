/* SPDX-License-Identifier: ISC
 *
 * settings_docs_test.c - the table of settings, the sample watchdogd.yaml and watchdogd.yaml(5) say
 * the same: every row, its type, its default, its line of doc, and nothing that is no row. Runs at
 * the root of the tree.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/settings.h"
#include "config/settings_load.h"
#include "config/table.h"
#include "config/value.h"
#include "lib/mem.h"

#define SAMPLE "config/watchdogd.yaml"
#define MANUAL "config/watchdogd.yaml.5"
#define KEYS_MAX 200

static char *
read_whole(const char *path)
{
	char *text = NULL;
	size_t size = 0;
	AUTO_FCLOSE FILE *in = fopen(path, "r");
	if (in == NULL || getdelim(&text, &size, '\0', in) < 0)
		fail_msg("%s cannot be read", path);
	return text;
}

/* ---- the sample ---- */

static void
sample_gives_the_defaults(void **state UNUSED)
{
	AUTO_FREE struct settings *defaults = mem_alloc(sizeof(*defaults));
	AUTO_FREE struct settings *sample = mem_alloc(sizeof(*sample));
	settings_defaults(defaults);
	assert_int_equal(settings_load(SAMPLE, stderr, sample), 0);
	assert_memory_equal(sample, defaults, sizeof(*sample));
}

struct keys {
	char list[KEYS_MAX][256];
	size_t count;
};

/* The paths of all keys that the sample sets, as settings_encode() writes them, from the columns of
 * the keys: the sample is in block style, each level two columns further in. */
static void
collect_keys(char *text, struct keys *keys)
{
	char parents[8][64] = {""};
	char *rest = text, *line;
	int step = -1;
	while ((line = strsep(&rest, "\n")) != NULL) {
		size_t column = strspn(line, " ");
		bool first = line[column] == '-';
		column += first ? 2 : 0;
		size_t length = strcspn(line + column, ":");
		if (line[column] == '#' || line[column + length] != ':')
			continue;
		size_t depth = column / 2;
		assert_true(depth < ARRAY_LENGTH(parents) && length < sizeof(parents[0]));
		snprintf(
		    parents[depth], sizeof(parents[depth]), "%.*s", (int)length, line + column);
		if (first)
			snprintf(parents[depth - 1], sizeof(parents[0]), "%d", ++step);
		char *path = keys->list[keys->count++];
		assert_true(keys->count < KEYS_MAX);
		path[0] = '\0';
		for (size_t i = 0; i <= depth; i++) {
			size_t used = strlen(path);
			snprintf(path + used, sizeof(keys->list[0]) - used, "%s%s",
			    i > 0 ? "." : "", parents[i]);
		}
	}
}

/* Of the rules the first shows every setting; the others show what is not as it is left out, or the
 * sample would not give the defaults. */
static bool
is_of_further_rule(const char *line)
{
	static const char rules[] = "rules.", first[] = "rules.bounce-flood.";
	return strncmp(line, rules, strlen(rules)) == 0 && strncmp(line, first, strlen(first)) != 0;
}

/* Each line of the encoded defaults has its key in the sample. */
static void
sample_shows_every_setting(void **state UNUSED)
{
	AUTO_FREE char *text = read_whole(SAMPLE);
	AUTO_FREE struct keys *keys = mem_alloc(sizeof(*keys));
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	settings_defaults(settings);
	collect_keys(text, keys);
	AUTO_FREE char *encoded = settings_encode(settings);
	char *rest = encoded, *line;
	int checked = 0;
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		bool shown = false;
		*strchr(line, '=') = '\0';
		if (is_of_further_rule(line))
			continue;
		for (size_t i = 0; i < keys->count; i++)
			shown = shown || strcmp(keys->list[i], line) == 0;
		if (!shown)
			fail_msg(SAMPLE " does not show %s", line);
		checked++;
	}
	assert_true(checked > 40);
	/* lists are empty by default, and so have no lines */
	for (size_t row = 0; row < table_settings.row_count; row++) {
		bool shown = false;
		for (size_t i = 0; i < keys->count; i++)
			shown = shown || strcmp(keys->list[i], table_settings.rows[row].name) == 0;
		if (!shown)
			fail_msg(SAMPLE " does not show %s", table_settings.rows[row].name);
	}
}

/* ---- the manual page ---- */

/* Where in the page the rows of a table are: subsections whose list belongs to it. */
static const struct {
	const struct table *table;
	const char *subsections[11]; /* NULL after the last */
} chapters[] = {
    {&table_settings,
	{"The daemon", "Postfix", "Filters", "Watching", "History", "Alerts", "The health report",
	    "Who may use watchdogctl", "Metrics", "Remedies and rules"}},
    {&table_relay, {"Relays"}},
    {&table_recipient, {"Recipients"}},
    {&table_remedy, {"Remedies"}},
    {&table_spool, {"Spools"}},
    {&table_rule, {"Rules"}},
    {&table_window, {"Planned mail"}},
    {&table_step, {"Steps"}},
};

/* The text lines of an item, joined by spaces; macros are left out. */
static char *
collect_item(const char *page, const char *subsection, const char *name)
{
	AUTO_FREE char *copy = mem_text(page);
	AUTO_FREE char *heading = mem_format(".Ss %s", subsection);
	AUTO_FREE char *item = mem_format(".It Ic %s", name);
	char *rest = copy, *line, *text = NULL;
	bool in_subsection = false;
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (strncmp(line, ".Ss ", 4) == 0 || strncmp(line, ".Sh ", 4) == 0)
			in_subsection = strcmp(line, heading) == 0;
		if (text != NULL && (strncmp(line, ".It Ic ", 7) == 0 || !in_subsection))
			break;
		if (in_subsection && strcmp(line, item) == 0)
			text = mem_text("");
		if (text == NULL || line[0] == '.')
			continue;
		AUTO_FREE char *before = text;
		text = mem_format("%s%s ", before, line);
	}
	return text;
}

static void
assert_says(const char *text, const char *name, const char *expected)
{
	if (strstr(text, expected) == NULL)
		fail_msg(MANUAL ": %s: '%s' is not said in '%s'", name, expected, text);
}

static void
check_type(const struct table_row *row, const char *text)
{
	char *expected = NULL;
	size_t length;
	FILE *out = open_memstream(&expected, &length);
	value_describe(row, out);
	fclose(out);
	/* how a time is written is said once, at the beginning of the page */
	char *end = row->type == VALUE_DURATION ? strchr(expected, ':') : expected + length;
	*end = '\0';
	expected[0] = (char)toupper((unsigned char)expected[0]);
	AUTO_FREE char *sentence = mem_format("%s. ", expected);
	free(expected);
	assert_says(text, row->name, sentence);
}

static void
check_default(const struct table_row *row, const char *text)
{
	AUTO_FREE char *sentence = NULL;
	if (row->required)
		sentence = mem_text("It must be given. ");
	else if (row->left_out != NULL)
		sentence = mem_format("Default: %s. ", row->left_out);
	else if (row->fallback[0] != '\0')
		sentence = mem_format("Default: %s. ", row->fallback);
	else
		sentence = mem_text(row->most > 0 ? "Default: []. " : "Default: \"\". ");
	if (row->elements == NULL || !row->elements->keyed)
		assert_says(text, row->name, sentence);
	if ((row->readers & 1u << ROLE_PARENT) != 0)
		assert_says(text, row->name, "Taken by a new start only. ");
	else
		assert_null(strstr(text, "Taken by a new start only."));
}

static void
check_row(const char *page, size_t chapter, const struct table_row *row)
{
	AUTO_FREE char *text = NULL;
	for (size_t i = 0; text == NULL && chapters[chapter].subsections[i] != NULL; i++)
		text = collect_item(page, chapters[chapter].subsections[i], row->name);
	if (text == NULL)
		fail_msg(MANUAL " does not describe %s", row->name);
	assert_says(text, row->name, row->doc);
	check_type(row, text);
	check_default(row, text);
}

static void
manual_describes_every_setting(void **state UNUSED)
{
	AUTO_FREE char *page = read_whole(MANUAL);
	for (size_t i = 0; i < ARRAY_LENGTH(chapters); i++)
		for (size_t j = 0; j < chapters[i].table->row_count; j++)
			check_row(page, i, &chapters[i].table->rows[j]);
}

static bool
has_row(size_t chapter, const char *name)
{
	for (size_t i = 0; i < chapters[chapter].table->row_count; i++)
		if (strcmp(chapters[chapter].table->rows[i].name, name) == 0)
			return true;
	return false;
}

/* The chapter of a subsection, or -1. */
static int
find_chapter(const char *subsection)
{
	for (size_t i = 0; i < ARRAY_LENGTH(chapters); i++)
		for (size_t j = 0; chapters[i].subsections[j] != NULL; j++)
			if (strcmp(chapters[i].subsections[j], subsection) == 0)
				return (int)i;
	return -1;
}

static void
manual_describes_nothing_else(void **state UNUSED)
{
	AUTO_FREE char *page = read_whole(MANUAL);
	char *rest = page, *line;
	int chapter = -1, items = 0;
	size_t rows = 0;
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (strncmp(line, ".Ss ", 4) == 0)
			chapter = find_chapter(line + 4);
		else if (strncmp(line, ".It Ic ", 7) == 0) {
			if (chapter < 0 || !has_row((size_t)chapter, line + 7))
				fail_msg(MANUAL " describes %s, which is no setting", line + 7);
			items++;
		}
	}
	for (size_t i = 0; i < ARRAY_LENGTH(chapters); i++)
		rows += chapters[i].table->row_count;
	assert_int_equal(items, rows); /* each once */
}

static void
manual_says_what_each_word_means(void **state UNUSED)
{
	AUTO_FREE char *page = read_whole(MANUAL);
	AUTO_FREE char *sample = read_whole(SAMPLE);
	for (int i = 0; i < names_signal.count; i++) {
		AUTO_FREE char *alone = mem_format(".It Cm %s\n", names_signal.names[i]);
		AUTO_FREE char *listed = mem_format(" %s", names_signal.names[i]);
		const char *queues = strstr(page, ".It Cm maildrop ,");
		assert_non_null(queues);
		bool is_queue = names_find(&names_queue, names_signal.names[i]) >= 0;
		if (strstr(page, alone) == NULL && !(is_queue && strstr(queues, listed) != NULL))
			fail_msg(MANUAL " does not explain the signal %s", names_signal.names[i]);
		if (strstr(sample, listed) == NULL)
			fail_msg(SAMPLE " does not explain the signal %s", names_signal.names[i]);
	}
}

/* What an operator copies from the page must be taken. */
static void
examples_of_the_manual_load(void **state UNUSED)
{
	AUTO_FREE char *page = read_whole(MANUAL);
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	int examples = 0;
	for (char *at = page; (at = strstr(at, ".Bd -literal")) != NULL;) {
		char *begin = strchr(at, '\n') + 1, *end = strstr(begin, "\n.Ed");
		assert_non_null(end);
		at = end;
		if (strstr(begin, "found '") != NULL && strstr(begin, "found '") < end)
			continue; /* an error, not a file */
		assert_int_equal(
		    settings_load_text("example", begin, (size_t)(end - begin), stderr, settings),
		    0);
		examples++;
	}
	assert_int_equal(examples, 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sample_gives_the_defaults),
	    cmocka_unit_test(sample_shows_every_setting),
	    cmocka_unit_test(manual_describes_every_setting),
	    cmocka_unit_test(manual_describes_nothing_else),
	    cmocka_unit_test(manual_says_what_each_word_means),
	    cmocka_unit_test(examples_of_the_manual_load),
	};
	return cmocka_run_group_tests_name("settings_docs", tests, NULL, NULL);
}

/* SPDX-License-Identifier: ISC
 *
 * settings_load_test.c - files: bad ones with each error word for word (settings_bad/), good ones
 * that say little, and what is no file at all. Runs at the root of the tree.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/settings.h"
#include "config/settings_load.h"
#include "lib/log.h"
#include "lib/mem.h"

#define BAD "tests/unit/settings_bad/"

static char *
read_whole(const char *path)
{
	char *text = NULL;
	size_t size = 0;
	AUTO_FCLOSE FILE *in = fopen(path, "r");
	if (in == NULL)
		fail_msg("%s: %s", path, log_errno(errno));
	if (getdelim(&text, &size, '\0', in) < 0) {
		free(text);
		return mem_text("");
	}
	return text;
}

/* The errors of a file that must have some; settings stay as they were. */
static char *
load_bad(const char *path)
{
	char *errors = NULL;
	size_t length;
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	AUTO_FREE struct settings *before = mem_alloc(sizeof(*before));
	memset(settings, 0x5a, sizeof(*settings));
	memcpy(before, settings, sizeof(*settings));
	FILE *out = open_memstream(&errors, &length);
	int r = settings_load(path, out, settings);
	fclose(out);
	if (r != -EINVAL)
		fail_msg("%s: was taken", path);
	assert_memory_equal(settings, before, sizeof(*settings));
	return errors;
}

static char *
load_bad_text(const char *text, size_t length)
{
	char *errors = NULL;
	size_t size;
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	FILE *out = open_memstream(&errors, &size);
	int r = settings_load_text("t", text, length, out, settings);
	fclose(out);
	assert_int_equal(r, -EINVAL);
	return errors;
}

static void
every_error_is_told_word_for_word(void **state UNUSED)
{
	glob_t found;
	assert_int_equal(glob(BAD "*.yaml", 0, NULL, &found), 0);
	assert_true(found.gl_pathc >= 35);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i];
		AUTO_FREE char *errors = load_bad(path);
		AUTO_FREE char *expected_path =
		    mem_format("%.*s.errors", (int)(strlen(path) - strlen(".yaml")), path);
		AUTO_FREE char *expected = read_whole(expected_path);
		/* the files have the name without its folder */
		char *rest = errors, *line;
		AUTO_FREE char *told = mem_text("");
		while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
			assert_memory_equal(line, BAD, strlen(BAD));
			AUTO_FREE char *before = told;
			told = mem_format("%s%s\n", before, line + strlen(BAD));
		}
		if (strcmp(told, expected) != 0)
			fail_msg("%s:\n%s\nexpected:\n%s", path, told, expected);
	}
	globfree(&found);
}

static void
file_that_says_nothing_gives_the_defaults(void **state UNUSED)
{
	static const char *const texts[] = {
	    "",
	    "\n\n",
	    "# nothing\n",
	    "---\n",
	    "---\n...\n",
	    "{}\n",
	    "\xef\xbb\xbf# with a byte order mark\n",
	    "alert:\nwatch:\npostfix: {}\nremedies:\n  hold-bounces:\n",
	    "mode: observe\n",
	    "\"mode\": 'observe'\n",
	    "alert: {timeout: '60s'}\n",
	};
	AUTO_FREE struct settings *defaults = mem_alloc(sizeof(*defaults));
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	settings_defaults(defaults);
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		memset(settings, 0, sizeof(*settings));
		assert_int_equal(
		    settings_load_text("t", texts[i], strlen(texts[i]), stderr, settings), 0);
		assert_memory_equal(settings, defaults, sizeof(*settings));
	}
}

static void
words_of_yaml_are_words(void **state UNUSED)
{
	static const char text[] = "alert: {subject_prefix: no, relays: [on], from: y@true,\n"
				   "    recipients: [off@no]}\n";
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	assert_int_equal(settings_load_text("t", text, strlen(text), stderr, settings), 0);
	assert_string_equal(settings->alert.subject_prefix, "no");
	assert_string_equal(settings->alert.relays[0].host, "on");
}

static void
what_is_no_file_is_told(void **state UNUSED)
{
	const struct {
		const char *path, *errors;
	} table[] = {
	    {"/nonexistent/watchdogd.yaml",
		"/nonexistent/watchdogd.yaml: No such file or directory\n"},
	    {"/", "/: found a directory or a device, expected a file\n"},
	    {"/dev/null", "/dev/null: found a directory or a device, expected a file\n"},
	    {"a\nb", "a\\x0ab: No such file or directory\n"},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		AUTO_FREE char *errors = load_bad(table[i].path);
		assert_string_equal(errors, table[i].errors);
	}
}

/* Each takes a parser without limits minutes, or its whole memory. */
static void
enormous_files_are_refused_at_once(void **state UNUSED)
{
	static const struct {
		const char *piece, *expected;
		size_t count;
	} table[] = {
	    {"[", "t:1:17: found lists or mappings more than 16 deep, expected settings\n", 200000},
	    {"{a: ", "t:1:65: found lists or mappings more than 16 deep, expected settings\n",
		60000},
	    {"- ", "t:1:33: found lists or mappings more than 16 deep, expected settings\n",
		100000},
	    {"#####", "t: found more than 262144 bytes, expected settings\n", 60000},
	    {"a:\n", "t:10000:3: found more than 20000 values, expected settings\n", 80000},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		size_t length = strlen(table[i].piece);
		AUTO_FREE char *text = mem_alloc(length * table[i].count + 1);
		for (size_t j = 0; j < table[i].count; j++)
			memcpy(text + length * j, table[i].piece, length);
		AUTO_FREE char *errors = load_bad_text(text, length * table[i].count);
		assert_string_equal(errors, table[i].expected);
	}
}

static void
too_many_errors_are_counted(void **state UNUSED)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	for (int i = 0; i < 2000; i++)
		fprintf(out, "unknown-%d: 1\n", i);
	fclose(out);
	AUTO_FREE char *errors = load_bad_text(text, length);
	free(text);
	size_t lines = 0;
	for (const char *at = errors; *at != '\0'; at++)
		lines += *at == '\n';
	assert_int_equal(lines, 101);
	assert_non_null(strstr(errors, "\nt: and 1900 more\n"));
}

static void
lists_that_are_too_long_are_told(void **state UNUSED)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	fputs("postfix:\n  config_directories:\n", out);
	for (int i = 0; i <= SETTINGS_DIRECTORIES_MAX; i++)
		fprintf(out, "  - /etc/postfix-%d\n", i);
	fputs("rules:\n", out);
	for (int i = 0; i <= SETTINGS_RULES_MAX; i++)
		fprintf(out, "  rule-%d: {signal: dsn, above: 1}\n", i);
	fclose(out);
	AUTO_FREE char *errors = load_bad_text(text, length);
	free(text);
	assert_string_equal(errors,
	    "t:67:5: postfix.config_directories: found more than 64\n"
	    "t:101:3: rules: found more than 32\n");
}

/* Together they would not reach the roles in one frame. */
static void
settings_that_are_too_large_are_told(void **state UNUSED)
{
	char *text = NULL, long_name[1000];
	size_t length;
	memset(long_name, '\\', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	FILE *out = open_memstream(&text, &length);
	fputs("postfix:\n  config_directories:\n", out);
	for (int i = 0; i < SETTINGS_DIRECTORIES_MAX; i++)
		fprintf(out, "  - /%02d%s\n", i, long_name);
	fclose(out);
	AUTO_FREE char *errors = load_bad_text(text, length);
	free(text);
	assert_memory_equal(errors, "t: found settings of ", 21);
	assert_non_null(strstr(errors, " bytes, expected at most 130048"));
}

struct place {
	char directory[64], settings[96], password[96];
};

static int
setup(void **state)
{
	struct place *place = mem_alloc(sizeof(*place));
	strcpy(place->directory, "/tmp/settings_test.XXXXXX");
	if (mkdtemp(place->directory) == NULL)
		return -1;
	snprintf(place->settings, sizeof(place->settings), "%s/s.yaml", place->directory);
	snprintf(place->password, sizeof(place->password), "%s/password", place->directory);
	AUTO_FCLOSE FILE *out = fopen(place->settings, "w");
	if (out == NULL)
		return -1;
	fprintf(out,
	    "alert:\n  from: a@example.org\n  recipients: [b@example.org]\n"
	    "  relays:\n  - host: mail.example.org\n    user: gw\n    password_file: %s\n",
	    place->password);
	*state = place;
	return 0;
}

static int
teardown(void **state)
{
	struct place *place = *state;
	unlink(place->settings);
	unlink(place->password);
	rmdir(place->directory);
	free(place);
	return 0;
}

/* As root, which sees every file; others load what they can see. */
static void
password_that_others_read_is_an_error(void **state)
{
	const struct place *place = *state;
	const struct {
		mode_t mode;
		uid_t uid;
		bool good;
	} table[] = {
	    {0600, 0, true},
	    {0400, 0, true},
	    {0640, 0, false},
	    {0604, 0, false},
	    {0700, 0, false},
	    {0600, 65534, false},
	};
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	assert_int_equal(settings_load(place->settings, stderr, settings), 0); /* not there yet */
	FILE *out = fopen(place->password, "w");
	assert_non_null(out);
	fputs("secret\n", out);
	fclose(out);
	bool root = geteuid() == 0;
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		if (root)
			assert_int_equal(chown(place->password, table[i].uid, 0), 0);
		assert_int_equal(chmod(place->password, table[i].mode), 0);
		if (table[i].good || !root) {
			assert_int_equal(settings_load(place->settings, stderr, settings), 0);
			continue;
		}
		AUTO_FREE char *errors = load_bad(place->settings);
		AUTO_FREE char *expected =
		    mem_format("%s:7:20: alert.relays.0.password_file: found uid %u and mode %04o, "
			       "expected root and "
			       "0600; mend it: chown root %s && chmod 600 %s\n",
			place->settings, (unsigned)table[i].uid, (unsigned)table[i].mode,
			place->password, place->password);
		assert_string_equal(errors, expected);
	}
}

/* One that is not there yet is no error. */
static void
spool_that_is_no_directory_is_an_error(void **state)
{
	const struct place *place = *state;
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	FILE *out = fopen(place->settings, "w");
	assert_non_null(out);
	fprintf(out, "spools:\n  later: {path: %s.d}\n  file: {path: %s}\n", place->settings,
	    place->settings);
	fclose(out);
	if (geteuid() != 0) {
		assert_int_equal(settings_load(place->settings, stderr, settings), 0);
		return;
	}
	AUTO_FREE char *errors = load_bad(place->settings);
	AUTO_FREE char *expected =
	    mem_format("%s:3:16: spools.file.path: found no directory, expected one: %s\n",
		place->settings, place->settings);
	assert_string_equal(errors, expected);
}

static void
fifo_is_not_waited_for(void **state)
{
	const struct place *place = *state;
	assert_int_equal(mkfifo(place->password, 0600), 0);
	AUTO_FREE char *errors = load_bad(place->password);
	assert_non_null(strstr(errors, "expected a file\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_error_is_told_word_for_word),
	    cmocka_unit_test(file_that_says_nothing_gives_the_defaults),
	    cmocka_unit_test(words_of_yaml_are_words),
	    cmocka_unit_test(what_is_no_file_is_told),
	    cmocka_unit_test(enormous_files_are_refused_at_once),
	    cmocka_unit_test(too_many_errors_are_counted),
	    cmocka_unit_test(lists_that_are_too_long_are_told),
	    cmocka_unit_test(settings_that_are_too_large_are_told),
	    cmocka_unit_test_setup_teardown(password_that_others_read_is_an_error, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		spool_that_is_no_directory_is_an_error, setup, teardown),
	    cmocka_unit_test_setup_teardown(fifo_is_not_waited_for, setup, teardown),
	};
	return cmocka_run_group_tests_name("settings_load", tests, NULL, NULL);
}

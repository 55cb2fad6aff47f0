/* SPDX-License-Identifier: ISC
 *
 * postfix.c - postconf(1) and postfix(1). postconf mixes warnings into what it prints: only the line
 * that begins with the parameter's own name is taken.
 */
#include "remedies/postfix.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "remedies/program.h"

#define LIMIT_MS (2 * 60 * 1000) /* a reload looks through the active queue */

#define WORDS_MAX 3

/* Runs "NAME -c CONFIG_DIRECTORY <words>". */
static int
run_fine(const struct setting_order *order, const char *name, const char *const words[WORDS_MAX],
    int fine_status, char **ret_output, char problem[REASON_TEXT_SIZE])
{
	AUTO_FREE char *path = mem_format("%s/%s", order->command_directory, name);
	AUTO_FREE char *what = mem_format("%s %s", name, words[0]);
	const char *const argv[] = {path, "-c", order->instance->config_directory, words[0],
	    words[1], words[1] != NULL ? words[2] : NULL, NULL};
	const struct spawn spawn = {.path = path, .argv = argv};
	const struct program program = {
	    .what = what, .limit_ms = LIMIT_MS, .fine_status = fine_status};
	return program_run(&spawn, &program, ret_output, problem);
}

static int
run(const struct setting_order *order, const char *name, const char *const words[WORDS_MAX],
    char **ret_output, char problem[REASON_TEXT_SIZE])
{
	return run_fine(order, name, words, 0, ret_output, problem);
}

/* ---- read ---- */

/* The value in the line "NAME = value", at its end without blanks; NULL when there is no such line.
 * ret_length: of the value. */
static const char *
find_value(const char *output, const char *name, size_t *ret_length)
{
	size_t length = strlen(name);
	for (const char *line = output; *line != '\0'; line += *line == '\n') {
		const char *at = line;
		line += strcspn(line, "\n");
		if (strncmp(at, name, length) != 0 || strncmp(at + length, " =", 2) != 0)
			continue;
		at += length + 2;
		at += strspn(at, " ");
		*ret_length = (size_t)(line - at);
		return at;
	}
	return NULL;
}

/* 1: found; 0: there is no line of it; or -errno. */
static int
ask(const struct setting_order *order, const char *const words[WORDS_MAX], const char *name,
    struct setting_value *ret_value, char problem[REASON_TEXT_SIZE])
{
	AUTO_FREE char *output = NULL;
	size_t length = 0;
	int r = run(order, "postconf", words, &output, problem);
	if (r < 0)
		return r;
	const char *value = find_value(output, name, &length);
	if (value == NULL)
		return 0;
	if (length >= sizeof(ret_value->text)) {
		snprintf(problem, REASON_TEXT_SIZE,
		    "%s has a value of %zu bytes, too long to be kept and put back", name, length);
		return -EPERM;
	}
	memset(ret_value->text, 0, sizeof(ret_value->text));
	memcpy(ret_value->text, value, length);
	return 1;
}

int
postfix_get_parameter(const struct setting_order *order, const char *name,
    struct setting_value *ret_value, char problem[REASON_TEXT_SIZE])
{
	const char *const explicit_words[WORDS_MAX] = {"-n", name};
	const char *const words[WORDS_MAX] = {name};
	struct setting_value value = {.set = true};
	int r = ask(order, explicit_words, name, &value, problem);
	if (r == 0) {
		value.set = false;
		r = ask(order, words, name, &value, problem);
	}
	if (r == 0) {
		snprintf(problem, REASON_TEXT_SIZE, "this Postfix has no parameter %s", name);
		return -EPERM;
	}
	if (r < 0)
		return r;
	*ret_value = value;
	return 0;
}

int
postfix_get_expanded(const struct setting_order *order, const char *name,
    struct setting_value *ret_value, char problem[REASON_TEXT_SIZE])
{
	const char *const words[WORDS_MAX] = {"-x", name};
	struct setting_value value = {.set = true};
	int r = ask(order, words, name, &value, problem);
	if (r == 0) {
		snprintf(problem, REASON_TEXT_SIZE, "this Postfix has no parameter %s", name);
		return -EPERM;
	}
	if (r < 0)
		return r;
	*ret_value = value;
	return 0;
}

/* ---- write ---- */

/* postconf makes a new file, root's and readable for all: a stricter mode must not get lost. */
static int
restore_owner(const char *path, const struct stat *before, char problem[REASON_TEXT_SIZE])
{
	struct stat now;
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int r = fd < 0 || fstat(fd, &now) < 0 ? -errno : 0;
	if (r == 0 && (now.st_uid != before->st_uid || now.st_gid != before->st_gid) &&
	    fchown(fd, before->st_uid, before->st_gid) < 0)
		r = -errno;
	if (r == 0 && now.st_mode != before->st_mode && fchmod(fd, before->st_mode & 07777) < 0)
		r = -errno;
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (r < 0)
		snprintf(problem, REASON_TEXT_SIZE, "%.900s: %s", path, log_errno(-r));
	return r;
}

/* Has postconf change a file; its owner and mode stay. */
static int
edit(const struct setting_order *order, const char *file, const char *const words[WORDS_MAX],
    char problem[REASON_TEXT_SIZE])
{
	AUTO_FREE char *path = mem_format("%s/%s", order->instance->config_directory, file);
	struct stat before;
	if (lstat(path, &before) < 0) {
		int r = -errno;
		snprintf(problem, REASON_TEXT_SIZE, "%.900s: %s", path, log_errno(-r));
		return r;
	}
	if (!S_ISREG(before.st_mode)) {
		snprintf(problem, REASON_TEXT_SIZE,
		    "%.900s is no regular file: something else keeps it", path);
		return -EPERM;
	}
	int r = run(order, "postconf", words, NULL, problem);
	return r < 0 ? r : restore_owner(path, &before, problem);
}

int
postfix_set_parameter(const struct setting_order *order, const char *name,
    const struct setting_value *value, char problem[REASON_TEXT_SIZE])
{
	AUTO_FREE char *assignment = mem_format("%s=%s", name, value->text);
	const char *const set[WORDS_MAX] = {"-e", assignment};
	const char *const unset[WORDS_MAX] = {"-X", name};
	return edit(order, "main.cf", value->set ? set : unset, problem);
}

/* ---- services of master.cf ---- */

int
postfix_get_service(const struct setting_order *order, const char *name, char **ret_line,
    char problem[REASON_TEXT_SIZE])
{
	AUTO_FREE char *output = NULL;
	AUTO_FREE char *asked = mem_format("%s/unix", name);
	const char *const words[WORDS_MAX] = {"-M", asked};
	size_t length = strlen(name);
	int r = run(order, "postconf", words, &output, problem);
	if (r < 0)
		return r;
	*ret_line = NULL;
	for (char *rest = output, *line; (line = strsep(&rest, "\n")) != NULL;)
		if (strncmp(line, name, length) == 0 && line[length] == ' ')
			*ret_line = mem_text(line);
	return 0;
}

int
postfix_set_service(const struct setting_order *order, const char *name, const char *line,
    char problem[REASON_TEXT_SIZE])
{
	AUTO_FREE char *asked = mem_format("%s/unix", name);
	AUTO_FREE char *assignment = mem_format("%s/unix=%s", name, line != NULL ? line : "");
	const char *const set[WORDS_MAX] = {"-M", assignment};
	const char *const unset[WORDS_MAX] = {"-MX", asked};
	return edit(order, "master.cf", line != NULL ? set : unset, problem);
}

/* ---- tables ---- */

int
postfix_make_table(
    const struct setting_order *order, const char *table, char problem[REASON_TEXT_SIZE])
{
	const char *const words[WORDS_MAX] = {table};
	return run(order, "postmap", words, NULL, problem);
}

int
postfix_look_up(const struct setting_order *order, const char *table, const char *key,
    bool *ret_found, char problem[REASON_TEXT_SIZE])
{
	AUTO_FREE char *output = NULL;
	const char *const words[WORDS_MAX] = {"-q", key, table};
	/* 1: not found, without a word, or a failure, with one */
	int r = run_fine(order, "postmap", words, 1, &output, problem);
	if (r < 0)
		return r;
	if (strncmp(output, "postmap: ", 9) == 0) {
		snprintf(problem, REASON_TEXT_SIZE, "%.*s", (int)strcspn(output, "\n"), output);
		return -EIO;
	}
	*ret_found = output[0] != '\0';
	return 0;
}

/* ---- reload ---- */

/* "postfix status" fails when the master does not run. */
static bool
is_running(const struct setting_order *order)
{
	char unused[REASON_TEXT_SIZE];
	const char *const words[WORDS_MAX] = {"status"};
	return run(order, "postfix", words, NULL, unused) == 0;
}

int
postfix_reload(const struct setting_order *order, bool *ret_told, char problem[REASON_TEXT_SIZE])
{
	const char *const words[WORDS_MAX] = {"reload"};
	if (!is_running(order)) {
		*ret_told = false;
		return 0;
	}
	int r = run(order, "postfix", words, NULL, problem);
	if (r < 0)
		return r;
	if (!is_running(order)) {
		snprintf(problem, REASON_TEXT_SIZE, "Postfix does not run after its reload");
		return -EIO;
	}
	*ret_told = true;
	return 0;
}

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

#define POSTCONF_LIMIT_MS (60 * 1000)
#define POSTFIX_LIMIT_MS (2 * 60 * 1000) /* a reload looks through the active queue */

/* Runs "NAME -c CONFIG_DIRECTORY <words>". */
static int
run(const struct setting_order *order, const char *name, const char *const words[2], int limit_ms,
    char **ret_output, char problem[REASON_TEXT_SIZE])
{
	AUTO_FREE char *path = mem_format("%s/%s", order->command_directory, name);
	AUTO_FREE char *what = mem_format("%s %s", name, words[0]);
	const char *const argv[] = {
	    path, "-c", order->instance->config_directory, words[0], words[1], NULL};
	const struct spawn spawn = {.path = path, .argv = argv};
	const struct program program = {.what = what, .limit_ms = limit_ms};
	return program_run(&spawn, &program, ret_output, problem);
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
ask(const struct setting_order *order, const char *const words[2], const char *name,
    struct setting_value *ret_value, char problem[REASON_TEXT_SIZE])
{
	AUTO_FREE char *output = NULL;
	size_t length = 0;
	int r = run(order, "postconf", words, POSTCONF_LIMIT_MS, &output, problem);
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
	const char *const explicit_words[] = {"-n", name};
	const char *const words[] = {name, NULL};
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

int
postfix_set_parameter(const struct setting_order *order, const char *name,
    const struct setting_value *value, char problem[REASON_TEXT_SIZE])
{
	AUTO_FREE char *path = mem_format("%s/main.cf", order->instance->config_directory);
	AUTO_FREE char *assignment = mem_format("%s=%s", name, value->text);
	const char *const set[] = {"-e", assignment};
	const char *const unset[] = {"-X", name};
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
	int r = run(order, "postconf", value->set ? set : unset, POSTCONF_LIMIT_MS, NULL, problem);
	return r < 0 ? r : restore_owner(path, &before, problem);
}

/* ---- reload ---- */

/* "postfix status" fails when the master does not run. */
static bool
is_running(const struct setting_order *order)
{
	char unused[REASON_TEXT_SIZE];
	const char *const words[] = {"status", NULL};
	return run(order, "postfix", words, POSTFIX_LIMIT_MS, NULL, unused) == 0;
}

int
postfix_reload(const struct setting_order *order, bool *ret_told, char problem[REASON_TEXT_SIZE])
{
	const char *const words[] = {"reload", NULL};
	if (!is_running(order)) {
		*ret_told = false;
		return 0;
	}
	int r = run(order, "postfix", words, POSTFIX_LIMIT_MS, NULL, problem);
	if (r < 0)
		return r;
	if (!is_running(order)) {
		snprintf(problem, REASON_TEXT_SIZE, "Postfix does not run after its reload");
		return -EIO;
	}
	*ret_told = true;
	return 0;
}

/* SPDX-License-Identifier: ISC
 *
 * clamav_milter_policy.c - a message with a virus is accepted and dropped: OnInfected becomes Blackhole.
 * Its default, Quarantine, puts each one into Postfix's hold queue, and Reject makes a bounce of it
 * behind another server. The program reads its file at its start only, so it is restarted; what comes
 * meanwhile is answered as Postfix's milter_default_action says.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "remedies/process.h"
#include "remedies/setting.h"

#define KEY "OnInfected"
#define FALLBACK "Quarantine" /* clamav-milter.conf(5) */
#define SERVICE "clamav-milter.service"
#define FILE_MAX (256u * 1024)

static const char *const actions[] = {"Accept", "Reject", "Defer", "Blackhole", "Quarantine"};

static bool
is_action(const char *value)
{
	for (size_t i = 0; i < ARRAY_LENGTH(actions); i++)
		if (strcmp(actions[i], value) == 0)
			return true;
	return false;
}

static int
check(const struct setting_order *order, char problem[REASON_TEXT_SIZE])
{
	if (order->step == CHANGE_PLAN || is_action(order->old.text))
		return 0;
	snprintf(
	    problem, REASON_TEXT_SIZE, "order refused: " KEY " was never %.300s", order->old.text);
	return -EPERM;
}

static int
fail(const char *path, int r, char problem[REASON_TEXT_SIZE])
{
	if (r < 0)
		snprintf(problem, REASON_TEXT_SIZE, "%.900s: %s", path, log_errno(-r));
	return r;
}

/* ---- the file ---- */

struct file {
	char *text; /* NUL-terminated */
	struct stat st;
	/* of the line of the key, up to and with its line break, and of its value; NULL: there is none */
	char *line, *value;
	size_t line_length, value_length;
};

#define AUTO_FILE __attribute__((cleanup(file_done)))

static void
file_done(struct file *file)
{
	free(file->text);
}

static int
read_text(const char *path, struct file *file)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &file->st) < 0)
		return -errno;
	if (!S_ISREG(file->st.st_mode) || file->st.st_size > FILE_MAX)
		return -EFBIG;
	file->text = mem_alloc((size_t)file->st.st_size + 1);
	ssize_t n = read(fd, file->text, (size_t)file->st.st_size);
	if (n < 0)
		return -errno;
	return n != file->st.st_size || strlen(file->text) != (size_t)n ? -EIO : 0;
}

/* Notes the line if it is the key's. False: it is a second one. */
static bool
note_line(struct file *file, char *line, size_t length)
{
	char *key = line + strspn(line, " \t");
	size_t key_length = strcspn(key, " \t\n");
	if (key_length != strlen(KEY) || strncasecmp(key, KEY, key_length) != 0)
		return true;
	if (file->line != NULL)
		return false;
	file->line = line;
	file->line_length = length;
	file->value = key + key_length + strspn(key + key_length, " \t");
	file->value_length = strcspn(file->value, " \t\r\n");
	return true;
}

/* -EPERM: the key is there twice, or has a value that is not known. */
static int
load(const struct setting_order *order, struct file *file, char problem[REASON_TEXT_SIZE])
{
	char value[16] = "";
	const char *path = order->settings->clamav_milter.config_file;
	*file = (struct file){.text = NULL};
	int r = fail(path, read_text(path, file), problem);
	if (r < 0)
		return r;
	for (char *at = file->text; r == 0 && *at != '\0';) {
		size_t length = strcspn(at, "\n");
		length += at[length] == '\n';
		r = note_line(file, at, length) ? 0 : -EPERM;
		at += length;
	}
	if (r == 0 && file->line != NULL) {
		snprintf(value, sizeof(value), "%.*s", (int)file->value_length, file->value);
		r = file->value_length < sizeof(value) && is_action(value) ? 0 : -EPERM;
	}
	if (r < 0)
		snprintf(problem, REASON_TEXT_SIZE,
		    "%.900s: " KEY " is there twice, or has a value that is not known", path);
	return r;
}

/* As a whole and on the disk, or not at all; owner and mode stay. */
static int
replace(const char *path, const char *text, const struct stat *st)
{
	AUTO_FREE char *temporary = mem_format("%s.watchdogd.tmp", path);
	unlink(temporary); /* of a role that was killed */
	AUTO_CLOSE int fd =
	    open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	ssize_t n = write(fd, text, strlen(text));
	int r = n < 0 ? -errno : n != (ssize_t)strlen(text) ? -EIO : 0;
	if (r == 0 &&
	    (fchown(fd, st->st_uid, st->st_gid) < 0 || fchmod(fd, st->st_mode & 07777) < 0 ||
		fsync(fd) < 0 || rename(temporary, path) < 0))
		r = -errno;
	if (r < 0)
		unlink(temporary);
	return r;
}

/* ---- the setting ---- */

static int
read_action(const struct setting_order *order, struct setting_value *ret_value,
    char problem[REASON_TEXT_SIZE])
{
	AUTO_FILE struct file file;
	int r = load(order, &file, problem);
	if (r < 0)
		return r;
	*ret_value = (struct setting_value){.set = file.line != NULL};
	snprintf(ret_value->text, sizeof(ret_value->text), "%.*s",
	    file.line != NULL ? (int)file.value_length : (int)strlen(FALLBACK),
	    file.line != NULL ? file.value : FALLBACK);
	return 0;
}

/* The text with the value in its line, with a line more, or without the line; free() it. */
static char *
change_text(const struct file *file, const struct setting_value *value)
{
	size_t length = strlen(file->text);
	if (file->line == NULL)
		return mem_format("%s%s" KEY " %s\n", file->text,
		    length > 0 && file->text[length - 1] != '\n' ? "\n" : "", value->text);
	if (!value->set)
		return mem_format("%.*s%s", (int)(file->line - file->text), file->text,
		    file->line + file->line_length);
	return mem_format("%.*s%s%s", (int)(file->value - file->text), file->text, value->text,
	    file->value + file->value_length);
}

static int
write_action(const struct setting_order *order, const struct setting_value *value,
    char problem[REASON_TEXT_SIZE])
{
	AUTO_FILE struct file file;
	const char *path = order->settings->clamav_milter.config_file;
	int r = load(order, &file, problem);
	if (r < 0 || (file.line == NULL && !value->set))
		return r;
	AUTO_FREE char *text = change_text(&file, value);
	return fail(path, replace(path, text, &file.st), problem);
}

static bool
needs_reload(const struct setting_order *order UNUSED)
{
	return true;
}

static int
restart(const struct setting_order *order, bool *ret_told, char problem[REASON_TEXT_SIZE])
{
	const char *program = order->settings->clamav_milter.restart;
	return program[0] != '\0' ? process_restart_by(program, ret_told, problem)
				  : process_restart_service(SERVICE, ret_told, problem);
}

static const char *
needs(const struct settings *settings)
{
	return settings->clamav_milter.config_file;
}

const struct setting_remedy setting_clamav_milter_policy = {
    .name = "clamav-milter-policy",
    .needs = needs,
    .check = check,
    .read = read_action,
    .write = write_action,
    .needs_reload = needs_reload,
    .reload = restart,
};

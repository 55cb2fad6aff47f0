/* SPDX-License-Identifier: ISC
 *
 * klms_control.c - each call is a process; settings pass through a file in a directory that nobody
 * else can enter, since an export may hold passwords.
 */
#include "remedies/klms_control.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "remedies/program.h"

#define LIMIT_MS (2 * 60 * 1000)
#define FILE_MAX (1024u * 1024)

/* Runs "klms-control <words>"; up to four words. */
static int
run(const struct setting_order *order, const char *const words[4], char **ret_output,
    char problem[REASON_TEXT_SIZE])
{
	const char *path = order->settings->klms.control;
	AUTO_FREE char *what = mem_format("klms-control %s", words[0]);
	const char *const argv[] = {path, words[0], words[1], words[2], words[3], NULL};
	const struct spawn spawn = {.path = path, .argv = argv};
	const struct program program = {.what = what, .limit_ms = LIMIT_MS};
	return program_run(&spawn, &program, ret_output, problem);
}

/* "ID: 4", and nothing behind it. */
static bool
parse_id(const char *line, int64_t *ret_id)
{
	char *end;
	line += strspn(line, " \t");
	if (strncmp(line, "ID:", 3) != 0)
		return false;
	line += 3 + strspn(line + 3, " \t");
	if (*line < '0' || *line > '9')
		return false;
	*ret_id = strtoll(line, &end, 10);
	return end[strspn(end, " \t\r")] == '\0';
}

int
klms_control_list(const struct setting_order *order, int64_t ids[KLMS_RULES_MAX], int *ret_count,
    char problem[REASON_TEXT_SIZE])
{
	AUTO_FREE char *output = NULL;
	const char *const words[4] = {"--get-rule-list"};
	int count = 0;
	int r = run(order, words, &output, problem);
	if (r < 0)
		return r;
	for (char *rest = output, *line; (line = strsep(&rest, "\n")) != NULL;) {
		int64_t id;
		if (!parse_id(line, &id))
			continue;
		if (count == KLMS_RULES_MAX) {
			snprintf(problem, REASON_TEXT_SIZE, "KLMS has more than %d rules",
			    KLMS_RULES_MAX);
			return -EPERM;
		}
		ids[count++] = id;
	}
	if (count == 0) {
		snprintf(problem, REASON_TEXT_SIZE, "klms-control lists no rule with an ID");
		return -EPERM;
	}
	*ret_count = count;
	return 0;
}

/* ---- files ---- */

struct place {
	char directory[SETTINGS_PATH_SIZE + 8];
	char file[SETTINGS_PATH_SIZE + 24];
};

#define AUTO_PLACE __attribute__((cleanup(place_remove)))

static void
place_remove(struct place *place)
{
	unlink(place->file);
	rmdir(place->directory);
}

static void
place_name(const struct setting_order *order, struct place *ret_place)
{
	const char *directory = order->settings->run_directory;
	snprintf(ret_place->directory, sizeof(ret_place->directory), "%s/klms", directory);
	snprintf(ret_place->file, sizeof(ret_place->file), "%s/klms/rule.xml", directory);
}

/* Always the same place: what was left by a role that was killed goes with the next call. */
static int
place_make(const struct place *place, char problem[REASON_TEXT_SIZE])
{
	unlink(place->file);
	rmdir(place->directory);
	if (mkdir(place->directory, 0700) == 0)
		return 0;
	int r = -errno;
	snprintf(problem, REASON_TEXT_SIZE, "%.900s: %s", place->directory, log_errno(-r));
	return r;
}

static int
read_file(const char *path, struct klms_text *ret_text)
{
	struct klms_text text = {mem_alloc(FILE_MAX + 1), 0};
	AUTO_FREE char *owned = text.bytes;
	AUTO_FCLOSE FILE *file = fopen(path, "re");
	if (file == NULL)
		return -errno;
	text.length = fread(text.bytes, 1, FILE_MAX + 1, file);
	if (ferror(file))
		return -EIO;
	if (text.length > FILE_MAX)
		return -EFBIG;
	text.bytes[text.length] = '\0';
	(void)TAKE(owned);
	*ret_text = text;
	return 0;
}

static int
write_file(const char *path, const struct klms_text *text)
{
	FILE *file = fopen(path, "wxe");
	if (file == NULL)
		return -errno;
	size_t written = fwrite(text->bytes, 1, text->length, file);
	return fclose(file) != 0 || written != text->length ? -EIO : 0;
}

static int
tell(const struct place *place, int r, char problem[REASON_TEXT_SIZE])
{
	if (r < 0)
		snprintf(problem, REASON_TEXT_SIZE, "%.900s: %s", place->file, log_errno(-r));
	return r;
}

int
klms_control_export(const struct setting_order *order, int64_t id, struct klms_text *ret_text,
    char problem[REASON_TEXT_SIZE])
{
	AUTO_PLACE struct place place;
	place_name(order, &place);
	AUTO_FREE char *number = mem_format("%" PRId64, id);
	int r = place_make(&place, problem);
	const char *const words[4] = {"--get-rule-settings", number, "-f", place.file};
	if (r == 0)
		r = run(order, words, NULL, problem);
	return r < 0 ? r : tell(&place, read_file(place.file, ret_text), problem);
}

int
klms_control_import(const struct setting_order *order, int64_t id, const struct klms_text *text,
    char problem[REASON_TEXT_SIZE])
{
	AUTO_PLACE struct place place;
	place_name(order, &place);
	AUTO_FREE char *number = mem_format("%" PRId64, id);
	int r = place_make(&place, problem);
	const char *const words[4] = {"--set-rule-settings", number, "-f", place.file};
	if (r == 0)
		r = tell(&place, write_file(place.file, text), problem);
	return r == 0 ? run(order, words, NULL, problem) : r;
}

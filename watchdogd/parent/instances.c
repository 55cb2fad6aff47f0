/* SPDX-License-Identifier: ISC
 *
 * instances.c - runs postmulti and postconf and reads what they print. They are root's programs
 * and root's files, but what they print is checked all the same: it names directories in which
 * the remedy role will act.
 */
#include "watchdogd/parent/instances.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/escape.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "lib/spawn.h"

#define LIMIT_MS 10000
#define OUTPUT_MAX (256 * 1024)
#define SHOWN_MAX 300 /* bytes of output in a log line */

/* ---- what they print ---- */

/* Copies length bytes as text. False when they do not fit or are nothing. */
static bool
copy_text(const char *bytes, size_t length, char *text, size_t size)
{
	if (length == 0 || length >= size)
		return false;
	memcpy(text, bytes, length);
	text[length] = '\0';
	return true;
}

/* The next line of *at without its end; NULL at the end of the text. */
static const char *
next_line(const char **at, size_t *ret_length)
{
	const char *line = *at;
	if (*line == '\0')
		return NULL;
	*ret_length = strcspn(line, "\n");
	*at = line + *ret_length + (line[*ret_length] == '\n');
	return line;
}

/* The directory is the fourth column, and the third says y or n. */
static bool
parse_row(const char *line, size_t length, char directory[PATH_TEXT_SIZE])
{
	static const char blank[] = " \t";
	const char *end = line + length, *column = line;
	for (int i = 1; i < 4; i++) {
		size_t width = strcspn(column, " \t\n");
		if (i == 3 && (width != 1 || (*column != 'y' && *column != 'n')))
			return false;
		column += width;
		column += strspn(column, blank);
		if (width == 0 || column >= end)
			return false;
	}
	return *column == '/' &&
	    copy_text(column, (size_t)(end - column), directory, PATH_TEXT_SIZE);
}

int
instances_parse_list(const char *output, struct instances_directories *ret_directories)
{
	AUTO_FREE struct instances_directories *found = mem_alloc(sizeof(*found));
	const char *line;
	size_t length;
	while ((line = next_line(&output, &length)) != NULL && found->count < INSTANCES_MAX)
		if (parse_row(line, length, found->list[found->count]))
			found->count++;
	if (found->count == 0)
		return -ENOENT;
	*ret_directories = *found;
	return 0;
}

/* The value of `name` in "name = value" lines. False: missing, empty or too long. */
static bool
find_value(const char *output, const char *name, char *value, size_t size)
{
	const char *line;
	size_t length, name_length = strlen(name);
	while ((line = next_line(&output, &length)) != NULL) {
		if (length < name_length + 2 || strncmp(line, name, name_length) != 0 ||
		    strncmp(line + name_length, " =", 2) != 0)
			continue;
		const char *begin = line + name_length + 2;
		begin += strspn(begin, " ");
		return begin < line + length &&
		    copy_text(begin, (size_t)(line + length - begin), value, size);
	}
	return false;
}

/* A number that Postfix needs; 0 when it cannot be had: what goes by it is then left out. */
static uint64_t
find_number(const char *output, const char *name)
{
	char text[32], *end;
	if (!find_value(output, name, text, sizeof(text)) || text[0] < '0' || text[0] > '9')
		return 0;
	errno = 0;
	uint64_t number = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0' ? number : 0;
}

/* smtpd(8) refuses mail with less left than this: queue_minfree, and room for one large message. */
static uint64_t
find_reserve(const char *output)
{
	uint64_t minfree = find_number(output, "queue_minfree");
	uint64_t largest = find_number(output, "message_size_limit");
	uint64_t room = largest <= INT64_MAX / 2 ? largest / 2 * 3 : 0;
	return minfree > room ? minfree : room;
}

int
instances_parse_settings(
    const char *output, const char *config_directory, struct message_instance *ret_instance)
{
	struct message_instance instance = {.name = "-"};
	if (!copy_text(config_directory, strlen(config_directory), instance.config_directory,
		sizeof(instance.config_directory)) ||
	    !find_value(output, "queue_directory", instance.queue_directory,
		sizeof(instance.queue_directory)) ||
	    !find_value(output, "mail_owner", instance.mail_owner, sizeof(instance.mail_owner)) ||
	    instance.queue_directory[0] != '/')
		return -EBADMSG;
	/* Only instances that are under postmulti's rule have a name. */
	if (!find_value(output, "multi_instance_name", instance.name, sizeof(instance.name)))
		strcpy(instance.name, "-");
	instance.active_limit = find_number(output, "qmgr_message_active_limit");
	instance.reserve_bytes = find_reserve(output);
	*ret_instance = instance;
	return 0;
}

/* ---- asking them ---- */

static void
log_failure(const char *program, const char *what, const char *output, size_t length)
{
	char shown[SHOWN_MAX];
	while (length > 0 && output[length - 1] == '\n')
		length--;
	log_warning("postfix: %s: %s%s%s", program, what, length > 0 ? ": " : "",
	    escape_text(output, length, shown, sizeof(shown)));
}

/* Runs a program of Postfix; its output is the caller's. 0 or -errno, logged. */
static int
ask(const struct settings *settings, const char *const argv[], char **ret_output)
{
	AUTO_FREE char *path = mem_format("%s/%s", settings->postfix.command_directory, argv[0]);
	const struct spawn spawn = {.path = path, .argv = argv};
	struct spawn_result result;
	int r = spawn_run(&spawn, NULL, 0, OUTPUT_MAX, LIMIT_MS, &result);
	if (r < 0) {
		log_warning("postfix: %s: %s", path, log_errno(-r));
		return r;
	}
	AUTO_FREE char *output = result.output;
	if (result.timed_out || result.status != 0) {
		char what[64];
		log_failure(path,
		    spawn_describe(result.status, result.timed_out, what, sizeof(what)), output,
		    result.output_length);
		return result.timed_out ? -ETIMEDOUT : -EIO;
	}
	*ret_output = TAKE(output);
	return 0;
}

static int
list_directories(const struct settings *settings, struct instances_directories *ret_directories)
{
	static const char *const argv[] = {"postmulti", "-l", NULL};
	AUTO_FREE char *output = NULL;
	if (settings->postfix.config_directory_count > 0) {
		for (int i = 0; i < settings->postfix.config_directory_count; i++)
			strcpy(ret_directories->list[i], settings->postfix.config_directories[i]);
		ret_directories->count = settings->postfix.config_directory_count;
		return 0;
	}
	int r = ask(settings, argv, &output);
	if (r < 0)
		return r;
	r = instances_parse_list(output, ret_directories);
	if (r < 0)
		log_failure("postmulti", "lists no instance", output, strlen(output));
	return r;
}

static int
read_instance(
    const struct settings *settings, const char *directory, struct message_instance *ret_instance)
{
	/* -x: values are expanded. With names, so that a warning between the lines does no harm. */
	const char *const argv[] = {"postconf", "-c", directory, "-x", "queue_directory",
	    "mail_owner", "multi_instance_name", "qmgr_message_active_limit", "queue_minfree",
	    "message_size_limit", NULL};
	AUTO_FREE char *output = NULL;
	int r = ask(settings, argv, &output);
	if (r < 0)
		return r;
	r = instances_parse_settings(output, directory, ret_instance);
	if (r < 0)
		log_failure(
		    "postconf", "no usable queue_directory and mail_owner", output, strlen(output));
	return r;
}

/* ---- the list ---- */

static const struct message_instance *
find_directory(const struct instances *instances, const char *directory)
{
	for (int i = 0; i < instances->count; i++)
		if (strcmp(instances->list[i].config_directory, directory) == 0)
			return &instances->list[i];
	return NULL;
}

static const struct message_instance *
find_name(const struct instances *instances, const char *name)
{
	for (int i = 0; i < instances->count; i++)
		if (strcmp(instances->list[i].name, name) == 0)
			return &instances->list[i];
	return NULL;
}

/* The last part of the configuration directory: postfix-out for /etc/postfix-out. False: it is
 * none, or too long, and the name stays. */
static bool
name_by_directory(struct message_instance *instance)
{
	const char *slash = strrchr(instance->config_directory, '/');
	const char *last = slash != NULL ? slash + 1 : instance->config_directory;
	return copy_text(last, strlen(last), instance->name, sizeof(instance->name));
}

/* A name that another instance has already gives way to the directory's. */
static void
add(struct instances *instances, const struct message_instance *instance)
{
	struct message_instance named = *instance;
	const struct message_instance *other = find_name(instances, instance->name);
	if (other != NULL) {
		if (!name_by_directory(&named) || find_name(instances, named.name) != NULL) {
			log_warning("postfix: %s: its multi_instance_name %s is also that of %s; "
				    "left out, give it one of its own",
			    instance->config_directory, instance->name, other->config_directory);
			return;
		}
	}
	if (instances->count < INSTANCES_MAX)
		instances->list[instances->count++] = named;
}

int
instances_discover(
    const struct settings *settings, const struct instances *known, struct instances *ret_instances)
{
	AUTO_FREE struct instances_directories *directories = mem_alloc(sizeof(*directories));
	AUTO_FREE struct instances *found = mem_alloc(sizeof(*found));
	int failed = 0, r = list_directories(settings, directories);
	if (r < 0) {
		*ret_instances = *known;
		return 1;
	}
	for (int i = 0; i < directories->count; i++) {
		const char *directory = directories->list[i];
		struct message_instance instance;
		/* When Postfix hangs, it is not asked once more for each instance. */
		if (r != -ETIMEDOUT)
			r = read_instance(settings, directory, &instance);
		const struct message_instance *old = find_directory(known, directory);
		/* Of those without a name the first of the list alone is "-", whether it answers or
		 * not: history must not find another one under this name. */
		if (r == 0 && i > 0 && strcmp(instance.name, "-") == 0)
			(void)name_by_directory(&instance);
		if (r == 0)
			add(found, &instance);
		else if (old != NULL)
			add(found, old);
		failed += r < 0;
	}
	*ret_instances = *found;
	return failed;
}

bool
instances_are_equal(const struct instances *a, const struct instances *b)
{
	if (a->count != b->count)
		return false;
	for (int i = 0; i < a->count; i++)
		if (strcmp(a->list[i].name, b->list[i].name) != 0 ||
		    strcmp(a->list[i].config_directory, b->list[i].config_directory) != 0 ||
		    strcmp(a->list[i].queue_directory, b->list[i].queue_directory) != 0 ||
		    strcmp(a->list[i].mail_owner, b->list[i].mail_owner) != 0 ||
		    a->list[i].active_limit != b->list[i].active_limit ||
		    a->list[i].reserve_bytes != b->list[i].reserve_bytes)
			return false;
	return true;
}

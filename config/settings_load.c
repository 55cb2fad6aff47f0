/* SPDX-License-Identifier: ISC
 *
 * settings_load.c - watchdogd.yaml: the file, then scan, walk and checks. The parent and
 * watchdogctl read it. The file is root's, and still nothing in it can do more than be an error.
 */
#include "config/settings_load.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/check.h"
#include "config/load.h"
#include "config/scan.h"
#include "lib/log.h"
#include "lib/mem.h"

static const struct problems_mark whole_file = {0, 0};

static void
read_document(struct load *load, const char *text, size_t length)
{
	yaml_parser_t parser;
	yaml_document_t document;
	if (!scan_text(text, length, &load->problems))
		return;
	if (yaml_parser_initialize(&parser) == 0)
		fatal("settings: no memory");
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
	if (yaml_parser_load(&parser, &document) != 0) {
		load_document(load, &document);
		yaml_document_delete(&document);
	} else {
		/* scan_text() read the same without an error: what is left is memory */
		problems_add(&load->problems, whole_file, "cannot be read: %s",
		    parser.problem != NULL ? parser.problem : "no memory");
	}
	yaml_parser_delete(&parser);
}

static void
load_text(struct load *load, const char *text, size_t length)
{
	if (length > SETTINGS_FILE_MAX) {
		problems_add(&load->problems, whole_file,
		    "found more than %u bytes, expected settings", SETTINGS_FILE_MAX);
		return;
	}
	size_t before = load->problems.count;
	read_document(load, text, length);
	if (load->problems.count == before || load->places.count > 0)
		check_settings(load);
}

/* Ends a load: tells the problems, or hands the settings over. */
static int
finish(struct load *load, const char *name, FILE *errors, struct settings *ret_settings)
{
	int r = load->problems.count == 0 ? 0 : -EINVAL;
	problems_write(&load->problems, name, errors);
	if (r == 0)
		*ret_settings = *load->settings;
	problems_done(&load->problems);
	places_done(&load->places);
	return r;
}

int
settings_load_text(
    const char *name, const char *text, size_t length, FILE *errors, struct settings *ret_settings)
{
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	AUTO_FREE struct load *load = mem_alloc(sizeof(*load));
	settings_defaults(settings);
	load->settings = settings;
	load_text(load, text, length);
	return finish(load, name, errors, ret_settings);
}

/* Reads a file into text (SETTINGS_FILE_MAX + 1 bytes). NULL, or why not. */
static const char *
read_file(const char *path, char *text, size_t *ret_length)
{
	struct stat status;
	size_t length = 0;
	/* not to wait for the other end of a FIFO */
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &status) < 0)
		return log_errno(errno);
	if (!S_ISREG(status.st_mode))
		return "found a directory or a device, expected a file";
	while (length <= SETTINGS_FILE_MAX) {
		ssize_t n = read(fd, text + length, SETTINGS_FILE_MAX + 1 - length);
		if (n < 0)
			return log_errno(errno);
		if (n == 0)
			break;
		length += (size_t)n;
	}
	*ret_length = length;
	return NULL;
}

int
settings_load(const char *path, FILE *errors, struct settings *ret_settings)
{
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	AUTO_FREE struct load *load = mem_alloc(sizeof(*load));
	AUTO_FREE char *text = mem_alloc(SETTINGS_FILE_MAX + 1);
	size_t length = 0;
	settings_defaults(settings);
	load->settings = settings;
	const char *problem = read_file(path, text, &length);
	if (problem != NULL)
		problems_add(&load->problems, whole_file, "%s", problem);
	else
		load_text(load, text, length);
	if (problem == NULL && geteuid() == 0)
		check_files(load);
	return finish(load, path, errors, ret_settings);
}

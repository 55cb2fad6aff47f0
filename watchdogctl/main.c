/* SPDX-License-Identifier: ISC
 *
 * main.c - watchdogctl: what people and scripts ask and tell watchdogd with. Runs as whoever calls
 * it, holds no privilege; the daemon decides what he may. Reads the configuration for its paths
 * only.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/settings.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "watchdogctl/check.h"
#include "watchdogctl/run.h"

/* The settings of the file, or the defaults: who may not read it may still ask. A file that was
 * named and cannot be used is told. */
static struct settings *
load_settings(const char *config)
{
	struct settings *settings = mem_alloc(sizeof(*settings));
	AUTO_FREE char *errors = NULL;
	size_t length = 0;
	FILE *stream = open_memstream(&errors, &length);
	if (stream == NULL)
		fatal("no memory");
	int r = settings_load(config != NULL ? config : CONFIG_FILE, stream, settings);
	fclose(stream);
	if (r < 0)
		settings_defaults(settings);
	if (r < 0 && config != NULL)
		fprintf(stderr, "%swatchdogctl: going on with the default paths\n", errors);
	return settings;
}

static bool
wants_colour(const struct arguments *arguments)
{
	const char *no_color = getenv("NO_COLOR");
	return !arguments->no_color && (no_color == NULL || no_color[0] == '\0') &&
	    isatty(STDOUT_FILENO);
}

/* By the locale's name: its letters need not be known for that. */
static bool
shows_blocks(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		const char *value = getenv(names[i]);
		if (value != NULL && value[0] != '\0')
			return strcasestr(value, "utf-8") != NULL ||
			    strcasestr(value, "utf8") != NULL;
	}
	return false;
}

static enum run_exit
run(const struct arguments *arguments, int64_t now_s)
{
	AUTO_FREE struct settings *settings = load_settings(arguments->config);
	AUTO_FREE char *socket = mem_format("%s/%s", settings->run_directory, CTL_SOCKET_NAME);
	AUTO_FREE char *store = mem_format("%s/%s", settings->state_directory, CTL_STORE_NAME);
	return run_command(&(struct run){
	    .arguments = arguments,
	    .socket = arguments->socket != NULL ? arguments->socket : socket,
	    .store = store,
	    .viewer_group = settings->control.viewer_group,
	    .command_directory = settings->postfix.command_directory,
	    .now_s = now_s,
	    .colour = wants_colour(arguments),
	    .blocks = shows_blocks(),
	    .terminal = isatty(STDOUT_FILENO),
	    .out = stdout,
	    .errors = stderr,
	});
}

int
main(int argc, char **argv)
{
	struct arguments arguments;
	int64_t now_s = clock_wall_now().ms / 1000;
	log_open("watchdogctl", LOG_LEVEL_WARNING);
	bool checks = check_is_meant(argc, argv);
	if (arguments_parse(argc, argv, now_s, checks ? stdout : stderr, &arguments) < 0)
		return checks ? (int)CHECK_UNKNOWN : (int)RUN_USAGE;
	int result = run(&arguments, now_s);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fputs("watchdogctl: cannot write the answer\n", stderr);
		return RUN_USAGE;
	}
	return result;
}

/* SPDX-License-Identifier: ISC
 *
 * main.c - watchdogd, the parent: starts, wires, restarts, reloads and stops the roles. Root; in
 * the foreground; the service manager or the terminal has its log.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/settings.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "watchdogd/parent/daemon.h"
#include "watchdogd/parent/directories.h"
#include "watchdogd/parent/instances.h"
#include "watchdogd/parent/pidfile.h"

#define EXIT_USAGE 2

static NORETURN void
usage(FILE *out, int status)
{
	fputs("usage: watchdogd [-d] [-c FILE] [-l DIRECTORY]\n"
	      "       watchdogd -n | -p [-c FILE]\n"
	      "       watchdogd -V\n"
	      "  -c FILE       settings (" CONFIG_FILE ")\n"
	      "  -d            log everything\n"
	      "  -l DIRECTORY  the roles' programs (" LIBEXEC_DIR ")\n"
	      "  -n            check the settings, start nothing\n"
	      "  -p            print the settings that hold, defaults included, start nothing\n"
	      "  -V            print the version\n",
	    out);
	exit(status);
}

/* What is to be done with the settings. */
enum task {
	TASK_RUN,
	TASK_CHECK,
	TASK_PRINT,
};

static enum task
parse_options(int argc, char *argv[], struct daemon_options *ret_options)
{
	enum task task = TASK_RUN;
	int option;
	while ((option = getopt(argc, argv, "c:dhl:npV")) != -1)
		switch (option) {
		case 'c':
			ret_options->config_path = optarg;
			break;
		case 'd':
			ret_options->debug = true;
			break;
		case 'h':
			usage(stdout, EXIT_SUCCESS);
		case 'l':
			ret_options->libexec_directory = optarg;
			break;
		case 'n':
			task = TASK_CHECK;
			break;
		case 'p':
			task = TASK_PRINT;
			break;
		case 'V':
			puts("watchdogd " VERSION);
			exit(EXIT_SUCCESS);
		default:
			usage(stderr, EXIT_USAGE);
		}
	if (optind != argc)
		usage(stderr, EXIT_USAGE);
	return task;
}

/* Relative paths are made absolute: the daemon leaves the directory that it was started in. */
static const char *
absolute(const char *path)
{
	char *full = realpath(path, NULL);
	return full != NULL ? full : path;
}

/* Exits with 1 after the errors were told. */
static void
load_settings(const struct daemon_options *options, struct settings *ret_settings)
{
	if (settings_load(options->config_path, stderr, ret_settings) < 0)
		exit(EXIT_FAILURE);
}

static int
check(const char *path, const struct settings *settings)
{
	AUTO_FREE struct instances *none = mem_alloc(sizeof(*none));
	AUTO_FREE struct instances *found = mem_alloc(sizeof(*found));
	instances_discover(settings, none, found);
	printf("%s: ok, %d instance%s would be watched", path, found->count,
	    found->count == 1 ? "" : "s");
	for (int i = 0; i < found->count; i++)
		printf("%s %s (%s)", i == 0 ? ":" : ",", found->list[i].name,
		    found->list[i].queue_directory);
	putchar('\n');
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int
print(const struct settings *settings)
{
	settings_print(settings, stdout);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int
lock(const char *path)
{
	int fd;
	pid_t other;
	int r = pidfile_lock(path, &fd, &other);
	if (r == -EBUSY)
		fatal("already running as pid %d (%s is locked)", (int)other, path);
	if (r < 0)
		fatal("%s: %s", path, log_errno(-r));
	return fd;
}

static void
run(struct daemon *daemon)
{
	AUTO_FREE char *pidfile = mem_format("%s/watchdogd.pid", daemon->settings.run_directory);
	directories_prepare(&daemon->settings);
	int fd = lock(pidfile);
	log_info("watchdogd %s, mode %s, settings %s", VERSION,
	    names_get(&names_mode, (int)daemon->settings.mode), daemon->options->config_path);
	daemon_run(daemon);
	pidfile_unlock(pidfile, fd);
}

int
main(int argc, char *argv[])
{
	struct daemon_options options = {
	    .config_path = CONFIG_FILE,
	    .libexec_directory = LIBEXEC_DIR,
	};
	AUTO_FREE struct daemon *daemon = mem_alloc(sizeof(*daemon));
	enum task task = parse_options(argc, argv, &options);
	log_open("watchdogd", LOG_LEVEL_INFO);
	load_settings(&options, &daemon->settings);
	if (task == TASK_CHECK)
		return check(options.config_path, &daemon->settings);
	if (task == TASK_PRINT)
		return print(&daemon->settings);
	if (geteuid() != 0)
		fatal("watchdogd must be started by root (only -n and -p may be used by others)");
	if (options.debug)
		daemon->settings.log_level = LOG_LEVEL_DEBUG;
	log_set_level(daemon->settings.log_level);
	options.config_path = absolute(options.config_path);
	options.libexec_directory = absolute(options.libexec_directory);
	daemon->options = &options;
	daemon->clock = (struct daemon_clock){clock_mono_now, clock_wall_now};
	if (chdir("/") < 0)
		fatal("/: %s", log_errno(errno));
	umask(022);
	run(daemon);
	return EXIT_SUCCESS;
}

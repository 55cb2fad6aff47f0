/* SPDX-License-Identifier: ISC
 *
 * check_alert.c - relays, logins, recipients.
 */
#include "config/check_alert.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "config/check.h"
#include "lib/escape.h"

#define HEARTBEAT_MIN_S 60

/* `text` is set, so `needed` must be. Names are those of the settings, below `path`. */
static void
check_pair(struct load *load, const char *path, const char *text, const char *name,
    const char *needed, const char *needed_name)
{
	if (text[0] == '\0' || needed[0] != '\0' || places_is_broken(&load->places, needed))
		return;
	problems_add(&load->problems, places_mark(&load->places, text),
	    "%s%s: found without %s%s, expected both", path, name, path, needed_name);
}

/* Only a relay whose certificate was checked is told a password. */
static void
check_login(struct load *load, const char *path, struct settings_relay *relay)
{
	if (places_find(&load->places, &relay->tls) == NULL) {
		relay->tls =
		    relay->user[0] != '\0' ? SETTINGS_TLS_REQUIRED : SETTINGS_TLS_OPPORTUNISTIC;
		return;
	}
	if (relay->user[0] == '\0' || relay->tls == SETTINGS_TLS_REQUIRED ||
	    places_is_broken(&load->places, &relay->tls))
		return;
	problems_add(&load->problems, places_mark(&load->places, &relay->tls),
	    "%stls: found %s with a user, expected required: a password is told only to a relay "
	    "whose certificate was checked",
	    path, relay->tls == SETTINGS_TLS_NONE ? "none" : "opportunistic");
}

static void
check_relay(struct load *load, int index)
{
	char path[32];
	struct settings_relay *relay = &load->settings->alert.relays[index];
	snprintf(path, sizeof(path), "alert.relays.%d.", index);
	check_pair(load, path, relay->user, "user", relay->password_file, "password_file");
	check_pair(load, path, relay->password_file, "password_file", relay->user, "user");
	check_login(load, path, relay);
}

/* A heartbeat of less would be noise, and a program is found by its path alone. */
static void
check_channels(struct load *load)
{
	const struct settings *settings = load->settings;
	const char *program = settings->alert.exec[0];
	int64_t heartbeat_s = settings->alert.heartbeat_s;
	if (program[0] != '\0' && program[0] != '/')
		problems_add(&load->problems, places_mark(&load->places, program),
		    "alert.exec: found a program without a path, expected an absolute one");
	if (heartbeat_s > 0 && heartbeat_s < HEARTBEAT_MIN_S)
		problems_add(&load->problems,
		    places_mark(&load->places, &settings->alert.heartbeat_s),
		    "alert.heartbeat: found less than 1m, expected 0s or at least that");
}

void
check_alert(struct load *load)
{
	const struct settings *settings = load->settings;
	const char *relay = settings->alert.relays[0].host;
	const char *recipient = settings->alert.recipients[0].address;
	check_pair(load, "alert.", relay, "relays", settings->alert.from, "from");
	check_pair(load, "alert.", relay, "relays", recipient, "recipients");
	check_pair(load, "alert.", recipient, "recipients", relay, "relays");
	check_channels(load);
	if (settings->report.time_count > 0 && relay[0] == '\0' &&
	    !places_is_broken(&load->places, relay))
		problems_add(&load->problems, places_mark(&load->places, settings->report.times[0]),
		    "report.times: found without alert.relays, expected both");
	check_repeats(load, "report.recipients", settings->report.recipients[0].address,
	    sizeof(settings->report.recipients[0]), settings->report.recipient_count);
	for (int i = 0; i < settings->alert.relay_count; i++)
		check_relay(load, i);
	check_repeats(load, "alert.recipients", recipient, sizeof(settings->alert.recipients[0]),
	    settings->alert.recipient_count);
}

/* ---- files ---- */

static void
check_secret(struct load *load, const char *name, const char *path)
{
	char escaped[SETTINGS_PATH_SIZE];
	struct stat status;
	if (path[0] == '\0' || stat(path, &status) < 0) /* one that is not there yet is alert's */
		return;
	escape_text(path, strlen(path), escaped, sizeof(escaped));
	if (!S_ISREG(status.st_mode))
		problems_add(&load->problems, places_mark(&load->places, path),
		    "%s: found no file, expected one: %s", name, escaped);
	else if (status.st_uid != 0 || (status.st_mode & 0177) != 0)
		problems_add(&load->problems, places_mark(&load->places, path),
		    "%s: found uid %u and mode %04o, expected root and 0600; mend it: "
		    "chown root %s && chmod 600 %s",
		    name, (unsigned)status.st_uid, (unsigned)status.st_mode & 07777, escaped,
		    escaped);
}

/* Whoever may change the program, or put another one in its place, would run as the service user. */
static void
check_program(struct load *load, const char *path)
{
	char escaped[SETTINGS_TEXT_SIZE], directory[SETTINGS_TEXT_SIZE];
	struct stat status, above;
	if (path[0] != '/')
		return;
	snprintf(directory, sizeof(directory), "%s", path);
	directory[strrchr(directory, '/') == directory ? 1 : strrchr(directory, '/') - directory] =
	    '\0';
	escape_text(path, strlen(path), escaped, sizeof(escaped));
	if (stat(path, &status) < 0 || !S_ISREG(status.st_mode) || (status.st_mode & 0111) == 0)
		problems_add(&load->problems, places_mark(&load->places, path),
		    "alert.exec: found no program, expected one: %s", escaped);
	else if (status.st_uid != 0 || (status.st_mode & 022) != 0 || stat(directory, &above) < 0 ||
	    above.st_uid != 0 || (above.st_mode & 022) != 0)
		problems_add(&load->problems, places_mark(&load->places, path),
		    "alert.exec: found a program or directory that others than root may change, "
		    "expected root's: %s",
		    escaped);
}

void
check_alert_files(struct load *load)
{
	const struct settings *settings = load->settings;
	check_program(load, settings->alert.exec[0]);
	for (int i = 0; i < settings->alert.relay_count; i++) {
		char name[64];
		snprintf(name, sizeof(name), "alert.relays.%d.password_file", i);
		check_secret(load, name, settings->alert.relays[i].password_file);
	}
}

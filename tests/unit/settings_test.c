/* SPDX-License-Identifier: ISC
 *
 * settings_test.c - defaults, whose mode holds, the way to another process and back, and which
 * roles a change concerns.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/preset.h"
#include "config/settings.h"
#include "config/settings_load.h"
#include "lib/channel.h"
#include "lib/mem.h"
#include "proto/catalogue.h"

/* Every setting is another than its default. */
static const char full[] = "mode: act\n"
			   "log_level: debug\n"
			   "user: watcher\n"
			   "state_directory: /srv/state\n"
			   "run_directory: \"/srv/run \\\\ \\\"x\\\"\"\n"
			   "postfix:\n"
			   "  command_directory: /opt/postfix/sbin\n"
			   "  config_directories: [/etc/postfix, /etc/postfix-out]\n"
			   "watch: {reconcile_interval: 5m}\n"
			   "spools:\n"
			   "  scanner: {preset: mailscanner, path: /srv/ms}\n"
			   "  kept: {preset: klms-backup}\n"
			   "  lab: {path: /srv/lab, count: directories, depth: 8}\n"
			   "store: {keep_raw: 1h, keep_minutes: 1w, keep_hours: 400d,\n"
			   "  keep_messages: 90d}\n"
			   "alert:\n"
			   "  relays:\n"
			   "    - host: 192.0.2.25\n"
			   "      port: 587\n"
			   "      tls: required\n"
			   "      ca_file: /etc/ssl/relay.pem\n"
			   "      user: \"gw1: a user\"\n"
			   "      password_file: /nonexistent/password\n"
			   "    - spare.example.org\n"
			   "  from: watchdogd@gw1.example.org\n"
			   "  return_path: postmaster@gw1.example.org\n"
			   "  recipients: [staff@example.org,\n"
			   "    {address: night@example.org, language: ja}]\n"
			   "  timeout: 10m\n"
			   "  subject_prefix: \"[Tor 1] \xc3\xbc # :\"\n"
			   "control: {viewer_group: adm, operator_group: staff}\n"
			   "remedies:\n"
			   "  hold-bounces: {mode: act, queues: [incoming, deferred], batch: 1,\n"
			   "      max_messages: 7, max_share: 8, max_per_hour: 9}\n"
			   "  delete-bounces: {mode: observe, queues: [deferred]}\n"
			   "  release: {batch: 1000}\n"
			   "rules:\n"
			   "  late:\n"
			   "    signal: oldest_age\n"
			   "    above: 1801\n"
			   "    for: 0s\n"
			   "    clear_for: 90s\n"
			   "  flood-2:\n"
			   "    signal: bounces_made\n"
			   "    above: 100\n"
			   "    clear_below: 100\n"
			   "    mode: observe\n"
			   "    remedies:\n"
			   "      - remedy: delete-bounces\n"
			   "        after: 90m\n"
			   "      - {remedy: hold-bounces, mode: act}\n";

static struct settings *
load(const char *text)
{
	struct settings *settings = mem_alloc(sizeof(*settings));
	assert_int_equal(settings_load_text("test.yaml", text, strlen(text), stderr, settings), 0);
	return settings;
}

static void
defaults_are_safe(void **state UNUSED)
{
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	settings_defaults(settings);
	assert_int_equal(settings->mode, MODE_OBSERVE);
	assert_string_equal(settings->user, "_postfix-watchdog");
	assert_string_equal(settings->control.viewer_group, "_postfix-watchdog");
	assert_string_equal(settings->control.operator_group, "");
	assert_int_equal(settings->alert.relay_count, 0);
	assert_int_equal(settings->alert.recipient_count, 0);
	assert_int_equal(settings->postfix.config_directory_count, 0);
	assert_int_equal(settings->spool_count, 0);
	assert_int_equal(settings->watch.reconcile_s, 60);
	assert_int_equal(settings->store.keep_hours_s, 5LL * 365 * 86400);
	assert_int_equal(settings->store.keep_messages_s, 60LL * 86400);
	for (int i = 0; i < catalogue_count; i++) {
		const struct settings_remedy *remedy =
		    settings_find_remedy(settings, catalogue[i].name);
		assert_true((remedy == NULL) == (catalogue[i].by_hand && catalogue[i].on_setting));
		if (remedy == NULL)
			continue;
		assert_non_null(remedy);
		if (catalogue[i].on_setting)
			continue; /* touches no message */
		assert_int_equal(remedy->queues & ~catalogue[i].queues, 0);
		assert_int_equal(remedy->queues & 1u << QUEUE_ACTIVE, 0);
		assert_int_equal(remedy->batch, 200);
	}
	/* nothing acts, whatever rule and step */
	for (int i = 0; i < settings->rule_count; i++)
		for (int j = 0; j < settings->rules[i].step_count; j++)
			assert_int_equal(settings_effective_mode(settings, &settings->rules[i],
					     &settings->rules[i].steps[j]),
			    MODE_OBSERVE);
}

static void
default_rule_holds_then_deletes_a_day_later(void **state UNUSED)
{
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	settings_defaults(settings);
	const struct settings_rule *rule = settings_find_rule(settings, "bounce-flood");
	assert_non_null(rule);
	assert_int_equal(rule->signal, SIGNAL_BOUNCES);
	assert_int_equal(rule->above, 500);
	assert_int_equal(rule->or_times_normal, 10);
	assert_int_equal(rule->for_s, 30);
	assert_int_equal(rule->clear_below, 250);
	assert_int_equal(rule->clear_for_s, 900);
	assert_int_equal(rule->step_count, 2);
	assert_string_equal(rule->steps[0].remedy, "hold-bounces");
	assert_int_equal(rule->steps[0].after_s, 0);
	assert_string_equal(rule->steps[1].remedy, "delete-bounces");
	assert_int_equal(rule->steps[1].after_s, 86400);
	assert_null(settings_find_rule(settings, "bounce"));
	assert_null(settings_find_remedy(settings, "bounce-flood"));
}

/* It needs no number, and does nothing to mail. */
static void
default_rule_learns(void **state UNUSED)
{
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	settings_defaults(settings);
	const struct settings_rule *rule = settings_find_rule(settings, "mail-flood");
	assert_non_null(rule);
	assert_int_equal(rule->signal, SIGNAL_ARRIVALS);
	assert_int_equal(rule->above, SETTINGS_NONE);
	assert_int_equal(rule->clear_below, SETTINGS_NONE);
	assert_int_equal(rule->or_rarer_than_s, 365 * 86400);
	assert_int_equal(rule->step_count, 0);
}

static void
innermost_mode_holds(void **state UNUSED)
{
	enum {
		I = SETTINGS_MODE_INHERIT,
		O = MODE_OBSERVE,
		A = MODE_ACT
	};
	const struct {
		int step, remedy, rule, daemon, expected;
	} table[] = {
	    {I, I, I, O, O},
	    {I, I, I, A, A},
	    {I, I, A, O, A},
	    {I, I, O, A, O},
	    {I, A, O, O, A},
	    {I, O, A, A, O},
	    {A, O, O, O, A},
	    {O, A, A, A, O},
	};
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		settings_defaults(settings);
		struct settings_rule *rule = &settings->rules[0];
		settings->mode = (enum act_mode)table[i].daemon;
		rule->mode = table[i].rule;
		rule->steps[0].mode = table[i].step;
		for (int j = 0; j < settings->remedy_count; j++)
			if (strcmp(settings->remedies[j].name, rule->steps[0].remedy) == 0)
				settings->remedies[j].mode = table[i].remedy;
		assert_int_equal(
		    settings_effective_mode(settings, rule, &rule->steps[0]), table[i].expected);
	}
}

/* Where each vendor's packages let mail wait; another path leaves the rest of the preset as it is. */
static void
presets_and_other_paths(void **state UNUSED)
{
	static const struct {
		const char *preset, *path;
		enum spool_count count;
		int64_t depth;
	} cases[] = {
	    {"klms-work", "/var/klms/tmp", SPOOL_COUNT_FILES, 0},
	    {"klms-backup", "/var/opt/kaspersky/klms/backup", SPOOL_COUNT_FILES, 4},
	    {"amavis", "/var/lib/amavis/tmp", SPOOL_COUNT_DIRECTORIES, 0},
	    {"amavis-quarantine", "/var/lib/amavis/virusmails", SPOOL_COUNT_FILES, 1},
	    {"mimedefang", "/var/spool/MIMEDefang", SPOOL_COUNT_DIRECTORIES, 0},
	    {"mailscanner", "/var/spool/MailScanner/incoming", SPOOL_COUNT_DIRECTORIES, 1},
	    {"mailscanner-milter", "/var/spool/MailScanner/milterin", SPOOL_COUNT_FILES, 0},
	};
	assert_int_equal(ARRAY_LENGTH(cases) + 1, names_preset.count); /* and "none" */
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		AUTO_FREE char *text =
		    mem_format("spools: {a: {preset: %s}, b: {preset: %s, path: /srv/b}}\n",
			cases[i].preset, cases[i].preset);
		AUTO_FREE struct settings *settings = load(text);
		assert_int_equal(settings->spool_count, 2);
		assert_string_equal(settings->spools[0].path, cases[i].path);
		assert_string_equal(settings->spools[1].path, "/srv/b");
		for (int spool = 0; spool < 2; spool++) {
			assert_int_equal(settings->spools[spool].count, cases[i].count);
			assert_int_equal(settings->spools[spool].depth, cases[i].depth);
		}
	}
}

static void
file_says_what_it_means(void **state UNUSED)
{
	AUTO_FREE struct settings *settings = load(full);
	assert_int_equal(settings->mode, MODE_ACT);
	assert_int_equal(settings->log_level, LOG_LEVEL_DEBUG);
	assert_string_equal(settings->run_directory, "/srv/run \\ \"x\"");
	assert_int_equal(settings->postfix.config_directory_count, 2);
	assert_string_equal(settings->postfix.config_directories[1], "/etc/postfix-out");
	assert_int_equal(settings->watch.reconcile_s, 300);
	assert_int_equal(settings->spool_count, 3);
	assert_string_equal(settings->spools[0].path, "/srv/ms");
	assert_int_equal(settings->spools[0].count, SPOOL_COUNT_DIRECTORIES); /* the preset's */
	assert_int_equal(settings->spools[0].depth, 1);
	assert_string_equal(settings->spools[1].path, "/var/opt/kaspersky/klms/backup");
	assert_int_equal(settings->spools[1].count, SPOOL_COUNT_FILES);
	assert_int_equal(settings->spools[2].depth, 8);
	assert_int_equal(settings->store.keep_minutes_s, 7 * 86400);
	assert_int_equal(settings->alert.relay_count, 2);
	assert_int_equal(settings->alert.relays[0].port, 587);
	assert_int_equal(settings->alert.relays[0].tls, SETTINGS_TLS_REQUIRED);
	assert_string_equal(settings->alert.relays[1].host, "spare.example.org");
	assert_int_equal(settings->alert.relays[1].port, 25);
	assert_int_equal(settings->alert.relays[1].tls, SETTINGS_TLS_OPPORTUNISTIC);
	assert_string_equal(settings->alert.recipients[0].address, "staff@example.org");
	assert_int_equal(settings->alert.recipients[0].language, LANGUAGE_EN);
	assert_string_equal(settings->alert.recipients[1].address, "night@example.org");
	assert_int_equal(settings->alert.recipients[1].language, LANGUAGE_JA);
	assert_string_equal(settings->alert.subject_prefix, "[Tor 1] \xc3\xbc # :");
	const struct settings_remedy *hold = settings_find_remedy(settings, "hold-bounces");
	assert_int_equal(hold->mode, MODE_ACT);
	assert_int_equal(hold->queues, 1 << QUEUE_INCOMING | 1 << QUEUE_DEFERRED);
	assert_int_equal(hold->max_per_hour, 9);
	assert_int_equal(settings->rule_count, 2); /* bounce-flood is replaced */
	assert_int_equal(settings->rules[0].clear_below, 900); /* half, rounded down */
	const struct settings_rule *flood = settings_find_rule(settings, "flood-2");
	assert_int_equal(flood->mode, MODE_OBSERVE);
	assert_int_equal(flood->steps[0].after_s, 5400);
	assert_int_equal(flood->steps[1].mode, MODE_ACT);
}

static char *
print(const struct settings *settings)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	assert_non_null(out);
	settings_print(settings, out);
	fclose(out);
	return text;
}

static void
printed_settings_load_to_the_same(void **state UNUSED)
{
	static const char *const texts[] = {"", full, "rules: {}\n"};
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		AUTO_FREE struct settings *settings = load(texts[i]);
		AUTO_FREE char *printed = print(settings);
		AUTO_FREE struct settings *again = load(printed);
		assert_memory_equal(settings, again, sizeof(*settings));
	}
}

static void
encoded_settings_decode_to_the_same(void **state UNUSED)
{
	static const char *const texts[] = {"", full, "rules: {}\n"};
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		AUTO_FREE struct settings *settings = load(texts[i]);
		AUTO_FREE struct settings *again = mem_alloc(sizeof(*again));
		AUTO_FREE char *text = settings_encode(settings);
		assert_int_equal(settings_decode(text, strlen(text), again), 0);
		assert_memory_equal(settings, again, sizeof(*settings));
	}
}

/* Replaces the first `from` in text, which must be there. */
static char *
replace(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	assert_non_null(at);
	return mem_format("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static void
decode_takes_nothing_else(void **state UNUSED)
{
	static const struct {
		const char *from, *to;
	} table[] = {
	    {"mode=observe\n", ""},
	    {"mode=observe\n", "mode=observe\nmode=observe\n"},
	    {"mode=observe\nlog_level=info\n", "log_level=info\nmode=observe\n"},
	    {"mode=observe", "mode=OBSERVE"},
	    {"mode=observe", "mode"},
	    {"mode=observe", "more=observe"},
	    {"mode=observe", "mode.x=observe"},
	    {"mode=observe", "mode=observe\n"},
	    {"postfix.max_reloads=6", "postfix.max_reloads=06"},
	    {"postfix.max_reloads=6", "postfix.max_reloads=0"},
	    {"alert.timeout=1m", "alert.timeout=60s"},
	    {"alert.subject_prefix=[watchdogd]", "alert.subject_prefix=\\"},
	    {"alert.subject_prefix=[watchdogd]", "alert.subject_prefix=\\x0"},
	    {"alert.subject_prefix=[watchdogd]", "alert.subject_prefix=\\x0a"},
	    {"alert.subject_prefix=[watchdogd]", "alert.subject_prefix=\\x00"},
	    {"alert.subject_prefix=[watchdogd]", "alert.subject_prefix=\\x41"},
	    {"alert.subject_prefix=[watchdogd]", "alert.subject_prefix=\\n"},
	    {"alert.timeout", "alert.recipients.1=a@example.org\nalert.timeout"},
	    {"alert.timeout", "alert.recipients.=a@example.org\nalert.timeout"},
	    {"alert.timeout", "alert.recipients=a@example.org\nalert.timeout"},
	    {"alert.timeout", "alert.recipients.0=a\nalert.timeout"},
	    {"remedies.release.batch=200\n", ""},
	    {"remedies.release.batch", "remedies.release.mode=act\nremedies.release.batch"},
	    {"remedies.release.batch", "remedies.shred.batch=1\nremedies.release.batch"},
	    {"rules.bounce-flood.above=500\n", ""},
	    {"rules.bounce-flood.above=500", "rules.bounce-flood.above=500\nrules.x.above=1"},
	    {"rules.bounce-flood.above", "rules.Bounce.above"},
	    {"remedies.0.remedy=hold-bounces", "remedies.0.remedy=../hold"},
	    {"remedies.1.after=1d", "remedies.2.after=1d"},
	};
	AUTO_FREE struct settings *settings = load("");
	AUTO_FREE struct settings *other = load(full), *untouched = load(full);
	AUTO_FREE char *text = settings_encode(settings);
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		AUTO_FREE char *changed = replace(text, table[i].from, table[i].to);
		if (settings_decode(changed, strlen(changed), other) != -EBADMSG)
			fail_msg("'%s' for '%s' was taken", table[i].to, table[i].from);
	}
	size_t length = strlen(text);
	assert_int_equal(settings_decode(text, 0, other), -EBADMSG);
	assert_int_equal(settings_decode(text, length - 1, other), -EBADMSG);
	assert_int_equal(settings_decode(text, length + 1, other), -EBADMSG); /* a NUL */
	assert_memory_equal(other, untouched, sizeof(*other));
}

static void
value_cannot_begin_a_line(void **state UNUSED)
{
	AUTO_FREE struct settings *settings = load("");
	strcpy(settings->alert.subject_prefix, "x\nmode=act");
	AUTO_FREE char *text = settings_encode(settings);
	assert_non_null(strstr(text, "\nalert.subject_prefix=x\\x0amode=act\n"));
	assert_null(strstr(text, "\nmode=act"));
}

static void
change_concerns_those_who_read_it(void **state UNUSED)
{
	const unsigned all = 1u << ROLE_WATCH | 1u << ROLE_ENGINE | 1u << ROLE_REMEDY |
	    1u << ROLE_ALERT | 1u << ROLE_CONTROL | 1u << ROLE_METRICS;
	const struct {
		const char *file;
		unsigned roles;
		const char *fixed;
	} table[] = {
	    {"", 0, ""},
	    {"mode: observe\nstore: {keep_raw: 2d}", 0, ""},
	    {"mode: act", 1u << ROLE_ENGINE, ""},
	    {"log_level: debug", all, ""},
	    {"user: other", 1u << ROLE_PARENT, "user"},
	    {"run_directory: /x\nstate_directory: /y", 1u << ROLE_PARENT, "state_directory"},
	    {"control: {viewer_group: other}", 1u << ROLE_PARENT, "control.viewer_group"},
	    {"control: {operator_group: other}", 1u << ROLE_CONTROL, ""},
	    {"metrics: {listen: 127.0.0.1:9109}", 1u << ROLE_METRICS, ""},
	    {"postfix: {command_directory: /x}", 1u << ROLE_REMEDY, ""},
	    {"postfix: {config_directories: [/x]}", 0, ""},
	    {"watch: {reconcile_interval: 30s}", 1u << ROLE_WATCH, ""},
	    {"spools: {x: {path: /x}}", 1u << ROLE_WATCH | 1u << ROLE_ENGINE, ""},
	    {"store: {keep_raw: 1d}", 1u << ROLE_ENGINE, ""},
	    {"alert: {timeout: 59s}", 1u << ROLE_ALERT, ""},
	    {"alert: {subject_prefix: x}", 1u << ROLE_ENGINE, ""},
	    {"alert: {relays: [a], from: a@x, recipients: [b@x]}",
		1u << ROLE_ENGINE | 1u << ROLE_ALERT, ""},
	    {"remedies: {release: {batch: 5}}", 1u << ROLE_ENGINE, ""},
	    {"rules: {}", 1u << ROLE_ENGINE, ""},
	    {"rules: {bounce-flood: {signal: bounces, above: 501}}", 1u << ROLE_ENGINE, ""},
	    {"mode: act\nalert: {timeout: 59s}\nuser: other",
		1u << ROLE_ENGINE | 1u << ROLE_ALERT | 1u << ROLE_PARENT, "user"},
	};
	AUTO_FREE struct settings *old = load("");
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		char fixed[SETTINGS_TEXT_SIZE] = "";
		AUTO_FREE struct settings *new = load(table[i].file);
		assert_int_equal(settings_compare(old, new, fixed), table[i].roles);
		assert_string_equal(fixed, table[i].fixed);
		assert_int_equal(settings_compare(new, old, fixed), table[i].roles);
	}
}

/* The largest settings that a file can have must reach the roles in one frame. */
static void
largest_settings_fit_into_a_frame(void **state UNUSED)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	fputs("rules:\n", out);
	for (int rule = 0; rule < SETTINGS_RULES_MAX; rule++)
		fprintf(out,
		    "  a-name-as-long-as-a-name-of-a-rule-can-be-in-these-settings--%02d: "
		    "{signal: bounces_made, above: 1000000000, remedies: "
		    "[{remedy: delete-bounces}, {remedy: hold-bounces}]}\n",
		    rule);
	fclose(out);
	AUTO_FREE struct settings *settings = load(text);
	free(text);
	assert_int_equal(settings->rule_count, SETTINGS_RULES_MAX);
	AUTO_FREE char *encoded = settings_encode(settings);
	assert_true(strlen(encoded) < CHANNEL_PAYLOAD_MAX - 64);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(defaults_are_safe),
	    cmocka_unit_test(default_rule_holds_then_deletes_a_day_later),
	    cmocka_unit_test(default_rule_learns),
	    cmocka_unit_test(innermost_mode_holds),
	    cmocka_unit_test(presets_and_other_paths),
	    cmocka_unit_test(file_says_what_it_means),
	    cmocka_unit_test(printed_settings_load_to_the_same),
	    cmocka_unit_test(encoded_settings_decode_to_the_same),
	    cmocka_unit_test(decode_takes_nothing_else),
	    cmocka_unit_test(value_cannot_begin_a_line),
	    cmocka_unit_test(change_concerns_those_who_read_it),
	    cmocka_unit_test(largest_settings_fit_into_a_frame),
	};
	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}

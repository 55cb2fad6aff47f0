/* SPDX-License-Identifier: ISC
 *
 * watchdogctl_test.c - what an operator reads, against reviewed texts in watchdogctl_text/, from a
 * real store; and the exit codes, with no daemon there and with one that answers this and that.
 *
 * With UPDATE_TEXT=1 the texts are written anew; then they want reviewing.
 */
#include "tests/unit/store_place.h"

#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "proto/document.h"
#include "schema/report.h"
#include "watchdogctl/render.h"
#include "watchdogctl/run.h"

#define NOW 1780500000 /* 2026-06-03 15:20:00 UTC */
#define MANUAL_PAGE "watchdogctl/watchdogctl.8"
#define TEXTS "tests/unit/watchdogctl_text/"

/* ---- what was seen and done ---- */

static void
add_ticks(struct store *store, const char *instance, uint64_t bounces, bool present)
{
	for (int64_t time_s = NOW - 69; time_s <= NOW; time_s++) {
		for (int queue = 0; queue < QUEUE_COUNT; queue++) {
			struct message_tick_queue tick = {.queue = (uint64_t)queue};
			snprintf(tick.instance, sizeof(tick.instance), "%s", instance);
			if (queue == QUEUE_ACTIVE) {
				tick.normal = 12;
				tick.bounces = bounces / 1000;
				tick.messages = tick.normal + tick.bounces;
				tick.bytes = 123456;
				tick.oldest_age_s = bounces > 0 ? 4 : 600;
			} else if (queue == QUEUE_DEFERRED) {
				tick.normal = 20;
				tick.bounces = bounces;
				tick.dsn = 3;
				tick.notices = 2;
				tick.unread = 1;
				tick.messages = bounces + 26;
				tick.bytes = 91150000;
				tick.oldest_age_s = 3599;
			}
			assert_stored(store, store_add_tick_queue(store, time_s, &tick));
		}
		struct message_tick_flow flow = {
		    .arrivals = bounces > 0 ? 5 : 0,
		    .deliveries = bounces > 0 ? 3 : 0,
		    .deferrals = bounces > 0 ? 2 : 0,
		    .bounces_made = bounces > 0 ? 3 : 0,
		    .bounced = bounces > 0 ? 3 : 0,
		    .present = present,
		    .last_full_reconcile_s = NOW - 30,
		    .drift = 2,
		    .overflows = 1,
		    .watches = 141,
		    .left_normal = bounces > 0 ? 3 : 0,
		    .left_p50_s = bounces > 0 ? 2 : 0,
		    .left_p95_s = bounces > 0 ? 40 : 0,
		    .waiting_p50_s = bounces > 0 ? 1200 : 420,
		    .waiting_p95_s = bounces > 0 ? 3500 : 590,
		};
		snprintf(flow.instance, sizeof(flow.instance), "%s", instance);
		assert_stored(store, store_add_tick_flow(store, time_s, &flow));
	}
}

static void
add_daemon(struct store *store, enum act_mode mode, bool paused)
{
	struct row_daemon daemon = {
	    .mode = mode, .paused = paused, .started_s = NOW - 20000, .version = "0.1.0"};
	struct row_role roles[] = {
	    {ROLE_WATCH, true, 4001, NOW - 19999, 0},
	    {ROLE_ENGINE, true, 4002, NOW - 1000, 1},
	    {ROLE_ALERT, false, 0, NOW - 2, 7},
	};
	assert_stored(store, store_save_daemon(store, &daemon));
	for (size_t i = 0; i < ARRAY_LENGTH(roles); i++)
		assert_stored(store, store_save_role(store, &roles[i]));
}

static void
add_incident(struct store *store)
{
	int64_t id;
	struct row_incident incident = {
	    .rule = "bounce-flood",
	    .instance = "-",
	    .signal = SIGNAL_BOUNCES,
	    .state = INCIDENT_OPEN,
	    .began_s = NOW - 300,
	    .opened_s = NOW - 260,
	    .level = 500,
	    .value = 18222,
	    .peak = 18525,
	    .peak_s = NOW - 100,
	    .text = "bounces 812, above 500 for 40 s",
	    .example = "9C1F2A in deferred, from <> to <ava1204@8231.com>, 4.4.1 connect to "
		       "8231.com[192.0.2.7]:25: Connection timed out",
	};
	assert_stored(store, store_save_incident(store, &incident, &id));
	assert_int_equal(id, 1);
}

static void
add_actions(struct store *store)
{
	int64_t id;
	struct row_action hold = {
	    .incident = 1,
	    .remedy = "hold-bounces",
	    .instance = "-",
	    .state = ACTION_RUNNING,
	    .requested_by = "rule bounce-flood",
	    .created_s = NOW - 260,
	    .due_s = NOW - 260,
	    .updated_s = NOW - 1,
	    .matching = 18204,
	    .selected = 320,
	    .done = 318,
	    .gone = 2,
	    .text = "held 318 messages, 2 gone before",
	};
	struct row_action would = {
	    .incident = 1,
	    .remedy = "delete-bounces",
	    .instance = "-",
	    .state = ACTION_WOULD,
	    .requested_by = "rule bounce-flood",
	    .created_s = NOW - 260,
	    .due_s = NOW - 260,
	    .updated_s = NOW - 260,
	    .text = "would delete 318 messages",
	};
	assert_stored(store, store_save_action(store, &hold, &id));
	assert_int_equal(id, 1);
	assert_stored(store, store_save_action(store, &would, &id));
	assert_int_equal(id, 2);
}

static void
add_targets(struct store *store)
{
	int64_t order;
	assert_stored(store, store_next_order(store, &order));
	struct row_target target = {
	    .action = 1,
	    .order = order,
	    .queue_id = "9C1F2A",
	    .queue = QUEUE_DEFERRED,
	    .class = CLASS_BOUNCE,
	    .inode = 7,
	    .ctime_ns = 8,
	    .arrival_s = NOW - 400,
	    .size_bytes = 5120,
	    .recipient = "ava1204@8231.com",
	    .outcome = OUTCOME_DONE,
	    .time_s = NOW - 200,
	    .copy = (char *)(uintptr_t)"sender <>\nrecipient <ava1204@8231.com>\n"
				       "Subject: Undelivered Mail\\x1b[31m Returned\n",
	};
	assert_stored(store, store_save_target(store, &target));
	snprintf(target.queue_id, sizeof(target.queue_id), "9C1F2B");
	target.outcome = OUTCOME_GONE;
	target.copy = NULL;
	assert_stored(store, store_save_target(store, &target));
}

static void
add_notice(struct store *store)
{
	int64_t id;
	struct row_notice notice = {
	    .incident = 1,
	    .state = NOTICE_WAITING,
	    .created_s = NOW - 260,
	    .next_try_s = NOW + 10,
	    .attempts = 2,
	    .recipient = "postmaster@example.org",
	    .subject = "[watchdogd] bounce-flood on mx1.example.org: bounces 812",
	    .message_id = "1@mx1.example.org",
	    .reply = "connect to relay: Connection refused",
	    .body = (char *)(uintptr_t)"body\n",
	};
	assert_stored(store, store_add_notice(store, &notice, &id));
	notice.id = id;
	assert_stored(store, store_update_notice(store, &notice));
}

static void
save_instance(struct store *store, const char *name, const char *config, const char *queue)
{
	struct message_instance instance = {.mail_owner = "postfix"};
	snprintf(instance.name, sizeof(instance.name), "%s", name);
	snprintf(instance.config_directory, sizeof(instance.config_directory), "%s", config);
	snprintf(instance.queue_directory, sizeof(instance.queue_directory), "%s", queue);
	assert_stored(store, store_save_instance(store, &instance));
}

/* A bad day: a flood on one of two instances, the other one gone. */
static int
make_bad_day(void **state)
{
	assert_int_equal(place_make(state), 0);
	struct store *store = ((struct place *)*state)->store;
	assert_stored(store, store_begin(store));
	save_instance(store, "-", "/etc/postfix", "/var/spool/postfix");
	save_instance(store, "postfix-in", "/etc/postfix-in", "/var/spool/postfix-in");
	add_daemon(store, MODE_ACT, false);
	add_ticks(store, "-", 18204, true);
	add_ticks(store, "postfix-in", 0, false);
	add_incident(store);
	add_actions(store);
	add_targets(store);
	add_notice(store);
	assert_stored(store, store_commit(store, false));
	return 0;
}

/* A quiet one: one instance, observed, acting paused. */
static int
make_quiet_day(void **state)
{
	assert_int_equal(place_make(state), 0);
	struct store *store = ((struct place *)*state)->store;
	assert_stored(store, store_begin(store));
	save_instance(store, "-", "/etc/postfix", "/var/spool/postfix");
	add_daemon(store, MODE_OBSERVE, true);
	add_ticks(store, "-", 1, true);
	assert_stored(store, store_commit(store, false));
	return 0;
}

/* ---- texts ---- */

static char *
read_file(const char *path)
{
	char *text = NULL;
	size_t size = 0;
	AUTO_FCLOSE FILE *file = fopen(path, "re");
	if (file == NULL || getdelim(&text, &size, '\0', file) < 0) {
		free(text);
		return mem_text("");
	}
	return text;
}

static void
assert_reviewed(const char *name, const char *text)
{
	AUTO_FREE char *path = mem_format(TEXTS "%s.txt", name);
	if (getenv("UPDATE_TEXT") != NULL) {
		AUTO_FCLOSE FILE *file = fopen(path, "we");
		assert_non_null(file);
		fputs(text, file);
	}
	AUTO_FREE char *reviewed = read_file(path);
	assert_string_equal(text, reviewed);
	/* at 80 columns, in ASCII, without a control */
	size_t column = 0;
	for (; *text != '\0'; text++) {
		column = *text == '\n' ? 0 : column + 1;
		assert_true(column <= TEXT_COLUMNS);
		assert_true(*text == '\n' || (*text >= ' ' && *text <= '~'));
	}
}

/* The text of a document that the daemon would make `age_s` after its last tick. */
static char *
show(struct place *place, const struct ctl_request *request, bool running, int64_t age_s)
{
	char *shown = NULL;
	size_t length = 0;
	json_t *document;
	struct report_question question = {
	    .store = place->store,
	    .request = request,
	    .running = running,
	    .now_s = NOW + age_s,
	};
	assert_int_equal(report_make(&question, &document), 0);
	struct text text = {open_memstream(&shown, &length), false, NOW + age_s};
	render_text(&text, request->verb, document);
	fclose(text.out);
	json_decref(document);
	return shown;
}

static const struct {
	const char *name;
	struct ctl_request request;
	bool absent; /* the daemon does not answer */
	int64_t age_s;
} bad_day[] = {
    {"status", {.verb = CTL_STATUS}, false, 0},
    {"status-stale", {.verb = CTL_STATUS}, false, 6},
    {"status-absent", {.verb = CTL_STATUS}, true, 190},
    {"status-no-answer", {.verb = CTL_STATUS}, true, 1},
    {"queues", {.verb = CTL_QUEUES}, false, 0},
    {"incidents", {.verb = CTL_INCIDENTS}, false, 0},
    {"incident", {.verb = CTL_INCIDENTS, .incident = 1}, false, 0},
    {"history", {.verb = CTL_HISTORY, .step_s = 60, .limit = 3}, false, 0},
    {"history-seconds", {.verb = CTL_HISTORY, .step_s = 1, .limit = 3, .instance = "-"}, false, 0},
    {"history-empty", {.verb = CTL_HISTORY, .since_s = 100, .until_s = 200}, false, 0},
    {"remedy-list", {.verb = CTL_REMEDY_LIST}, false, 0},
    {"remedy-show", {.verb = CTL_REMEDY_SHOW, .action = 1}, false, 0},
    {"help", {.verb = CTL_HELP}, false, 0},
};

static void
bad_day_reads_as_reviewed(void **state)
{
	for (size_t i = 0; i < ARRAY_LENGTH(bad_day); i++) {
		AUTO_FREE char *text =
		    show(*state, &bad_day[i].request, !bad_day[i].absent, bad_day[i].age_s);
		assert_reviewed(bad_day[i].name, text);
	}
}

static void
quiet_day_reads_as_reviewed(void **state)
{
	AUTO_FREE char *text = show(*state, &(struct ctl_request){.verb = CTL_STATUS}, true, 0);
	assert_reviewed("status-quiet", text);
	AUTO_FREE char *none = show(*state, &(struct ctl_request){.verb = CTL_INCIDENTS}, true, 0);
	assert_reviewed("incidents-none", none);
}

/* What the engine answers; its documents are its own. */
static const struct {
	const char *name;
	enum ctl_verb verb;
	const char *document;
} answers[] = {
    {"remedy-plan", CTL_REMEDY_PLAN,
	"{\"remedy\":\"hold-bounces\",\"instance\":\"-\",\"queues\":[\"incoming\",\"deferred\"],"
	"\"matching\":318,\"total\":500,\"would\":250,\"sample\":[{\"queue_id\":\"9C1F2A\","
	"\"queue\":\"deferred\",\"class\":\"bounce\",\"sender\":\"\",\"recipient\":"
	"\"ava1204@8231.com\",\"age_s\":190,\"size_bytes\":5120}],\"caps\":{\"max_messages\":1000,"
	"\"max_share\":50,\"max_per_hour\":5000,\"batch\":100},"
	"\"text\":\"would hold 250 of 500 messages\"}"},
    {"remedy-run", CTL_REMEDY_RUN,
	"{\"action\":7,\"remedy\":\"hold-bounces\",\"instance\":\"-\",\"text\":\"begun\"}"},
    {"pause", CTL_PAUSE, "{\"paused\":true}"},
    {"resume", CTL_RESUME, "{\"paused\":false}"},
    {"version", CTL_VERSION, "{\"watchdogctl\":\"0.1.0\",\"watchdogd\":null}"},
};

static void
answers_of_the_engine_read_as_reviewed(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LENGTH(answers); i++) {
		char *shown = NULL;
		size_t length = 0;
		json_t *document = json_loads(answers[i].document, 0, NULL);
		struct text text = {open_memstream(&shown, &length), false, NOW};
		render_text(&text, answers[i].verb, document);
		fclose(text.out);
		json_decref(document);
		assert_reviewed(answers[i].name, shown);
		free(shown);
	}
}

/* A daemon of another version, or one that was taken over: nothing is where it is looked for. */
static void
any_document_is_printed_without_harm(void **state UNUSED)
{
	static const char *const documents[] = {
	    "{}",
	    "{\"daemon\":7,\"instances\":{},\"incidents\":[1,null,[]],\"steps\":[0],\"watch\":[],"
	    "\"remedies\":\"x\",\"actions\":[{}],\"messages\":[[]],\"sample\":[{}],\"caps\":1,"
	    "\"queues\":[1],\"commands\":[7],\"notices\":[]}",
	    "{\"daemon\":{\"running\":true,\"version\":\"\\u001b[2J\\u009b\\u202e\"},"
	    "\"action\":{\"text\":\"\\u0007\\r\"},\"messages\":[{\"copy\":\"a\\u001bb\\n\"}]}",
	};
	for (size_t i = 0; i < ARRAY_LENGTH(documents); i++)
		for (int verb = 0; verb < CTL_COMMAND_COUNT; verb++) {
			char *shown = NULL;
			size_t length = 0;
			json_t *document = json_loads(documents[i], 0, NULL);
			assert_non_null(document);
			struct text text = {open_memstream(&shown, &length), false, NOW};
			render_text(&text, (enum ctl_verb)verb, document);
			fclose(text.out);
			for (size_t at = 0; at < length; at++)
				assert_true(
				    shown[at] == '\n' || (shown[at] >= ' ' && shown[at] <= '~'));
			json_decref(document);
			free(shown);
		}
}

/* ---- the manual page ---- */

/* Keys that the manual page describes: ".It Va key , key". An array of them; json_decref() it. */
static json_t *
read_described_keys(void)
{
	json_t *keys = json_object();
	AUTO_FREE char *page = read_file(MANUAL_PAGE);
	char *rest = page, *line;
	while ((line = strsep(&rest, "\n")) != NULL) {
		char *word, *words = line + strlen(".It Va ");
		if (strncmp(line, ".It Va ", strlen(".It Va ")) != 0)
			continue;
		while ((word = strsep(&words, " ,")) != NULL)
			if (word[0] != '\0')
				json_object_set_new(keys, word, json_false());
	}
	return keys;
}

/* Names of queues and roles are keys, too; the page lists them under "queues" and "roles". */
static bool
is_name(const char *key)
{
	return names_find(&names_queue, key) >= 0 || names_find(&names_role, key) >= 0;
}

/* Marks every key of the document, at any depth, as seen; one that is not described fails. */
static void
mark_keys(json_t *described, json_t *document)
{
	const char *key;
	json_t *value;
	size_t i;
	json_array_foreach(document, i, value) mark_keys(described, value);
	json_object_foreach(document, key, value)
	{
		if (json_object_get(described, key) != NULL)
			json_object_set_new(described, key, json_true());
		else if (!is_name(key))
			fail_msg("%s does not describe \"%s\"", MANUAL_PAGE, key);
		mark_keys(described, value);
	}
}

static void
mark_reports(json_t *described, struct place *place)
{
	static const struct ctl_request requests[] = {
	    {.verb = CTL_STATUS},
	    {.verb = CTL_QUEUES},
	    {.verb = CTL_INCIDENTS, .incident = 1},
	    {.verb = CTL_HISTORY},
	    {.verb = CTL_REMEDY_LIST},
	    {.verb = CTL_REMEDY_SHOW, .action = 1},
	    {.verb = CTL_VERSION},
	    {.verb = CTL_HELP},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(requests); i++) {
		json_t *document;
		struct report_question question = {
		    .store = place->store, .request = &requests[i], .now_s = NOW};
		assert_int_equal(report_make(&question, &document), 0);
		mark_keys(described, document);
		json_decref(document);
	}
}

static void
manual_page_describes_every_key_and_no_other(void **state)
{
	json_t *described = read_described_keys();
	json_t *error = ctl_make_error(CTL_USAGE, "no");
	mark_reports(described, *state);
	mark_keys(described, error);
	json_decref(error);
	for (size_t i = 0; i < ARRAY_LENGTH(answers); i++) {
		json_t *document = json_loads(answers[i].document, 0, NULL);
		mark_keys(described, document);
		json_decref(document);
	}
	const char *key;
	json_t *seen;
	json_object_foreach(described, key, seen)
	{
		if (!json_is_true(seen))
			fail_msg("%s describes \"%s\", which is nowhere", MANUAL_PAGE, key);
	}
	json_decref(described);
}

/* ".It Cm remedy plan Ar name ..." for each command, ".Fl Fl option" for each option. */
static void
manual_page_describes_every_command_and_option(void **state UNUSED)
{
	AUTO_FREE char *page = read_file(MANUAL_PAGE);
	for (int i = 0; i < CTL_COMMAND_COUNT; i++) {
		AUTO_FREE char *entry = mem_format("\n.It Cm %s", ctl_commands[i].name);
		const char *found = strstr(page, entry);
		if (found == NULL || strchr(" \n", found[strlen(entry)]) == NULL)
			fail_msg("%s does not describe \"%s\"", MANUAL_PAGE, ctl_commands[i].name);
	}
	for (int i = 0; i < CTL_ARGUMENT_COUNT; i++) {
		AUTO_FREE char *option = mem_format("Fl Fl %s ", ctl_arguments[i].key);
		if (!ctl_arguments[i].positional && strstr(page, option) == NULL)
			fail_msg("%s does not describe --%s", MANUAL_PAGE, ctl_arguments[i].key);
	}
}

/* ---- exit codes ---- */

struct outcome {
	enum run_exit code;
	char *out, *errors;
};

static struct outcome
run_at(const struct place *place, const char *socket, const struct arguments *arguments)
{
	struct outcome outcome = {0};
	size_t out_length, error_length;
	struct run run = {
	    .arguments = arguments,
	    .socket = socket,
	    .store = place->path,
	    .viewer_group = "mailadmins",
	    .now_s = NOW + 190,
	    .out = open_memstream(&outcome.out, &out_length),
	    .errors = open_memstream(&outcome.errors, &error_length),
	};
	outcome.code = run_command(&run);
	fclose(run.out);
	fclose(run.errors);
	return outcome;
}

static void
forget(struct outcome *outcome)
{
	free(outcome->out);
	free(outcome->errors);
}

static void
without_daemon_the_store_is_read(void **state)
{
	static const enum ctl_verb verbs[] = {
	    CTL_STATUS, CTL_QUEUES, CTL_INCIDENTS, CTL_HISTORY, CTL_REMEDY_LIST};
	for (size_t i = 0; i < ARRAY_LENGTH(verbs); i++) {
		struct arguments arguments = {.request.verb = verbs[i]};
		struct outcome outcome = run_at(*state, "/nonexistent/control.sock", &arguments);
		assert_int_equal(outcome.code, RUN_NO_DAEMON);
		assert_true(strlen(outcome.out) > 20);
		bool told = strstr(outcome.out, "watchdogd is NOT RUNNING") != NULL ||
		    strstr(outcome.errors, "watchdogd does not answer") != NULL;
		assert_true(told);
		forget(&outcome);
	}
}

static void
without_daemon_json_says_so(void **state)
{
	struct arguments arguments = {.json = true, .request.verb = CTL_STATUS};
	struct outcome outcome = run_at(*state, "/nonexistent/control.sock", &arguments);
	json_t *document = json_loads(outcome.out, 0, NULL);
	const json_t *daemon = json_object_get(document, "daemon");
	assert_int_equal(outcome.code, RUN_NO_DAEMON);
	assert_true(json_is_false(json_object_get(daemon, "running")));
	assert_int_equal(json_integer_value(json_object_get(daemon, "age_s")), 190);
	json_decref(document);
	forget(&outcome);
}

static void
without_daemon_nothing_is_done(void **state)
{
	static const struct ctl_request requests[] = {
	    {.verb = CTL_PAUSE},
	    {.verb = CTL_RESUME},
	    {.verb = CTL_REMEDY_PLAN, .remedy = "hold-bounces"},
	    {.verb = CTL_REMEDY_RUN, .remedy = "hold-bounces"},
	    {.verb = CTL_REMEDY_UNDO, .action = 1},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(requests); i++) {
		struct arguments arguments = {.request = requests[i]};
		struct outcome outcome = run_at(*state, "/nonexistent/control.sock", &arguments);
		assert_int_equal(outcome.code, RUN_NO_DAEMON);
		assert_string_equal(outcome.out, "");
		assert_string_equal(outcome.errors,
		    "watchdogctl: watchdogd does not answer at /nonexistent/control.sock: No such "
		    "file or directory\n");
		forget(&outcome);
	}
}

static void
without_daemon_and_store_both_are_told(void **state)
{
	struct place nowhere = *(struct place *)*state;
	struct arguments arguments = {.request.verb = CTL_STATUS};
	snprintf(nowhere.path, sizeof(nowhere.path), "/nonexistent/history.db");
	struct outcome outcome = run_at(&nowhere, "/nonexistent/control.sock", &arguments);
	assert_int_equal(outcome.code, RUN_NO_DAEMON);
	assert_string_equal(outcome.errors,
	    "watchdogctl: watchdogd does not answer at /nonexistent/control.sock: No such file or "
	    "directory\nwatchdogctl: cannot read /nonexistent/history.db: No such file or "
	    "directory (has watchdogd ever run?)\n");
	forget(&outcome);
}

static void
row_that_is_not_there_is_told(void **state)
{
	struct arguments arguments = {.request = {.verb = CTL_INCIDENTS, .incident = 77}};
	struct outcome outcome = run_at(*state, "/nonexistent/control.sock", &arguments);
	assert_non_null(strstr(outcome.errors, "there is no incident 77"));
	forget(&outcome);
}

/* ---- a daemon that says one thing ---- */

struct parrot {
	int listening;
	const char *answer; /* without a line break at its end: closed half way */
};

static void *
parrot_run(void *parrot_)
{
	struct parrot *parrot = parrot_;
	char line[4096];
	int fd = accept(parrot->listening, NULL, NULL);
	if (recv(fd, line, sizeof(line), 0) > 0)
		send(fd, parrot->answer, strlen(parrot->answer), MSG_NOSIGNAL);
	close(fd);
	return NULL;
}

static const struct {
	enum ctl_verb verb;
	const char *answer;
	enum run_exit code;
} said[] = {
    {CTL_STATUS, "{\"open_incidents\":0,\"daemon\":{\"running\":true,\"age_s\":0}}\n", RUN_FINE},
    {CTL_QUEUES, "{\"open_incidents\":0,\"daemon\":{\"running\":true,\"age_s\":5}}\n", RUN_FINE},
    {CTL_STATUS, "{\"open_incidents\":1,\"daemon\":{\"running\":true,\"age_s\":0}}\n", RUN_WRONG},
    {CTL_QUEUES, "{\"open_incidents\":2,\"daemon\":{\"running\":true,\"age_s\":0}}\n", RUN_WRONG},
    {CTL_STATUS, "{\"open_incidents\":0,\"daemon\":{\"running\":true,\"age_s\":6}}\n", RUN_WRONG},
    {CTL_STATUS, "{\"open_incidents\":0,\"daemon\":{\"running\":true,\"age_s\":null}}\n",
	RUN_WRONG},
    {CTL_INCIDENTS, "{\"incidents\":[{}]}\n", RUN_FINE},
    {CTL_PAUSE, "{\"error\":\"only root\",\"reason\":\"permission\"}\n", RUN_USAGE},
    {CTL_REMEDY_RUN, "{\"error\":\"no remedy is called x\"}\n", RUN_USAGE},
    {CTL_PAUSE, "{\"error\":\"the engine is not running\",\"reason\":\"unavailable\"}\n",
	RUN_NO_DAEMON},
    {CTL_PAUSE, "{\"paused\":tr", RUN_NO_DAEMON},
    {CTL_PAUSE, "", RUN_NO_DAEMON},
    {CTL_PAUSE, "[]\n", RUN_NO_DAEMON},
    {CTL_VERSION, "", RUN_FINE},
};

static void
exit_code_follows_the_answer(void **state)
{
	struct place *place = *state;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/s", place->directory);
	int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(listening, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listening, 5), 0);
	for (size_t i = 0; i < ARRAY_LENGTH(said); i++) {
		pthread_t thread;
		struct parrot parrot = {listening, said[i].answer};
		struct arguments arguments = {.request.verb = said[i].verb};
		assert_int_equal(pthread_create(&thread, NULL, parrot_run, &parrot), 0);
		struct outcome outcome = run_at(place, address.sun_path, &arguments);
		pthread_join(thread, NULL);
		assert_int_equal(outcome.code, said[i].code);
		forget(&outcome);
	}
	close(listening);
	unlink(address.sun_path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(bad_day_reads_as_reviewed, make_bad_day, place_remove),
	    cmocka_unit_test_setup_teardown(
		quiet_day_reads_as_reviewed, make_quiet_day, place_remove),
	    cmocka_unit_test(answers_of_the_engine_read_as_reviewed),
	    cmocka_unit_test(any_document_is_printed_without_harm),
	    cmocka_unit_test_setup_teardown(
		manual_page_describes_every_key_and_no_other, make_bad_day, place_remove),
	    cmocka_unit_test(manual_page_describes_every_command_and_option),
	    cmocka_unit_test_setup_teardown(
		without_daemon_the_store_is_read, make_bad_day, place_remove),
	    cmocka_unit_test_setup_teardown(
		without_daemon_json_says_so, make_bad_day, place_remove),
	    cmocka_unit_test_setup_teardown(
		without_daemon_nothing_is_done, make_bad_day, place_remove),
	    cmocka_unit_test_setup_teardown(
		without_daemon_and_store_both_are_told, make_quiet_day, place_remove),
	    cmocka_unit_test_setup_teardown(
		row_that_is_not_there_is_told, make_bad_day, place_remove),
	    cmocka_unit_test_setup_teardown(
		exit_code_follows_the_answer, make_quiet_day, place_remove),
	};
	setenv("TZ", "JST-9", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

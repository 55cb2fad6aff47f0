/* SPDX-License-Identifier: ISC
 *
 * doctor_test.c - each finding by its facts, with how to mend it; and the facts of this machine.
 */
#include "tests/unit/console.h"

#include "watchdogctl/doctor.h"

#define STATUS                                                                                 \
	"{\"daemon\":{\"running\":true,\"age_s\":0,\"roles\":{\"watch\":{\"running\":true}}}," \
	"\"watch\":{\"watches\":141,\"overflows\":0,\"event_limit\":16384},"                   \
	"\"alerts\":{\"refused\":0}}"

/* A machine on which all is well. */
struct machine {
	struct doctor_facts facts;
	struct settings settings;
	json_t *status;
};

static void
set_status(struct machine *machine, const char *text)
{
	json_decref(machine->status);
	machine->status = text != NULL ? json_loads(text, 0, NULL) : NULL;
	machine->facts.status = machine->status;
}

static struct machine *
make_machine(void)
{
	struct machine *machine = mem_alloc(sizeof(*machine));
	settings_defaults(&machine->settings);
	machine->settings.alert.relay_count = machine->settings.alert.recipient_count = 1;
	strcpy(machine->settings.alert.from, "a@x");
	machine->facts = (struct doctor_facts){
	    .settings = &machine->settings,
	    .settings_valid = true,
	    .has_user = true,
	    .has_viewer_group = true,
	    .has_state_directory = true,
	    .state_disk = {"/var/lib/x", true, 50, 60},
	    .instances = {{.name = "-",
		.config_directory = "/etc/postfix",
		.version = "3.7.11",
		.long_queue_ids = true,
		.notify_classes = "resource, software",
		.disk = {"/var/spool/postfix", true, 40, 100}}},
	    .instance_count = 1,
	    .max_user_watches = 65536,
	    .clock_is_known = true,
	    .clock_is_right = true,
	    .has_landlock = true,
	};
	set_status(machine, STATUS);
	return machine;
}

static void
free_machine(struct machine *machine)
{
	json_decref(machine->status);
	free(machine);
}

static void
all_is_well(struct machine *machine UNUSED)
{
}

/* ---- one thing each that is not as it should be ---- */

static void
break_settings(struct machine *machine)
{
	machine->facts.settings_valid = false;
}

static void
stop_daemon(struct machine *machine)
{
	set_status(machine, NULL);
}

static void
blind_daemon(struct machine *machine)
{
	set_status(machine, "{\"daemon\":{\"running\":true,\"age_s\":60}}");
}

static void
stop_role(struct machine *machine)
{
	set_status(machine,
	    "{\"daemon\":{\"running\":true,\"age_s\":0,\"roles\":{\"alert\":{\"running\":false}}}"
	    "}");
}

static void
remove_user(struct machine *machine)
{
	machine->facts.has_user = false;
}

static void
remove_viewers(struct machine *machine)
{
	machine->facts.has_viewer_group = false;
}

static void
name_operators(struct machine *machine)
{
	strcpy(machine->settings.control.operator_group, "mailops");
}

static void
remove_state(struct machine *machine)
{
	machine->facts.has_state_directory = false;
}

static void
open_state(struct machine *machine)
{
	machine->facts.state_is_open = true;
}

static void
fill_state(struct machine *machine)
{
	machine->facts.state_disk.free_percent = 9;
}

static void
use_inodes(struct machine *machine)
{
	machine->facts.instances[0].disk.free_inodes_percent = 1;
}

static void
hide_queue(struct machine *machine)
{
	machine->facts.instances[0].disk.known = false;
}

static void
take_landlock(struct machine *machine)
{
	machine->facts.has_landlock = false;
}

static void
overflow(struct machine *machine)
{
	set_status(machine,
	    "{\"daemon\":{\"running\":true,\"age_s\":0},\"watch\":{\"watches\":141,\"overflows\":1,"
	    "\"event_limit\":16384}}");
}

static void
watch_much(struct machine *machine)
{
	machine->facts.max_user_watches = 200;
}

static void
stop_clock(struct machine *machine)
{
	machine->facts.clock_is_right = false;
}

static void
have_no_instance(struct machine *machine)
{
	machine->facts.instance_count = 0;
}

static void
take_postconf(struct machine *machine)
{
	machine->facts.instances[0].version[0] = '\0';
}

static void
be_old(struct machine *machine)
{
	strcpy(machine->facts.instances[0].version, "2.11.0");
}

static void
shorten_ids(struct machine *machine)
{
	machine->facts.instances[0].long_queue_ids = false;
}

static void
notify_of_bounces(struct machine *machine)
{
	strcpy(machine->facts.instances[0].notify_classes, "resource,2bounce, software");
}

static void
take_events(struct machine *machine)
{
	machine->facts.instances[0].polled = true;
}

static void
miss_program(struct machine *machine)
{
	strcpy(machine->facts.missing, "/opt/klms-control");
}

static void
have_no_relay(struct machine *machine)
{
	machine->settings.alert.relay_count = 0;
}

static void
refuse_mail(struct machine *machine)
{
	set_status(
	    machine, "{\"daemon\":{\"running\":true,\"age_s\":0},\"alerts\":{\"refused\":2}}");
}

static const struct {
	void (*change)(struct machine *machine);
	const char *about, *state, *text, *mend; /* parts of the texts */
} cases[] = {
    {break_settings, "settings", "critical", "have errors", "watchdogctl config check"},
    {stop_daemon, "daemon", "critical", "does not answer", "systemctl start postfix-watchdog"},
    {blind_daemon, "daemon", "critical", "does not see the queues", "the log"},
    {stop_role, "daemon", "warning", "the role alert is down", "the log"},
    {remove_user, "accounts", "critical", "there is no user _postfix-watchdog", "useradd"},
    {remove_viewers, "accounts", "warning", "only root can ask", "control.viewer_group"},
    {name_operators, "accounts", "warning", "there is no group mailops", "groupadd"},
    {remove_state, "history", "critical", "there is no directory", "start watchdogd"},
    {open_state, "history", "warning", "anybody may look into", "chmod o-rwx " STATE_DIR},
    {fill_state, "disk", "warning", "/var/lib/x has 9 % of its space", "make room"},
    {use_inodes, "disk", "critical", "1 % of its inodes left", "make room"},
    {hide_queue, "disk", "warning", "/var/spool/postfix cannot be looked at", "as root"},
    {take_landlock, "sandbox", "warning", "no landlock", "5.13"},
    {overflow, "inotify", "warning", "16384 events has overflowed", "watch.max_queued_events"},
    {watch_much, "inotify", "warning", "141 directories are watched, of 200",
	"fs.inotify.max_user_watches=564"},
    {stop_clock, "clock", "warning", "is not synchronised", "set-ntp"},
    {have_no_instance, "Postfix", "critical", "no instance is known", "postmulti -l"},
    {take_postconf, "Postfix", "warning", "- cannot be asked", "postconf -c /etc/postfix"},
    {be_old, "Postfix", "warning", "version 2.11.0", "a newer Postfix"},
    {shorten_ids, "Postfix", "warning", "short queue ids",
	"postconf -c /etc/postfix -e enable_long_queue_ids=yes"},
    {notify_of_bounces, "Postfix", "warning", "a mail for each bounce",
	"postconf -c /etc/postfix -e notify_classes=resource,software"},
    {take_events, "Postfix", "warning", "gives no events", "a local file system"},
    {miss_program, "filter", "warning", "needs /opt/klms-control", "set its path"},
    {have_no_relay, "mail", "warning", "nobody is told", "alert.relays"},
    {refuse_mail, "mail", "warning", "were refused", "watchdogctl alert list"},
};

/* The one finding that is not ok, or NULL; more than one fails. */
static const json_t *
find_wrong(const json_t *document)
{
	size_t i;
	const json_t *finding, *wrong = NULL;
	json_array_foreach(json_object_get(document, "findings"), i, finding)
	{
		const char *state = json_string_value(json_object_get(finding, "state"));
		bool is_fine = strcmp(state, "ok") == 0;
		assert_true(json_is_null(json_object_get(finding, "mend")) == is_fine);
		assert_true(is_fine || wrong == NULL);
		wrong = is_fine ? wrong : finding;
	}
	return wrong;
}

static json_t *
judge(void (*change)(struct machine *machine))
{
	struct machine *machine = make_machine();
	change(machine);
	json_t *document = doctor_judge(&machine->facts);
	free_machine(machine);
	return document;
}

static void
assert_part(const json_t *finding, const char *key, const char *part)
{
	const char *text = json_string_value(json_object_get(finding, key));
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", part, text);
}

static void
well_machine_has_nothing_to_mend(void **state UNUSED)
{
	json_t *document = judge(all_is_well);
	assert_null(find_wrong(document));
	assert_string_equal(json_string_value(json_object_get(document, "state")), "ok");
	assert_int_equal(json_array_size(json_object_get(document, "findings")), 11);
	json_decref(document);
}

static void
each_trouble_is_one_finding(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		json_t *document = judge(cases[i].change);
		const json_t *wrong = find_wrong(document);
		assert_non_null(wrong);
		assert_string_equal(
		    json_string_value(json_object_get(wrong, "about")), cases[i].about);
		assert_string_equal(
		    json_string_value(json_object_get(wrong, "state")), cases[i].state);
		assert_string_equal(
		    json_string_value(json_object_get(document, "state")), cases[i].state);
		assert_part(wrong, "text", cases[i].text);
		assert_part(wrong, "mend", cases[i].mend);
		json_decref(document);
	}
}

/* Of this machine, whatever it is like. */
static void
facts_are_gathered(void **state UNUSED)
{
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	AUTO_FREE struct doctor_facts *facts = mem_alloc(sizeof(*facts));
	settings_defaults(settings);
	strcpy(settings->state_directory, "/tmp");
	strcpy(settings->user, "root");
	strcpy(settings->control.viewer_group, "no-such-group");
	strcpy(settings->klms.control, "/nonexistent/klms-control");
	strcpy(settings->rules[0].steps[0].remedy, "klms-policy");
	json_t *status =
	    json_loads("{\"instances\":[{\"name\":\"x\",\"config_directory\":\"/nonexistent\","
		       "\"queue_directory\":\"/\",\"polled\":true}]}",
		0, NULL);
	doctor_gather(settings, true, status, facts);
	assert_true(facts->has_user && !facts->has_viewer_group && !facts->has_operator_group);
	assert_true(facts->has_state_directory && facts->state_is_open);
	assert_true(facts->state_disk.known);
	assert_in_range(facts->state_disk.free_percent, 0, 100);
	assert_int_equal(facts->instance_count, 1);
	assert_string_equal(facts->instances[0].version, ""); /* there is no such directory */
	assert_true(facts->instances[0].polled && facts->instances[0].disk.known);
	assert_string_equal(facts->missing, "/nonexistent/klms-control");
	json_decref(status);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(well_machine_has_nothing_to_mend),
	    cmocka_unit_test(each_trouble_is_one_finding),
	    cmocka_unit_test(facts_are_gathered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: ISC
 *
 * setting_test.c - orders about a setting: a setting of memory alone, whose remedy is killed at every
 * step and ordered again; and main.cf through the real postconf.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <ftw.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/mem.h"
#include "remedies/postfix.h"
#include "remedies/setting.h"
#include "watchdogd/role.h"

/* ---- a setting of memory alone ---- */

static struct {
	struct setting_value file; /* what is written */
	char running[SETTING_VALUE_SIZE]; /* what the program goes by */
	int reloads;
	int die_at; /* the step at which the role is killed; 0: never */
	int step;
	bool write_fails, write_lies, reload_fails;
	jmp_buf killed;
} world;

static void
pass_step(void)
{
	if (++world.step == world.die_at)
		longjmp(world.killed, 1);
}

static int
check_any(const struct setting_order *order UNUSED, char problem[REASON_TEXT_SIZE] UNUSED)
{
	return 0;
}

static int
read_memory(const struct setting_order *order UNUSED, struct setting_value *ret_value,
    char problem[REASON_TEXT_SIZE] UNUSED)
{
	pass_step();
	*ret_value = world.file;
	return 0;
}

static int
write_memory(const struct setting_order *order UNUSED, const struct setting_value *value,
    char problem[REASON_TEXT_SIZE])
{
	pass_step();
	if (world.write_fails) {
		snprintf(problem, REASON_TEXT_SIZE, "no room");
		return -EIO;
	}
	if (!world.write_lies)
		world.file = *value;
	if (!value->set)
		strcpy(world.file.text, "5d");
	pass_step();
	return 0;
}

static bool
always(const struct setting_order *order UNUSED)
{
	return true;
}

static int
reload_memory(
    const struct setting_order *order UNUSED, bool *ret_told, char problem[REASON_TEXT_SIZE])
{
	pass_step();
	if (world.reload_fails) {
		snprintf(problem, REASON_TEXT_SIZE, "does not run after its reload");
		return -EIO;
	}
	strcpy(world.running, world.file.text);
	world.reloads++;
	*ret_told = true;
	pass_step();
	return 0;
}

static const struct setting_remedy memory = {
    .name = "memory",
    .check = check_any,
    .read = read_memory,
    .write = write_memory,
    .moves_queue = true,
    .needs_reload = always,
    .reload = reload_memory,
};

/* 5d by default, to be 1h. */
static struct setting_order
begin(enum change_step step)
{
	memset(&world, 0, sizeof(world));
	strcpy(world.file.text, "5d");
	strcpy(world.running, "5d");
	struct setting_order order = {.number = 7, .step = step, .remedy = &memory, .setting = ""};
	order.value = (struct setting_value){.set = true, .text = "1h"};
	order.old = world.file;
	return order;
}

/* Runs it; false: it was killed. */
static bool
run(const struct setting_order *order, struct message_change_outcome *ret_outcome)
{
	world.step = 0;
	if (setjmp(world.killed) != 0)
		return false;
	setting_run(order, ret_outcome);
	return true;
}

static void
a_plan_changes_nothing(void **state UNUSED)
{
	struct message_change_outcome outcome;
	struct setting_order order = begin(CHANGE_PLAN);
	assert_true(run(&order, &outcome));
	assert_int_equal(outcome.outcome, CHANGE_PLANNED);
	assert_int_equal(outcome.order, 7);
	assert_false(outcome.was_set);
	assert_string_equal(outcome.old_value, "5d");
	assert_string_equal(outcome.value, "1h");
	assert_int_equal(outcome.reload, 1);
	assert_string_equal(
	    outcome.text, "would set memory to 1h; it is 5d, its default; needs a reload");
	assert_string_equal(world.file.text, "5d");
	assert_int_equal(world.reloads, 0);
}

static void
a_plan_of_what_is_so_already(void **state UNUSED)
{
	struct message_change_outcome outcome;
	struct setting_order order = begin(CHANGE_PLAN);
	strcpy(order.value.text, "5d");
	assert_true(run(&order, &outcome));
	assert_int_equal(outcome.outcome, CHANGE_ALREADY);
	assert_int_equal(outcome.reload, 0);
}

static void
killed_at_every_step(void **state UNUSED)
{
	int deaths = 0;
	for (int step = CHANGE_APPLY; step <= CHANGE_UNDO; step++) {
		for (int at = 1;; at++) {
			struct message_change_outcome outcome;
			struct setting_order order = begin((enum change_step)step);
			if (step == CHANGE_UNDO) {
				world.file = order.value;
				strcpy(world.running, "1h");
			}
			world.die_at = at;
			if (run(&order, &outcome))
				break; /* there are not so many steps */
			deaths++;
			world.die_at = 0;
			order.repeat = true;
			assert_true(run(&order, &outcome));
			assert_int_equal(outcome.outcome, CHANGE_DONE);
			const struct setting_value *end =
			    step == CHANGE_UNDO ? &order.old : &order.value;
			assert_int_equal(world.file.set, end->set);
			assert_string_equal(world.file.text, end->text);
			assert_string_equal(world.running, end->text);
		}
	}
	assert_int_equal(deaths, 12); /* read, write, written, read, reload, reloaded */
}

/* An operator takes back what was half done. */
static void
undone_after_a_kill_at_every_step(void **state UNUSED)
{
	for (int at = 1;; at++) {
		struct message_change_outcome outcome;
		struct setting_order order = begin(CHANGE_APPLY);
		world.die_at = at;
		bool ended = run(&order, &outcome);
		world.die_at = 0;
		order.step = CHANGE_UNDO;
		assert_true(run(&order, &outcome));
		assert_true(outcome.outcome == CHANGE_DONE || outcome.outcome == CHANGE_ALREADY);
		assert_false(world.file.set);
		assert_string_equal(world.running, "5d");
		if (ended)
			break;
	}
}

static void
what_somebody_else_changed_is_left(void **state UNUSED)
{
	struct message_change_outcome outcome;
	for (int repeat = 0; repeat <= 1; repeat++) {
		struct setting_order order = begin(CHANGE_APPLY);
		order.repeat = repeat != 0;
		world.file = (struct setting_value){.set = true, .text = "2d"};
		assert_true(run(&order, &outcome));
		assert_int_equal(outcome.outcome, CHANGE_FOREIGN);
		assert_string_equal(outcome.text,
		    "memory is 2d, not 5d, its default: changed by somebody else, left alone");
		order.step = CHANGE_UNDO;
		assert_true(run(&order, &outcome));
		assert_int_equal(outcome.outcome, CHANGE_FOREIGN);
		assert_string_equal(
		    outcome.text, "memory is 2d, not 1h: changed by somebody else, left alone");
		assert_string_equal(world.file.text, "2d");
		assert_int_equal(world.reloads, 0);
	}
}

/* The default of another version differs: it was not set, and that is what counts. */
static void
another_default_is_no_change(void **state UNUSED)
{
	struct message_change_outcome outcome;
	struct setting_order order = begin(CHANGE_APPLY);
	strcpy(order.old.text, "3d");
	assert_true(run(&order, &outcome));
	assert_int_equal(outcome.outcome, CHANGE_DONE);
	assert_string_equal(world.file.text, "1h");
}

/* Of a first order, somebody else was there: not ours, and not to be taken back. */
static void
what_is_so_already_is_not_ours(void **state UNUSED)
{
	struct message_change_outcome outcome;
	struct setting_order order = begin(CHANGE_APPLY);
	world.file = order.value;
	assert_true(run(&order, &outcome));
	assert_int_equal(outcome.outcome, CHANGE_ALREADY);
	assert_int_equal(world.reloads, 0);
}

static void
failures_are_told(void **state UNUSED)
{
	struct message_change_outcome outcome;
	struct setting_order order = begin(CHANGE_APPLY);
	world.write_fails = true;
	assert_true(run(&order, &outcome));
	assert_int_equal(outcome.outcome, CHANGE_FAILED);
	assert_string_equal(outcome.text, "no room");
	begin(CHANGE_APPLY);
	world.write_lies = true;
	assert_true(run(&order, &outcome));
	assert_int_equal(outcome.outcome, CHANGE_FAILED);
	assert_string_equal(outcome.text, "memory was written and is 5d, its default");
	begin(CHANGE_APPLY);
	world.reload_fails = true;
	assert_true(run(&order, &outcome));
	assert_int_equal(outcome.outcome, CHANGE_FAILED);
	world.reload_fails = false;
	order.repeat = true;
	assert_true(run(&order, &outcome));
	assert_int_equal(outcome.outcome, CHANGE_DONE);
	assert_string_equal(world.running, "1h");
}

/* ---- what is taken for an order ---- */

static struct message_change_order
make_frame(void)
{
	return (struct message_change_order){
	    .order = 9,
	    .step = CHANGE_APPLY,
	    .remedy = "postfix-parameter",
	    .config_directory = "/etc/postfix",
	    .queue_directory = "/var/spool/postfix",
	    .setting = "bounce_queue_lifetime",
	    .value = "1h",
	};
}

static struct role *
make_role(void)
{
	struct role *role = mem_alloc(sizeof(*role));
	role->instance_count = 1;
	strcpy(role->instances[0].config_directory, "/etc/postfix");
	strcpy(role->instances[0].queue_directory, "/var/spool/postfix");
	strcpy(role->settings.postfix.command_directory, "/usr/sbin");
	return role;
}

static void
a_good_order_is_taken(void **state UNUSED)
{
	char problem[REASON_TEXT_SIZE] = "";
	struct setting_order order;
	AUTO_FREE struct role *role = make_role();
	struct message_change_order frame = make_frame();
	frame.was_set = 1;
	strcpy(frame.old_value, "$maximal_queue_lifetime");
	assert_int_equal(setting_check(&frame, role, &order, problem), 0);
	assert_ptr_equal(order.remedy, &setting_postfix_parameter);
	assert_ptr_equal(order.instance, &role->instances[0]);
	assert_true(order.value.set && order.old.set);
	assert_string_equal(order.value.text, "1h");
	assert_string_equal(order.old.text, "$maximal_queue_lifetime");
}

static void
forbidden_orders_are_refused(void **state UNUSED)
{
	static const struct {
		const char *remedy, *config, *setting, *value, *old, *problem;
	} rows[] = {
	    {"hold-bounces", NULL, NULL, NULL, NULL, "there is no remedy hold-bounces"},
	    {NULL, "/etc/evil", NULL, NULL, NULL, "no instance of ours"},
	    {NULL, NULL, "mynetworks", "0.0.0.0/0", NULL, "mynetworks may not be changed"},
	    {NULL, NULL, "relay_domains=x", NULL, NULL, "may not be changed"},
	    {NULL, NULL, "", NULL, NULL, "may not be changed"},
	    {NULL, NULL, "a b_destination_rate_delay", NULL, NULL, "may not be changed"},
	    {NULL, NULL, "-c_destination_rate_delay", NULL, NULL, "may not be changed"},
	    {NULL, NULL, NULL, "1h\nmynetworks = 0.0.0.0/0", NULL, "is not one line"},
	    {NULL, NULL, NULL, "90d", NULL, "expected a time from 0s to 30d"},
	    {NULL, NULL, NULL, "60", NULL, "expected a time from 0s to 30d"},
	    {NULL, NULL, NULL, "", NULL, "expected a time from 0s to 30d"},
	    {NULL, NULL, NULL, NULL, "tcp:192.0.2.1:99", "could not be put back"},
	    {NULL, NULL, NULL, NULL, "1h\nx", "is not one line"},
	    {"bounce-lane", NULL, NULL, NULL, NULL, "has no setting bounce_queue_lifetime"},
	    {"bounce-lane", NULL, "", "off", NULL, "does not set anything to off"},
	    {"bounce-lane", NULL, "", "on", "tcp:x", "was never tcp:x"},
	    {"install-bounce-lane", NULL, "", "", "tcp:x", "was never tcp:x"},
	};
	AUTO_FREE struct role *role = make_role();
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char problem[REASON_TEXT_SIZE] = "";
		struct setting_order order;
		struct message_change_order frame = make_frame();
		frame.was_set = 1;
		if (rows[i].remedy != NULL)
			strcpy(frame.remedy, rows[i].remedy);
		if (rows[i].config != NULL)
			strcpy(frame.config_directory, rows[i].config);
		if (rows[i].setting != NULL)
			strcpy(frame.setting, rows[i].setting);
		if (rows[i].value != NULL)
			strcpy(frame.value, rows[i].value);
		strcpy(frame.old_value, rows[i].old != NULL ? rows[i].old : "5d");
		assert_int_equal(setting_check(&frame, role, &order, problem), -EPERM);
		if (strstr(problem, rows[i].problem) == NULL)
			fail_msg("row %zu: %s", i, problem);
	}
	struct message_change_order frame = make_frame();
	struct setting_order order;
	char problem[REASON_TEXT_SIZE] = "";
	frame.step = CHANGE_STEP_COUNT;
	assert_int_equal(setting_check(&frame, role, &order, problem), -EPERM);
}

/* ---- main.cf ---- */

static struct {
	char root[64];
	char file[128];
	struct message_instance instance;
	struct setting_order order;
} site;

static void
write_main_cf(const char *text)
{
	FILE *file = fopen(site.file, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static char *
read_main_cf(void)
{
	static char text[4096];
	FILE *file = fopen(site.file, "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return text;
}

#define FIRST_LINES                                         \
	"compatibility_level = 3.6\nqueue_directory = %s\n" \
	"data_directory = %s\nmaximal_queue_lifetime = 4d\n# end\n"

static int
set_up(void **state UNUSED)
{
	char text[1024];
	memset(&site, 0, sizeof(site));
	strcpy(site.root, "/tmp/watchdogd-setting.XXXXXX");
	assert_non_null(mkdtemp(site.root));
	snprintf(site.file, sizeof(site.file), "%s/main.cf", site.root);
	strcpy(site.instance.config_directory, site.root);
	snprintf(text, sizeof(text), FIRST_LINES, site.root, site.root);
	write_main_cf(text);
	site.order = (struct setting_order){
	    .remedy = &setting_postfix_parameter,
	    .instance = &site.instance,
	    .command_directory = "/usr/sbin",
	    .setting = "smtp_helo_timeout", /* needs no reload: nothing runs here */
	    .value = {.set = true, .text = "5s"},
	};
	return 0;
}

static int
remove_one(const char *path, const struct stat *st UNUSED, int type UNUSED, struct FTW *ftw UNUSED)
{
	return remove(path);
}

static int
tear_down(void **state UNUSED)
{
	return nftw(site.root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void
order_step(enum change_step step, enum change_outcome expected)
{
	struct message_change_outcome outcome;
	site.order.step = step;
	setting_run(&site.order, &outcome);
	if ((enum change_outcome)outcome.outcome != expected)
		fail_msg("%s: %s", names_get(&names_change, (int)outcome.outcome), outcome.text);
	if (step != CHANGE_PLAN)
		return;
	site.order.old.set = outcome.was_set != 0;
	memcpy(site.order.old.text, outcome.old_value, sizeof(outcome.old_value));
}

static void
a_parameter_that_was_not_set(void **state UNUSED)
{
	AUTO_FREE char *before = mem_text(read_main_cf());
	order_step(CHANGE_PLAN, CHANGE_PLANNED);
	assert_false(site.order.old.set);
	assert_string_equal(site.order.old.text, "300s");
	assert_string_equal(read_main_cf(), before);
	order_step(CHANGE_APPLY, CHANGE_DONE);
	assert_non_null(strstr(read_main_cf(), "\nsmtp_helo_timeout = 5s\n"));
	order_step(CHANGE_UNDO, CHANGE_DONE);
	assert_string_equal(read_main_cf(), before);
	order_step(CHANGE_UNDO, CHANGE_ALREADY);
}

static void
a_parameter_that_was_set(void **state UNUSED)
{
	AUTO_FREE char *before = mem_text(read_main_cf());
	site.order.setting = "maximal_queue_lifetime";
	strcpy(site.order.value.text, "1d");
	order_step(CHANGE_PLAN, CHANGE_PLANNED);
	assert_true(site.order.old.set);
	assert_string_equal(site.order.old.text, "4d");
	order_step(CHANGE_APPLY, CHANGE_DONE);
	order_step(CHANGE_UNDO, CHANGE_DONE);
	assert_string_equal(read_main_cf(), before);
}

static void
a_transport_of_this_postfix(void **state UNUSED)
{
	strcpy(site.order.value.text, "5s");
	site.order.setting = "default_destination_rate_delay";
	order_step(CHANGE_PLAN, CHANGE_PLANNED);
	site.order.setting = "nosuch_destination_rate_delay";
	order_step(CHANGE_PLAN, CHANGE_REFUSED);
}

static void
owner_and_mode_stay(void **state UNUSED)
{
	struct stat st;
	const struct group *group = getgrnam("postfix");
	assert_non_null(group);
	assert_int_equal(chown(site.file, 0, group->gr_gid), 0);
	assert_int_equal(chmod(site.file, 0640), 0);
	order_step(CHANGE_PLAN, CHANGE_PLANNED);
	order_step(CHANGE_APPLY, CHANGE_DONE);
	assert_int_equal(stat(site.file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(st.st_gid, group->gr_gid);
}

static void
a_link_is_not_touched(void **state UNUSED)
{
	char target[160];
	struct stat st;
	snprintf(target, sizeof(target), "%s/main.cf.real", site.root);
	assert_int_equal(rename(site.file, target), 0);
	assert_int_equal(symlink("main.cf.real", site.file), 0);
	order_step(CHANGE_PLAN, CHANGE_PLANNED);
	order_step(CHANGE_APPLY, CHANGE_REFUSED);
	assert_int_equal(lstat(site.file, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_null(strstr(read_main_cf(), "smtp_helo_timeout"));
}

static void
no_postconf(void **state UNUSED)
{
	site.order.command_directory = "/nonexistent";
	order_step(CHANGE_PLAN, CHANGE_FAILED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_plan_changes_nothing),
	    cmocka_unit_test(a_plan_of_what_is_so_already),
	    cmocka_unit_test(killed_at_every_step),
	    cmocka_unit_test(undone_after_a_kill_at_every_step),
	    cmocka_unit_test(what_somebody_else_changed_is_left),
	    cmocka_unit_test(another_default_is_no_change),
	    cmocka_unit_test(what_is_so_already_is_not_ours),
	    cmocka_unit_test(failures_are_told),
	    cmocka_unit_test(a_good_order_is_taken),
	    cmocka_unit_test(forbidden_orders_are_refused),
	    cmocka_unit_test_setup_teardown(a_parameter_that_was_not_set, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_parameter_that_was_set, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_transport_of_this_postfix, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(owner_and_mode_stay, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_link_is_not_touched, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(no_postconf, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

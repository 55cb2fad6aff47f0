/* SPDX-License-Identifier: ISC
 *
 * intake_test.c - what the remedy role takes for an order, and what it refuses: an engine that was
 * taken over must not get anything done that is not in the catalogue.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "lib/mem.h"
#include "remedies/intake.h"
#include "remedies/setting.h"

static struct intake intake;

static int
take(enum message_type type, const void *message)
{
	static uint8_t bytes[CHANNEL_PAYLOAD_MAX];
	long length = wire_encode(message_layout(type), message, bytes, sizeof(bytes));
	assert_true(length >= 0);
	const struct channel_frame frame = {
	    .type = (uint16_t)type, .length = (size_t)length, .payload = bytes, .fd = -1};
	return intake_take(&intake, &frame);
}

static struct message_order
make_head(void)
{
	return (struct message_order){
	    .order = 5,
	    .remedy = "hold-bounces",
	    .config_directory = "/etc/postfix",
	    .queue_directory = "/var/spool/postfix",
	};
}

static struct message_order_message
make_message(void)
{
	return (struct message_order_message){
	    .order = 5,
	    .queue_id = "4A1B2C3D",
	    .queue = QUEUE_DEFERRED,
	    .inode = 11,
	    .ctime_ns = 22,
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
a_whole_order_is_taken(void **state UNUSED)
{
	const struct message_order head = make_head();
	const struct message_order_message message = make_message();
	const struct message_order_end end = {.order = 5, .messages = 1};
	struct remedy_order order;
	char problem[REASON_TEXT_SIZE] = "";
	AUTO_FREE struct role *role = make_role();
	intake_clear(&intake);
	assert_int_equal(take(MESSAGE_TYPE_ORDER, &head), 0);
	assert_int_equal(take(MESSAGE_TYPE_ORDER_MESSAGE, &message), 0);
	assert_int_equal(take(MESSAGE_TYPE_ORDER_END, &end), 1);
	assert_int_equal(intake_check(&intake, role, &order, problem), 0);
	assert_ptr_equal(order.remedy, &remedy_hold_bounces);
	assert_ptr_equal(order.instance, &role->instances[0]);
	assert_string_equal(order.command_directory, "/usr/sbin");
	assert_int_equal(order.count, 1);
	assert_string_equal(order.messages[0].queue_id, "4A1B2C3D");
	assert_int_equal(order.messages[0].inode, 11);
	assert_int_equal(order.messages[0].ctime_ns, 22);
	assert_int_equal(order.messages[0].outcome, OUTCOME_PLANNED);
	assert_false(order.repeat);
}

/* One thing is wrong in each; the frames are well-formed. */
static void
forbidden_orders_are_refused(void **state UNUSED)
{
	static const struct {
		const char *remedy, *config, *spool, *id;
		enum queue_name queue;
		const char *problem;
	} rows[] = {
	    {"rm -rf", NULL, NULL, NULL, QUEUE_DEFERRED,
		"order refused: there is no remedy rm -rf"},
	    {"", NULL, NULL, NULL, QUEUE_DEFERRED, "order refused: there is no remedy "},
	    {NULL, "/etc/evil", NULL, NULL, QUEUE_DEFERRED,
		"order refused: no instance of ours has the configuration directory /etc/evil"},
	    {NULL, NULL, "/", NULL, QUEUE_DEFERRED,
		"order refused: no instance of ours has the configuration directory /etc/postfix"},
	    {NULL, NULL, NULL, "../../x", QUEUE_DEFERRED, "order refused: no queue id: ../../x"},
	    {NULL, NULL, NULL, "A\nB", QUEUE_DEFERRED, "order refused: no queue id: A\\x0aB"},
	    {NULL, NULL, NULL, "-", QUEUE_DEFERRED, "order refused: no queue id: -"},
	    {NULL, NULL, NULL, "", QUEUE_DEFERRED, "order refused: no queue id: "},
	    {NULL, NULL, NULL, NULL, QUEUE_ACTIVE,
		"order refused: the remedy may not act in the queue active"},
	    {NULL, NULL, NULL, NULL, QUEUE_MAILDROP,
		"order refused: the remedy may not act in the queue maildrop"},
	    {"release", NULL, NULL, NULL, QUEUE_DEFERRED,
		"order refused: the remedy may not act in the queue deferred"},
	    {"delete-bounces", NULL, NULL, NULL, QUEUE_INCOMING,
		"order refused: the remedy may not act in the queue incoming"},
	};
	AUTO_FREE struct role *role = make_role();
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct message_order head = make_head();
		struct message_order_message message = make_message();
		const struct message_order_end end = {.order = 5, .messages = 1};
		struct remedy_order order = {.number = 99};
		char problem[REASON_TEXT_SIZE] = "";
		if (rows[i].remedy != NULL)
			strcpy(head.remedy, rows[i].remedy);
		if (rows[i].config != NULL)
			strcpy(head.config_directory, rows[i].config);
		if (rows[i].spool != NULL)
			strcpy(head.queue_directory, rows[i].spool);
		if (rows[i].id != NULL)
			strcpy(message.queue_id, rows[i].id);
		message.queue = rows[i].queue;
		intake_clear(&intake);
		assert_int_equal(take(MESSAGE_TYPE_ORDER, &head), 0);
		assert_int_equal(take(MESSAGE_TYPE_ORDER_MESSAGE, &message), 0);
		assert_int_equal(take(MESSAGE_TYPE_ORDER_END, &end), 1);
		assert_int_equal(intake_check(&intake, role, &order, problem), -EPERM);
		assert_string_equal(problem, rows[i].problem);
		assert_int_equal(order.number, 99);
	}
}

static void
frames_out_of_place_end_the_link(void **state UNUSED)
{
	const struct message_order head = make_head();
	const struct message_order_message message = make_message();
	struct message_order_message other = make_message();
	struct message_order_message no_queue = make_message();
	const struct message_order_end end = {.order = 5, .messages = 1};
	const struct message_order_end wrong_count = {.order = 5, .messages = 2};
	const struct message_order_end wrong_order = {.order = 6, .messages = 0};
	const struct message_ping ping = {.number = 1};
	other.order = 6;
	no_queue.queue = QUEUE_COUNT;

	intake_clear(&intake);
	assert_int_equal(take(MESSAGE_TYPE_ORDER_MESSAGE, &message), -EBADMSG);
	assert_int_equal(take(MESSAGE_TYPE_ORDER_END, &end), -EBADMSG);
	assert_int_equal(take(MESSAGE_TYPE_PING, &ping), -EBADMSG);
	assert_int_equal(take(MESSAGE_TYPE_ORDER, &head), 0);
	assert_int_equal(take(MESSAGE_TYPE_ORDER, &head), -EBADMSG);
	assert_int_equal(take(MESSAGE_TYPE_ORDER_MESSAGE, &other), -EBADMSG);
	assert_int_equal(take(MESSAGE_TYPE_ORDER_MESSAGE, &no_queue), -EBADMSG);
	assert_int_equal(take(MESSAGE_TYPE_ORDER_END, &wrong_order), -EBADMSG);
	assert_int_equal(take(MESSAGE_TYPE_ORDER_MESSAGE, &message), 0);
	assert_int_equal(take(MESSAGE_TYPE_ORDER_END, &wrong_count), -EBADMSG);

	intake_clear(&intake);
	assert_int_equal(take(MESSAGE_TYPE_ORDER_END, &end), -EBADMSG);
	assert_int_equal(take(MESSAGE_TYPE_ORDER, &head), 0);
	for (int i = 0; i < INTAKE_MESSAGES_MAX; i++)
		assert_int_equal(take(MESSAGE_TYPE_ORDER_MESSAGE, &message), 0);
	assert_int_equal(take(MESSAGE_TYPE_ORDER_MESSAGE, &message), -EBADMSG);
}

/* Each remedy has its row in the catalogue and the other way round. */
static void
the_catalogue_is_complete(void **state UNUSED)
{
	for (int i = 0; i < catalogue_count; i++) {
		const struct remedy *remedy = remedy_find(catalogue[i].name);
		const struct setting_remedy *setting = setting_find(catalogue[i].name);
		assert_true((setting != NULL) == catalogue[i].on_setting);
		assert_true((remedy != NULL) != catalogue[i].on_setting);
		if (setting != NULL)
			continue;
		assert_string_equal(remedy->name, catalogue[i].name);
		assert_true((remedy->judge != NULL) == catalogue[i].from_copies);
		if (remedy->judge == NULL)
			assert_true(remedy->is_done(NULL) == catalogue[i].ends_in_nothing);
	}
	assert_null(remedy_find("hold-everything"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_whole_order_is_taken),
	    cmocka_unit_test(forbidden_orders_are_refused),
	    cmocka_unit_test(frames_out_of_place_end_the_link),
	    cmocka_unit_test(the_catalogue_is_complete),
	};
	return cmocka_run_group_tests_name("intake", tests, NULL, NULL);
}

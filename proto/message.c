/* SPDX-License-Identifier: ISC
 *
 * message.c - the layouts of all messages, made from the lists in message.h, and the two ways to
 * send one.
 */
#include "proto/message.h"

#include <errno.h>

#include "lib/channel.h"
#include "lib/log.h"

#define FIELD(kind_, name_, size_) {#name_, kind_, offsetof(struct THIS, name_), size_},
#define U64_(name) FIELD(WIRE_U64, name, 8)
#define I64_(name) FIELD(WIRE_I64, name, 8)
#define TEXT_(name, size) FIELD(WIRE_TEXT, name, size)
#define BYTES_(name) FIELD(WIRE_BYTES, name, 0)

#define THIS message_config
static const struct wire_field fields_config[] = {MESSAGE_CONFIG(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_instance
static const struct wire_field fields_instance[] = {MESSAGE_INSTANCE(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_link
static const struct wire_field fields_link[] = {MESSAGE_LINK(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_start
static const struct wire_field fields_start[] = {MESSAGE_START(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_stop
static const struct wire_field fields_stop[] = {MESSAGE_STOP(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_ping
static const struct wire_field fields_ping[] = {MESSAGE_PING(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_pong
static const struct wire_field fields_pong[] = {MESSAGE_PONG(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_ready
static const struct wire_field fields_ready[] = {MESSAGE_READY(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_role
static const struct wire_field fields_role[] = {MESSAGE_ROLE(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_tick_queue
static const struct wire_field fields_tick_queue[] = {
    MESSAGE_TICK_QUEUE(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_tick_flow
static const struct wire_field fields_tick_flow[] = {MESSAGE_TICK_FLOW(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_tick_top
static const struct wire_field fields_tick_top[] = {MESSAGE_TICK_TOP(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_tick_spool
static const struct wire_field fields_tick_spool[] = {
    MESSAGE_TICK_SPOOL(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_tick
static const struct wire_field fields_tick[] = {MESSAGE_TICK(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_select_id
static const struct wire_field fields_select_id[] = {MESSAGE_SELECT_ID(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_select
static const struct wire_field fields_select[] = {MESSAGE_SELECT(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_selected
static const struct wire_field fields_selected[] = {MESSAGE_SELECTED(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_select_end
static const struct wire_field fields_select_end[] = {
    MESSAGE_SELECT_END(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_order
static const struct wire_field fields_order[] = {MESSAGE_ORDER(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_order_message
static const struct wire_field fields_order_message[] = {
    MESSAGE_ORDER_MESSAGE(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_order_end
static const struct wire_field fields_order_end[] = {MESSAGE_ORDER_END(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_outcome_message
static const struct wire_field fields_outcome_message[] = {
    MESSAGE_OUTCOME_MESSAGE(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_outcome
static const struct wire_field fields_outcome[] = {MESSAGE_OUTCOME(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_change_order
static const struct wire_field fields_change_order[] = {
    MESSAGE_CHANGE_ORDER(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_change_outcome
static const struct wire_field fields_change_outcome[] = {
    MESSAGE_CHANGE_OUTCOME(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_notice
static const struct wire_field fields_notice[] = {MESSAGE_NOTICE(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_command
static const struct wire_field fields_command[] = {MESSAGE_COMMAND(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_command_result
static const struct wire_field fields_command_result[] = {
    MESSAGE_COMMAND_RESULT(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_question
static const struct wire_field fields_question[] = {MESSAGE_QUESTION(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_answer_message
static const struct wire_field fields_answer_message[] = {
    MESSAGE_ANSWER_MESSAGE(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_answer_recipient
static const struct wire_field fields_answer_recipient[] = {
    MESSAGE_ANSWER_RECIPIENT(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_answer_move
static const struct wire_field fields_answer_move[] = {
    MESSAGE_ANSWER_MOVE(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_answer_domain
static const struct wire_field fields_answer_domain[] = {
    MESSAGE_ANSWER_DOMAIN(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_answer_top
static const struct wire_field fields_answer_top[] = {
    MESSAGE_ANSWER_TOP(U64_, I64_, TEXT_, BYTES_)};
#undef THIS
#define THIS message_answer_end
static const struct wire_field fields_answer_end[] = {
    MESSAGE_ANSWER_END(U64_, I64_, TEXT_, BYTES_)};
#undef THIS

#define LAYOUT_(TYPE, tag)                               \
	[MESSAGE_TYPE_##TYPE] = {                        \
	    .name = #tag,                                \
	    .struct_size = sizeof(struct message_##tag), \
	    .fields = fields_##tag,                      \
	    .field_count = ARRAY_LENGTH(fields_##tag),   \
	},
static const struct wire_layout layouts[MESSAGE_TYPE_END] = {MESSAGE_TYPES(LAYOUT_)};

const struct wire_layout *
message_layout(unsigned type)
{
	if (type <= MESSAGE_TYPE_NONE || type >= MESSAGE_TYPE_END)
		return NULL;
	return &layouts[type];
}

/* Encodes into a buffer of the process: no role has threads. */
static size_t
encode(enum message_type type, const void *message, const uint8_t **ret_bytes)
{
	static uint8_t buffer[CHANNEL_PAYLOAD_MAX];
	const struct wire_layout *layout = message_layout(type);
	if (layout == NULL)
		panic("message type %d does not exist", type);
	long length = wire_encode(layout, message, buffer, sizeof(buffer));
	if (length < 0)
		panic("message %s does not fit into %zu bytes", layout->name, sizeof(buffer));
	*ret_bytes = buffer;
	return (size_t)length;
}

void
message_send(struct channel *channel, enum message_type type, const void *message, int fd)
{
	const uint8_t *bytes;
	size_t length = encode(type, message, &bytes);
	channel_send(channel, (uint16_t)type, bytes, length, fd);
}

int
message_write(int fd, enum message_type type, const void *message, int pass_fd)
{
	const uint8_t *bytes;
	size_t length = encode(type, message, &bytes);
	return channel_write(fd, (uint16_t)type, bytes, length, pass_fd);
}

int
message_decode(enum message_type type, const uint8_t *payload, size_t length, void *ret_message)
{
	const struct wire_layout *layout = message_layout(type);
	if (layout == NULL)
		return -EBADMSG;
	return wire_decode(layout, payload, length, ret_message);
}

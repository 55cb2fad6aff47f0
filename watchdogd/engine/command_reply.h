/* SPDX-License-Identifier: ISC
 *
 * command_reply.h - how a command is answered: what command.c, command_incident.c and
 * command_action.c share. Each command is answered exactly once.
 */
#ifndef WATCHDOGD_ENGINE_COMMAND_REPLY_H
#define WATCHDOGD_ENGINE_COMMAND_REPLY_H

#include <jansson.h>

#include "watchdogd/engine/command.h"

/* Consumes the document. A control role that is gone meanwhile misses the answer. */
void command_reply(const struct command_parts *parts, uint64_t request, bool ok, json_t *document);
/* Says why it is not done. */
void command_decline(const struct command_parts *parts, const struct message_command *command,
    const char *format, ...) PRINTF_LIKE(3, 4);
/* With the action that has begun, or that was changed. */
void command_answer_action(const struct command_parts *parts, const struct message_command *command,
    const struct row_action *row);
/* The instance that is meant: the named one, or the only one. NULL: declined. */
const struct message_instance *command_find_instance(
    const struct command_parts *parts, const struct message_command *command);
/* "uid 0" */
void command_format_person(const struct message_command *command, char *text, size_t size);
/* Writes down who does it, inside the transaction. incident, action: what it is about, or 0. */
int command_note(const struct command_parts *parts, const struct message_command *command,
    int64_t incident, int64_t action, int64_t now_s) MUST_CHECK;
/* Ends the transaction that the operator waits for by its result; on failure he is told, and memory
 * is stale. */
bool command_end(
    const struct command_parts *parts, const struct message_command *command, int result);

/* command_incident.c: expect */
void command_expect(
    const struct command_parts *parts, const struct message_command *command, int64_t now_s);
/* command_action.c: undo, confirm, reject, revert. false: the verb is none of them. */
bool command_on_action(
    const struct command_parts *parts, const struct message_command *command, int64_t now_s);
/* command_incident.c: ack, snooze, close, note. false: the verb is none of them. */
bool command_on_incident(
    const struct command_parts *parts, const struct message_command *command, int64_t now_s);

#endif

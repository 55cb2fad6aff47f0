/* SPDX-License-Identifier: ISC
 *
 * trial.h - mails that only show whether mail gets there: one to each recipient through each relay,
 * for an operator who waits for what becomes of them. Engine.
 */
#ifndef WATCHDOGD_ENGINE_TRIAL_H
#define WATCHDOGD_ENGINE_TRIAL_H

#include "proto/message.h"
#include "watchdogd/engine/command.h"

/* alert test: to command->text, a recipient of the settings, or to all of them. Answers with the
 * notices that it has put into the outbox. */
void trial_command(
    const struct command_parts *parts, const struct message_command *command, int64_t now_s);

#endif

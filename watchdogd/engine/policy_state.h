/* SPDX-License-Identifier: ISC
 *
 * policy_state.h - what policy.c (what is planned), policy_step.c (what becomes of it) and
 * policy_text.c (in which words) share. These only.
 */
#ifndef WATCHDOGD_ENGINE_POLICY_STATE_H
#define WATCHDOGD_ENGINE_POLICY_STATE_H

#include "watchdogd/engine/policy.h"

/* Each into the row's text: what it will do, ... */
void policy_describe_wait(struct row_action *row, const struct settings_step *step);
/* ... would do if the mode were act; counts what matches, */
void policy_describe_would(const struct policy *policy, struct row_action *row);
/* ... would do if an operator said yes, */
void policy_describe_question(const struct policy *policy, struct row_action *row);
/* ... does. */
void policy_describe_begin(const struct policy *policy, struct row_action *row);

#endif

/* SPDX-License-Identifier: ISC
 *
 * results.h - what an engine opened, did and mailed, read from its store. Rehearsal.
 */
#ifndef WATCHDOGD_REHEARSE_RESULTS_H
#define WATCHDOGD_REHEARSE_RESULTS_H

#include "watchdogd/rehearse/plan.h"
#include "watchdogd/rehearse/rehearse.h"

/* Fills the incidents in that were open at or after the question's begin. 0 or -errno. */
int results_gather(const struct plans *plans, const struct engine *engine,
    const struct rehearsal_question *question, struct rehearsal *rehearsal) MUST_CHECK;

#endif

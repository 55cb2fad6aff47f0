/* SPDX-License-Identifier: ISC
 *
 * progress.h - whether there is news of an open incident that a person would act on: its peak is twice
 * the one that was told last, or a remedy has ended, by itself, by failing or at its cap. Engine.
 *
 * At most one mail in PROGRESS_GAP_S, and none while the incident is snoozed: what is left out then
 * is in the next one.
 */
#ifndef WATCHDOGD_ENGINE_PROGRESS_H
#define WATCHDOGD_ENGINE_PROGRESS_H

#include "schema/store.h"

#define PROGRESS_GAP_S 60

/* Notes in the row what a mail that is written now says, as one opens or opens again. 0 or -errno. */
int progress_begin(struct store *store, struct row_incident *incident, int64_t now_s) MUST_CHECK;

/* The same of an open one when there is news; else leaves it alone. ret_peak_before: the peak that was
 * told before, where it has doubled, else 0. 1: there is news, the row is to be saved; 0; -errno. */
int progress_step(struct store *store, struct row_incident *incident, int64_t now_s,
    int64_t *ret_peak_before) MUST_CHECK;

#endif

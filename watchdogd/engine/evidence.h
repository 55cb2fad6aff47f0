/* SPDX-License-Identifier: ISC
 *
 * evidence.h - who the mail was from and about is kept with an incident: as it opened and at its
 * peak, so that it can be read when the incident is long over. Engine; inside the tick's
 * transaction.
 */
#ifndef WATCHDOGD_ENGINE_EVIDENCE_H
#define WATCHDOGD_ENGINE_EVIDENCE_H

#include "schema/store.h"
#include "watchdogd/engine/incident.h"
#include "watchdogd/engine/window.h"

/* Keeps what the instance's last tick has that the incident has not. Watch says it only every few
 * seconds: what it said before the opening is replaced by what it says next. 0 or -errno. */
int evidence_keep(struct store *store, struct incident *incident,
    const struct window_instance *instance) MUST_CHECK;
/* What is to be told when it is over: of its peak, or, with none, of its opening. 0 or -errno. */
int evidence_load_peak(struct store *store, int64_t incident, struct tops *ret_tops) MUST_CHECK;

#endif

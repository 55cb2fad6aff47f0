/* SPDX-License-Identifier: ISC
 *
 * attempt.h - what a try to send a notice means for it: sent, given up, or the next relay, and when.
 * Engine; pure.
 *
 * Relays are tried in the order of the settings, each once; after the last one there is a pause that
 * doubles from ATTEMPT_FIRST_S to ATTEMPT_LAST_S, then the first one is tried again. A relay that
 * refused the mail for good is not asked again, and when all have, it is given up.
 */
#ifndef WATCHDOGD_ENGINE_ATTEMPT_H
#define WATCHDOGD_ENGINE_ATTEMPT_H

#include "proto/rows.h"

#define ATTEMPT_FIRST_S 5
#define ATTEMPT_LAST_S 600

/* The relay that row->relay means where there are `relays`, which may be others than before. */
int attempt_relay(const struct row_notice *row, int relays);

/* Takes the three digits of an answer (0: there was none). */
void attempt_judge(struct row_notice *row, int code, int relays, int64_t now_s);

/* Seconds until all relays are tried again, after so many times. */
int64_t attempt_pause(int64_t times);

#endif

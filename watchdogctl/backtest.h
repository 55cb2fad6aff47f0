/* SPDX-License-Identifier: ISC
 *
 * backtest.h - the document of a rehearsal of the rules over the recorded history, or of two of them
 * with what is different. watchdogctl; needs no daemon, reads its store.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_BACKTEST_H
#define WATCHDOGD_WATCHDOGCTL_BACKTEST_H

#include <jansson.h>
#include <stdint.h>

#include "lib/guard.h"
#include "watchdogctl/arguments.h"

/* 0; -errno: ret_document is an error that says why. */
int backtest_make(const struct arguments *arguments, const char *store, int64_t now_s,
    json_t **ret_document) MUST_CHECK;

#endif

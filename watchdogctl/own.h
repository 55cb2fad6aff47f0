/* SPDX-License-Identifier: ISC
 *
 * own.h - the commands that watchdogctl does itself; no daemon answers them.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_OWN_H
#define WATCHDOGD_WATCHDOGCTL_OWN_H

#include "watchdogctl/run.h"

typedef enum run_exit own_run(const struct run *run);

/* NULL: it is not one of them. */
own_run *own_find(enum ctl_verb verb);

#endif

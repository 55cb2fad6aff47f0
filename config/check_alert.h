/* SPDX-License-Identifier: ISC
 *
 * check_alert.h - what must be true of the settings of alerts together. What check.h does for all
 * settings, for these.
 *
 * Inside config/ and its tests only.
 */
#ifndef WATCHDOGD_CONFIG_CHECK_ALERT_H
#define WATCHDOGD_CONFIG_CHECK_ALERT_H

#include "config/load.h"

void check_alert(struct load *load);
void check_alert_files(struct load *load);

#endif

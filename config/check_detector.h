/* SPDX-License-Identifier: ISC
 *
 * check_detector.h - what a rule's detector needs to be told, and what it must not be.
 *
 * Inside config/ only.
 */
#ifndef WATCHDOGD_CONFIG_CHECK_DETECTOR_H
#define WATCHDOGD_CONFIG_CHECK_DETECTOR_H

#include "config/load.h"

/* Fills in the signal that a detector makes by itself, then adds what is wrong. */
void check_detector(struct load *load, struct settings_rule *rule);

#endif

/* SPDX-License-Identifier: ISC
 *
 * klms_control.h - klms-control(8) of Kaspersky Security for Linux Mail Server: lists its rules,
 * exports and imports one. Remedy role. Only what the vendor has published is used.
 */
#ifndef WATCHDOGD_REMEDIES_KLMS_CONTROL_H
#define WATCHDOGD_REMEDIES_KLMS_CONTROL_H

#include "remedies/setting.h"

#define KLMS_RULES_MAX 64

struct klms_text {
	char *bytes; /* NUL-terminated; free() it */
	size_t length;
};

/* The numbers of all rules. 0 or -errno, -EPERM: no list that is understood. */
int klms_control_list(const struct setting_order *order, int64_t ids[KLMS_RULES_MAX],
    int *ret_count, char problem[REASON_TEXT_SIZE]) MUST_CHECK;
int klms_control_export(const struct setting_order *order, int64_t id, struct klms_text *ret_text,
    char problem[REASON_TEXT_SIZE]) MUST_CHECK;
int klms_control_import(const struct setting_order *order, int64_t id, const struct klms_text *text,
    char problem[REASON_TEXT_SIZE]) MUST_CHECK;

#endif

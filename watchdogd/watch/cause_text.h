/* SPDX-License-Identifier: ISC
 *
 * cause_text.h - the cause of a bounce in words, with all folded that differs from one message of a
 * flood to the next: bounces of one cause have one text. Pure.
 */
#ifndef WATCHDOGD_WATCH_CAUSE_TEXT_H
#define WATCHDOGD_WATCH_CAUSE_TEXT_H

#include "watchdogd/watch/cause.h"

#define CAUSE_TEXT_SIZE ADDRESS_TEXT_SIZE

/* "mail from 203.0.113.0/24, shape {letters}{4 digits}@{4 digits}.com, subject photo, refused by
 * inner.example with 550 5.7.1 ..."; subject: the cause's, decoded. Returns text. */
char *cause_format(const struct cause *cause, const char *subject, char text[CAUSE_TEXT_SIZE]);

#endif

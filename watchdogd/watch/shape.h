/* SPDX-License-Identifier: ISC
 *
 * shape.h - the pattern of an address or a subject: what a program varies is folded, what a person
 * chose is kept, so that a flood's mail has one shape and ordinary mail has many. Pure.
 *
 *   ava1204@8231.com                    {letters}{4 digits}@{4 digits}.com
 *   alice@example.org                   alice@example.org
 *   news-bounces+bob=b.test@lists.test  news-bounces+{verp}@lists.test
 *   Invoice 20711 for 3f9c02d1          Invoice {digits} for {hex}
 *   450 4.2.0 <u@v.test>: try in 299 s  450 4.2.0 {address}: try in {digits} s
 */
#ifndef WATCHDOGD_WATCH_SHAPE_H
#define WATCHDOGD_WATCH_SHAPE_H

#include <stddef.h>

#define SHAPE_SIZE 128 /* what does not fit ends in "..." */

/* `text` is escaped (lib/escape.h) and NUL-terminated; returns shape. Letters' case is folded in
 * the domain only: a local part is the sender's. */
char *shape_address(const char *text, char shape[SHAPE_SIZE]);
/* "" is "(empty)". Runs of blanks become one. */
char *shape_subject(const char *text, char shape[SHAPE_SIZE]);
/* What a server or Postfix said of a delivery: reply codes (RFC 5321) and enhanced status codes
 * (RFC 3463) stay, addresses and hosts are folded. */
char *shape_reason(const char *text, char shape[SHAPE_SIZE]);

#endif

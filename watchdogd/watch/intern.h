/* SPDX-License-Identifier: ISC
 *
 * intern.h - texts that many messages share (domains, causes, reasons), each kept once and counted:
 * a message holds a number of 4 bytes. Pure. The texts come from outside, so hashes are keyed.
 *
 * Bounded: when `max` texts are held, a new one is counted as INTERN_OTHERS instead.
 */
#ifndef WATCHDOGD_WATCH_INTERN_H
#define WATCHDOGD_WATCH_INTERN_H

#include <stddef.h>
#include <stdint.h>

#define INTERN_NONE 0u /* no number is this */
#define INTERN_OTHERS 1u

struct intern;

struct intern *intern_new(uint32_t max);
void intern_free(struct intern *intern);

/* Holds a text once more; its number. */
uint32_t intern_add(struct intern *intern, const char *text);
/* Holds INTERN_OTHERS once more, for what is not kept apart. */
void intern_add_other(struct intern *intern);
/* Lets one hold go; the last one forgets the text. INTERN_NONE is let be. */
void intern_release(struct intern *intern, uint32_t number);
/* The number of a text that is held, or INTERN_NONE. */
uint32_t intern_find(const struct intern *intern, const char *text);

/* "(others)" of INTERN_OTHERS. The number must be held. */
const char *intern_text(const struct intern *intern, uint32_t number);
uint64_t intern_holds(const struct intern *intern, uint32_t number); /* 0: it is not held */
/* Texts that are held. */
uint32_t intern_used(const struct intern *intern);
/* All numbers are below this. */
uint32_t intern_end(const struct intern *intern);

#endif

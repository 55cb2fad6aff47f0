/* SPDX-License-Identifier: ISC
 *
 * nearest.h - "did you mean": the known word that is nearest to one that is not known. Every role;
 * the word may be anything, known words are ours.
 */
#ifndef WATCHDOGD_LIB_NEAREST_H
#define WATCHDOGD_LIB_NEAREST_H

#include <stddef.h>

/* Letters that must be inserted, left out, replaced or swapped with their neighbour to make one
 * word of the other (optimal string alignment). Words are looked at up to NEAREST_WORD_MAX bytes. */
#define NEAREST_WORD_MAX 64
size_t nearest_distance(const char *a, const char *b);

/* The nearest of count words, or NULL when none is near enough to be meant: at most a third of the
 * word's letters (one at least) may differ. */
const char *nearest_find(const char *word, const char *const *words, size_t count);

#endif

/* SPDX-License-Identifier: ISC
 *
 * random.h - bytes that nobody outside can guess, for keys of hashes and the like.
 */
#ifndef WATCHDOGD_LIB_RANDOM_H
#define WATCHDOGD_LIB_RANDOM_H

#include <stddef.h>

/* Fills size bytes, at most 256 (getrandom(2)); fatal() when the kernel gives none. */
void random_fill(void *bytes, size_t size);

#endif

/* SPDX-License-Identifier: ISC
 *
 * mem.h - allocation that never returns NULL: out of memory is fatal(). Every role.
 * Everything is released with free().
 */
#ifndef WATCHDOGD_LIB_MEM_H
#define WATCHDOGD_LIB_MEM_H

#include <stddef.h>

#include "lib/guard.h"

void *mem_alloc(size_t size); /* zeroed; size 0 gives a unique pointer */
void *mem_array(size_t count, size_t size); /* zeroed; an overflow is fatal() */
void *mem_resize(void *old, size_t count, size_t size); /* the tail is not zeroed */
char *mem_text(const char *text); /* strdup */
char *mem_text_n(const char *text, size_t length); /* strndup */
char *mem_format(const char *format, ...) PRINTF_LIKE(1, 2);

#endif

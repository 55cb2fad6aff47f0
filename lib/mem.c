/* SPDX-License-Identifier: ISC
 *
 * mem.c - allocation that never returns NULL.
 */
#include "lib/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"

static void *
must(void *pointer, size_t count, size_t size)
{
	if (pointer == NULL)
		fatal("memory: %zu times %zu bytes refused", count, size);
	return pointer;
}

void *
mem_alloc(size_t size)
{
	return must(calloc(1, size > 0 ? size : 1), 1, size);
}

void *
mem_array(size_t count, size_t size)
{
	if (count == 0 || size == 0)
		return mem_alloc(0);
	return must(calloc(count, size), count, size);
}

void *
mem_resize(void *old, size_t count, size_t size)
{
	if (count == 0 || size == 0)
		return must(realloc(old, 1), count, size);
	return must(reallocarray(old, count, size), count, size);
}

char *
mem_text(const char *text)
{
	return must(strdup(text), 1, 0);
}

char *
mem_text_n(const char *text, size_t length)
{
	return must(strndup(text, length), 1, length);
}

char *
mem_format(const char *format, ...)
{
	char *text = NULL;
	va_list arguments;
	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		fatal("memory: a text refused");
	return text;
}

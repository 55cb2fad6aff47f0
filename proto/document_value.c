/* SPDX-License-Identifier: ISC
 *
 * document_value.c - values of documents: what C has and JSON has not.
 */
#include "proto/document.h"

#include <stdlib.h>
#include <string.h>

#include "lib/escape.h"
#include "lib/log.h"
#include "lib/mem.h"

void
document_put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) < 0)
		panic("document: no value for %s", key);
}

void
document_put_text(json_t *object, const char *key, const char *text)
{
	json_t *value = json_string(text);
	if (value == NULL) {
		size_t size = strlen(text) * 4 + 1; /* each byte is \xHH at worst */
		AUTO_FREE char *escaped = mem_alloc(size);
		value = json_string(escape_text(text, strlen(text), escaped, size));
	}
	document_put(object, key, value);
}

void
document_put_time(json_t *object, const char *key, int64_t time_s)
{
	document_put(object, key, time_s != 0 ? json_integer(time_s) : json_null());
}

void
document_put_number(json_t *object, const char *key, int64_t number)
{
	document_put(object, key, json_integer(number));
}

void
document_put_count(json_t *object, const char *key, uint64_t count)
{
	document_put_number(object, key, count > INT64_MAX ? INT64_MAX : (int64_t)count);
}

void
document_put_bool(json_t *object, const char *key, bool value)
{
	document_put(object, key, json_boolean(value));
}

void
document_put_name(json_t *object, const char *key, const struct names *list, int value)
{
	document_put_text(object, key, names_get(list, value));
}

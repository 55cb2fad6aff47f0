/* SPDX-License-Identifier: ISC
 *
 * nearest.c - edit distance over three rows.
 */
#include "lib/nearest.h"

#include <string.h>

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t
nearest_distance(const char *a, const char *b)
{
	size_t a_length = strnlen(a, NEAREST_WORD_MAX), b_length = strnlen(b, NEAREST_WORD_MAX);
	size_t rows[3][NEAREST_WORD_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *now = rows[2];
	for (size_t j = 0; j <= b_length; j++)
		last[j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		now[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			size_t replaced = last[j - 1] + (a[i - 1] != b[j - 1]);
			now[j] = least(replaced, least(last[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = least(now[j], before[j - 2] + 1);
		}
		size_t *free_row = before;
		before = last;
		last = now;
		now = free_row;
	}
	return last[b_length];
}

const char *
nearest_find(const char *word, const char *const *words, size_t count)
{
	const char *found = NULL;
	size_t length = strnlen(word, NEAREST_WORD_MAX);
	size_t found_distance = length / 3 + (length < 3) + 1;
	for (size_t i = 0; i < count; i++) {
		size_t distance = nearest_distance(word, words[i]);
		if (distance < found_distance) {
			found = words[i];
			found_distance = distance;
		}
	}
	return found;
}

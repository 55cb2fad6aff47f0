/* SPDX-License-Identifier: ISC
 *
 * store_place.h - a directory with a store in it, for the store's tests; gone afterwards.
 */
#ifndef WATCHDOGD_TESTS_STORE_PLACE_H
#define WATCHDOGD_TESTS_STORE_PLACE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/mem.h"
#include "schema/store.h"

struct place {
	char directory[64];
	char path[128];
	struct store *store; /* NULL: closed */
};

static inline int
place_make(void **state)
{
	struct place *place = mem_alloc(sizeof(*place));
	snprintf(place->directory, sizeof(place->directory), "/tmp/watchdogd-store.XXXXXX");
	assert_non_null(mkdtemp(place->directory));
	snprintf(place->path, sizeof(place->path), "%s/history.db", place->directory);
	assert_int_equal(store_open(place->path, &place->store), 0);
	*state = place;
	return 0;
}

static inline int
place_remove(void **state)
{
	static const char *const tails[] = {"", "-wal", "-shm"};
	struct place *place = *state;
	store_close(place->store);
	for (size_t i = 0; i < ARRAY_LENGTH(tails); i++) {
		AUTO_FREE char *path = mem_format("%s%s", place->path, tails[i]);
		unlink(path);
	}
	rmdir(place->directory);
	free(place);
	return 0;
}

/* A result with its reason: what a failing test should show. */
#define assert_stored(store, call)                                                    \
	do {                                                                          \
		int stored_ = (call);                                                 \
		if (stored_ != 0)                                                     \
			fail_msg("%s: %d, %s", #call, stored_, store_problem(store)); \
	} while (0)

#endif

/* SPDX-License-Identifier: ISC
 *
 * story.c - reads the store as control would, and lets happen what most stories begin with.
 */
#include "tests/replay/story.h"

#include <string.h>

#include "lib/mem.h"

static int
note_incident(const struct row_incident *row, void *owner)
{
	struct told *told = owner;
	told->incidents++;
	told->open += row->state != INCIDENT_CLOSED;
	told->incident = *row;
	return 0;
}

static int
note_action(const struct row_action *row, void *owner)
{
	static const char *const names[] = {"hold-bounces", "delete-bounces", "release"};
	struct told *told = owner;
	told->actions++;
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
		if (strcmp(row->remedy, names[i]) == 0 && told->by_remedy[i].id == 0)
			told->by_remedy[i] = *row;
	return 0;
}

struct told
story_ask(const struct world *world)
{
	struct told told = {0};
	struct store *store = NULL;
	AUTO_FREE char *path = mem_format("%s/history.db", world->directory);
	assert_int_equal(store_open_read(path, &store), 0);
	assert_int_equal(store_list_incidents(store, false, 100, note_incident, &told), 0);
	assert_int_equal(store_list_actions(store, 0, false, 100, note_action, &told), 0);
	store_close(store);
	return told;
}

struct row_action
story_load_action(const struct world *world, int64_t id)
{
	struct row_action row;
	struct store *store = NULL;
	AUTO_FREE char *path = mem_format("%s/history.db", world->directory);
	assert_int_equal(store_open_read(path, &store), 0);
	assert_int_equal(store_load_action(store, id, &row), 0);
	store_close(store);
	return row;
}

int64_t
story_save_action(const struct world *world, const struct row_action *row)
{
	int64_t id = 0;
	struct store *store = NULL;
	AUTO_FREE char *path = mem_format("%s/history.db", world->directory);
	assert_int_equal(store_open(path, &store), 0);
	assert_int_equal(store_save_action(store, row, &id), 0);
	store_close(store);
	return id;
}

void
story_flood(struct world *world, int bounces)
{
	world_ticks(world, 2);
	world_add(world, CLASS_NORMAL, QUEUE_DEFERRED, 10);
	world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, bounces);
	world_ticks(world, 4);
}

void
story_remove_all(struct world *world)
{
	for (int i = 0; i < world->message_count; i++)
		world->messages[i].deleted = true;
}

void
story_assert_good_mail_untouched(const struct world *world)
{
	for (int i = 0; i < world->message_count; i++)
		if (world->messages[i].class == CLASS_NORMAL)
			assert_int_equal(world->messages[i].orders, 0);
}

void
story_assert_two_mails(const struct world *world)
{
	assert_int_equal(world->mails, 2);
	assert_non_null(strstr(world->mail_ids[0], ".opened."));
	assert_non_null(strstr(world->mail_ids[1], ".closed."));
}

/* SPDX-License-Identifier: ISC
 *
 * queue_test.c - the live set against a naive model under random operations, and its memory.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/guard.h"
#include "watchdogd/watch/queue.h"

#define MODEL_SIZE 600
#define INSTANCES 2
#define OPERATIONS 200000

/* A message as the model knows it; the same ids in both instances. */
struct model {
	bool present, ready;
	unsigned slot;
	enum message_class class;
	uint32_t arrival_s, size;
};

static struct model model[INSTANCES][MODEL_SIZE];

/* Reproducible: the tests fail the same way twice. */
static uint32_t
draw(uint32_t below)
{
	static uint64_t state = 88172645463325252u;
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 20) % below;
}

static uint16_t
slot_of(unsigned instance, unsigned name)
{
	return (uint16_t)(instance * 100 + name);
}

static char *
id_of(unsigned i, char id[QUEUE_ID_SIZE])
{
	/* some of the greatest length, which are kept apart, the rest in the entry */
	snprintf(id, QUEUE_ID_SIZE, i % 3 == 0 ? "%024X" : "%05X%X", i * 7919, i);
	return id;
}

static void
change(struct queue *queue, unsigned instance, unsigned i)
{
	char id[QUEUE_ID_SIZE];
	struct model *message = &model[instance][i];
	uint32_t number = queue_find(queue, instance, id_of(i, id));
	assert_int_equal(number != QUEUE_NONE, message->present);
	if (!message->present) {
		*message = (struct model){.present = true, .slot = draw(QUEUE_COUNT)};
		queue_add(queue, instance, id, slot_of(instance, message->slot));
		return;
	}
	switch (draw(6)) {
	case 0:
		queue_remove(queue, number);
		message->present = false;
		break;
	case 1:
	case 2:
		message->slot = draw(QUEUE_COUNT);
		queue_move(queue, number, slot_of(instance, message->slot));
		break;
	case 3:
		message->class = draw(CLASS_COUNT);
		message->arrival_s = draw(50);
		message->size = draw(1000);
		queue_set_read(queue, number, message->class, message->arrival_s, message->size);
		break;
	default:
		message->ready = draw(4) != 0;
		queue_set_ready(queue, number, message->ready);
	}
}

static void
compare(struct queue *queue, unsigned instance)
{
	queue_refresh_oldest(queue);
	for (unsigned name = 0; name < QUEUE_COUNT; name++) {
		struct queue_counts expected = {0};
		for (unsigned i = 0; i < MODEL_SIZE; i++) {
			const struct model *message = &model[instance][i];
			if (!message->present || !message->ready || message->slot != name)
				continue;
			expected.messages[message->class]++;
			expected.bytes += message->size;
			if (message->arrival_s != 0 &&
			    (expected.oldest_s == 0 || message->arrival_s < expected.oldest_s))
				expected.oldest_s = message->arrival_s;
		}
		const struct queue_counts *seen = queue_get_counts(queue, instance, name);
		assert_memory_equal(seen, &expected, sizeof(expected));
	}
}

static void
test_against_model(void **state)
{
	struct queue *queue = queue_new();
	(void)state;
	for (unsigned instance = 0; instance < INSTANCES; instance++)
		for (unsigned name = 0; name < QUEUE_COUNT; name++)
			queue_place_slot(queue, slot_of(instance, name), instance, name);
	for (unsigned n = 1; n <= OPERATIONS; n++) {
		change(queue, draw(INSTANCES), draw(MODEL_SIZE));
		if (n % 1000 == 0)
			for (unsigned instance = 0; instance < INSTANCES; instance++)
				compare(queue, instance);
	}
	queue_free(queue);
}

/* What is on a list of those to be read keeps its memory until the list lets go of it, and cannot
 * be found meanwhile. */
static void
test_removed_while_listed(void **state)
{
	struct queue *queue = queue_new();
	(void)state;
	queue_place_slot(queue, 0, 0, QUEUE_ACTIVE);
	uint32_t number = queue_add(queue, 0, "ABCDE1", 0);
	queue_get(queue, number)->listed = true;
	queue_remove(queue, number);
	assert_int_equal(queue_find(queue, 0, "ABCDE1"), QUEUE_NONE);
	assert_true(queue_get(queue, number)->dead);
	assert_false(queue_is_live(queue_get(queue, number)));
	assert_int_not_equal(queue_add(queue, 0, "ABCDE1", 0), number);
	queue_release(queue, number);
	assert_int_equal(queue_add(queue, 0, "ABCDE2", 0), number);
	assert_int_equal(queue_size(queue), 2);
	queue_free(queue);
}

/* A million messages: at most 64 MiB for all, and what is freed is used again. */
static void
test_million(void **state)
{
	struct queue *queue = queue_new();
	char id[QUEUE_ID_SIZE];
	(void)state;
	queue_place_slot(queue, 0, 0, QUEUE_DEFERRED);
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < 1000000; i++) {
			snprintf(id, sizeof(id), "%05X%X", i % 1000000, i + 12345);
			queue_set_ready(queue, queue_add(queue, 0, id, 0), true);
		}
		assert_int_equal(queue_size(queue), 1000000);
		assert_true(queue_memory(queue) <= 58u * 1024 * 1024);
		for (unsigned i = 0; i < 1000000; i++) {
			snprintf(id, sizeof(id), "%05X%X", i % 1000000, i + 12345);
			queue_remove(queue, queue_find(queue, 0, id));
		}
		assert_int_equal(queue_size(queue), 0);
	}
	queue_free(queue);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_against_model),
	    cmocka_unit_test(test_removed_while_listed),
	    cmocka_unit_test(test_million),
	};
	return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}

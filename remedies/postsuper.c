/* SPDX-License-Identifier: ISC
 *
 * postsuper.c - the argv, the ids and the words of postsuper. What it prints is only told, never
 * decided by: it says "Deleted: 0 messages" and exits 0 when nothing matched.
 */
#include "remedies/postsuper.h"

#include <stdio.h>
#include <string.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "remedies/privilege.h"
#include "remedies/program.h"

/* An order runs it for two queues at most, below the ten minutes after which the parent gives us
 * up. */
#define LIMIT_MS (4 * 60 * 1000)

/* One id a line. The queue is named on the command line and the ids come by stdin, where "ALL" is
 * but an id that nothing has: no input can widen what is done. */
static char *
list_ids(const struct remedy_order *order, enum queue_name queue, size_t *ret_length)
{
	char *list = mem_alloc(order->count * QUEUE_ID_SIZE + 1);
	size_t length = 0;
	for (size_t i = 0; i < order->count; i++) {
		const struct remedy_message *message = &order->messages[i];
		if (message->queue != queue || message->outcome != OUTCOME_PLANNED)
			continue;
		length +=
		    (size_t)snprintf(list + length, QUEUE_ID_SIZE + 1, "%s\n", message->queue_id);
	}
	*ret_length = length;
	return list;
}

int
postsuper_run(const struct remedy_order *order, enum queue_name queue, const char *option,
    char problem[REASON_TEXT_SIZE])
{
	AUTO_FREE char *path = mem_format("%s/postsuper", order->command_directory);
	AUTO_FREE char *what = mem_format("postsuper %s", option);
	const char *const argv[] = {path, "-c", order->instance->config_directory, option, "-",
	    names_get(&names_queue, queue), NULL};
	struct spawn spawn = {.path = path, .argv = argv};
	struct program program = {.what = what, .limit_ms = LIMIT_MS};
	AUTO_FREE char *ids = list_ids(order, queue, &program.input_length);
	program.input = ids;
	int r = privilege_set(order->remedy->privilege, order->instance, &spawn);
	if (r < 0) {
		snprintf(problem, REASON_TEXT_SIZE, "%.900s: not started, %s", path, log_errno(-r));
		return r;
	}
	return program_run(&spawn, &program, NULL, problem);
}

int
postsuper_hold(
    const struct remedy_order *order, enum queue_name queue, char problem[REASON_TEXT_SIZE])
{
	return postsuper_run(order, queue, "-h", problem);
}

bool
postsuper_is_held(const struct target_place *place)
{
	return place != NULL && place->queue == QUEUE_HOLD;
}

/* SPDX-License-Identifier: ISC
 *
 * postsuper.c - the argv, the ids and the words of postsuper. What it prints is only told, never
 * decided by: it says "Deleted: 0 messages" and exits 0 when nothing matched.
 */
#include "remedies/postsuper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/escape.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "lib/spawn.h"
#include "remedies/privilege.h"

/* An order runs it for two queues at most, below the ten minutes after which the parent gives us
 * up. */
#define LIMIT_MS (4 * 60 * 1000)
#define OUTPUT_MAX (64u * 1024)
#define TOLD_MAX 400 /* bytes of its output that are worth telling */

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

/* The beginning of its output as one escaped line; the lines are joined with "; ". */
static void
tell_output(const struct spawn_result *result, char *text, size_t size)
{
	char told[TOLD_MAX + 1];
	size_t length = result->output_length < TOLD_MAX ? result->output_length : TOLD_MAX;
	memcpy(told, result->output, length);
	while (length > 0 && told[length - 1] == '\n')
		length--;
	for (size_t i = 0; i < length; i++)
		if (told[i] == '\n')
			told[i] = ';';
	escape_text(told, length, text, size);
}

static int
judge_result(const char *option, const struct spawn_result *result, char problem[REASON_TEXT_SIZE])
{
	char how[64], said[4 * TOLD_MAX + 1];
	if (result->status == 0 && !result->timed_out)
		return 0;
	spawn_describe(result->status, result->timed_out, how, sizeof(how));
	tell_output(result, said, sizeof(said));
	snprintf(problem, REASON_TEXT_SIZE, "postsuper %s: %s%s%.700s", option, how,
	    said[0] != '\0' ? ": " : "", said);
	return result->timed_out ? -ETIME : -EIO;
}

int
postsuper_run(const struct remedy_order *order, enum queue_name queue, const char *option,
    char problem[REASON_TEXT_SIZE])
{
	AUTO_FREE char *path = mem_format("%s/postsuper", order->command_directory);
	const char *const argv[] = {path, "-c", order->instance->config_directory, option, "-",
	    names_get(&names_queue, queue), NULL};
	struct spawn spawn = {.path = path, .argv = argv};
	struct spawn_result result;
	size_t length;
	AUTO_FREE char *ids = list_ids(order, queue, &length);
	int r = privilege_set(order->remedy->privilege, order->instance, &spawn);
	if (r == 0)
		r = spawn_run(&spawn, ids, length, OUTPUT_MAX, LIMIT_MS, &result);
	if (r < 0) {
		snprintf(problem, REASON_TEXT_SIZE, "%.900s: not started, %s", path, log_errno(-r));
		return r;
	}
	r = judge_result(option, &result, problem);
	free(result.output);
	return r;
}

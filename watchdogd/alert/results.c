/* SPDX-License-Identifier: ISC
 *
 * results.c - a ring of the latest final answers.
 */
#include "watchdogd/alert/results.h"

#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

struct results {
	struct {
		char *message_id, *line;
		int relay;
	} ring[RESULTS_COUNT];
	unsigned next;
};

struct results *
results_new(void)
{
	return mem_alloc(sizeof(struct results));
}

void
results_free(struct results *results)
{
	if (results == NULL)
		return;
	for (unsigned i = 0; i < RESULTS_COUNT; i++) {
		free(results->ring[i].message_id);
		free(results->ring[i].line);
	}
	free(results);
}

void
results_add(struct results *results, const char *message_id, int relay, const char *line)
{
	unsigned at = results->next;
	if (line[0] != '2' && line[0] != '5')
		return;
	free(results->ring[at].message_id);
	free(results->ring[at].line);
	results->ring[at].message_id = mem_text(message_id);
	results->ring[at].line = mem_text_n(line, RESULTS_LINE_SIZE);
	results->ring[at].relay = relay;
	results->next = (at + 1) % RESULTS_COUNT;
}

const char *
results_find(const struct results *results, const char *message_id, int relay)
{
	for (unsigned i = 0; i < RESULTS_COUNT; i++)
		if (results->ring[i].message_id != NULL &&
		    strcmp(results->ring[i].message_id, message_id) == 0 &&
		    (results->ring[i].line[0] == '2' || results->ring[i].relay == relay))
			return results->ring[i].line;
	return NULL;
}

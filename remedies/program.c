/* SPDX-License-Identifier: ISC
 *
 * program.c - one child, judged by how it ended.
 */
#include "remedies/program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "lib/escape.h"
#include "lib/log.h"
#include "lib/mem.h"

#define OUTPUT_MAX (64u * 1024)
#define TOLD_MAX 400 /* bytes of its output that are worth telling */

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
judge_result(const struct program *program, const struct spawn_result *result,
    char problem[REASON_TEXT_SIZE])
{
	char how[64], said[4 * TOLD_MAX + 1];
	if (!result->timed_out && WIFEXITED(result->status) &&
	    (WEXITSTATUS(result->status) == 0 ||
		WEXITSTATUS(result->status) == program->fine_status))
		return 0;
	spawn_describe(result->status, result->timed_out, how, sizeof(how));
	tell_output(result, said, sizeof(said));
	snprintf(problem, REASON_TEXT_SIZE, "%s: %s%s%.700s", program->what, how,
	    said[0] != '\0' ? ": " : "", said);
	return result->timed_out ? -ETIME : -EIO;
}

int
program_run(const struct spawn *spawn, const struct program *program, char **ret_output,
    char problem[REASON_TEXT_SIZE])
{
	struct spawn_result result;
	int r = spawn_run(
	    spawn, program->input, program->input_length, OUTPUT_MAX, program->limit_ms, &result);
	if (r < 0) {
		snprintf(problem, REASON_TEXT_SIZE, "%.900s: not started, %s", spawn->path,
		    log_errno(-r));
		return r;
	}
	AUTO_FREE char *output = result.output;
	r = judge_result(program, &result, problem);
	if (r == 0 && ret_output != NULL)
		*ret_output = TAKE(output);
	return r;
}

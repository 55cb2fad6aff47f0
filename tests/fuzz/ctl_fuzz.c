/* SPDX-License-Identifier: ISC
 *
 * ctl_fuzz.c - a request line as any local user may send it: what is taken is in range, and is the
 * same after it was written and read again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/ctl.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t length);

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t length)
{
	struct ctl_request request, again;
	char problem[128];
	if (ctl_parse_request((const char *)input, length, &request, problem, sizeof(problem)) <
	    0) {
		for (const char *at = problem; *at != '\0'; at++)
			if ((unsigned char)*at < ' ' || *at == 0x7f)
				abort();
		return 0;
	}
	const struct ctl_command *command = &ctl_commands[request.verb];
	uint64_t given = ctl_given(&request);
	if ((given & ~command->takes) != 0 || (command->needs & ~given) != 0)
		abort();
	if (request.limit < 0 || request.limit > CTL_LIMIT_MAX)
		abort();
	AUTO_FREE char *line = ctl_format_request(&request);
	if (ctl_parse_request(line, strlen(line) - 1, &again, problem, sizeof(problem)) < 0 ||
	    memcmp(&request, &again, sizeof(request)) != 0)
		abort();
	return 0;
}

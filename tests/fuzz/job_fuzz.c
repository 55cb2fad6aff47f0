/* SPDX-License-Identifier: ISC
 *
 * job_fuzz.c - any bytes as send's job: what is taken must be safe in an SMTP session.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "watchdogd/send/job.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void
check_line(const char *text)
{
	if (strpbrk(text, "\r\n") != NULL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct job job;
	char problem[128];
	AUTO_FREE char *text = mem_text_n("", 0);
	if (size > JOB_SIZE_MAX)
		return 0;
	text = mem_resize(text, size + 1, 1);
	memcpy(text, bytes, size);
	text[size] = '\0';
	if (job_parse(text, size, &job, problem, sizeof(problem)) < 0)
		return 0;
	check_line(job.relay);
	check_line(job.user);
	check_line(job.password);
	check_line(job.from);
	check_line(job.to);
	if (strpbrk(job.from, "<> ") != NULL || strpbrk(job.to, "<> ") != NULL)
		abort();
	if (job.port < 1 || job.timeout_s < 1 || strlen(job.message) == 0)
		abort();
	if (job.message + strlen(job.message) != text + size)
		abort();
	return 0;
}

/* SPDX-License-Identifier: ISC
 *
 * main.c - send: delivers one message to one relay and ends. Started by alert, unprivileged, with
 * the job on stdin; the result goes to descriptor 3 (the engine's pipe) and to stdout (alert's),
 * so that it arrives even when one of the two was restarted meanwhile. Trusts nobody: the job is
 * checked, the relay is outside.
 *
 * It lives at most a second longer than the job's timeout: name lookup and connect() have no limit
 * of their own, so SIGALRM ends the process. No line in the pipe means "to be tried again".
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "lib/sandbox.h"
#include "watchdogd/send/job.h"
#include "watchdogd/send/relay.h"
#include "watchdogd/send/result.h"

#define RESULT_FD 3

static void
on_done(const struct result *result)
{
	result_write(result, RESULT_FD);
	result_write(result, STDOUT_FILENO);
}

/* The whole of stdin, NUL-terminated. */
static char *
read_job(size_t *ret_length)
{
	char *text = mem_alloc(JOB_SIZE_MAX + 1);
	size_t length = 0;
	for (;;) {
		ssize_t n = read(STDIN_FILENO, text + length, JOB_SIZE_MAX - length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			fatal("job not read: %s", log_errno(errno));
		if (n == 0)
			break;
		length += (size_t)n;
	}
	*ret_length = length;
	return text;
}

/* What the libraries read while they look up names, log in and check certificates. */
static void
confine(const struct job *job)
{
	const struct sandbox_path paths[] = {
	    {"/etc", SANDBOX_READ},
	    {"/lib", SANDBOX_READ},
	    {"/lib64", SANDBOX_READ},
	    {"/usr/lib", SANDBOX_READ},
	    {"/usr/share/ca-certificates", SANDBOX_READ},
	    {"/usr/local/share/ca-certificates", SANDBOX_READ},
	    {"/run/systemd/resolve", SANDBOX_READ},
	    {"/run/resolvconf", SANDBOX_READ},
	    {"/run/NetworkManager", SANDBOX_READ},
	    {job->ca[0] != '\0' ? job->ca : "/etc", SANDBOX_READ},
	};
	const struct sandbox sandbox = {
	    .landlock = true,
	    .paths = paths,
	    .path_count = ARRAY_LENGTH(paths),
	    .calls = SANDBOX_CALLS_NETWORK,
	};
	sandbox_enter(&sandbox);
}

int
main(void)
{
	struct job job;
	struct result result = {.code = 0};
	char problem[RESULT_TEXT_SIZE];
	size_t length;
	log_open("send", LOG_LEVEL_WARNING);
	signal(SIGPIPE, SIG_IGN);
	AUTO_FREE char *text = read_job(&length);
	if (job_parse(text, length, &job, problem, sizeof(problem)) < 0) {
		result_set(&result, 451, "%s", problem);
		on_done(&result);
		return result_status(&result);
	}
	alarm(
	    (unsigned)job.timeout_s + 1); /* a step that lasts so long is told with words before */
	confine(&job);
	relay_deliver(&job, on_done, &result);
	return result_status(&result);
}

/* SPDX-License-Identifier: ISC
 *
 * job_file.c - the job of one send.
 */
#include "watchdogd/alert/job_file.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/log.h"

static const char *const tls_words[] = {
    [SETTINGS_TLS_NONE] = "none",
    [SETTINGS_TLS_OPPORTUNISTIC] = "opportunistic",
    [SETTINGS_TLS_REQUIRED] = "required",
};

static void
write_text(FILE *out, const char *key, const char *value)
{
	if (value != NULL && value[0] != '\0')
		fprintf(out, "%s=%s\n", key, value);
}

char *
job_file_format(const struct settings *settings, const struct job_file_parts *parts)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	if (out == NULL)
		fatal("job: no memory");
	write_text(out, "relay", parts->relay->host);
	fprintf(out, "port=%" PRId64 "\n", parts->relay->port);
	write_text(out, "tls", tls_words[parts->relay->tls]);
	write_text(out, "ca", parts->relay->ca_file);
	write_text(out, "user", parts->relay->user);
	write_text(out, "password", parts->password);
	write_text(out, "from", settings->alert.return_path);
	write_text(out, "to", parts->recipient);
	fprintf(out, "timeout=%" PRId64 "\n\n", settings->alert.timeout_s);
	fputs(parts->mail, out);
	if (fclose(out) != 0)
		fatal("job: no memory");
	return text;
}

int
job_file_open(const char *text, int *ret_fd)
{
	size_t length = strlen(text);
	AUTO_CLOSE int fd = memfd_create("job", MFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	for (size_t at = 0; at < length;) {
		ssize_t n = write(fd, text + at, length - at);
		if (n < 0 && errno != EINTR)
			return -errno;
		at += n > 0 ? (size_t)n : 0;
	}
	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	*ret_fd = TAKE_FD(fd);
	return 0;
}

/* SPDX-License-Identifier: ISC
 *
 * result.c - the line that says what became of a message.
 */
#include "watchdogd/send/result.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/log.h"

void
result_set(struct result *result, int code, const char *format, ...)
{
	va_list arguments;
	if (result->code != 0)
		return;
	result->code = code;
	va_start(arguments, format);
	vsnprintf(result->text, sizeof(result->text), format, arguments);
	va_end(arguments);
}

void
result_write(const struct result *result, int fd)
{
	char line[RESULT_TEXT_SIZE + 16]; /* less than PIPE_BUF: never torn */
	int length = snprintf(line, sizeof(line), "%03d %s", result->code, result->text);
	while (length > 4 && (unsigned char)line[length - 1] <= ' ')
		length--;
	for (int i = 0; i < length; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == '\x7f')
			line[i] = ' ';
	line[length++] = '\n';
	ssize_t written;
	do
		written = write(fd, line, (size_t)length);
	while (written < 0 && errno == EINTR);
	if (written < 0 && errno != EPIPE && errno != EBADF)
		log_warning("result not told: %s", log_errno(errno));
}

int
result_status(const struct result *result)
{
	if (result->code / 100 == 2)
		return EX_OK;
	return result->code / 100 == 5 ? EX_DATAERR : EX_TEMPFAIL;
}

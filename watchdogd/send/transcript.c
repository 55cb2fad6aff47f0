/* SPDX-License-Identifier: ISC
 *
 * transcript.c - the last line heard, the last verb said.
 */
#include "watchdogd/send/transcript.h"

#include <string.h>

#include "lib/guard.h"

/* Where the last line that has any text begins. */
static const char *
find_last_line(const char *bytes, int *length)
{
	while (*length > 0 && (bytes[*length - 1] == '\n' || bytes[*length - 1] == '\r'))
		(*length)--;
	int start = *length;
	while (start > 0 && bytes[start - 1] != '\n')
		start--;
	*length -= start;
	return bytes + start;
}

void
transcript_hear(struct transcript *transcript, const char *bytes, int length)
{
	const char *line = find_last_line(bytes, &length);
	if (length == 0)
		return;
	/* A challenge of AUTH may hold anything; nobody needs to read it. */
	if (length > 3 && memcmp(line, "334", 3) == 0)
		length = 3;
	if (length >= TRANSCRIPT_LINE_SIZE)
		length = TRANSCRIPT_LINE_SIZE - 1;
	memcpy(transcript->heard, line, (size_t)length);
	transcript->heard[length] = '\0';
	if (strcmp(transcript->said, "AUTH") == 0 && (line[0] == '4' || line[0] == '5'))
		memcpy(transcript->login, transcript->heard, sizeof(transcript->login));
}

/* Only verbs are kept, so that no line of AUTH can be. */
void
transcript_say(struct transcript *transcript, const char *bytes, int length)
{
	static const char *const verbs[] = {
	    "EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"};
	const char *line = find_last_line(bytes, &length);
	for (size_t i = 0; i < ARRAY_LENGTH(verbs); i++) {
		size_t verb = strlen(verbs[i]);
		if ((size_t)length >= verb && strncasecmp(line, verbs[i], verb) == 0 &&
		    ((size_t)length == verb || line[verb] == ' '))
			memcpy(transcript->said, verbs[i], verb + 1);
	}
}

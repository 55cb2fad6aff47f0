/* SPDX-License-Identifier: ISC
 *
 * profile.c - gathers what a letter's reading comes upon; see profile.h.
 */
#include "watchdogd/watch/profile.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/escape.h"

#define HEADERS_MAX 32768 /* bytes; a subject that stands behind is not found */

void
profile_name_domain(const struct letter_address *address, char domain[PROFILE_DOMAIN_SIZE])
{
	uint8_t text[LETTER_ADDRESS_MAX];
	const uint8_t *at = memrchr(address->text, '@', address->length);
	const uint8_t *from = at == NULL ? address->text : at + 1;
	const uint8_t *end = address->text + address->length;
	size_t length = 0;
	for (; from < end; from++) {
		text[length++] = (uint8_t)tolower(*from);
		if (*from == '.' && from + 1 < end && from[1] == '.')
			from++;
	}
	size_t begin = length > 1 && text[0] == '.';
	if (length > begin + 1 && text[length - 1] == '.')
		length--;
	if (address->length == 0)
		snprintf(domain, PROFILE_DOMAIN_SIZE, "MAILER-DAEMON");
	else
		escape_text(text + begin, length - begin, domain, PROFILE_DOMAIN_SIZE);
}

bool
profile_find_network(const char *address, char *text, size_t size)
{
	static const char zeros[] = "0/24", prefix[] = "/48";
	uint8_t bytes[16];
	char network[INET6_ADDRSTRLEN + sizeof(prefix)];
	bool is_long = strchr(address, ':') != NULL;
	if (address[0] == '\0' || inet_pton(is_long ? AF_INET6 : AF_INET, address, bytes) != 1)
		return false;
	if (is_long) {
		memset(bytes + 6, 0, sizeof(bytes) - 6);
		inet_ntop(AF_INET6, bytes, network, INET6_ADDRSTRLEN);
		strcat(network, prefix);
	} else { /* inet_pton() takes one way to write it only */
		size_t length = (size_t)(strrchr(address, '.') + 1 - address);
		memcpy(network, address, length);
		memcpy(network + length, zeros, sizeof(zeros));
	}
	size_t length = strlen(network);
	if (length >= size)
		return false;
	memcpy(text, network, length + 1);
	return true;
}

static void
on_recipient(void *owner, const struct letter_address *address, bool done)
{
	struct profile *profile = owner;
	char name[PROFILE_DOMAIN_SIZE];
	unsigned i = 0;
	if (done)
		return;
	profile_name_domain(address, name);
	while (i < profile->domain_count && strcmp(profile->domains[i].name, name) != 0)
		i++;
	if (i == PROFILE_DOMAINS_MAX) {
		profile->others++;
		return;
	}
	if (i == profile->domain_count) {
		memcpy(profile->domains[i].name, name, sizeof(name));
		profile->domains[profile->domain_count++].recipients = 0;
	}
	profile->domains[i].recipients++;
}

/* A header may be folded; what follows in further lines belongs to it. */
static void
take_header(struct profile *profile, const struct record *line)
{
	static const char subject[] = "Subject:";
	size_t skip = sizeof(subject) - 1, length = strlen(profile->subject);
	const uint8_t *text = line->data;
	bool is_folded = line->length > 0 && (text[0] == ' ' || text[0] == '\t');
	if (line->length == 0) {
		profile->headers_over = true;
	} else if (is_folded && profile->in_subject && length + 4 < sizeof(profile->subject)) {
		for (skip = 0; skip + 1 < line->length && isspace(text[skip + 1]);)
			skip++;
		escape_text(text + skip, line->length - skip, profile->subject + length,
		    sizeof(profile->subject) - length);
	} else if (!is_folded && length > 0) {
		profile->headers_over = true; /* of no further interest */
	} else if (!is_folded) {
		profile->in_subject = line->length >= skip && (text[0] | 0x20) == 's' &&
		    strncasecmp((const char *)text, subject, skip) == 0;
		while (profile->in_subject && skip < line->length && isspace(text[skip]))
			skip++;
		if (profile->in_subject)
			escape_text(text + skip, line->length - skip, profile->subject,
			    sizeof(profile->subject));
	}
}

/* Goes over what neither a subject nor a cause can be in. */
static void
skip_lines(struct profile *profile, const bool *wanted)
{
	if (wanted != NULL)
		profile->content_bytes += record_skip_lines(&profile->letter.stream, wanted);
}

/* A bounce's own headers say nothing that is not known. */
static bool
take_bounce(struct profile *profile, const struct record *line)
{
	if (profile->content_bytes == 0)
		cause_begin(&profile->report);
	profile->content_bytes += line->whole_length + 1;
	bool goes_on = cause_take(&profile->report, line->data, line->length);
	profile->has_cause = profile->report.cause.queue_id[0] != '\0';
	skip_lines(profile, cause_wanted(&profile->report));
	return goes_on && profile->content_bytes < CAUSE_BYTES_MAX;
}

static bool
on_line(void *owner, const struct letter *letter, const struct record *line)
{
	static const bool wanted[256] = {['\n'] = true, ['S'] = true, ['s'] = true};
	struct profile *profile = owner;
	if (letter->envelope.class == CLASS_BOUNCE)
		return take_bounce(profile, line);
	profile->content_bytes += line->whole_length + 1;
	take_header(profile, line);
	skip_lines(profile, profile->in_subject ? NULL : wanted);
	return !profile->headers_over && profile->content_bytes < HEADERS_MAX;
}

int
profile_parse(struct profile *ret_profile, record_read read, void *source)
{
	struct profile *profile = ret_profile;
	const struct letter_wish wish = {
	    .on_recipient = on_recipient, .on_line = on_line, .owner = profile};
	profile->domain_count = profile->others = 0;
	profile->subject[0] = '\0';
	profile->content_bytes = 0;
	profile->in_subject = profile->headers_over = false;
	profile->has_cause = false;
	int r = letter_parse(&profile->letter, read, source, &wish);
	if (r < 0)
		return r;
	const struct letter_address *sender = &profile->letter.sender;
	escape_text(sender->text, sender->length, profile->sender, sizeof(profile->sender));
	profile_name_domain(sender, profile->sender_domain);
	return 0;
}

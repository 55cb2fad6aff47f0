/* SPDX-License-Identifier: ISC
 *
 * record_build.h - queue files made in memory, for the tests of what reads them.
 */
#ifndef WATCHDOGD_TESTS_UNIT_RECORD_BUILD_H
#define WATCHDOGD_TESTS_UNIT_RECORD_BUILD_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct file {
	uint8_t bytes[256 * 1024];
	size_t length;
};

/* One record: type, length in base 128, payload. Returns its offset. */
static inline size_t
put_record(struct file *file, int type, const void *payload, size_t length)
{
	size_t at = file->length;
	size_t rest = length;
	file->bytes[file->length++] = (uint8_t)type;
	do {
		file->bytes[file->length++] = (uint8_t)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
		rest >>= 7;
	} while (rest > 0);
	memcpy(file->bytes + file->length, payload, length);
	file->length += length;
	return at;
}

static inline size_t
put_text(struct file *file, int type, const char *text)
{
	return put_record(file, type, text, strlen(text));
}

/* A pointer as Postfix writes it: 15 characters. */
static inline size_t
put_pointer(struct file *file, size_t target)
{
	char text[32];
	snprintf(text, sizeof(text), "%15zu", target);
	return put_text(file, 'p', text);
}

static inline void
set_pointer(struct file *file, size_t at, size_t target)
{
	char text[32];
	snprintf(text, sizeof(text), "%15zu", target);
	memcpy(file->bytes + at + 2, text, 15);
}

/* The size record that stands first; set_size() fills it in. */
static inline void
put_size(struct file *file)
{
	char text[128];
	snprintf(text, sizeof(text), "%15d %15d %15d %15d %15d %15d", 0, 0, 0, 0, 0, 0);
	put_text(file, 'C', text);
}

static inline void
set_size(struct file *file, size_t size, size_t begin)
{
	char text[64];
	snprintf(text, sizeof(text), "%15zu %15zu", size, begin);
	memcpy(file->bytes + 2, text, 31);
}

/* Everything in front of the sender. */
static inline void
begin_file(struct file *file)
{
	file->length = 0;
	put_size(file);
	put_text(file, 'T', "1795510277 40990");
	put_text(file, 'A', "create_time=1795510277");
}

/* One recipient and a content of one header. */
static inline void
end_file(struct file *file, const char *recipient)
{
	put_text(file, 'A', "dsn_orig_rcpt=rfc822;someone");
	put_text(file, 'O', recipient);
	put_text(file, 'R', recipient);
	put_text(file, 'M', "");
	size_t begin = file->length;
	put_text(file, 'N', "Subject: a subject");
	put_text(file, 'N', "");
	put_text(file, 'N', "the body");
	set_size(file, file->length - begin, begin);
	put_text(file, 'X', "");
	put_text(file, 'E', "");
}

/* A record_read over such a file. */
static inline long
read_built(void *source, uint64_t offset, void *buffer, size_t size)
{
	const struct file *file = source;
	if (offset >= file->length)
		return 0;
	size_t left = file->length - (size_t)offset;
	size_t take = left < size ? left : size;
	memcpy(buffer, file->bytes + offset, take);
	return (long)take;
}

#endif

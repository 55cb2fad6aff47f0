/* SPDX-License-Identifier: ISC
 *
 * post.c - from a post to the row that waits.
 */
#include "watchdogd/engine/post.h"

#include <stdarg.h>
#include <stdio.h>

int
post_add(struct store *store, const struct settings *settings, const struct post *post,
    int64_t *ret_id, const char *id_format, ...)
{
	const char *prefix = settings->alert.subject_prefix;
	va_list arguments;
	struct row_notice row = {
	    .about = post->about,
	    .relay = post->relay,
	    .state = NOTICE_WAITING,
	    .created_s = post->now_s,
	    .next_try_s = post->now_s,
	    .body = post->body,
	};
	snprintf(row.recipient, sizeof(row.recipient), "%s", post->recipient);
	snprintf(row.subject, sizeof(row.subject), "%s%s%.200s", prefix,
	    prefix[0] != '\0' ? " " : "", post->subject);
	va_start(arguments, id_format);
	vsnprintf(row.message_id, sizeof(row.message_id), id_format, arguments);
	va_end(arguments);
	return store_add_notice(store, &row, ret_id);
}

/* SPDX-License-Identifier: ISC
 *
 * top.c - ranks, and what is said about them.
 */
#include "proto/top.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

#define TELLING_CAUSES 3
#define TELLING_SHARE 20 /* percent of what arrives */

/* ---- rows ---- */

int
tops_add(struct tops *tops, const struct message_tick_top *row, int max)
{
	if (row->dimension >= DIMENSION_COUNT || row->class >= CLASS_COUNT || row->rank == 0 ||
	    row->rank > TOP_RANKS_MAX || tops->count >= max)
		return -EBADMSG;
	tops->rows = mem_resize(tops->rows, (size_t)tops->count + 1, sizeof(*tops->rows));
	tops->rows[tops->count++] = *row;
	return 0;
}

void
tops_clear(struct tops *tops)
{
	tops->count = 0;
}

void
tops_done(struct tops *tops)
{
	free(tops->rows);
	*tops = (struct tops){0};
}

/* ---- words ---- */

/* Of what the rows of a dimension are a part, and which part. */
struct phrase {
	const char *part; /* before the key */
	bool is_of_deferrals; /* else of arrivals */
};

static const struct phrase phrases[DIMENSION_COUNT] = {
    [DIMENSION_SENDER] = {"are from", false},
    [DIMENSION_SENDER_DOMAIN] = {"are from senders at", false},
    [DIMENSION_RECIPIENT_DOMAIN] = {"are for", false},
    [DIMENSION_CLIENT] = {"came from client", false},
    [DIMENSION_NETWORK] = {"came from network", false},
    [DIMENSION_SASL_USER] = {"were sent by user", false},
    [DIMENSION_SHAPE] = {"have a sender like", false},
    [DIMENSION_SUBJECT] = {"have a subject like", false},
    [DIMENSION_REASON] = {"were for", true},
    [DIMENSION_NEXT_HOP] = {"were at", true},
    [DIMENSION_CAUSE] = {"were caused by", false},
};

static const char *const classes[CLASS_COUNT] = {
    [CLASS_UNREAD] = "messages not read yet",
    [CLASS_NORMAL] = "messages",
    [CLASS_BOUNCE] = "bounces",
    [CLASS_DSN] = "null-sender messages",
    [CLASS_NOTICE] = "notices",
};

int
top_share(const struct message_tick_top *row)
{
	uint64_t sure = row->count > row->error ? row->count - row->error : 0;
	if (row->total == 0)
		return 0;
	if (sure >= row->total)
		return 100;
	return (int)((double)sure * 100 / (double)row->total + 0.5);
}

bool
top_is_telling(const struct message_tick_top *row)
{
	switch ((enum dimension)row->dimension) {
	case DIMENSION_CAUSE:
		return row->rank <= TELLING_CAUSES && top_share(row) > 0;
	case DIMENSION_SHAPE:
	case DIMENSION_SUBJECT:
	case DIMENSION_NETWORK:
	case DIMENSION_SENDER:
		return row->class == CLASS_NORMAL && row->rank == 1 &&
		    top_share(row) >= TELLING_SHARE;
	case DIMENSION_SENDER_DOMAIN:
	case DIMENSION_RECIPIENT_DOMAIN: /* a gateway's own: it is always much of the mail */
	case DIMENSION_CLIENT:
	case DIMENSION_SASL_USER:
	case DIMENSION_REASON:
	case DIMENSION_NEXT_HOP:
		break;
	}
	return false;
}

char *
top_describe(const struct message_tick_top *row, char out[TOP_TEXT_SIZE])
{
	bool is_cause = row->dimension == DIMENSION_CAUSE;
	const struct phrase *phrase = &phrases[row->dimension];
	const char *what = classes[row->class];
	const char *of = phrase->is_of_deferrals ? "deferrals of " : is_cause ? "" : "arriving ";
	size_t used = (size_t)snprintf(out, TOP_TEXT_SIZE, "%d %% of ", top_share(row));
	if (is_cause) /* a count of what is there; the others are decayed, no number anybody knows */
		used +=
		    (size_t)snprintf(out + used, TOP_TEXT_SIZE - used, "%" PRIu64 " ", row->total);
	used += (size_t)snprintf(out + used, TOP_TEXT_SIZE - used, "%s%s %s %.*s", of, what,
	    phrase->part, ADDRESS_TEXT_SIZE, row->key);
	if (!is_cause && row->example[0] != '\0' && strcmp(row->example, row->key) != 0 &&
	    used < TOP_TEXT_SIZE)
		snprintf(out + used, TOP_TEXT_SIZE - used, ", as %.300s", row->example);
	return out;
}

/* SPDX-License-Identifier: ISC
 *
 * attempt.c - one answer, and what comes next.
 */
#include "watchdogd/engine/attempt.h"

int
attempt_relay(const struct row_notice *row, int relays)
{
	return relays > 0 ? (int)(row->relay % relays) : 0;
}

int64_t
attempt_pause(int64_t times)
{
	int64_t pause = ATTEMPT_FIRST_S;
	for (int64_t i = 1; i < times && pause < ATTEMPT_LAST_S; i++)
		pause *= 2;
	return pause < ATTEMPT_LAST_S ? pause : ATTEMPT_LAST_S;
}

/* The next relay that has not refused it; -1: all have. */
static int
find_next(const struct row_notice *row, int tried, int relays)
{
	for (int i = 1; i <= relays; i++) {
		int relay = (tried + i) % relays;
		if ((row->refused_by >> relay & 1) == 0)
			return relay;
	}
	return -1;
}

static void
end(struct row_notice *row, enum notice_state state, int64_t now_s)
{
	row->state = state;
	row->done_s = now_s;
}

static void
try_next(struct row_notice *row, int tried, int relays, int64_t now_s)
{
	int next = find_next(row, tried, relays);
	if (next < 0) {
		end(row, NOTICE_REFUSED, now_s);
		return;
	}
	row->relay = next;
	row->next_try_s =
	    next > tried ? now_s : now_s + attempt_pause((row->attempts + relays - 1) / relays);
}

void
attempt_judge(struct row_notice *row, int code, int relays, int64_t now_s)
{
	int tried = attempt_relay(row, relays);
	row->attempts++;
	row->relay = tried;
	if (code / 100 == 5)
		row->refused_by |= INT64_C(1) << tried;
	if (code / 100 == 2)
		end(row, NOTICE_SENT, now_s);
	else if (row->about == ABOUT_TEST) /* of this relay, now */
		end(row, NOTICE_REFUSED, now_s);
	else
		try_next(row, tried, relays > 0 ? relays : 1, now_s);
}

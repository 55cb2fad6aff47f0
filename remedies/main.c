/* SPDX-License-Identifier: ISC
 *
 * main.c - the remedy role: takes orders from the engine, carries them out one at a time, answers.
 * Root, because postsuper(1) must be started so; no event loop, since it waits for its child. The
 * parent is trusted; the engine is not, and an order that is not allowed is refused.
 *
 * When the engine's link is lost, the order that is being carried out is finished and forgotten:
 * the engine sends it again, as a repeat, and what is done already is then found by looking.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "remedies/copies.h"
#include "remedies/intake.h"
#include "remedies/run.h"
#include "remedies/setting.h"
#include "watchdogd/role.h"

#define WAKE_MS (600 * 1000) /* to sweep the copies, when nobody has anything to say */

static void
lose_engine(struct role *role, struct intake *intake)
{
	log_info("engine: link lost");
	intake_clear(intake);
	close(TAKE_FD(role->link_fds[ROLE_ENGINE]));
}

static int
answer(int fd, const struct remedy_order *order, const struct message_outcome *outcome)
{
	for (size_t i = 0; i < order->count; i++) {
		struct message_outcome_message message = {
		    .order = order->number,
		    .outcome = order->messages[i].outcome,
		};
		memcpy(message.queue_id, order->messages[i].queue_id, sizeof(message.queue_id));
		int r = message_write(fd, MESSAGE_TYPE_OUTCOME_MESSAGE, &message, -1);
		if (r < 0)
			return r;
	}
	return message_write(fd, MESSAGE_TYPE_OUTCOME, outcome, -1);
}

static void
log_outcome(const struct intake *intake, const struct message_outcome *outcome)
{
	const char *repeat = intake->head.repeat != 0 ? ", sent again" : "";
	const char *where = intake->head.config_directory;
	if (outcome->failed)
		log_error(
		    "order %" PRIu64 "%s: %s, %s", outcome->order, repeat, where, outcome->text);
	else
		log_info(
		    "order %" PRIu64 "%s: %s, %s", outcome->order, repeat, where, outcome->text);
}

static void
log_change(const struct message_change_order *order, const struct message_change_outcome *outcome)
{
	const char *repeat = order->repeat != 0 ? ", sent again" : "";
	const char *where = order->config_directory;
	const char *step = names_get(&names_change_step, (int)order->step);
	if (outcome->outcome == CHANGE_FAILED || outcome->outcome == CHANGE_REFUSED)
		log_error("order %" PRIu64 "%s: %s, %s: %s", order->order, repeat, where, step,
		    outcome->text);
	else
		log_info("order %" PRIu64 "%s: %s, %s: %s", order->order, repeat, where, step,
		    outcome->text);
}

static int
serve_order(struct role *role, struct intake *intake, struct copies *copies)
{
	struct remedy_order order = {.count = 0};
	struct message_outcome outcome = {.order = intake->head.order, .failed = 1};
	if (intake_check(intake, role, &order, outcome.text) == 0) {
		order.copies = copies;
		order.now_s = clock_wall_now().ms / 1000;
		run_order(&order, &outcome);
	}
	log_outcome(intake, &outcome);
	intake_clear(intake);
	return answer(role->link_fds[ROLE_ENGINE], &order, &outcome);
}

/* An order about a setting is one frame, and its answer, too. */
static int
serve_change(struct role *role, const struct channel_frame *frame)
{
	struct message_change_order message;
	struct setting_order order;
	int r = message_decode(MESSAGE_TYPE_CHANGE_ORDER, frame->payload, frame->length, &message);
	if (r < 0)
		return r;
	struct message_change_outcome outcome = {.order = message.order, .outcome = CHANGE_REFUSED};
	if (setting_check(&message, role, &order, outcome.text) == 0)
		setting_run(&order, &outcome);
	log_change(&message, &outcome);
	return message_write(
	    role->link_fds[ROLE_ENGINE], MESSAGE_TYPE_CHANGE_OUTCOME, &outcome, -1);
}

static void
serve_engine(struct role *role, struct intake *intake, struct copies *copies)
{
	static uint8_t buffer[CHANNEL_PAYLOAD_MAX];
	struct channel_frame frame;
	int r = channel_read(role->link_fds[ROLE_ENGINE], buffer, &frame);
	if (r == 0) {
		guard_close(&frame.fd); /* no order carries one */
		r = frame.type == MESSAGE_TYPE_CHANGE_ORDER && !intake->open
		    ? serve_change(role, &frame)
		    : intake_take(intake, &frame);
	}
	if (r > 0)
		r = serve_order(role, intake, copies);
	if (r == -EPIPE)
		lose_engine(role, intake);
	else if (r < 0)
		fatal("engine: %s", log_errno(-r)); /* both are linked anew */
}

/* A new link makes void what came on the old one. */
static void
serve_parent(struct role *role, struct intake *intake)
{
	int before = role->link_fds[ROLE_ENGINE];
	role_serve_parent(role);
	if (role->link_fds[ROLE_ENGINE] != before)
		intake_clear(intake);
}

static void
serve(struct role *role, struct intake *intake, struct copies *copies)
{
	struct pollfd waiting[] = {
	    {.fd = ROLE_PARENT_FD, .events = POLLIN},
	    {.fd = role->link_fds[ROLE_ENGINE], .events = POLLIN},
	};
	copies_sweep(copies, clock_wall_now().ms / 1000);
	if (poll(waiting, ARRAY_LENGTH(waiting), WAKE_MS) < 0) {
		if (errno != EINTR)
			fatal("poll: %s", log_errno(errno));
		return;
	}
	if (waiting[0].revents != 0)
		serve_parent(role, intake);
	else if (waiting[1].revents != 0)
		serve_engine(role, intake, copies);
}

static void
prepare(struct role *role UNUSED, struct sandbox *sandbox)
{
	/* postsuper needs root, the file system and its own system calls; what bounds this role is
	 * that it runs nothing but the catalogue. */
	sandbox->user = NULL;
	sandbox->landlock = false;
	sandbox->calls = SANDBOX_CALLS_ANY;
}

int
main(void)
{
	static const struct role_program program = {.name = ROLE_REMEDY, .prepare = prepare};
	struct role *role = mem_alloc(sizeof(*role));
	struct intake *intake = mem_alloc(sizeof(*intake));
	struct copies copies;
	role_enter(role, &program);
	copies_open(&copies, &role->settings, clock_wall_now().ms / 1000);
	for (;;)
		serve(role, intake, &copies);
}

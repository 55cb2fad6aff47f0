/* SPDX-License-Identifier: ISC
 *
 * world.c - the far ends of the engine's links, played by the test.
 */
#include "tests/replay/world.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "proto/catalogue.h"
#include "proto/letter_text.h"

int64_t world_now_s = 1780000000;

static int64_t
now_s(void)
{
	return world_now_s;
}

/* ---- links ---- */

static void
ignore_frame(struct channel *channel UNUSED, struct channel_frame *frame UNUSED, void *owner UNUSED)
{
}

static void
ignore_end(struct channel *channel UNUSED, const char *reason UNUSED, void *owner UNUSED)
{
}

static const struct channel_handlers handlers = {ignore_frame, ignore_end};

static void
unlink_peer(struct world *world, enum role_name peer)
{
	channel_free(world->role.links[peer]);
	world->role.links[peer] = NULL;
	if (world->fds[peer] >= 0)
		close(world->fds[peer]);
	world->fds[peer] = -1;
}

static void
link_peer(struct world *world, enum role_name peer)
{
	int fds[2];
	unlink_peer(world, peer);
	if (channel_pair(fds) < 0)
		fatal("world: no socketpair");
	world->role.links[peer] = channel_new(world->role.base, fds[0], &handlers, world);
	world->fds[peer] = fds[1];
}

void
world_link_remedy(struct world *world)
{
	link_peer(world, ROLE_REMEDY);
}

void
world_lose_remedy(struct world *world)
{
	unlink_peer(world, ROLE_REMEDY);
	engine_lost(world->engine, ROLE_REMEDY);
	if (!world->remedy_stays_away)
		world_link_remedy(world);
}

/* ---- the world ---- */

static void
make_settings(struct settings *settings, const char *directory)
{
	settings_defaults(settings);
	settings->mode = MODE_ACT;
	snprintf(settings->state_directory, sizeof(settings->state_directory), "%s", directory);
	snprintf(settings->alert.recipients[0].address,
	    sizeof(settings->alert.recipients[0].address), "ops@example.org");
	settings->alert.recipient_count = 1;
	settings->rule_count = 1;
	settings->rules[0] = (struct settings_rule){
	    .name = "bounce-flood",
	    .signal = SIGNAL_BOUNCES,
	    .above = 100,
	    .for_s = 3,
	    .clear_below = 50,
	    .clear_for_s = 5,
	    .mode = SETTINGS_MODE_INHERIT,
	    .steps =
		{
		    {"hold-bounces", SETTINGS_MODE_INHERIT, 0},
		    {"delete-bounces", SETTINGS_MODE_INHERIT, 10},
		},
	    .step_count = 2,
	};
}

struct world *
world_new(void)
{
	struct world *world = mem_alloc(sizeof(*world));
	world->flow = (struct message_tick_flow){.instance = "-", .present = 1, .deliveries = 1};
	snprintf(world->directory, sizeof(world->directory), "/tmp/watchdogd-replay.XXXXXX");
	if (mkdtemp(world->directory) == NULL)
		fatal("world: no directory");
	make_settings(&world->role.settings, world->directory);
	world->role.name = ROLE_ENGINE;
	world->role.base = event_base_new();
	world->role.instance_count = 1;
	snprintf(world->role.instances[0].name, sizeof(world->role.instances[0].name), "-");
	snprintf(world->role.instances[0].queue_directory,
	    sizeof(world->role.instances[0].queue_directory), "/nonexistent");
	for (int i = 0; i < ROLE_COUNT; i++)
		world->fds[i] = -1;
	world->relay_code = 250;
	world_start_engine(world);
	return world;
}

void
world_kill_engine(struct world *world)
{
	/* Nothing is flushed and nothing is answered: as kill -9 would leave it. */
	engine_free(world->engine);
	world->engine = NULL;
	for (int i = 0; i < ROLE_COUNT; i++)
		unlink_peer(world, (enum role_name)i);
}

void
world_start_engine(struct world *world)
{
	if (world->engine != NULL)
		world_kill_engine(world);
	link_peer(world, ROLE_WATCH);
	link_peer(world, ROLE_REMEDY);
	link_peer(world, ROLE_ALERT);
	link_peer(world, ROLE_CONTROL);
	world->engine = engine_new(&world->role, now_s);
	engine_beat(world->engine);
}

static void
remove_store(const char *directory)
{
	static const char *const names[] = {"history.db", "history.db-wal", "history.db-shm"};
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		AUTO_FREE char *path = mem_format("%s/%s", directory, names[i]);
		unlink(path);
	}
	rmdir(directory);
}

void
world_free(struct world *world)
{
	world_kill_engine(world);
	event_base_free(world->role.base);
	remove_store(world->directory);
	tops_done(&world->tops);
	free(world->last_body);
	free(world->result);
	free(world);
}

void
world_add(struct world *world, enum message_class class, enum queue_name queue, int count)
{
	for (int i = 0; i < count; i++) {
		struct world_message *message = &world->messages[world->message_count];
		snprintf(message->queue_id, sizeof(message->queue_id), "%05X%X",
		    world->message_count, world->message_count + 1000);
		message->queue = queue;
		message->class = class;
		message->inode = (uint64_t)world->message_count + 1000;
		message->ctime_ns = (uint64_t)world_now_s * 1000000000u;
		message->arrival_s = (uint64_t)world_now_s;
		world->message_count++;
	}
}

int
world_count(const struct world *world, enum message_class class, enum queue_name queue)
{
	int count = 0;
	for (int i = 0; i < world->message_count; i++)
		count += !world->messages[i].deleted && world->messages[i].class == class &&
		    world->messages[i].queue == queue;
	return count;
}

int
world_count_deleted(const struct world *world)
{
	int count = 0;
	for (int i = 0; i < world->message_count; i++)
		count += world->messages[i].deleted;
	return count;
}

/* ---- to the engine ---- */

static int
give(struct world *world, enum role_name peer, enum message_type type, const void *message)
{
	static uint8_t buffer[CHANNEL_PAYLOAD_MAX];
	long length = wire_encode(message_layout(type), message, buffer, sizeof(buffer));
	struct channel_frame frame = {(uint16_t)type, (size_t)length, buffer, -1};
	switch (peer) {
	case ROLE_WATCH:
		return engine_take_watch(world->engine, &frame);
	case ROLE_REMEDY:
		return engine_take_remedy(world->engine, &frame);
	default:
		return engine_take_control(world->engine, &frame);
	}
}

/* Every frame that a far end gives here is well formed: the engine must take it. */
static void
must_give(struct world *world, enum role_name peer, enum message_type type, const void *message)
{
	if (give(world, peer, type, message) < 0)
		panic("world: the engine refused %s", message_layout(type)->name);
}

/* ---- watch ---- */

struct asked {
	struct message_select_id ids[SELECTION_MAX];
	int count;
};

static struct asked asked;

static bool
is_asked_for(const struct world_message *message, const struct message_select *select)
{
	if (message->deleted || (select->queues & 1u << message->queue) == 0 ||
	    (select->classes & 1u << message->class) == 0)
		return false;
	if (select->older_s != 0 && message->arrival_s + select->older_s > (uint64_t)world_now_s)
		return false;
	if (select->listed == 0)
		return true;
	for (int i = 0; i < asked.count; i++)
		if (strcmp(asked.ids[i].queue_id, message->queue_id) == 0 &&
		    asked.ids[i].inode == message->inode)
			return true;
	return false;
}

static void
answer_selected(
    struct world *world, const struct message_select *select, const struct world_message *message)
{
	static const char copy[] = "sender: <>\nSubject: Undelivered Mail Returned to Sender\n";
	struct message_selected selected = {
	    .request = select->request,
	    .queue = message->queue,
	    .class = message->class,
	    .inode = message->inode,
	    .ctime_ns = message->ctime_ns,
	    .arrival_s = message->arrival_s,
	    .size_bytes = 3000,
	    .recipient = "ava1204@8231.com",
	};
	memcpy(selected.queue_id, message->queue_id, sizeof(selected.queue_id));
	if (select->copy_bytes > 0)
		selected.copy = (struct wire_bytes){(const uint8_t *)copy, sizeof(copy) - 1};
	must_give(world, ROLE_WATCH, MESSAGE_TYPE_SELECTED, &selected);
}

static void
play_watch(struct world *world, const struct channel_frame *frame)
{
	struct message_select select;
	if (frame->type == MESSAGE_TYPE_SELECT_ID) {
		if (message_decode(MESSAGE_TYPE_SELECT_ID, frame->payload, frame->length,
			&asked.ids[asked.count++]) < 0)
			panic("world: malformed select_id");
		return;
	}
	if (message_decode(MESSAGE_TYPE_SELECT, frame->payload, frame->length, &select) < 0)
		panic("world: malformed select");
	struct message_select_end end = {.request = select.request};
	if (world->watch_is_scanning)
		snprintf(end.error, sizeof(end.error), "still looking at the queues");
	for (int i = 0; i < world->message_count; i++) {
		if (world->watch_is_blind || world->watch_is_scanning ||
		    !is_asked_for(&world->messages[i], &select))
			continue;
		end.matching++;
		if (end.selected == select.limit)
			continue;
		end.selected++;
		answer_selected(world, &select, &world->messages[i]);
	}
	end.total = end.matching;
	asked.count = 0;
	must_give(world, ROLE_WATCH, MESSAGE_TYPE_SELECT_END, &end);
}

/* ---- remedy ---- */

struct ordered {
	struct message_order head;
	struct message_order_message messages[SELECTION_MAX];
	int count;
};

static struct ordered ordered;

static struct world_message *
find_message(struct world *world, const char *queue_id)
{
	for (int i = 0; i < world->message_count; i++)
		if (strcmp(world->messages[i].queue_id, queue_id) == 0)
			return &world->messages[i];
	return NULL;
}

/* What postsuper would do, and what looking at it afterwards would say. */
static enum target_outcome
apply(struct world *world, const struct message_order_message *target)
{
	struct world_message *message = find_message(world, target->queue_id);
	bool deletes = strcmp(ordered.head.remedy, "delete-bounces") == 0;
	bool releases = strcmp(ordered.head.remedy, "release") == 0;
	enum queue_name to = releases ? QUEUE_DEFERRED : QUEUE_HOLD;
	message->orders += ordered.head.repeat == 0;
	if (message->deleted)
		return deletes && ordered.head.repeat != 0 ? OUTCOME_DONE : OUTCOME_GONE;
	if (!deletes && message->queue == to && ordered.head.repeat != 0)
		return OUTCOME_DONE;
	if (message->ctime_ns != target->ctime_ns)
		return OUTCOME_CHANGED;
	if (deletes)
		message->deleted = true;
	else
		message->queue = to;
	message->ctime_ns++;
	return OUTCOME_DONE;
}

static void
execute(struct world *world)
{
	struct message_outcome_message outcomes[SELECTION_MAX];
	world->orders++;
	world->repeats += ordered.head.repeat != 0;
	if (world->remedy_dies) {
		world->remedy_dies = false;
		world_lose_remedy(world);
		return;
	}
	for (int i = 0; i < ordered.count; i++) {
		outcomes[i] = (struct message_outcome_message){
		    .order = ordered.head.order,
		    .outcome =
			world->remedy_refuses ? OUTCOME_FAILED : apply(world, &ordered.messages[i]),
		};
		memcpy(outcomes[i].queue_id, ordered.messages[i].queue_id, QUEUE_ID_SIZE);
	}
	if (world->remedy_dies_late) {
		world->remedy_dies_late = false;
		world_lose_remedy(world);
		return;
	}
	struct message_outcome end = {
	    .order = ordered.head.order,
	    .messages = (uint64_t)ordered.count,
	    .text = "did as it was told",
	};
	for (int i = 0; i < ordered.count; i++)
		must_give(world, ROLE_REMEDY, MESSAGE_TYPE_OUTCOME_MESSAGE, &outcomes[i]);
	must_give(world, ROLE_REMEDY, MESSAGE_TYPE_OUTCOME, &end);
}

static int
play_change(struct world *world, const struct channel_frame *frame)
{
	struct message_change_order order;
	struct message_change_outcome outcome;
	int r = message_decode(MESSAGE_TYPE_CHANGE_ORDER, frame->payload, frame->length, &order);
	if (r < 0)
		return r;
	if (world_change(world, &order, &outcome))
		must_give(world, ROLE_REMEDY, MESSAGE_TYPE_CHANGE_OUTCOME, &outcome);
	else
		world_lose_remedy(world);
	return 0;
}

static void
play_remedy(struct world *world, const struct channel_frame *frame)
{
	int r;
	switch (frame->type) {
	case MESSAGE_TYPE_ORDER:
		ordered.count = 0;
		r = message_decode(
		    MESSAGE_TYPE_ORDER, frame->payload, frame->length, &ordered.head);
		break;
	case MESSAGE_TYPE_ORDER_MESSAGE:
		r = message_decode(MESSAGE_TYPE_ORDER_MESSAGE, frame->payload, frame->length,
		    &ordered.messages[ordered.count++]);
		break;
	case MESSAGE_TYPE_CHANGE_ORDER:
		r = play_change(world, frame);
		break;
	default:
		r = 0;
		execute(world);
	}
	if (r < 0)
		panic("world: malformed order");
}

/* ---- alert ---- */

static void
note_mail(struct world *world, const struct message_notice *notice)
{
	memcpy(world->mail_ids[world->mails++ % 64], notice->message_id, 256);
	memcpy(world->last_subject, notice->subject, sizeof(world->last_subject));
	free(TAKE(world->last_body));
	size_t length = 0;
	FILE *out = open_memstream(&world->last_body, &length);
	if (out == NULL)
		panic("world: no memory");
	letter_write_text(out, notice->body.data, notice->body.length);
	fclose(out);
}

static void
play_alert(struct world *world, struct channel_frame *frame)
{
	struct message_notice notice;
	AUTO_CLOSE int fd = TAKE_FD(frame->fd);
	if (message_decode(MESSAGE_TYPE_NOTICE, frame->payload, frame->length, &notice) < 0)
		panic("world: malformed notice");
	if (notice.program != 0) {
		world->programs++;
		dprintf(fd, "250 exit 0\n");
		return;
	}
	if (world->relay_code == 0)
		return; /* the pipe closes without a word */
	if (world->relay_code / 100 == 2)
		note_mail(world, &notice);
	dprintf(fd, "%d said the relay\n", world->relay_code);
}

/* ---- control ---- */

static void
play_control(struct world *world, const struct channel_frame *frame)
{
	struct message_command_result result;
	if (message_decode(MESSAGE_TYPE_COMMAND_RESULT, frame->payload, frame->length, &result) < 0)
		panic("world: malformed result");
	free(world->result);
	world->result = mem_text_n((const char *)result.document.data, result.document.length);
	world->result_ok = result.ok != 0;
}

void
world_command(struct world *world, const char *verb, const char *remedy, int64_t action)
{
	struct message_command command = {.request = 77, .action = (uint64_t)action};
	snprintf(command.verb, sizeof(command.verb), "%s", verb);
	snprintf(command.remedy, sizeof(command.remedy), "%s", remedy);
	must_give(world, ROLE_CONTROL, MESSAGE_TYPE_COMMAND, &command);
	world_settle(world);
}

void
world_select(struct world *world, const char *verb, const char *remedy, int64_t older_s)
{
	struct message_command command = {.request = 79, .older_s = (uint64_t)older_s};
	snprintf(command.verb, sizeof(command.verb), "%s", verb);
	snprintf(command.remedy, sizeof(command.remedy), "%s", remedy);
	must_give(world, ROLE_CONTROL, MESSAGE_TYPE_COMMAND, &command);
	world_settle(world);
}

void
world_care(struct world *world, const char *verb, int64_t incident, int64_t for_s)
{
	struct message_command command = {
	    .request = 78,
	    .uid = 1000,
	    .incident = (uint64_t)incident,
	    .for_s = (uint64_t)for_s,
	    .text = "as the people say",
	};
	snprintf(command.verb, sizeof(command.verb), "%s", verb);
	must_give(world, ROLE_CONTROL, MESSAGE_TYPE_COMMAND, &command);
	world_settle(world);
}

/* ---- time ---- */

/* Reads one frame that waits at a far end, if any, and plays it. */
static bool
play_one(struct world *world, enum role_name peer)
{
	static uint8_t buffer[CHANNEL_PAYLOAD_MAX];
	struct channel_frame frame;
	struct pollfd waiting = {.fd = world->fds[peer], .events = POLLIN};
	if (peer == ROLE_WATCH && world->watch_is_slow)
		return false;
	if (world->fds[peer] < 0 || poll(&waiting, 1, 0) <= 0)
		return false;
	if (channel_read(world->fds[peer], buffer, &frame) < 0)
		return false;
	if (peer == ROLE_WATCH)
		play_watch(world, &frame);
	else if (peer == ROLE_REMEDY)
		play_remedy(world, &frame);
	else if (peer == ROLE_ALERT)
		play_alert(world, &frame);
	else
		play_control(world, &frame);
	return true;
}

void
world_settle(struct world *world)
{
	bool busy = true;
	while (busy) {
		/* twice: what was queued goes out, what came back through a pipe comes in */
		event_base_loop(world->role.base, EVLOOP_NONBLOCK);
		event_base_loop(world->role.base, EVLOOP_NONBLOCK);
		busy = false;
		for (int peer = 0; peer < ROLE_COUNT; peer++)
			busy |= play_one(world, (enum role_name)peer);
	}
}

static void
tell_counts(struct world *world)
{
	for (int queue = 0; queue < QUEUE_COUNT; queue++) {
		struct message_tick_queue counts = {
		    .instance = "-",
		    .queue = (uint64_t)queue,
		    .normal = (uint64_t)world_count(world, CLASS_NORMAL, (enum queue_name)queue),
		    .bounces = (uint64_t)world_count(world, CLASS_BOUNCE, (enum queue_name)queue),
		};
		counts.messages = counts.normal + counts.bounces;
		must_give(world, ROLE_WATCH, MESSAGE_TYPE_TICK_QUEUE, &counts);
	}
	must_give(world, ROLE_WATCH, MESSAGE_TYPE_TICK_FLOW, &world->flow);
}

static void
tell_tops(struct world *world)
{
	if (world_now_s % 5 != 0)
		return;
	for (int i = 0; i < world->tops.count; i++)
		must_give(world, ROLE_WATCH, MESSAGE_TYPE_TICK_TOP, &world->tops.rows[i]);
}

void
world_tick(struct world *world)
{
	world_now_s++;
	tell_counts(world);
	tell_tops(world);
	struct message_tick tick = {.time_ms = (uint64_t)world_now_s * 1000};
	must_give(world, ROLE_WATCH, MESSAGE_TYPE_TICK, &tick);
	world_settle(world);
}

void
world_ticks(struct world *world, int seconds)
{
	for (int i = 0; i < seconds; i++)
		world_tick(world);
}

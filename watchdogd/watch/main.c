/* SPDX-License-Identifier: ISC
 *
 * main.c - the watch role: sees every message of every instance and tells the engine each second.
 *
 * Runs as the service user with CAP_DAC_READ_SEARCH and nothing else, may read below the queue
 * directories only, writes no file, starts no program. What it reads was written by strangers.
 *
 * One loop: inotify becomes readable -> 20 ms later all that is queued is applied (batch) -> new
 * envelopes are read and scans go on in small portions (work) -> a tick each second.
 */
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "watchdogd/role.h"
#include "watchdogd/watch/question.h"
#include "watchdogd/watch/polling.h"
#include "watchdogd/watch/sample.h"
#include "watchdogd/watch/scan.h"
#include "watchdogd/watch/select.h"
#include "watchdogd/watch/track.h"
#include "watchdogd/watch/waiting.h"

#define BATCH_MS 20 /* a reader that wakes for each event slows Postfix down by a third */
#define BATCH_READS 32 /* of 64 KiB, then the loop gets its turn */
#define WORK_FILES 250 /* read in one turn */
#define WORK_NAMES 4096 /* looked at in one turn */
#define WORK_SPOOL_NAMES 1024 /* each is stat'ed */
#define DEAD_WATCHES_MAX 1000 /* libinotifytools never frees one: begin anew */
#define QUEUED_MAX (1024u * 1024) /* the engine does not read: let the flows gather here */

struct watch {
	struct role *role;
	struct inotify *inotify;
	struct track track;
	struct scan scan;
	struct select select;
	struct questions questions;
	struct waiting waiting;
	struct event *readable, *batch, *work, *tick;
	struct clock_mono reconcile_at;
	int64_t reconciled_s; /* when a scan was last completed, wall clock */
	bool scan_settling; /* the scan is through, its doubts are not */
	struct sandbox_path paths[INSTANCES_MAX + SPOOLS_MAX];
};

/* Below these alone we may read once we are in the sandbox. */
static size_t
list_paths(const struct role *role, struct sandbox_path *paths)
{
	size_t count = 0;
	for (int i = 0; i < role->instance_count; i++)
		paths[count++] = (struct sandbox_path){
		    .path = role->instances[i].queue_directory, .access = SANDBOX_READ};
	for (int i = 0; i < role->settings.spool_count; i++)
		paths[count++] = (struct sandbox_path){
		    .path = role->settings.spools[i].path, .access = SANDBOX_READ};
	return count;
}

static void
prepare(struct role *role, struct sandbox *sandbox)
{
	struct watch *watch = mem_alloc(sizeof(*watch));
	watch->role = role;
	role->state = watch;
	int r = inotify_open(&watch->inotify);
	if (r < 0)
		fatal("cannot open inotify: %s", log_errno(-r));
	track_init(&watch->track, role->instances, (unsigned)role->instance_count, watch->inotify);
	polling_init(&watch->track);
	scan_init(&watch->scan, &watch->track);
	select_init(&watch->select);
	questions_init(&watch->questions, &watch->track);
	waiting_init(&watch->waiting, &role->settings, watch->inotify);
	sandbox->user = role->settings.user;
	sandbox->dac_read_search = true;
	sandbox->landlock = true;
	sandbox->paths = watch->paths;
	sandbox->path_count = list_paths(role, watch->paths);
	sandbox->calls = SANDBOX_CALLS_READ;
}

static void
arm(struct event *event, int ms)
{
	struct timeval delay = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
	if (!evtimer_pending(event, NULL))
		evtimer_add(event, &delay);
}

static void
on_readable(evutil_socket_t fd, short what, void *owner)
{
	struct watch *watch = owner;
	(void)fd, (void)what;
	arm(watch->batch, BATCH_MS);
}

static void
make_readable(struct watch *watch)
{
	watch->readable =
	    event_new(watch->role->base, inotify_fd(watch->inotify), EV_READ, on_readable, watch);
	if (watch->readable == NULL || event_add(watch->readable, NULL) < 0)
		fatal("cannot wait for inotify");
}

static void
reopen(struct watch *watch)
{
	log_info("inotify: %u watches are dead; beginning anew", inotify_dead(watch->inotify));
	event_free(watch->readable);
	int r = inotify_reopen(watch->inotify);
	if (r < 0)
		fatal("cannot open inotify again: %s", log_errno(-r));
	spool_forget_watches(&watch->track.spool);
	waiting_forget_watches(&watch->waiting);
	track_lose_events(&watch->track);
	make_readable(watch);
}

static void
begin_scan(struct watch *watch, enum scan_kind kind)
{
	watch->track.look_due = false;
	watch->scan_settling = false;
	if (kind == SCAN_RESCAN)
		watch->track.rescan_due = false;
	polling_begin_look(&watch->track, (uint32_t)(clock_wall_now().ms / 1000));
	scan_start(&watch->scan, kind);
}

/* A scan is over when what it left open is settled. */
static void
end_scan(struct watch *watch)
{
	if (!watch->scan_settling || watch->track.doubts.count > 0)
		return;
	const struct settings *settings = &watch->role->settings;
	watch->scan_settling = false;
	watch->reconciled_s = clock_wall_now().ms / 1000;
	polling_end_look(&watch->track);
	int64_t pause_s =
	    polling_is_on(&watch->track) ? settings->watch.poll_s : settings->watch.reconcile_s;
	watch->reconcile_at.ms = clock_mono_now().ms + pause_s * 1000;
	log_debug("scan: done, %u messages, drift %llu", queue_size(watch->track.queue),
	    (unsigned long long)watch->track.drift);
}

static void
on_change(const struct inotify_change *change, void *owner)
{
	struct watch *watch = owner;
	if (!waiting_on_change(&watch->waiting, change))
		track_on_change(change, &watch->track);
}

/* Applies all that is queued. True when there may be more. */
static bool
apply(struct watch *watch)
{
	watch->track.now_s = (uint32_t)(clock_wall_now().ms / 1000);
	int r = inotify_drain(watch->inotify, BATCH_READS, on_change, watch);
	if (r < 0)
		fatal("cannot read inotify: %s", log_errno(-r));
	if (r > 0)
		return true;
	track_settle(&watch->track);
	end_scan(watch);
	return false;
}

static void
on_batch(evutil_socket_t fd, short what, void *owner)
{
	struct watch *watch = owner;
	(void)fd, (void)what;
	arm(watch->work, 0);
	if (apply(watch)) {
		arm(watch->batch, 0);
		return;
	}
	if (inotify_dead(watch->inotify) > DEAD_WATCHES_MAX)
		reopen(watch);
	if (watch->track.rescan_due) {
		log_info("looking at every queue again");
		begin_scan(watch, SCAN_RESCAN);
	}
	if (watch->track.doubts.count > 0)
		arm(watch->batch, BATCH_MS);
	event_add(watch->readable, NULL);
}

/* A portion of what control asks. True when there is more to do at once. */
static bool
answer(struct watch *watch)
{
	struct channel *control = watch->role->links[ROLE_CONTROL];
	if (control == NULL)
		return false;
	watch->questions.is_blind = watch->reconciled_s == 0 || watch->track.rescan_due ||
	    (watch->scan.kind == SCAN_RESCAN && !scan_is_idle(&watch->scan));
	enum question_state state = questions_step(&watch->questions, control, clock_mono_now());
	if (state == QUESTION_LATER)
		arm(watch->work, BATCH_MS);
	return state == QUESTION_MORE;
}

/* Reads some files, scans some names, answers a little; comes back until nothing is left to do. */
static void
on_work(evutil_socket_t fd, short what, void *owner)
{
	struct watch *watch = owner;
	(void)fd, (void)what;
	bool more = reader_run(&watch->track.reader, WORK_FILES);
	more |= answer(watch);
	more |= waiting_step(&watch->waiting, WORK_SPOOL_NAMES);
	if (!scan_is_idle(&watch->scan)) {
		if (scan_step(&watch->scan, WORK_NAMES))
			watch->scan_settling = true;
		arm(watch->batch, 0); /* what happened meanwhile comes before the next step */
		more = true;
	}
	if (more)
		arm(watch->work, 0);
}

/* A queue directory that comes, goes or is another one now: we may only read below those that we
 * named when we entered the sandbox. Begin anew; the parent gives us the same instances again. */
static void
check_directories(struct watch *watch)
{
	const struct spool *spool = &watch->track.spool;
	for (unsigned i = 0; i < spool->instance_count; i++)
		if (!spool_is_same(&spool->instances[i]))
			fatal("instance %s: queue directory %s was made, removed or replaced; "
			      "starting again",
			    spool->instances[i].names->name,
			    spool->instances[i].names->queue_directory);
}

/* The same of a directory outside Postfix, but not as often as a stranger likes. */
static void
check_spools(struct watch *watch)
{
	const struct waiting_spool *barred = waiting_find_barred(&watch->waiting);
	if (barred != NULL)
		fatal("spool %s: %s was made or replaced; starting again", barred->settings->name,
		    barred->settings->path);
	if (waiting_tick(&watch->waiting))
		arm(watch->work, 0);
}

/* A single queue's root may be missing for a while. */
static void
check_roots(struct watch *watch)
{
	struct spool *spool = &watch->track.spool;
	for (unsigned i = 0; i < spool->instance_count; i++)
		for (unsigned root = 0; root < SPOOL_ROOTS; root++)
			if (!spool->slots[spool_root(i, root)].watched)
				track_open_directory(&watch->track, spool_root(i, root));
}

static void
send_spools(const struct watch *watch, struct channel *engine, struct clock_wall now)
{
	struct message_tick_spool tick;
	for (unsigned i = 0; i < watch->waiting.count; i++)
		if (waiting_sample(&watch->waiting, i, now, &tick))
			message_send(engine, MESSAGE_TYPE_TICK_SPOOL, &tick, -1);
}

static void
on_tick(evutil_socket_t fd, short what, void *owner)
{
	struct watch *watch = owner;
	struct track *track = &watch->track;
	struct clock_wall now = clock_wall_now();
	struct channel *engine = watch->role->links[ROLE_ENGINE];
	track->now_s = (uint32_t)(now.ms / 1000);
	bool is_idle = scan_is_idle(&watch->scan) && !watch->scan_settling;
	(void)fd, (void)what;
	check_directories(watch);
	check_roots(watch);
	check_spools(watch);
	if (is_idle && !track->rescan_due && !reader_has_cold(&track->reader))
		track->exact_s = (uint32_t)(now.ms / 1000);
	if (is_idle && (track->look_due || clock_mono_now().ms >= watch->reconcile_at.ms)) {
		begin_scan(watch, SCAN_RECONCILE);
		arm(watch->work, 0);
	}
	if (track->doubts.count > 0)
		arm(watch->batch, BATCH_MS);
	if (engine != NULL && channel_queued(engine) < QUEUED_MAX) {
		send_spools(watch, engine, now);
		sample_send(track, engine, now, watch->reconciled_s);
	}
}

static void
start(struct role *role)
{
	struct watch *watch = role->state;
	struct timeval second = {.tv_sec = 1};
	watch->batch = evtimer_new(role->base, on_batch, watch);
	watch->work = evtimer_new(role->base, on_work, watch);
	watch->tick = event_new(role->base, -1, EV_PERSIST, on_tick, watch);
	if (watch->batch == NULL || watch->work == NULL || watch->tick == NULL ||
	    event_add(watch->tick, &second) < 0)
		fatal("cannot make timers");
	watch->track.exact_s = (uint32_t)(clock_wall_now().ms / 1000 + 1);
	begin_scan(watch, SCAN_RESCAN);
	make_readable(watch);
	arm(watch->work, 0);
}

static int
on_select_id(struct watch *watch, const struct channel_frame *frame)
{
	struct message_select_id message;
	int r = message_decode(MESSAGE_TYPE_SELECT_ID, frame->payload, frame->length, &message);
	if (r == 0)
		select_take_id(&watch->select, &message);
	return r;
}

/* What is known may be far from all: messages that are there would seem to be none. */
static bool
is_learning(const struct watch *watch)
{
	bool is_scanning = !scan_is_idle(&watch->scan) || watch->scan_settling;
	return (is_scanning && watch->scan.kind == SCAN_RESCAN) || watch->track.rescan_due ||
	    reader_has_cold(&watch->track.reader);
}

/* What has happened by now is applied first. */
static int
on_select(struct watch *watch, const struct channel_frame *frame, struct channel *engine)
{
	struct message_select message;
	int r = message_decode(MESSAGE_TYPE_SELECT, frame->payload, frame->length, &message);
	if (r < 0)
		return r;
	bool is_behind = apply(watch) || is_learning(watch);
	if (is_behind)
		arm(watch->batch, 0);
	select_answer(&watch->select, &watch->track, &message, clock_wall_now().ms / 1000,
	    is_behind ? "still looking at the queues" : NULL, engine);
	return 0;
}

static int
on_question(struct watch *watch, const struct channel_frame *frame, struct channel *control)
{
	struct message_question message;
	int r = message_decode(MESSAGE_TYPE_QUESTION, frame->payload, frame->length, &message);
	if (r < 0)
		return r;
	questions_take(&watch->questions, &message, control, clock_mono_now(), clock_wall_now());
	arm(watch->work, 0);
	return 0;
}

static int
on_frame(struct role *role, enum role_name peer, struct channel_frame *frame)
{
	struct watch *watch = role->state;
	if (peer == ROLE_ENGINE && frame->type == MESSAGE_TYPE_SELECT_ID)
		return on_select_id(watch, frame);
	if (peer == ROLE_ENGINE && frame->type == MESSAGE_TYPE_SELECT)
		return on_select(watch, frame, role->links[ROLE_ENGINE]);
	if (peer == ROLE_CONTROL && frame->type == MESSAGE_TYPE_QUESTION)
		return on_question(watch, frame, role->links[ROLE_CONTROL]);
	return -1;
}

static void
on_link(struct role *role, enum role_name peer)
{
	struct watch *watch = role->state;
	if (peer == ROLE_ENGINE)
		select_reset(&watch->select);
	else
		questions_drop(&watch->questions);
}

static void
on_lost(struct role *role, enum role_name peer)
{
	struct watch *watch = role->state;
	if (peer == ROLE_CONTROL)
		questions_drop(&watch->questions);
}

static void
stop(struct role *role)
{
	struct watch *watch = role->state;
	struct event *events[] = {watch->readable, watch->batch, watch->work, watch->tick};
	for (size_t i = 0; i < ARRAY_LENGTH(events); i++)
		if (events[i] != NULL)
			event_free(events[i]);
	questions_done(&watch->questions);
	select_done(&watch->select);
	waiting_done(&watch->waiting);
	scan_done(&watch->scan);
	track_done(&watch->track);
	inotify_close(watch->inotify);
	free(watch);
	role->state = NULL;
}

int
main(void)
{
	static const struct role_program program = {
	    .name = ROLE_WATCH,
	    .prepare = prepare,
	    .start = start,
	    .on_frame = on_frame,
	    .on_link = on_link,
	    .on_lost = on_lost,
	    .stop = stop,
	};
	return role_main(&program);
}

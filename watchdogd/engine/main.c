/* SPDX-License-Identifier: ISC
 *
 * main.c - the engine role: store, detect, decide. User _postfix-watchdog, no network, no exec, no
 * spool; the only writer of the store. It trusts no number that watch, remedy or control say
 * before it is checked.
 */
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "watchdogd/engine/engine.h"
#include "watchdogd/role.h"

#define BEAT_MS 1000

static struct sandbox_path paths[1];
static struct event *beat;

static int64_t
now_s(void)
{
	return clock_wall_now().ms / 1000;
}

static void
prepare(struct role *role, struct sandbox *sandbox)
{
	paths[0] = (struct sandbox_path){role->settings.state_directory, SANDBOX_WRITE};
	*sandbox = (struct sandbox){
	    .user = role->settings.user,
	    .landlock = true,
	    .paths = paths,
	    .path_count = ARRAY_LENGTH(paths),
	    .calls = SANDBOX_CALLS_FILES,
	};
}

static void
on_beat(evutil_socket_t fd UNUSED, short what UNUSED, void *owner)
{
	engine_beat(owner);
}

static void
start(struct role *role)
{
	const struct timeval interval = {BEAT_MS / 1000, BEAT_MS % 1000 * 1000};
	role->state = engine_new(role, now_s);
	beat = event_new(role->base, -1, EV_PERSIST, on_beat, role->state);
	if (beat == NULL || event_add(beat, &interval) < 0)
		fatal("engine: no timer");
	engine_beat(role->state);
}

static int
on_frame(struct role *role, enum role_name peer, struct channel_frame *frame)
{
	switch (peer) {
	case ROLE_WATCH:
		return engine_take_watch(role->state, frame);
	case ROLE_REMEDY:
		return engine_take_remedy(role->state, frame);
	case ROLE_CONTROL:
		return engine_take_control(role->state, frame);
	case ROLE_PARENT:
	case ROLE_ENGINE:
	case ROLE_ALERT:
	case ROLE_METRICS:
		break;
	}
	return -1; /* nobody else has anything to say */
}

static void
on_lost(struct role *role, enum role_name peer)
{
	engine_lost(role->state, peer);
}

static void
on_role(struct role *role, const struct message_role *message)
{
	engine_note_role(role->state, message);
}

static void
stop(struct role *role)
{
	event_free(beat);
	engine_free(role->state);
}

static const struct role_program program = {
    .name = ROLE_ENGINE,
    .prepare = prepare,
    .start = start,
    .on_frame = on_frame,
    .on_lost = on_lost,
    .on_role = on_role,
    .stop = stop,
};

int
main(void)
{
	return role_main(&program);
}

/* SPDX-License-Identifier: ISC
 *
 * desk.c - request in, document out.
 */
#include "watchdogd/control/desk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "lib/random.h"
#include "proto/ctl.h"
#include "schema/report.h"
#include "schema/source.h"
#include "watchdogd/control/inquiry.h"

struct desk {
	struct desk_settings settings;
	struct source source;
	uint64_t last_request;
	struct inquiry *inquiries[SERVER_CLIENTS_MAX]; /* of clients who wait for watch */
	int inquiry_count;
};

struct desk *
desk_new(const struct desk_settings *settings)
{
	struct desk *desk = mem_alloc(sizeof(*desk));
	desk->settings = *settings;
	/* An answer to a question of the control role before us is nobody's. */
	random_fill(&desk->last_request, sizeof(desk->last_request));
	source_init(&desk->source, mem_format("%s/%s", settings->state_directory, CTL_STORE_NAME));
	return desk;
}

void
desk_free(struct desk *desk)
{
	source_done(&desk->source);
	for (int i = 0; i < desk->inquiry_count; i++)
		inquiry_free(desk->inquiries[i]);
	free(desk);
}

/* ---- from the engine ---- */

static const char *
verb_of(enum ctl_verb verb)
{
	const char *name = ctl_commands[verb].name;
	const char *space = strrchr(name, ' ');
	return space != NULL ? space + 1 : name;
}

static void
ask_engine(struct desk *desk, struct client *client, const struct ctl_request *request)
{
	struct message_command command = {
	    .request = ++desk->last_request,
	    .uid = client_peer(client)->uid,
	    .action = (uint64_t)request->action,
	    .incident = (uint64_t)request->incident,
	    .for_s = (uint64_t)request->for_s,
	    .since_s = (uint64_t)request->since_s,
	    .until_s = (uint64_t)request->until_s,
	};
	struct selector selector;
	inquiry_conditions(request, &selector);
	SELECTOR_COPY(&command, &selector);
	snprintf(command.verb, sizeof(command.verb), "%s", verb_of(request->verb));
	snprintf(command.remedy, sizeof(command.remedy), "%s", request->remedy);
	snprintf(command.instance, sizeof(command.instance), "%s", request->instance);
	snprintf(command.set, sizeof(command.set), "%s", request->set);
	snprintf(command.text, sizeof(command.text), "%s",
	    request->verb == CTL_ALERT_TEST   ? request->recipient
		: request->verb == CTL_REPORT ? request->language
					      : request->said);
	client_set_request(client, command.request, ROLE_ENGINE);
	if (!desk->settings.send_command(&command, desk->settings.owner))
		client_answer(client, ctl_make_error(CTL_UNAVAILABLE, "the engine is not running"));
}

int
desk_take_result(struct desk *desk UNUSED, struct server *server, const struct channel_frame *frame)
{
	struct message_command_result result;
	if (frame->type != MESSAGE_TYPE_COMMAND_RESULT)
		return -EBADMSG;
	int r = message_decode(MESSAGE_TYPE_COMMAND_RESULT, frame->payload, frame->length, &result);
	if (r < 0)
		return r;
	json_t *document =
	    json_loadb((const char *)result.document.data, result.document.length, 0, NULL);
	if (!json_is_object(document)) {
		json_decref(document);
		return -EBADMSG;
	}
	struct client *client = server_find(server, result.request);
	if (client != NULL)
		client_answer(client, document);
	else
		json_decref(document); /* he did not wait for it */
	return 0;
}

/* ---- from watch ---- */

static struct inquiry *
find_inquiry(const struct desk *desk, uint64_t number)
{
	for (int i = 0; i < desk->inquiry_count; i++)
		if (inquiry_number(desk->inquiries[i]) == number)
			return desk->inquiries[i];
	return NULL;
}

/* Nobody waits for it any more, or it has its answer. */
static void
end_inquiry(struct desk *desk, uint64_t number)
{
	for (int i = 0; i < desk->inquiry_count; i++) {
		if (inquiry_number(desk->inquiries[i]) != number)
			continue;
		inquiry_free(desk->inquiries[i]);
		desk->inquiries[i] = desk->inquiries[--desk->inquiry_count];
		return;
	}
}

static void
ask_watch(struct desk *desk, struct client *client, const struct ctl_request *request)
{
	const struct message_question question = inquiry_question(request, ++desk->last_request);
	client_set_request(client, question.request, ROLE_WATCH);
	if (desk->inquiry_count == SERVER_CLIENTS_MAX) {
		client_answer(client, ctl_make_error(CTL_UNAVAILABLE, "too many questions wait"));
	} else if (!desk->settings.send_question(&question, desk->settings.owner)) {
		client_answer(client,
		    ctl_make_error(CTL_UNAVAILABLE,
			"watch is not running, so nobody sees the queues; watchdogctl status "
			"shows since when"));
	} else {
		desk->inquiries[desk->inquiry_count++] = inquiry_new(request, question.request);
	}
}

int
desk_take_answer(struct desk *desk, struct server *server, const struct channel_frame *frame)
{
	union inquiry_answer answer;
	json_t *document = NULL;
	int r = inquiry_decode(frame, &answer);
	if (r < 0)
		return r;
	struct inquiry *inquiry = find_inquiry(desk, answer.request);
	if (inquiry == NULL)
		return 0; /* he did not wait for it */
	r = inquiry_take(inquiry, frame, &answer, &document);
	if (r < 0 || document == NULL)
		return r;
	struct client *client = server_find(server, answer.request);
	end_inquiry(desk, answer.request);
	if (client != NULL)
		client_answer(client, document);
	else
		json_decref(document);
	return 0;
}

/* ---- nobody answers ---- */

void
desk_give_up(struct desk *desk, struct client *client)
{
	bool asked_watch = client_asked(client) == ROLE_WATCH;
	const char *text = asked_watch
	    ? "watch does not answer; ask again, or for less"
	    : "the engine does not answer; what was asked for may be done all the same";
	end_inquiry(desk, client_request(client));
	client_answer(client, ctl_make_error(CTL_UNAVAILABLE, text));
}

void
desk_lose(struct desk *desk, struct server *server, enum role_name role)
{
	if (role == ROLE_ENGINE) {
		server_fail(server, role,
		    "the engine was restarted; what was asked for may be done all the same");
	} else if (role == ROLE_WATCH) {
		while (desk->inquiry_count > 0)
			inquiry_free(desk->inquiries[--desk->inquiry_count]);
		server_fail(server, role, "watch was restarted; ask again in a moment");
	}
}

/* ---- a line ---- */

static json_t *
make_forbidden(const struct desk *desk)
{
	AUTO_FREE char *text = mem_format(
	    "only root and members of the group %s may do that", desk->settings.operator_group);
	return ctl_make_error(CTL_PERMISSION, text);
}

void
desk_take_line(struct desk *desk, struct client *client, const char *line, size_t length)
{
	struct ctl_request request;
	char problem[256];
	if (ctl_parse_request(line, length, &request, problem, sizeof(problem)) < 0)
		client_answer(client, ctl_make_error(CTL_USAGE, problem));
	else if (ctl_commands[request.verb].right == CTL_OPERATOR &&
	    !client_peer(client)->is_operator)
		client_answer(client, make_forbidden(desk));
	else if (ctl_commands[request.verb].right == CTL_LOCAL)
		client_answer(client, ctl_make_error(CTL_USAGE, "watchdogctl does that itself"));
	else if (report_is_known(request.verb))
		client_answer(
		    client, source_report(&desk->source, &request, desk->settings.now_s()));
	else if (inquiry_is_known(request.verb))
		ask_watch(desk, client, &request);
	else
		ask_engine(desk, client, &request);
}

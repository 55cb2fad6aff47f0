/* SPDX-License-Identifier: ISC
 *
 * page.c - evhttp with limits: small heads, no bodies, GET and HEAD only, ten seconds for a request.
 */
#include "watchdogd/metrics/page.h"

#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/guard.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "proto/metrics.h"
#include "schema/source.h"

#define HEAD_MAX 8192 /* bytes of a request's head */
#define TIMEOUT_S 10
#define ACCEPT_PAUSE_S 1 /* after accept() failed: out of descriptors */
#define FORMAT_COUNT (METRICS_PROMETHEUS + 1)

struct page {
	struct page_settings settings;
	struct evhttp *http;
	struct evconnlistener *listener; /* http's */
	struct event *resume;
	struct source source;
	char *texts[FORMAT_COUNT]; /* of second made_s; NULL: there is no answer */
	char *problem;
	int64_t made_s;
};

/* ---- the text ---- */

static void
forget(struct page *page)
{
	for (int i = 0; i < FORMAT_COUNT; i++) {
		free(page->texts[i]);
		page->texts[i] = NULL;
	}
	free(page->problem);
	page->problem = NULL;
}

static char *
format(const json_t *metrics, enum metrics_format format)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (out == NULL)
		fatal("no memory");
	metrics_write(metrics, format, out);
	fclose(out);
	return text;
}

/* Once a second at most: asking again and again costs nothing. */
static void
make(struct page *page)
{
	const struct ctl_request request = {.verb = CTL_STATUS};
	int64_t now_s = page->settings.now_s();
	if (page->made_s == now_s)
		return;
	forget(page);
	page->made_s = now_s;
	json_t *status = source_report(&page->source, &request, now_s);
	const char *problem = ctl_get_error(status, NULL);
	if (problem != NULL) {
		page->problem = mem_format("%s\n", problem);
	} else {
		json_t *metrics = metrics_make(status);
		for (int i = 0; i < FORMAT_COUNT; i++)
			page->texts[i] = format(metrics, (enum metrics_format)i);
		json_decref(metrics);
	}
	json_decref(status);
}

/* ---- requests ---- */

static void
answer(struct evhttp_request *request, int code, const char *type, const char *text)
{
	struct evbuffer *body = evbuffer_new();
	if (body == NULL || evbuffer_add(body, text, strlen(text)) < 0)
		fatal("no memory");
	evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type", type);
	evhttp_send_reply(request, code, NULL, body);
	evbuffer_free(body);
}

static void
on_metrics(struct evhttp_request *request, void *page_)
{
	struct page *page = page_;
	const char *accept =
	    evhttp_find_header(evhttp_request_get_input_headers(request), "Accept");
	enum metrics_format format =
	    accept != NULL && strstr(accept, "application/openmetrics-text") != NULL
	    ? METRICS_OPENMETRICS
	    : METRICS_PROMETHEUS;
	make(page);
	if (page->problem != NULL)
		answer(request, HTTP_SERVUNAVAIL, "text/plain; charset=utf-8", page->problem);
	else
		answer(request, HTTP_OK, metrics_content_type(format), page->texts[format]);
}

static void
on_other(struct evhttp_request *request, void *page UNUSED)
{
	answer(request, HTTP_NOTFOUND, "text/plain; charset=utf-8", "There is only /metrics.\n");
}

/* ---- the server ---- */

static void
on_accept_error(struct evconnlistener *listener, void *page_)
{
	struct page *page = page_;
	const struct timeval pause = {.tv_sec = ACCEPT_PAUSE_S};
	log_warning("http: no connection can be accepted, pausing: %s",
	    evutil_socket_error_to_string(EVUTIL_SOCKET_ERROR()));
	evconnlistener_disable(listener);
	event_add(page->resume, &pause);
}

static void
on_resume(evutil_socket_t fd UNUSED, short what UNUSED, void *page_)
{
	struct page *page = page_;
	evconnlistener_enable(page->listener);
}

struct page *
page_new(struct event_base *base, const struct page_settings *settings)
{
	struct page *page = mem_alloc(sizeof(*page));
	page->settings = *settings;
	source_init(&page->source, mem_text(settings->store_path));
	page->http = evhttp_new(base);
	page->resume = evtimer_new(base, on_resume, page);
	if (page->http == NULL || page->resume == NULL)
		fatal("http: no server");
	evhttp_set_max_headers_size(page->http, HEAD_MAX);
	evhttp_set_max_body_size(page->http, 0);
	evhttp_set_timeout(page->http, TIMEOUT_S);
	evhttp_set_allowed_methods(page->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD);
	evhttp_set_gencb(page->http, on_other, page);
	evhttp_set_cb(page->http, "/metrics", on_metrics, page);
	struct evhttp_bound_socket *bound =
	    evhttp_accept_socket_with_handle(page->http, settings->fd);
	if (bound == NULL)
		fatal("http: the socket cannot be listened at");
	page->listener = evhttp_bound_socket_get_listener(bound);
	evconnlistener_set_error_cb(page->listener, on_accept_error);
	return page;
}

void
page_free(struct page *page)
{
	event_free(page->resume);
	evhttp_free(page->http);
	source_done(&page->source);
	forget(page);
	free(page);
}

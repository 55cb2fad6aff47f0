/* SPDX-License-Identifier: ISC
 *
 * page.h - the one page: GET /metrics, in the format that the client prefers. Whoever can reach
 * loopback may ask, so a second's answers are made once.
 */
#ifndef WATCHDOGD_METRICS_PAGE_H
#define WATCHDOGD_METRICS_PAGE_H

#include <event2/event.h>
#include <stdint.h>

struct page;

struct page_settings {
	int fd; /* listening; the page's from now on */
	const char *store_path;
	int64_t (*now_s)(void);
};

struct page *page_new(struct event_base *base, const struct page_settings *settings);
void page_free(struct page *page);

#endif

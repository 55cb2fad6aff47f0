/* SPDX-License-Identifier: ISC
 *
 * source.c - opens the store that is there now, and closes one that could not be read: the next
 * question finds another one, or the same in order.
 */
#include "schema/source.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "lib/log.h"
#include "schema/report.h"

void
source_init(struct source *source, char *path)
{
	*source = (struct source){.path = path};
}

static void
close_store(struct source *source)
{
	store_close(source->store);
	source->store = NULL;
}

void
source_done(struct source *source)
{
	close_store(source);
	free(source->path);
}

/* The store may appear after us, or be another file than the one that we have open. */
static int
open_store(struct source *source)
{
	struct stat found;
	if (stat(source->path, &found) < 0) {
		int r = -errno;
		close_store(source);
		return r;
	}
	if (source->store != NULL && found.st_ino == source->inode)
		return 0;
	close_store(source);
	int r = store_open_read(source->path, &source->store);
	if (r == 0)
		source->inode = found.st_ino;
	return r;
}

json_t *
source_report(struct source *source, const struct ctl_request *request, int64_t now_s)
{
	json_t *document;
	int r = open_store(source);
	if (r < 0)
		return report_make_unopened(source->path, r);
	struct report_question question = {
	    .store = source->store,
	    .request = request,
	    .running = true,
	    .now_s = now_s,
	};
	r = report_make(&question, &document);
	if (r < 0) {
		log_warning("store: cannot be read: %s", store_problem(source->store));
		close_store(source);
	}
	return document;
}

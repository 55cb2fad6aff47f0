/* SPDX-License-Identifier: ISC
 *
 * learned_fuzz.c - what the store has kept of a series or a fuse, as any bytes: what is taken is taken
 * whole, gives the same bytes again, and can be lived with.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "watchdogd/detect/fuse.h"
#include "watchdogd/detect/series.h"

#define BEGIN_S 1782086400
#define STEPS 40

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
live(struct series *series, enum series_kind kind)
{
	char text[256];
	struct series_verdict verdict;
	struct series_shape shape = series_shape_of(kind, 1);
	for (int i = 0; i < STEPS; i++) {
		const struct series_sample sample = {
		    .time_s = BEGIN_S + i,
		    .week_s = i * 1800,
		    .value = i % 7,
		    .exposure = kind == SERIES_SHARE ? 9 : 1,
		    .frozen = i > STEPS / 2,
		};
		series_step(series, &shape, &sample, &verdict);
		series_describe(&shape, &verdict, sample.week_s, text, sizeof(text));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const double scores[2] = {3, 9};
	uint8_t bytes[SERIES_BYTES_MAX];
	struct series series;
	struct fuse fuse;
	if (series_decode(data, size, &series) == 0) {
		if (series_encode(&series, bytes) != size || memcmp(bytes, data, size) != 0)
			abort();
		for (int kind = 0; kind < SERIES_KIND_COUNT; kind++) {
			struct series one = series;
			live(&one, (enum series_kind)kind);
		}
	}
	if (fuse_decode(data, size, &fuse) == 0) {
		if (fuse_encode(&fuse, bytes) != size || memcmp(bytes, data, size) != 0)
			abort();
		for (int i = 0; i < STEPS; i++)
			(void)fuse_step(&fuse, scores, 2, 1, i > STEPS / 2, NULL);
	}
	return 0;
}

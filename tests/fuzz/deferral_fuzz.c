/* SPDX-License-Identifier: ISC
 *
 * deferral_fuzz.c - a log of any bytes: texts are bounded, printable and one line each, and so are
 * the shapes of whatever stands there.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "watchdogd/watch/deferral.h"
#include "watchdogd/watch/shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_text(const char *text, size_t size)
{
	size_t length = strnlen(text, size);
	if (length == size)
		abort();
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < ' ')
			abort();
}

static void
check_shapes(const char *text)
{
	char shape[SHAPE_SIZE];
	check_text(shape_address(text, shape), sizeof(shape));
	check_text(shape_subject(text, shape), sizeof(shape));
	check_text(shape_reason(text, shape), sizeof(shape));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct deferral_log log;
	struct deferral deferral;
	deferral_open(&log, (const char *)data, size);
	while (deferral_next(&log, &deferral)) {
		check_text(deferral.recipient, sizeof(deferral.recipient));
		check_text(deferral.status, sizeof(deferral.status));
		check_text(deferral.next_hop, sizeof(deferral.next_hop));
		check_text(deferral.reason, sizeof(deferral.reason));
		check_shapes(deferral.recipient);
		check_shapes(deferral.reason);
	}
	return 0;
}

/* SPDX-License-Identifier: ISC
 *
 * settings_fuzz.c - a settings file of any bytes, and the text between parent and role of any
 * bytes. What is taken must come back the same from print and load, and from encode and decode;
 * what is refused must say why.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/settings.h"
#include "config/settings_load.h"
#include "lib/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
load(const char *text, size_t length, struct settings *ret_settings)
{
	char *errors = NULL;
	size_t size;
	FILE *out = open_memstream(&errors, &size);
	int r = settings_load_text("fuzz", text, length, out, ret_settings);
	if (fclose(out) != 0 || (r < 0) != (size > 0))
		abort();
	free(errors);
	return r;
}

static void
check_taken(const struct settings *settings)
{
	char *printed = NULL;
	size_t size;
	AUTO_FREE struct settings *again = mem_alloc(sizeof(*again));
	FILE *out = open_memstream(&printed, &size);
	settings_print(settings, out);
	if (fclose(out) != 0 || load(printed, size, again) < 0 ||
	    memcmp(again, settings, sizeof(*again)) != 0)
		abort();
	free(printed);
	memset(again, 0, sizeof(*again));
	AUTO_FREE char *encoded = settings_encode(settings);
	if (settings_decode(encoded, strlen(encoded), again) < 0 ||
	    memcmp(again, settings, sizeof(*again)) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	/* copied so that the end of the bytes is guarded */
	AUTO_FREE char *text = mem_alloc(size);
	memcpy(text, data, size);
	if (load(text, size, settings) == 0)
		check_taken(settings);
	if (settings_decode(text, size, settings) == 0) {
		AUTO_FREE char *encoded = settings_encode(settings);
		if (strlen(encoded) != size || memcmp(encoded, text, size) != 0)
			abort();
	}
	return 0;
}

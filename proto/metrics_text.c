/* SPDX-License-Identifier: ISC
 *
 * metrics_text.c - metrics as text. The two formats differ in the names of counters and in what is
 * around the samples (https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md,
 * https://prometheus.io/docs/instrumenting/exposition_formats/).
 */
#include <inttypes.h>
#include <string.h>

#include "proto/metrics.h"

static const char *
string_of(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));
	return value != NULL ? value : "";
}

/* Quotes and backslashes as both formats want them; a byte that is not printable is '_'. */
static void
write_text(const char *text, FILE *out)
{
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text >= ' ' && *text <= '~' ? *text : '_', out);
	}
}

static void
write_labels(const json_t *labels, FILE *out)
{
	const char *key;
	json_t *value;
	const char *before = "{";
	json_object_foreach((json_t *)(uintptr_t)labels, key, value)
	{
		const char *text = json_string_value(value);
		fputs(before, out);
		write_text(key, out);
		fputs("=\"", out);
		write_text(text != NULL ? text : "", out);
		fputc('"', out);
		before = ",";
	}
	if (json_object_size(labels) > 0)
		fputc('}', out);
}

static void
write_about(const char *what, const json_t *family, const char *suffix, const char *key, FILE *out)
{
	fprintf(out, "# %s ", what);
	write_text(string_of(family, "name"), out);
	fprintf(out, "%s ", suffix);
	write_text(string_of(family, key), out);
	fputc('\n', out);
}

/* OpenMetrics names a counter without _total, and its sample with it; Prometheus both with it. */
static void
write_family(const json_t *family, enum metrics_format format, FILE *out)
{
	size_t i;
	const json_t *sample;
	const char *total = strcmp(string_of(family, "type"), "counter") == 0 ? "_total" : "";
	const char *suffix = format == METRICS_PROMETHEUS ? total : "";
	write_about("HELP", family, suffix, "text", out);
	write_about("TYPE", family, suffix, "type", out);
	if (format == METRICS_OPENMETRICS && string_of(family, "unit")[0] != '\0')
		write_about("UNIT", family, suffix, "unit", out);
	json_array_foreach(json_object_get(family, "samples"), i, sample)
	{
		write_text(string_of(family, "name"), out);
		fputs(total, out);
		write_labels(json_object_get(sample, "labels"), out);
		fprintf(out, " %" PRId64 "\n",
		    (int64_t)json_integer_value(json_object_get(sample, "value")));
	}
}

void
metrics_write(const json_t *metrics, enum metrics_format format, FILE *out)
{
	size_t i;
	const json_t *family;
	json_array_foreach(json_object_get(metrics, "families"), i, family)
	    write_family(family, format, out);
	if (format == METRICS_OPENMETRICS)
		fputs("# EOF\n", out);
}

const char *
metrics_content_type(enum metrics_format format)
{
	return format == METRICS_OPENMETRICS
	    ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
	    : "text/plain; version=0.0.4; charset=utf-8";
}

/* SPDX-License-Identifier: ISC
 *
 * qshape.c - the table of qshape(1), in its layout: its header is what operators read.
 */
#include <inttypes.h>
#include <string.h>

#include "lib/mem.h"
#include "watchdogctl/render.h"

#define DOMAIN_COLUMNS_MIN 18
#define COUNTS_MAX 64 /* columns; the daemon may be of another version */
#define HEAD_SIZE 24

struct table {
	char heads[COUNTS_MAX][HEAD_SIZE];
	int widths[COUNTS_MAX];
	size_t columns; /* of counts */
	int domain_columns;
};

/* "T", then the minutes at which each bucket ends; of the last, where it begins. */
static void
make_heads(struct table *table, const json_t *bounds)
{
	size_t count = json_array_size(bounds);
	if (count > COUNTS_MAX - 2)
		count = COUNTS_MAX - 2;
	snprintf(table->heads[0], HEAD_SIZE, "T");
	for (size_t i = 0; i < count; i++)
		snprintf(table->heads[i + 1], HEAD_SIZE, "%" PRId64,
		    (int64_t)json_integer_value(json_array_get(bounds, i)) / 60);
	snprintf(table->heads[count + 1], HEAD_SIZE, "%.*s+", HEAD_SIZE - 2,
	    count > 0 ? table->heads[count] : "0");
	table->columns = count + 2;
}

/* Each column is as wide as its head and its total, with a blank before; at least 3. */
static void
measure(struct table *table, const json_t *total)
{
	table->domain_columns = TEXT_COLUMNS;
	for (size_t i = 0; i < table->columns; i++) {
		char number[HEAD_SIZE];
		snprintf(number, sizeof(number), "%" PRId64,
		    (int64_t)json_integer_value(json_array_get(total, i)));
		size_t width = strlen(number);
		if (strlen(table->heads[i]) > width)
			width = strlen(table->heads[i]);
		table->widths[i] = width > 2 ? (int)width + 1 : 3;
		table->domain_columns -= table->widths[i];
	}
	if (table->domain_columns < DOMAIN_COLUMNS_MIN)
		table->domain_columns = DOMAIN_COLUMNS_MIN;
}

/* The end of a domain that is too long, behind a '+'; of a parent behind ".+". */
static void
print_domain(struct text *text, const struct table *table, const char *domain)
{
	size_t length = strlen(domain), room = (size_t)table->domain_columns;
	if (length <= room)
		text_print(text, "%*s", table->domain_columns, domain);
	else if (domain[0] == '.')
		text_print(text, ".+%s", domain + length - (room - 2));
	else
		text_print(text, "+%s", domain + length - (room - 1));
}

static void
print_row(struct text *text, const struct table *table, const json_t *row)
{
	const json_t *counts = json_object_get(row, "counts");
	print_domain(text, table, text_string(row, "domain"));
	for (size_t i = 0; i < table->columns; i++)
		text_print(text, "%*" PRId64, table->widths[i],
		    (int64_t)json_integer_value(json_array_get(counts, i)));
	text_print(text, "\n");
}

static void
print_rest(struct text *text, const json_t *document, int64_t shown)
{
	int64_t matching = text_number(document, "matching"),
		unread = text_number(document, "unread");
	if (matching > shown)
		text_item(
		    text, 0, "Rows", "%" PRId64 " of %" PRId64 "; more: --limit", shown, matching);
	if (!text_bool(document, "complete"))
		text_item(text, 0, "Incomplete", "not all messages were looked at");
	if (unread > 0)
		text_item(text, 0, "Unread",
		    "%" PRId64 " messages are not read yet, or cannot be; they "
		    "are not in the table",
		    unread);
}

void
qshape_render(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *row;
	const json_t *domains = json_object_get(document, "domains");
	struct table table;
	make_heads(&table, json_object_get(document, "bounds_s"));
	measure(&table, json_object_get(json_array_get(domains, 0), "counts"));
	print_domain(text, &table, "");
	for (i = 0; i < table.columns; i++)
		text_print(text, "%*s", table.widths[i], table.heads[i]);
	text_print(text, "\n");
	json_array_foreach(domains, i, row) print_row(text, &table, row);
	print_rest(text, document, (int64_t)json_array_size(domains));
}

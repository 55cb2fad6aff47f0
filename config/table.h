/* SPDX-License-Identifier: ISC
 *
 * table.h - the table of settings: one row gives a setting its name, place, type, range, default,
 * readers and line of doc. Parser, encoder, printer, comparison, manual page and sample all go by
 * it: to add a setting is to add a field, a row, and its words in the sample and the manual page.
 *
 * Inside config/ and its tests only.
 */
#ifndef WATCHDOGD_CONFIG_TABLE_H
#define WATCHDOGD_CONFIG_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/settings.h"

#define TABLE_NAME_SIZE 64 /* of a remedy or a rule, with its NUL */

enum value_type {
	VALUE_COUNT, /* int64_t: a whole number */
	VALUE_DURATION, /* int64_t, seconds: "15m" */
	VALUE_WORD, /* an enum: one of row->words */
	VALUE_MODE, /* settings_mode: "inherit", or one of names_mode */
	VALUE_QUEUES, /* unsigned: a set of 1 << enum queue_name */
	VALUE_TEXT, /* char[]: one line */
	VALUE_PATH, /* char[]: an absolute path */
	VALUE_ACCOUNT, /* char[]: the name of a user or a group, as row->noun says */
	VALUE_HOST, /* char[]: a host name or an IPv4 address */
	VALUE_LOOPBACK, /* char[]: a loopback address and a port */
	VALUE_ADDRESS, /* char[]: a mail address in ASCII */
	VALUE_SCHEDULE, /* char[]: a time of the week: "mon-fri 07:30" */
	VALUE_REMEDY, /* char[]: a remedy of the catalogue */
	VALUE_TABLE, /* elements that have a table of their own: row->elements */
};

struct table {
	const struct table_row *rows;
	size_t row_count;
	bool keyed; /* its first member is char name[TABLE_NAME_SIZE], which is no row */
	bool fixed; /* keyed by the catalogue: elements are neither added nor removed */
	bool plain; /* an element may be given as the value of its first row alone */
	const char *noun; /* "rule": what one element is called */
};

struct table_row {
	const char *name; /* "alert.relay": as in the file, sections first */
	enum value_type type;
	size_t offset;
	size_t size; /* bytes of the field; of one element where there are more */
	int64_t low, high; /* of numbers, both allowed; of a duration, in seconds */
	const struct names *words;
	const char *noun; /* of an account: "user", "group" */
	bool optional; /* may be empty; of a count: may be "none" */
	bool required; /* must be given: there is no default */
	const char *fallback; /* the default, as encoded; NULL: none */
	const char *left_out; /* what holds instead of a default, in words */
	/* Roles that a change restarts, 1 << enum role_name; of a top-level row. ROLE_PARENT: only a
	 * new start of the daemon takes it. 0: the parent takes it at reload. */
	unsigned readers;
	const char *doc;

	int most; /* more than one: at most so many elements from offset on */
	size_t count_offset; /* of the int that counts them */
	const struct table *elements;
};

/* Offset and size of a member; of an array, with its limit and the member that counts it. */
#define TABLE_AT(type, member) .offset = offsetof(type, member), .size = sizeof(((type *)0)->member)
#define TABLE_LIST(type, member, counter, limit)                                                   \
	.offset = offsetof(type, member), .size = sizeof(((type *)0)->member[0]), .most = (limit), \
	.count_offset = offsetof(type, counter)

extern const struct table table_settings, table_spool, table_remedy, table_undo, table_setting,
    table_selected, table_window, table_rule, table_step, table_message_step, table_recipient,
    table_relay;

/* What the defaults have beyond the rows' own: lines as settings_encode() writes them. */
extern const char table_default_lines[];

/* Puts the defaults of each row into a zeroed struct; elements that are not fixed stay none. */
void table_reset(const struct table *table, void *base);

/* The field of a row (its element `index` where there are more). */
void *table_field(const struct table_row *row, void *base, int index);
const void *table_field_const(const struct table_row *row, const void *base, int index);
int table_count(const struct table_row *row, const void *base);

/* The table of one element of a row with elements. */
const struct table *table_of(const struct table_row *row, const void *element);

/* Of a row with keyed elements: the element of this name, or NULL. */
void *table_find(const struct table_row *row, void *base, const char *name);
/* One more element, with defaults; name is for keyed ones. NULL: there is no room. */
void *table_add(const struct table_row *row, void *base, const char *name);
void table_clear(const struct table_row *row, void *base);

/* True for the name of a rule: a-z, 0-9 and '-', not first or last; shorter than the field. */
bool table_name_is(const char *name);

#endif

/* SPDX-License-Identifier: ISC
 *
 * lane.c - looks at the parts of the lane. All of it is Postfix's own words for what it would do.
 */
#include "remedies/lane.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "remedies/owned_file.h"

#define KEY_PARAMETER "empty_address_default_transport_maps_lookup_key"

void
lane_done(struct lane *lane)
{
	free(lane->base_line);
	free(lane->line);
	lane->base_line = lane->line = NULL;
}

static int
refuse(char problem[REASON_TEXT_SIZE], const char *what, const char *found)
{
	snprintf(problem, REASON_TEXT_SIZE, "the lane does not fit here: %s %.700s", what, found);
	return -EPERM;
}

/* ---- the table ---- */

/* Indexed: each trivial-rewrite looks every ten seconds whether its table has changed, and starts
 * anew when it has; no reload is needed. */
static bool
is_indexed(const char *type)
{
	static const char *const types[] = {"hash", "btree", "lmdb", "cdb"};
	for (size_t i = 0; i < ARRAY_LENGTH(types); i++)
		if (strcmp(types[i], type) == 0)
			return true;
	return false;
}

static int
name_table(const struct setting_order *order, struct lane *lane, char problem[REASON_TEXT_SIZE])
{
	struct setting_value type, key;
	const char *directory = order->instance->config_directory;
	int r = postfix_get_expanded(order, "default_database_type", &type, problem);
	if (r == 0)
		r = postfix_get_expanded(order, KEY_PARAMETER, &key, problem);
	if (r < 0)
		return r;
	if (!is_indexed(type.text))
		return refuse(problem, "tables of this type are not indexed:", type.text);
	if (strpbrk(directory, " \t,") != NULL ||
	    strlen(directory) + sizeof("/" LANE_TRANSPORT) > PATH_TEXT_SIZE)
		return refuse(problem, "a list of tables cannot name", directory);
	if (key.text[0] == '\0' || strpbrk(key.text, " \t") != NULL)
		return refuse(problem, "no table can have as key", KEY_PARAMETER);
	snprintf(lane->text, sizeof(lane->text), "%s/" LANE_TRANSPORT, directory);
	snprintf(lane->table, sizeof(lane->table), "%.15s:%s", type.text, lane->text);
	memcpy(lane->key, key.text, sizeof(lane->key));
	return 0;
}

const char *
lane_find_table(const struct lane *lane)
{
	size_t length = strlen(lane->table);
	for (const char *at = lane->list.text; *at != '\0';) {
		at += strspn(at, ", \t");
		size_t found = strcspn(at, ", \t");
		if (found == length && strncmp(at, lane->table, length) == 0)
			return at;
		at += found;
	}
	return NULL;
}

/* ---- the transports ---- */

/* "smtp:[192.0.2.1]:25" into transport and next hop. */
static int
split_default(const char *value, struct lane *lane, char problem[REASON_TEXT_SIZE])
{
	size_t length = strcspn(value, ":");
	if (length == 0 || length >= sizeof(lane->base))
		return refuse(problem, "default_transport is", value);
	memcpy(lane->base, value, length);
	lane->base[length] = '\0';
	snprintf(lane->next_hop, sizeof(lane->next_hop), "%s",
	    value[length] == ':' ? value + length + 1 : "");
	return 0;
}

static int
look_at_services(
    const struct setting_order *order, struct lane *lane, char problem[REASON_TEXT_SIZE])
{
	struct setting_value transport;
	int r = postfix_get_expanded(order, "default_transport", &transport, problem);
	if (r == 0)
		r = split_default(transport.text, lane, problem);
	if (r == 0)
		r = postfix_get_service(order, lane->base, &lane->base_line, problem);
	if (r == 0)
		r = postfix_get_service(order, LANE_TRANSPORT, &lane->line, problem);
	return r;
}

int
lane_look(const struct setting_order *order, struct lane *ret_lane, char problem[REASON_TEXT_SIZE])
{
	struct lane *lane = ret_lane;
	memset(lane, 0, sizeof(*lane));
	int r = name_table(order, lane, problem);
	if (r == 0)
		r = postfix_get_parameter(order, LANE_LIST, &lane->list, problem);
	if (r == 0)
		r = look_at_services(order, lane, problem);
	if (r < 0)
		return r;
	lane->is_listed = lane_find_table(lane) != NULL;
	if (lane->is_listed) /* else there need be no table */
		r = postfix_look_up(order, lane->table, lane->key, &lane->is_on, problem);
	return r;
}

int
lane_write_table(const struct setting_order *order, const struct lane *lane, bool on,
    char problem[REASON_TEXT_SIZE])
{
	AUTO_FREE char *text =
	    on ? mem_format("%s " LANE_TRANSPORT ":%s\n", lane->key, lane->next_hop) : mem_text("");
	int r = owned_file_write(lane->text, text, problem);
	return r == 0 ? postfix_make_table(order, lane->table, problem) : r;
}

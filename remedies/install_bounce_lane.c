/* SPDX-License-Identifier: ISC
 *
 * install_bounce_lane.c - puts the parts of the lane in their places, once and by an operator: table,
 * transport, and the table's name at the head of main.cf's list. Installed, the lane is off and mail
 * goes as before. The undo takes the same parts out, and nothing else of the list.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/mem.h"
#include "remedies/lane.h"
#include "remedies/owned_file.h"

#define PROCESSES "2"
/* A server that does not answer keeps one of few processes busy. */
#define ARGUMENTS                                              \
	"-o smtp_connect_timeout=5s -o smtp_helo_timeout=10s " \
	"-o syslog_name=${multi_instance_name?{$multi_instance_name}:{postfix}}/" LANE_TRANSPORT
#define FIELDS 8 /* of a line in master.cf, its command included */

static int
check(const struct setting_order *order, char problem[REASON_TEXT_SIZE])
{
	if (order->step == CHANGE_PLAN ||
	    (order->old.set && strcmp(order->old.text, "absent") == 0))
		return 0;
	snprintf(
	    problem, REASON_TEXT_SIZE, "order refused: the lane was never %.300s", order->old.text);
	return -EPERM;
}

/* Half of it is not installed for one who installs, and still there for one who takes it out. */
static int
read_parts(const struct setting_order *order, struct setting_value *ret_value,
    char problem[REASON_TEXT_SIZE])
{
	AUTO_LANE struct lane lane;
	int r = lane_look(order, &lane, problem);
	if (r < 0)
		return r;
	bool all = lane.is_listed && lane.line != NULL;
	bool some = lane.is_listed || lane.line != NULL;
	*ret_value = (struct setting_value){.set = true};
	snprintf(ret_value->text, sizeof(ret_value->text), "%s",
	    all || (some && order->step == CHANGE_UNDO) ? "installed" : "absent");
	return 0;
}

/* ---- the transport ---- */

/* Fields of a line in master.cf: service, type, private, unprivileged, chroot, wakeup, processes,
 * command; then its arguments. */
struct service {
	char fields[FIELDS][64];
	const char *arguments;
};

static int
parse_service(const char *line, struct service *ret_service)
{
	struct service service;
	for (int i = 0; i < FIELDS; i++) {
		line += strspn(line, " \t");
		size_t length = strcspn(line, " \t");
		if (length == 0 || length >= sizeof(service.fields[i]))
			return -EINVAL;
		memcpy(service.fields[i], line, length);
		service.fields[i][length] = '\0';
		line += length;
	}
	service.arguments = line + strspn(line, " \t");
	*ret_service = service;
	return 0;
}

/* A copy of the default transport, chroot and arguments included, with a name and limits of its own. */
static int
set_service(
    const struct setting_order *order, const struct lane *lane, char problem[REASON_TEXT_SIZE])
{
	struct service base;
	if (lane->base_line == NULL || parse_service(lane->base_line, &base) < 0 ||
	    strcmp(base.fields[FIELDS - 1], "smtp") != 0) {
		snprintf(problem, REASON_TEXT_SIZE,
		    "the lane does not fit here: the default transport %s is no smtp in master.cf",
		    lane->base);
		return -EPERM;
	}
	AUTO_FREE char *line =
	    mem_format(LANE_TRANSPORT " unix %s %s %s %s " PROCESSES " smtp %s%s" ARGUMENTS,
		base.fields[2], base.fields[3], base.fields[4], base.fields[5], base.arguments,
		base.arguments[0] != '\0' ? " " : "");
	return postfix_set_service(order, LANE_TRANSPORT, line, problem);
}

/* ---- the list ---- */

/* The list without our table; of the others not a byte is changed. free() it. */
static char *
without_table(const struct lane *lane)
{
	const char *list = lane->list.text;
	const char *table = lane_find_table(lane);
	if (table == NULL)
		return mem_text(list);
	const char *rest = table + strlen(lane->table);
	rest += strspn(rest, ", \t");
	size_t before = (size_t)(table - list);
	while (*rest == '\0' && before > 0 && strchr(", \t", list[before - 1]) != NULL)
		before--; /* it was the last */
	return mem_format("%.*s%s", (int)before, list, rest);
}

static int
set_list(const struct setting_order *order, const struct lane *lane, bool with_table,
    char problem[REASON_TEXT_SIZE])
{
	AUTO_FREE char *others = without_table(lane);
	struct setting_value list = {.set = with_table || others[0] != '\0'};
	int length = snprintf(list.text, sizeof(list.text), "%s%s%s", with_table ? lane->table : "",
	    with_table && others[0] != '\0' ? ", " : "", others);
	if (length >= (int)sizeof(list.text)) {
		snprintf(problem, REASON_TEXT_SIZE, LANE_LIST " would become too long");
		return -EPERM;
	}
	return postfix_set_parameter(order, LANE_LIST, &list, problem);
}

/* ---- all parts ---- */

/* The list comes last: Postfix never has the name of a table that is not there. */
static int
install(const struct setting_order *order, const struct lane *lane, char problem[REASON_TEXT_SIZE])
{
	int r = lane_write_table(order, lane, false, problem);
	if (r == 0)
		r = set_service(order, lane, problem);
	return r == 0 ? set_list(order, lane, true, problem) : r;
}

static int
take_out(const struct setting_order *order, const struct lane *lane, char problem[REASON_TEXT_SIZE])
{
	int r = lane->is_on ? lane_write_table(order, lane, false, problem) : 0;
	if (r == 0 && lane->is_listed)
		r = set_list(order, lane, false, problem);
	if (r == 0 && lane->line != NULL)
		r = postfix_set_service(order, LANE_TRANSPORT, NULL, problem);
	return r;
}

static int
write_parts(const struct setting_order *order, const struct setting_value *value,
    char problem[REASON_TEXT_SIZE])
{
	AUTO_LANE struct lane lane;
	int r = lane_look(order, &lane, problem);
	if (r < 0)
		return r;
	bool installed = strcmp(value->text, "installed") == 0;
	return installed ? install(order, &lane, problem) : take_out(order, &lane, problem);
}

static bool
needs_reload(const struct setting_order *order UNUSED)
{
	return true;
}

/* What still runs may have the table open: it goes when nobody has its name any more. */
static int
reload(const struct setting_order *order, bool *ret_told, char problem[REASON_TEXT_SIZE])
{
	static const char *const suffixes[] = {".db", ".lmdb", ".cdb", NULL};
	AUTO_FREE char *path = mem_format("%s/" LANE_TRANSPORT, order->instance->config_directory);
	int r = postfix_reload(order, ret_told, problem);
	return r == 0 && order->step == CHANGE_UNDO ? owned_file_remove(path, suffixes, problem)
						    : r;
}

const struct setting_remedy setting_install_bounce_lane = {
    .name = "install-bounce-lane",
    .check = check,
    .read = read_parts,
    .write = write_parts,
    .moves_queue = true,
    .needs_reload = needs_reload,
    .reload = reload,
};

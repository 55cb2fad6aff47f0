/* SPDX-License-Identifier: ISC
 *
 * store_daemon.c - what is true of the daemon as a whole, and its roles.
 */
#include "schema/statement.h"
#include "schema/store.h"

COLUMN_MAP(role, struct row_role, COLUMNS_ROLE);
COLUMN_MAP(daemon, struct row_daemon, COLUMNS_DAEMON);

int
store_save_role(struct store *store, const struct row_role *role)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_ROLE_SAVE);
	statement_bind_row(&statement, &role_map, role);
	return statement_run_one(&statement);
}

int
store_list_roles(
    struct store *store, int (*each)(const struct row_role *row, void *owner), void *owner)
{
	struct row_role row = {0};
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_ROLE_LIST);
	int r;
	while ((r = statement_next(&statement, &role_map, &row)) > 0) {
		r = each(&row, owner);
		if (r != 0)
			return r;
	}
	return r;
}

int
store_save_daemon(struct store *store, const struct row_daemon *daemon)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_DAEMON_SAVE);
	statement_bind_row(&statement, &daemon_map, daemon);
	return statement_run_one(&statement);
}

static int
get(struct store *store, enum statement_name name, int64_t *ret_value)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, name);
	return statement_get(&statement, ret_value);
}

int
store_load_daemon(struct store *store, struct row_daemon *ret_row)
{
	struct row_daemon row = {0};
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_DAEMON_GET);
	int r = statement_next_one(&statement, &daemon_map, &row);
	if (r == 0)
		r = get(store, STATEMENT_LAST_TICK, &row.last_tick_s);
	if (r == 0)
		r = get(store, STATEMENT_NOTICE_COUNT, &row.notices_waiting);
	if (r == 0)
		r = get(store, STATEMENT_NOTICE_COUNT_REFUSED, &row.notices_refused);
	if (r == 0)
		*ret_row = row;
	return r;
}

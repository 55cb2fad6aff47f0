/* SPDX-License-Identifier: ISC
 *
 * store_top.c - who mail is from and about: as watch said it last, and as it was at a moment of an
 * incident. Each is replaced as a whole.
 */
#include "schema/statement.h"
#include "schema/store.h"

COLUMN_MAP(top, struct message_tick_top, COLUMNS_TOP);

static int
list(struct statement *statement, int (*each)(const struct message_tick_top *row, void *owner),
    void *owner)
{
	struct message_tick_top row = {0};
	int r;
	while ((r = statement_next(statement, &top_map, &row)) > 0) {
		r = each(&row, owner);
		if (r != 0)
			return r;
	}
	return r;
}

/* ---- the present ---- */

static int
drop(struct store *store, const char *instance)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_TOP_DROP);
	statement_bind_text(&statement, instance);
	return statement_run(&statement);
}

int
store_save_tops(struct store *store, const char *instance, const struct tops *tops)
{
	int r = drop(store, instance);
	for (int i = 0; r == 0 && i < tops->count; i++) {
		AUTO_STATEMENT struct statement statement =
		    statement_take(store, STATEMENT_TOP_ADD);
		statement_bind_text(&statement, instance);
		statement_bind(&statement, tops->time_s);
		statement_bind_row(&statement, &top_map, &tops->rows[i]);
		r = statement_run(&statement);
	}
	return r;
}

int
store_list_tops(struct store *store, const char *instance, int64_t fresh_s,
    int (*each)(const struct message_tick_top *row, void *owner), void *owner)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_TOP_LIST);
	statement_bind_text(&statement, instance);
	statement_bind(&statement, fresh_s);
	return list(&statement, each, owner);
}

/* ---- of an incident ---- */

static int
drop_of(struct store *store, int64_t incident, enum moment moment)
{
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, STATEMENT_INCIDENT_TOP_DROP);
	statement_bind(&statement, incident);
	statement_bind_text(&statement, names_get(&names_moment, (int)moment));
	return statement_run(&statement);
}

int
store_save_incident_tops(
    struct store *store, int64_t incident, enum moment moment, const struct tops *tops)
{
	int r = drop_of(store, incident, moment);
	for (int i = 0; r == 0 && i < tops->count; i++) {
		AUTO_STATEMENT struct statement statement =
		    statement_take(store, STATEMENT_INCIDENT_TOP_ADD);
		statement_bind(&statement, incident);
		statement_bind_text(&statement, names_get(&names_moment, (int)moment));
		statement_bind(&statement, tops->time_s);
		statement_bind_row(&statement, &top_map, &tops->rows[i]);
		r = statement_run(&statement);
	}
	return r;
}

int
store_list_incident_tops(struct store *store, int64_t incident, enum moment moment,
    int (*each)(const struct message_tick_top *row, void *owner), void *owner)
{
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, STATEMENT_INCIDENT_TOP_LIST);
	statement_bind(&statement, incident);
	statement_bind_text(&statement, names_get(&names_moment, (int)moment));
	return list(&statement, each, owner);
}

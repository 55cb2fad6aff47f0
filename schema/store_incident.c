/* SPDX-License-Identifier: ISC
 *
 * store_incident.c - incidents.
 */
#include "schema/statement.h"
#include "schema/store.h"

COLUMN_MAP(incident, struct row_incident, COLUMNS_INCIDENT);

int
store_save_incident(struct store *store, const struct row_incident *incident, int64_t *ret_id)
{
	bool new = incident->id == 0;
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, new ? STATEMENT_INCIDENT_ADD : STATEMENT_INCIDENT_UPDATE);
	statement_bind_row(&statement, &incident_map, incident);
	int r = statement_run_one(&statement);
	if (r == 0)
		*ret_id = new ? sqlite3_last_insert_rowid(store->db) : incident->id;
	return r;
}

int
store_list_incidents(struct store *store, bool open_only, int64_t limit,
    int (*each)(const struct row_incident *row, void *owner), void *owner)
{
	struct row_incident row = {0};
	AUTO_STATEMENT struct statement statement = statement_take(
	    store, open_only ? STATEMENT_INCIDENT_LIST_OPEN : STATEMENT_INCIDENT_LIST);
	statement_bind(&statement, limit < 0 ? 0 : limit);
	int r;
	while ((r = statement_next(&statement, &incident_map, &row)) > 0) {
		r = each(&row, owner);
		if (r != 0)
			return r;
	}
	return r;
}

int
store_list_incidents_beside(struct store *store, const struct row_incident *incident, int64_t limit,
    int (*each)(const struct row_incident *row, void *owner), void *owner)
{
	struct row_incident row = {0};
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, STATEMENT_INCIDENT_LIST_BESIDE);
	statement_bind_text(&statement, incident->instance);
	statement_bind(&statement, incident->id);
	statement_bind(&statement, incident->began_s);
	statement_bind(&statement, incident->closed_s);
	statement_bind(&statement, limit);
	int r;
	while ((r = statement_next(&statement, &incident_map, &row)) > 0) {
		r = each(&row, owner);
		if (r != 0)
			return r;
	}
	return r;
}

int
store_list_past_incidents(
    struct store *store, int (*each)(const struct row_incident *row, void *owner), void *owner)
{
	struct row_incident row = {0};
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, STATEMENT_INCIDENT_LIST_PAST);
	int r;
	while ((r = statement_next(&statement, &incident_map, &row)) > 0) {
		r = each(&row, owner);
		if (r != 0)
			return r;
	}
	return r;
}

int
store_load_incident(struct store *store, int64_t id, struct row_incident *ret_row)
{
	struct row_incident row = {0};
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_INCIDENT_GET);
	statement_bind(&statement, id);
	int r = statement_next_one(&statement, &incident_map, &row);
	if (r == 0)
		*ret_row = row;
	return r;
}

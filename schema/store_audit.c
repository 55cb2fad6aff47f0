/* SPDX-License-Identifier: ISC
 *
 * store_audit.c - what operators did.
 */
#include "schema/statement.h"
#include "schema/store.h"

COLUMN_MAP(audit, struct row_audit, COLUMNS_AUDIT);

int
store_add_audit(struct store *store, const struct row_audit *audit)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_AUDIT_ADD);
	statement_bind_row(&statement, &audit_map, audit);
	return statement_run_one(&statement);
}

int
store_list_audit(struct store *store, int64_t incident, int64_t limit,
    int (*each)(const struct row_audit *row, void *owner), void *owner)
{
	struct row_audit row = {0};
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, incident > 0 ? STATEMENT_AUDIT_LIST_OF : STATEMENT_AUDIT_LIST);
	statement_bind(&statement, limit < 0 ? 0 : limit);
	if (incident > 0)
		statement_bind(&statement, incident);
	int r;
	while ((r = statement_next(&statement, &audit_map, &row)) > 0) {
		r = each(&row, owner);
		if (r != 0)
			return r;
	}
	return r;
}

/* SPDX-License-Identifier: ISC
 *
 * store.c - opens the database, migrates it, and begins and ends transactions. The engine writes;
 * control and watchdogctl read. The file may be damaged or newer than we are: then it is refused,
 * never repaired or replaced.
 *
 * Invariant: after store_commit() and store_rollback() no transaction is open, whatever failed.
 */
#include "schema/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/mem.h"
#include "schema/statement.h"

#define STORE_MODE 0640 /* the group may read */
#define BUSY_MS 2000 /* a reader in the middle of a recovery, an engine that is just ending */

static const char *const migrations[] = {
#include "schema/migrations.inc"
};

/* Both kinds. Sorting in memory: the sandbox leaves no place for temporary files. */
static const char common_pragmas[] = "PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0;"
				     "PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON;";
/* The WAL is given back down to 16 MiB after it grew under a long reader. */
static const char writer_pragmas[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
				     "PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 1000;"
				     "PRAGMA journal_size_limit = 16777216;";

/* ---- opening ---- */

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	for (int i = 0; i < STATEMENT_COUNT; i++)
		sqlite3_finalize(store->kept[i]);
	sqlite3_close(store->db);
	free(store);
}

static void
close_guard(struct store **store)
{
	store_close(*store);
}
#define AUTO_STORE __attribute__((cleanup(close_guard)))

/* A new file gets its mode from us, its -wal and -shm get it from SQLite after it. */
static int
create_file(const char *path)
{
	AUTO_CLOSE int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, STORE_MODE);
	if (fd < 0)
		return errno == EEXIST ? 0 : -errno;
	return fchmod(fd, STORE_MODE) < 0 ? -errno : 0;
}

static int
open_database(const char *name, int flags, struct store *store)
{
	int code = sqlite3_open_v2(
	    name, &store->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	if (store->db == NULL)
		return -ENOMEM;
	if (code != SQLITE_OK)
		return store_fail(store, code);
	sqlite3_busy_timeout(store->db, BUSY_MS);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return store_execute(store, common_pragmas);
}

static int
load_version(struct store *store, int64_t *ret_version)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_USER_VERSION);
	return statement_get(&statement, ret_version);
}

/* 0: as new as we are; 1: older; -EPROTO: newer. */
static int
compare_version(struct store *store, int64_t *ret_version)
{
	int r = load_version(store, ret_version);
	if (r < 0)
		return r;
	if (*ret_version > (int64_t)ARRAY_LENGTH(migrations) || *ret_version < 0)
		return -EPROTO;
	return *ret_version < (int64_t)ARRAY_LENGTH(migrations);
}

/* Applies the next migration, if there is one: 1 if it did. */
static int
migrate_step(struct store *store)
{
	int64_t version;
	int r = compare_version(store, &version);
	if (r <= 0)
		return r;
	r = store_execute(store, migrations[version]);
	if (r < 0)
		return r;
	AUTO_FREE char *sql = mem_format("PRAGMA user_version = %d", (int)version + 1);
	r = store_execute(store, sql);
	return r < 0 ? r : 1;
}

/* Each in one transaction, the number with it: a crash leaves the one before or this one whole. */
static int
migrate(struct store *store)
{
	int r = 1;
	while (r > 0) {
		r = store_begin(store);
		if (r < 0)
			return r;
		int applied = migrate_step(store);
		r = applied < 0 ? applied : store_commit(store, true);
		if (r < 0) {
			store_rollback(store);
			return r;
		}
		r = applied;
	}
	return r;
}

/* SQLite opens what it may not write for reading, silently. */
static int
check_writable(struct store *store, const char *path)
{
	if (sqlite3_db_readonly(store->db, "main") <= 0)
		return 0;
	return access(path, W_OK) < 0 ? -errno : -EROFS;
}

static int
prepare_writer(struct store *store)
{
	int r = store_execute(store, writer_pragmas);
	return r < 0 ? r : migrate(store);
}

int
store_open(const char *path, struct store **ret_store)
{
	AUTO_STORE struct store *store = mem_alloc(sizeof(*store));
	int keep = 1;
	int r = create_file(path);
	if (r == 0)
		r = open_database(path, SQLITE_OPEN_READWRITE, store);
	if (r == 0)
		r = check_writable(store, path);
	if (r == 0)
		r = prepare_writer(store);
	if (r < 0)
		return r;
	/* -wal and -shm stay after an orderly end, so that one who may read but not create files
	 * in the directory can still read; see store_open_read(). */
	sqlite3_file_control(store->db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
	*ret_store = TAKE(store);
	return 0;
}

int
store_open_memory(struct store **ret_store)
{
	AUTO_STORE struct store *store = mem_alloc(sizeof(*store));
	int r = open_database(":memory:", SQLITE_OPEN_READWRITE, store);
	if (r == 0)
		r = prepare_writer(store);
	if (r < 0)
		return r;
	*ret_store = TAKE(store);
	return 0;
}

/* "file:...?immutable=1" with every byte of the path that means something in a URI encoded. */
static char *
make_immutable_uri(const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/._-";
	char *uri = mem_alloc(3 * strlen(path) + sizeof("file:?immutable=1"));
	char *at = stpcpy(uri, "file:");
	for (; *path != '\0'; path++)
		at += strchr(plain, *path) != NULL ? sprintf(at, "%c", *path)
						   : sprintf(at, "%%%02X", (unsigned char)*path);
	strcpy(at, "?immutable=1");
	return uri;
}

static int
open_reader(const char *name, int flags, struct store **ret_store)
{
	AUTO_STORE struct store *store = mem_alloc(sizeof(*store));
	int64_t version;
	int r = open_database(name, SQLITE_OPEN_READONLY | flags, store);
	if (r == 0)
		r = compare_version(store, &version);
	if (r > 0 && version > 0)
		r = -EPROTO; /* older: its writer has to migrate it first */
	else if (r > 0)
		r = -ENOENT; /* made, and nothing in it yet */
	if (r < 0)
		return r;
	*ret_store = TAKE(store);
	return 0;
}

/* A WAL database cannot be read without a -shm file. Where there is none and we may not make one,
 * nobody has the database open either, since whoever has keeps one there: then its file alone is
 * read, as one that does not change. An empty or absent -wal proves that the file is complete. */
int
store_open_read(const char *path, struct store **ret_store)
{
	AUTO_FREE char *shm = mem_format("%s-shm", path), *wal = mem_format("%s-wal", path);
	struct stat found;
	if (stat(path, &found) < 0)
		return -errno;
	int r = open_reader(path, 0, ret_store);
	if ((r != -EACCES && r != -EROFS && r != -ENOENT) || stat(shm, &found) == 0)
		return r;
	if (stat(wal, &found) == 0 && found.st_size > 0)
		return r;
	AUTO_FREE char *uri = make_immutable_uri(path);
	return open_reader(uri, SQLITE_OPEN_URI, ret_store);
}

const char *
store_problem(const struct store *store)
{
	return store->problem;
}

bool
store_is_moved(struct store *store)
{
	int moved = 0;
	int code = sqlite3_file_control(store->db, "main", SQLITE_FCNTL_HAS_MOVED, (void *)&moved);
	return code == SQLITE_OK && moved != 0;
}

/* ---- transactions ---- */

static int
run(struct store *store, enum statement_name name)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, name);
	return statement_run(&statement);
}

int
store_begin(struct store *store)
{
	return run(store, STATEMENT_BEGIN);
}

/* With synchronous=NORMAL a commit only writes the frames into the -wal file, in one piece with
 * their checksums; PRAGMA synchronous cannot be changed inside a transaction. What makes it last
 * is that file on the disk: its header was synced when it was begun, and replay takes all frames
 * up to the last commit. So the durable commit syncs the file that SQLite itself has open, which
 * is what synchronous=FULL would do. A checkpoint in between has synced it, too. */
static int
sync_wal(struct store *store)
{
	sqlite3_file *wal = NULL;
	int code =
	    sqlite3_file_control(store->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, (void *)&wal);
	if (code == SQLITE_OK && wal != NULL && wal->pMethods != NULL)
		code = wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL);
	if (code == SQLITE_OK)
		return 0;
	snprintf(store->problem, sizeof(store->problem), "the WAL cannot be synced: %s",
	    sqlite3_errstr(code));
	return -EIO;
}

int
store_commit(struct store *store, bool durable)
{
	int r = run(store, STATEMENT_COMMIT);
	if (r < 0)
		store_rollback(store);
	return r == 0 && durable ? sync_wal(store) : r;
}

void
store_rollback(struct store *store)
{
	char problem[STORE_PROBLEM_SIZE];
	if (sqlite3_get_autocommit(store->db))
		return; /* none was begun, or SQLite has rolled it back by itself */
	/* whoever rolls back asks for the reason afterwards */
	memcpy(problem, store->problem, sizeof(problem));
	int r = run(store, STATEMENT_ROLLBACK);
	if (r == 0)
		memcpy(store->problem, problem, sizeof(problem));
}

int
store_begin_read(struct store *store)
{
	return run(store, STATEMENT_BEGIN_READ);
}

void
store_end_read(struct store *store)
{
	store_rollback(store);
}

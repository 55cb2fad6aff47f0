/* SPDX-License-Identifier: ISC
 *
 * statements.h - every statement that is run, once: X(NAME, sql). Column lists come from
 * columns.h. Parameters are bound in the order in which they first stand in the text.
 */
#ifndef WATCHDOGD_SCHEMA_STATEMENTS_H
#define WATCHDOGD_SCHEMA_STATEMENTS_H

#include "proto/rows.h"
#include "schema/columns.h"

#define STATEMENTS_SELECT(LIST, rest) "SELECT " COLUMN_NAMES(LIST) " " rest
#define STATEMENTS_INSERT(table, LIST) \
	"INSERT INTO " table "(" COLUMN_NAMES(LIST) ") VALUES(" COLUMN_MARKS(LIST) ")"
/* The first column of the list is the key and stays what it is. */
#define STATEMENTS_UPDATE(table, LIST, key)                                                   \
	"UPDATE " table " SET (" COLUMN_NAMES(LIST) ") = (" COLUMN_MARKS(LIST) ") WHERE " key \
									       " = ?1"

/* clang-format off */

/* Finer steps into one: means weighted by ticks, maxima, sums. total() does not overflow. */
#define STATEMENTS_MEAN(column) "total(" column " * ticks) / total(ticks) AS " column
#define STATEMENTS_MAX(column) "max(" column ") AS " column
#define STATEMENTS_SUM(column) "CAST(total(" column ") AS INTEGER) AS " column
/* The median time in queue of what left: weighted by how many left. */
#define STATEMENTS_LEFT_P50 \
	"coalesce(total(left_p50_s * left_normal) / nullif(total(left_normal), 0), 0)"
/* In an upsert: to what is there; what is beyond an integer stays the largest one. */
#define STATEMENTS_ADD(column) column " = CAST(" column " + excluded." column " AS INTEGER)"
#define STATEMENTS_FLOW_SUMS \
	STATEMENTS_SUM("arrivals") ", " STATEMENTS_SUM("deliveries") ", " \
	STATEMENTS_SUM("deferrals") ", " STATEMENTS_SUM("bounces_made") ", " \
	STATEMENTS_SUM("bounced") ", " STATEMENTS_SUM("removed") ", " STATEMENTS_SUM("left_normal")
#define STATEMENTS_DELAYS \
	STATEMENTS_LEFT_P50 " AS left_p50_s, " STATEMENTS_MAX("left_p95_s") ", " \
	STATEMENTS_MEAN("waiting_p50_s") ", " STATEMENTS_MAX("waiting_p95_s")
/* What is learned of beside the flows and queues. */
#define STATEMENTS_LEARNED \
	STATEMENTS_SUM("senders") ", " STATEMENTS_SUM("first_attempts") ", " \
	STATEMENTS_SUM("first_deferred") ", " STATEMENTS_MAX("busiest_sender") ", " \
	STATEMENTS_MAX("busiest_network") ", " STATEMENTS_MAX("busiest_shape") ", " \
	STATEMENTS_MAX("busiest_domain")
/* In the order of the table's columns. */
#define STATEMENTS_FLOW_STEP \
	STATEMENTS_SUM("ticks") ", " STATEMENTS_MEAN("bounces") ", " \
	STATEMENTS_MAX("bounces_max") ", " STATEMENTS_MAX("oldest_age_s") ", " \
	STATEMENTS_FLOW_SUMS ", " STATEMENTS_DELAYS ", " STATEMENTS_LEARNED
#define STATEMENTS_QUEUE_STEP \
	STATEMENTS_SUM("ticks") ", " STATEMENTS_MEAN("messages") ", " \
	STATEMENTS_MAX("messages_max") ", " STATEMENTS_MEAN("bounces") ", " \
	STATEMENTS_MAX("bounces_max") ", " STATEMENTS_MEAN("dsn") ", " STATEMENTS_MEAN("bytes") ", " \
	STATEMENTS_MAX("oldest_age_s")
#define STATEMENTS_SPOOL_STEP \
	STATEMENTS_SUM("ticks") ", " STATEMENTS_MEAN("messages") ", " \
	STATEMENTS_MAX("messages_max") ", " STATEMENTS_MEAN("bytes") ", " \
	STATEMENTS_MAX("oldest_age_s")
/* Parameters: the wider step, begin, end. `from` is the finer steps. */
#define STATEMENTS_ROLL(table, steps, keys, group, from, and) \
	"INSERT OR REPLACE INTO " table " SELECT ?1 AS step_s, time_s / ?1 * ?1 AS begin_s, " keys \
	", " steps " FROM " from " WHERE " and "time_s >= ?2 AND time_s < ?3 GROUP BY " group

/* At most ?2 seconds of the oldest go at once. */
#define STATEMENTS_DROP(table, and) \
	"DELETE FROM " table " WHERE " and "time_s < min(?1, " \
	"(SELECT min(time_s) FROM " table " WHERE " and "1) + ?2)"

#define STATEMENTS_LEARNED_COLUMNS \
	"senders, first_attempts, first_deferred, busiest_sender, busiest_network, " \
	"busiest_shape, busiest_domain"
/* Steps as history shows them; `bounces` and the p50 are means. */
#define STATEMENTS_HISTORY_COLUMNS \
	"bounces, bounces_max, oldest_age_s, arrivals, deliveries, deferrals, bounces_made, " \
	"bounced, removed, left_normal, left_p50_s, left_p95_s, waiting_p50_s, waiting_p95_s, " \
	STATEMENTS_LEARNED_COLUMNS " "
/* Parameters: begin, end, step, end of what is rolled up, instance or NULL, limit. Ticks that are
 * not rolled up yet, from ?4 on, are made into steps here. */
#define STATEMENTS_HISTORY \
	"SELECT h.time_s, i.name, CAST(round(bounces) AS INTEGER), bounces_max, oldest_age_s, " \
	"arrivals, deliveries, deferrals, bounces_made, bounced, removed, left_normal, " \
	"CAST(round(left_p50_s) AS INTEGER), left_p95_s, " \
	"CAST(round(waiting_p50_s) AS INTEGER), waiting_p95_s, " STATEMENTS_LEARNED_COLUMNS \
	", h.instance, h.raw " \
	"FROM (SELECT * FROM (" \
	"SELECT time_s, instance, 0 AS raw, " STATEMENTS_HISTORY_COLUMNS \
	"FROM step_flow WHERE step_s = ?3 AND time_s >= ?1 AND time_s < min(?2, ?4) " \
	"UNION ALL SELECT time_s / ?3 * ?3 AS time_s, instance, 1 AS raw, " \
	STATEMENTS_MEAN("bounces") ", " STATEMENTS_MAX("bounces_max") ", " \
	STATEMENTS_MAX("oldest_age_s") ", " STATEMENTS_FLOW_SUMS ", " STATEMENTS_DELAYS ", " \
	STATEMENTS_LEARNED " " \
	"FROM tick_step_flow WHERE time_s >= max(?1, ?4) AND time_s < ?2 GROUP BY 1, 2) " \
	"WHERE ?5 IS NULL OR instance = (SELECT id FROM instance WHERE name = ?5) " \
	"ORDER BY time_s DESC, instance DESC LIMIT ?6) AS h " \
	"JOIN instance AS i ON i.id = h.instance ORDER BY h.time_s, h.instance"

/* Of a spool: begin, end, step, end of what is rolled up, limit. */
#define STATEMENTS_SPOOL_HISTORY \
	"SELECT h.time_s, s.name, CAST(round(messages) AS INTEGER), messages_max, " \
	"CAST(round(bytes) AS INTEGER), oldest_age_s FROM (SELECT * FROM (" \
	"SELECT time_s, spool, messages, messages_max, bytes, oldest_age_s " \
	"FROM step_spool WHERE step_s = ?3 AND time_s >= ?1 AND time_s < min(?2, ?4) " \
	"UNION ALL SELECT time_s / ?3 * ?3 AS time_s, spool, " STATEMENTS_MEAN("messages") ", " \
	STATEMENTS_MAX("messages_max") ", " STATEMENTS_MEAN("bytes") ", " \
	STATEMENTS_MAX("oldest_age_s") " " \
	"FROM tick_step_spool WHERE time_s >= max(?1, ?4) AND time_s < ?2 GROUP BY 1, 2) " \
	"ORDER BY time_s DESC, spool DESC LIMIT ?5) AS h " \
	"JOIN spool AS s ON s.id = h.spool ORDER BY h.time_s, s.name"

/* What is learned from, as COLUMNS_SAMPLE has it: of the step f its queues q, each by its name.
 * Parameters: instance, begin and end of the time at which a step ends, limit. */
#define STATEMENTS_SAMPLE_OF(queue) \
	"CAST(round(total(q.messages) FILTER (WHERE q.queue = '" queue "')) AS INTEGER)"
#define STATEMENTS_SAMPLE_WAITING(column) \
	"CAST(round(total(q." column ") FILTER (WHERE q.queue NOT IN ('hold', 'corrupt'))) AS INTEGER)"
#define STATEMENTS_SAMPLE(end, from, and) \
	"SELECT " end " AS end_s, f.arrivals, f.bounces_made, f.senders, f.first_attempts, " \
	"f.first_deferred, f.busiest_sender, f.busiest_network, f.busiest_shape, f.busiest_domain, " \
	STATEMENTS_SAMPLE_WAITING("bounces") ", " STATEMENTS_SAMPLE_WAITING("dsn") ", " \
	STATEMENTS_SAMPLE_OF("maildrop") ", " STATEMENTS_SAMPLE_OF("incoming") ", " \
	STATEMENTS_SAMPLE_OF("active") ", " STATEMENTS_SAMPLE_OF("deferred") ", " \
	STATEMENTS_SAMPLE_OF("hold") ", " STATEMENTS_SAMPLE_OF("corrupt") ", coalesce(" \
	"max(q.oldest_age_s) FILTER (WHERE q.queue IN ('incoming', 'active')), 0) " from \
	" WHERE f.instance = (SELECT id FROM instance WHERE name = ?1) AND " and \
	"GROUP BY f.time_s ORDER BY f.time_s LIMIT ?4"

#define STATEMENTS_UNFINISHED "state IN ('waiting', 'asking', 'running')"

#define STATEMENTS(X) \
/* transactions: the write lock is taken at once, so that a transaction cannot fail for it later */ \
X(BEGIN, "BEGIN IMMEDIATE") \
X(BEGIN_READ, "BEGIN") \
X(COMMIT, "COMMIT") \
X(ROLLBACK, "ROLLBACK") \
X(USER_VERSION, "PRAGMA user_version") \
/* instances */ \
X(INSTANCE_SAVE, STATEMENTS_INSERT("instance", COLUMNS_INSTANCE) \
	" ON CONFLICT(name) DO UPDATE SET config_directory = excluded.config_directory, " \
	"queue_directory = excluded.queue_directory, mail_owner = excluded.mail_owner, watched = 1") \
X(INSTANCE_WATCH, "UPDATE instance SET watched = 1 WHERE name = ?") \
X(INSTANCES_FORGET, "UPDATE instance SET watched = 0 WHERE watched") \
X(INSTANCE_FIND, "SELECT id FROM instance WHERE name = ?") \
X(INSTANCE_ADD, "INSERT INTO instance(name) VALUES(?) RETURNING id") \
X(INSTANCE_TICKED, "UPDATE instance SET last_tick_s = ?2 WHERE id = ?1") \
X(INSTANCE_LIST, "SELECT name, config_directory, queue_directory, learned_s, needed_s, id, " \
	"last_tick_s " \
	"FROM instance WHERE watched ORDER BY name") \
X(LAST_TICK, "SELECT coalesce(max(last_tick_s), 0) FROM instance WHERE watched") \
/* ticks */ \
X(TICK_QUEUE_ADD, "INSERT OR REPLACE INTO tick_queue(time_s, instance, " \
	COLUMN_NAMES(COLUMNS_TICK_QUEUE) ") VALUES(?, ?, " COLUMN_MARKS(COLUMNS_TICK_QUEUE) ")") \
X(TICK_FLOW_ADD, "INSERT OR REPLACE INTO tick_flow(time_s, instance, " \
	COLUMN_NAMES(COLUMNS_TICK_FLOW) ") VALUES(?, ?, " COLUMN_MARKS(COLUMNS_TICK_FLOW) ")") \
X(FLOW_TOTAL_ADD, "INSERT INTO flow_total(instance, " COLUMN_NAMES(COLUMNS_TOTAL) ") VALUES(?, " \
	COLUMN_MARKS(COLUMNS_TOTAL) ") ON CONFLICT(instance) DO UPDATE SET " \
	STATEMENTS_ADD("arrivals") ", " STATEMENTS_ADD("deliveries") ", " \
	STATEMENTS_ADD("deferrals") ", " STATEMENTS_ADD("bounces_made") ", " \
	STATEMENTS_ADD("bounced") ", " STATEMENTS_ADD("removed")) \
X(FLOW_TOTAL_GET, STATEMENTS_SELECT(COLUMNS_TOTAL, "FROM flow_total WHERE instance = ?")) \
X(TICK_QUEUE_LIST, STATEMENTS_SELECT(COLUMNS_TICK_QUEUE, \
	"FROM tick_queue WHERE time_s = ? AND instance = ?")) \
X(TICK_FLOW_GET, STATEMENTS_SELECT(COLUMNS_TICK_FLOW, \
	"FROM tick_flow WHERE time_s = ? AND instance = ?")) \
X(TICK_FLOW_SUMS, "SELECT " STATEMENTS_FLOW_SUMS ", CAST(round(" STATEMENTS_LEFT_P50 \
	") AS INTEGER), max(left_p95_s), instance FROM tick_flow " \
	"WHERE time_s > ?1 - 60 AND time_s <= ?1 GROUP BY instance") \
/* what is learned, and what from */ \
X(LEARNED_SAVE, "INSERT OR REPLACE INTO learned(instance, series, time_s, state) " \
	"VALUES(?, ?, ?, ?)") \
X(LEARNED_LIST, "SELECT series, time_s, state FROM learned WHERE instance = ?") \
X(LEARNING_SAVE, "UPDATE instance SET learned_s = ?2, needed_s = ?3 WHERE name = ?1") \
/* the first tick, or 0; and the first step that tells of senders, or the end of time */ \
X(SAMPLE_BEGIN, "SELECT coalesce((SELECT min(time_s) FROM tick_flow WHERE instance = i.id), 0), " \
	"min((SELECT coalesce(min(time_s), 1 << 53) FROM step_flow WHERE step_s = 60 AND " \
	"instance = i.id AND senders > 0), (SELECT coalesce(min(time_s), 1 << 53) FROM tick_flow " \
	"WHERE instance = i.id AND senders > 0)) FROM instance AS i WHERE name = ?") \
X(SAMPLE_TICKS, STATEMENTS_SAMPLE("f.time_s", "FROM tick_flow AS f LEFT JOIN tick_queue AS q " \
	"ON q.time_s = f.time_s AND q.instance = f.instance", \
	"f.time_s > ?2 AND f.time_s < ?3 ")) \
X(SAMPLE_MINUTES, STATEMENTS_SAMPLE("f.time_s + 60", "FROM step_flow AS f LEFT JOIN step_queue " \
	"AS q ON q.step_s = 60 AND q.time_s = f.time_s AND q.instance = f.instance", \
	"f.step_s = 60 AND f.time_s > ?2 - 60 AND f.time_s < ?3 - 60 ")) \
/* spools; a tick of one that is not watched any more, or not yet, is nobody's */ \
X(SPOOLS_FORGET, "UPDATE spool SET watched = 0 WHERE watched") \
X(SPOOL_SAVE, "INSERT INTO spool(name, path, watched) VALUES(?, ?, 1) " \
	"ON CONFLICT(name) DO UPDATE SET path = excluded.path, watched = 1") \
X(SPOOL_TICKED, "UPDATE spool SET last_tick_s = ? WHERE name = ? AND watched") \
X(TICK_SPOOL_ADD, "INSERT OR REPLACE INTO tick_spool(time_s, spool, " \
	COLUMN_NAMES(COLUMNS_TICK_SPOOL) ") SELECT last_tick_s, id, " \
	COLUMN_MARKS(COLUMNS_TICK_SPOOL) " FROM spool WHERE name = ? AND watched") \
X(SPOOL_LIST, "SELECT name, path, last_tick_s, coalesce(present, 0), coalesce(polled, 0), " \
	"coalesce(messages, 0), coalesce(bytes, 0), coalesce(oldest_age_s, 0) FROM spool " \
	"LEFT JOIN tick_spool ON spool = id AND time_s = last_tick_s WHERE watched ORDER BY name") \
/* who mail is from and about */ \
X(TOP_DROP, "DELETE FROM top WHERE instance = (SELECT id FROM instance WHERE name = ?)") \
X(TOP_ADD, "INSERT OR REPLACE INTO top(instance, time_s, " COLUMN_NAMES(COLUMNS_TOP) \
	") VALUES((SELECT id FROM instance WHERE name = ?), ?, " COLUMN_MARKS(COLUMNS_TOP) ")") \
X(TOP_LIST, STATEMENTS_SELECT(COLUMNS_TOP, "FROM top AS t JOIN instance AS i " \
	"ON i.id = t.instance WHERE i.name = ? " \
	"AND t.time_s BETWEEN i.last_tick_s - ? AND i.last_tick_s " \
	"ORDER BY dimension, class, rank")) \
X(INCIDENT_TOP_DROP, "DELETE FROM incident_top WHERE incident = ? AND moment = ?") \
X(INCIDENT_TOP_ADD, "INSERT OR REPLACE INTO incident_top(incident, moment, time_s, " \
	COLUMN_NAMES(COLUMNS_TOP) ") VALUES(?, ?, ?, " COLUMN_MARKS(COLUMNS_TOP) ")") \
X(INCIDENT_TOP_LIST, STATEMENTS_SELECT(COLUMNS_TOP, "FROM incident_top " \
	"WHERE incident = ? AND moment = ? ORDER BY dimension, class, rank")) \
/* roll-up */ \
X(ROLL_MINUTE_QUEUE, STATEMENTS_ROLL("step_queue", STATEMENTS_QUEUE_STEP, "instance, queue", \
	"begin_s, instance, queue", "tick_step_queue", "")) \
X(ROLL_MINUTE_FLOW, STATEMENTS_ROLL("step_flow", STATEMENTS_FLOW_STEP, "instance", \
	"begin_s, instance", "tick_step_flow", "")) \
X(ROLL_MINUTE_SPOOL, STATEMENTS_ROLL("step_spool", STATEMENTS_SPOOL_STEP, "spool", \
	"begin_s, spool", "tick_step_spool", "")) \
X(ROLL_HOUR_SPOOL, STATEMENTS_ROLL("step_spool", STATEMENTS_SPOOL_STEP, "spool", \
	"begin_s, spool", "step_spool", "step_s = 60 AND ")) \
X(ROLL_HOUR_QUEUE, STATEMENTS_ROLL("step_queue", STATEMENTS_QUEUE_STEP, "instance, queue", \
	"begin_s, instance, queue", "step_queue", "step_s = 60 AND ")) \
X(ROLL_HOUR_FLOW, STATEMENTS_ROLL("step_flow", STATEMENTS_FLOW_STEP, "instance", \
	"begin_s, instance", "step_flow", "step_s = 60 AND ")) \
X(FIRST_TICK, "SELECT min(time_s) FROM tick_flow WHERE time_s >= ?") \
X(FIRST_MINUTE, "SELECT min(time_s) FROM step_flow WHERE step_s = 60 AND time_s >= ?") \
X(DROP_TICK_QUEUE, STATEMENTS_DROP("tick_queue", "")) \
X(DROP_TICK_FLOW, STATEMENTS_DROP("tick_flow", "")) \
X(DROP_TICK_SPOOL, STATEMENTS_DROP("tick_spool", "")) \
X(DROP_MINUTE_SPOOL, STATEMENTS_DROP("step_spool", "step_s = 60 AND ")) \
X(DROP_HOUR_SPOOL, STATEMENTS_DROP("step_spool", "step_s = 3600 AND ")) \
X(DROP_MINUTE_QUEUE, STATEMENTS_DROP("step_queue", "step_s = 60 AND ")) \
X(DROP_MINUTE_FLOW, STATEMENTS_DROP("step_flow", "step_s = 60 AND ")) \
X(DROP_HOUR_QUEUE, STATEMENTS_DROP("step_queue", "step_s = 3600 AND ")) \
/* The oldest have the lowest ids; one that waits for its outcome is never dropped. */ \
X(DROP_TARGET, "DELETE FROM target WHERE id IN (SELECT id FROM (SELECT id, time_s, outcome " \
	"FROM target ORDER BY id LIMIT ?2) WHERE time_s < ?1 AND " \
	"outcome NOT IN ('planned', 'ordered'))") \
X(DROP_HOUR_FLOW, STATEMENTS_DROP("step_flow", "step_s = 3600 AND ")) \
/* history */ \
X(HISTORY_LIST, STATEMENTS_HISTORY) \
X(SPOOL_HISTORY_LIST, STATEMENTS_SPOOL_HISTORY) \
X(HISTORY_QUEUES, "SELECT queue, CAST(round(messages) AS INTEGER) FROM step_queue " \
	"WHERE step_s = ?1 AND time_s = ?2 AND instance = ?3") \
X(HISTORY_QUEUES_RAW, "SELECT queue, CAST(round(avg(messages)) AS INTEGER) FROM tick_queue " \
	"WHERE time_s >= ?2 AND time_s < ?2 + ?1 AND instance = ?3 GROUP BY queue") \
/* what was said, step by step */ \
X(STEP_TICKS, "SELECT f.time_s, i.name, " COLUMN_NAMES(COLUMNS_TICK_FLOW) ", f.instance " \
	"FROM tick_flow AS f JOIN instance AS i ON i.id = f.instance " \
	"WHERE f.time_s >= ?1 AND f.time_s < ?2 ORDER BY f.time_s, f.instance") \
X(STEP_STEPS, "SELECT f.time_s, i.name, " COLUMN_NAMES(COLUMNS_STEP_FLOW) ", f.instance " \
	"FROM step_flow AS f JOIN instance AS i ON i.id = f.instance " \
	"WHERE f.time_s >= ?1 AND f.time_s < ?2 AND f.step_s = ?3 ORDER BY f.time_s, f.instance") \
X(STEP_QUEUES, "SELECT queue, CAST(round(messages) AS INTEGER), " \
	"CAST(round(bounces) AS INTEGER), CAST(round(dsn) AS INTEGER), " \
	"CAST(round(bytes) AS INTEGER), oldest_age_s FROM step_queue " \
	"WHERE time_s = ?1 AND instance = ?2 AND step_s = ?3") \
X(FIRST_STEP, "SELECT min(time_s) FROM step_flow WHERE time_s >= ?1 AND step_s = ?2") \
/* incidents */ \
X(INCIDENT_ADD, STATEMENTS_INSERT("incident", COLUMNS_INCIDENT)) \
X(INCIDENT_UPDATE, STATEMENTS_UPDATE("incident", COLUMNS_INCIDENT, "id")) \
X(INCIDENT_GET, STATEMENTS_SELECT(COLUMNS_INCIDENT, "FROM incident WHERE id = ?")) \
X(INCIDENT_LIST, STATEMENTS_SELECT(COLUMNS_INCIDENT, "FROM incident ORDER BY id DESC LIMIT ?")) \
X(INCIDENT_LIST_OPEN, STATEMENTS_SELECT(COLUMNS_INCIDENT, \
	"FROM incident WHERE state <> 'closed' ORDER BY id DESC LIMIT ?")) \
X(INCIDENT_LIST_BESIDE, STATEMENTS_SELECT(COLUMNS_INCIDENT, "FROM incident " \
	"WHERE instance = ?1 AND id <> ?2 AND (?4 = 0 OR began_s <= ?4) " \
	"AND (state <> 'closed' OR closed_s >= ?3) ORDER BY id LIMIT ?5")) \
X(INCIDENT_LIST_PAST, STATEMENTS_SELECT(COLUMNS_INCIDENT, "FROM incident WHERE id IN (" \
	"SELECT max(id) FROM incident GROUP BY rule, instance) AND state = 'closed'")) \
/* what operators did */ \
X(PLANNED_SAVE, "INSERT OR REPLACE INTO planned(" COLUMN_NAMES(COLUMNS_PLANNED) ") VALUES(" \
	COLUMN_MARKS(COLUMNS_PLANNED) ")") \
X(PLANNED_LIST, STATEMENTS_SELECT(COLUMNS_PLANNED, \
	"FROM planned WHERE until_s > ? ORDER BY instance")) \
X(AUDIT_ADD, STATEMENTS_INSERT("audit", COLUMNS_AUDIT)) \
X(AUDIT_LIST, STATEMENTS_SELECT(COLUMNS_AUDIT, "FROM audit ORDER BY id DESC LIMIT ?")) \
X(AUDIT_LIST_OF, STATEMENTS_SELECT(COLUMNS_AUDIT, \
	"FROM audit WHERE incident = ?2 ORDER BY id DESC LIMIT ?1")) \
/* actions */ \
X(ACTION_ADD, STATEMENTS_INSERT("action", COLUMNS_ACTION)) \
X(ACTION_UPDATE, STATEMENTS_UPDATE("action", COLUMNS_ACTION, "id")) \
X(ACTION_GET, STATEMENTS_SELECT(COLUMNS_ACTION, "FROM action WHERE id = ?")) \
X(ACTION_COUNT_ENDED, "SELECT count(*) FROM action WHERE incident = ? " \
	"AND state IN ('done', 'failed', 'capped')") \
X(ACTION_LIST, STATEMENTS_SELECT(COLUMNS_ACTION, "FROM action ORDER BY id DESC LIMIT ?")) \
X(ACTION_LIST_OF, STATEMENTS_SELECT(COLUMNS_ACTION, \
	"FROM action WHERE incident = ?2 ORDER BY id DESC LIMIT ?1")) \
X(ACTION_LIST_UNFINISHED, STATEMENTS_SELECT(COLUMNS_ACTION, \
	"FROM action WHERE " STATEMENTS_UNFINISHED " ORDER BY id DESC LIMIT ?")) \
X(ACTION_LIST_UNFINISHED_OF, STATEMENTS_SELECT(COLUMNS_ACTION, \
	"FROM action WHERE " STATEMENTS_UNFINISHED " AND incident = ?2 ORDER BY id DESC LIMIT ?1")) \
/* changes of settings */ \
X(CHANGE_SAVE, "INSERT OR REPLACE INTO change(" COLUMN_NAMES(COLUMNS_CHANGE) ") VALUES(" \
	COLUMN_MARKS(COLUMNS_CHANGE) ")") \
X(CHANGE_GET, STATEMENTS_SELECT(COLUMNS_CHANGE, "FROM change WHERE action = ?")) \
X(CHANGE_FIND, STATEMENTS_SELECT(COLUMNS_CHANGE, "FROM change WHERE instance = ?1 " \
	"AND remedy = ?2 AND setting = ?3 AND state IN ('ordered', 'changed', 'undoing') " \
	"AND action <> ?4 ORDER BY action DESC LIMIT 1")) \
X(CHANGE_LIST_DUE, STATEMENTS_SELECT(COLUMNS_ACTION, "FROM action WHERE id IN (" \
	"SELECT c.action FROM change AS c JOIN action AS a ON a.id = c.action " \
	"JOIN incident AS i ON i.id = a.incident WHERE c.state IN ('ordered', 'changed') " \
	"AND a.state IN ('done', 'failed') " \
	"AND ((a.revert = 'when_clear' AND i.state = 'closed') " \
	"OR (a.revert_after_s > 0 AND c.time_s + a.revert_after_s <= ?1)))")) \
X(REMEDY_SAVE, "INSERT OR REPLACE INTO remedy(" COLUMN_NAMES(COLUMNS_REMEDY) ") VALUES(" \
	COLUMN_MARKS(COLUMNS_REMEDY) ")") \
X(REMEDY_GET, STATEMENTS_SELECT(COLUMNS_REMEDY, "FROM remedy WHERE name = ?")) \
X(RELOAD_ADD, "INSERT INTO reload(time_s, instance) VALUES(?, ?)") \
X(RELOAD_COUNT, "SELECT count(*) FROM reload WHERE instance = ?1 AND time_s > ?2") \
X(RELOAD_DROP, "DELETE FROM reload WHERE time_s < ?") \
/* targets */ \
X(TARGET_SAVE, STATEMENTS_INSERT("target", COLUMNS_TARGET_COPY) \
	" ON CONFLICT(action, queue_id, inode, [order]) DO UPDATE SET queue = excluded.queue, " \
	"class = excluded.class, ctime_ns = excluded.ctime_ns, arrival_s = excluded.arrival_s, " \
	"size_bytes = excluded.size_bytes, sender = excluded.sender, " \
	"recipient = excluded.recipient, outcome = excluded.outcome, time_s = excluded.time_s, " \
	"copy = coalesce(excluded.copy, copy)") \
X(TARGET_SET_OUTCOME, "UPDATE target SET outcome = ?3, time_s = ?4 " \
	"WHERE [order] = ?1 AND queue_id = ?2") \
X(TARGET_LIST, STATEMENTS_SELECT(COLUMNS_TARGET, ", CASE WHEN ?1 THEN copy END " \
	"FROM target WHERE action = ?2 AND (?3 = 0 OR [order] = ?3) " \
	"AND (?4 IS NULL OR outcome = ?4) ORDER BY time_s, id LIMIT ?5")) \
X(TARGET_LIST_PENDING, STATEMENTS_SELECT(COLUMNS_TARGET, ", NULL FROM target AS t " \
	"WHERE action = ?1 AND outcome = 'done' AND NOT EXISTS (SELECT 1 FROM target AS b " \
	"WHERE b.action = ?2 AND b.queue_id = t.queue_id AND b.inode = t.inode " \
	"AND b.outcome IN ('ordered', 'done', 'gone')) " \
	"ORDER BY time_s, id LIMIT ?3")) \
X(TARGET_HAS_LEFT, "SELECT EXISTS(SELECT 1 FROM target AS t " \
	"WHERE t.action = ?1 AND t.outcome = 'done' AND NOT EXISTS (SELECT 1 FROM target AS b " \
	"WHERE b.queue_id = t.queue_id AND b.inode = t.inode AND b.action > ?1 " \
	"AND b.outcome IN ('done', 'gone')))") \
X(TARGET_COUNT_DONE, "SELECT count(*) FROM target AS t JOIN action AS a ON a.id = t.action " \
	"WHERE t.outcome = 'done' AND t.time_s BETWEEN ?2 AND ?3 AND a.remedy = ?1") \
X(TARGET_COUNT_TAKEN, "SELECT count(*) FROM target AS t JOIN action AS a ON a.id = t.action " \
	"WHERE t.outcome = 'done' AND t.time_s > ?2 AND a.incident = ?1 AND t.queue <> 'hold' " \
	"AND (?3 IS NULL OR t.class = ?3) AND (?4 IS NULL OR t.queue = ?4)") \
/* counters */ \
X(COUNTER_NEXT, "UPDATE counter SET value = value + 1 WHERE name = ? RETURNING value") \
X(COUNTER_GET, "SELECT value FROM counter WHERE name = ?") \
X(COUNTER_SET, "UPDATE counter SET value = ?2 WHERE name = ?1") \
/* notices */ \
X(NOTICE_ADD, STATEMENTS_INSERT("notice", COLUMNS_NOTICE_BODY)) \
X(NOTICE_UPDATE, "UPDATE notice SET (" COLUMN_NAMES(COLUMNS_NOTICE_RESULT) ") = (" \
	COLUMN_MARKS(COLUMNS_NOTICE_RESULT) ") WHERE id = ?8") \
X(NOTICE_LIST_DUE, STATEMENTS_SELECT(COLUMNS_NOTICE_BODY, \
	"FROM notice WHERE state = 'waiting' AND (next_try_s <= ?1 OR next_try_s > ?1 + ?2) " \
	"AND NOT EXISTS (" \
	"SELECT 1 FROM notice AS earlier WHERE earlier.incident = notice.incident AND " \
	"earlier.recipient = notice.recipient AND earlier.state = 'waiting' AND " \
	"earlier.id < notice.id) AND NOT EXISTS (SELECT 1 FROM incident " \
	"WHERE incident.id = notice.incident AND incident.snoozed_until_s > ?1) " \
	"ORDER BY about = 'incident', id LIMIT ?3")) \
X(NOTICE_LIST_FOLDABLE, STATEMENTS_SELECT(COLUMNS_NOTICE, ", NULL FROM notice " \
	"WHERE state = 'waiting' AND about = 'incident' AND recipient = ?1 " \
	"AND NOT EXISTS (SELECT 1 FROM incident " \
	"WHERE incident.id = notice.incident AND incident.snoozed_until_s > ?2) " \
	"ORDER BY id LIMIT ?3")) \
X(NOTICE_FOLD, "UPDATE notice SET state = 'folded', done_s = ?2 " \
	"WHERE id = ?1 AND state = 'waiting'") \
X(NOTICE_COUNT_SENT, "SELECT count(*) FROM notice WHERE recipient = ?1 AND state = 'sent' " \
	"AND done_s > ?2 AND done_s <= ?3 AND about IN ('incident', 'digest')") \
X(NOTICE_COUNT_TOLD, "SELECT count(*) FROM notice WHERE incident = ?1 AND created_s = ?2 " \
	"AND state IN ('sent', 'folded') AND recipient <> '" NOTICE_PROGRAM "'") \
X(NOTICE_COUNT_WAITING_OF, "SELECT count(*) FROM notice " \
	"WHERE incident = ?1 AND recipient = ?2 AND state = 'waiting'") \
X(NOTICE_LIST, STATEMENTS_SELECT(COLUMNS_NOTICE, ", NULL FROM notice ORDER BY id DESC LIMIT ?")) \
X(NOTICE_LIST_OF, STATEMENTS_SELECT(COLUMNS_NOTICE, \
	", NULL FROM notice WHERE incident = ?2 ORDER BY id DESC LIMIT ?1")) \
X(NOTICE_OLDEST_TRIED, "SELECT coalesce(min(created_s), 0) FROM notice " \
	"WHERE state = 'waiting' AND attempts > 0") \
X(NOTICE_COUNT, "SELECT count(*) FROM notice WHERE state = 'waiting' " \
	"AND (attempts > 0 OR recipient <> '" NOTICE_PROGRAM "')") \
X(NOTICE_COUNT_REFUSED, "SELECT count(*) FROM notice WHERE state = 'refused' " \
	"AND about <> 'test'") \
/* the daemon */ \
X(ROLE_SAVE, "INSERT OR REPLACE INTO role(" COLUMN_NAMES(COLUMNS_ROLE) ") VALUES(" \
	COLUMN_MARKS(COLUMNS_ROLE) ")") \
X(ROLE_LIST, STATEMENTS_SELECT(COLUMNS_ROLE, "FROM role")) \
X(DAEMON_SAVE, "INSERT OR REPLACE INTO daemon(id, " COLUMN_NAMES(COLUMNS_DAEMON) \
	") VALUES(1, " COLUMN_MARKS(COLUMNS_DAEMON) ")") \
X(DAEMON_GET, STATEMENTS_SELECT(COLUMNS_DAEMON, "FROM daemon"))
/* clang-format on */

#endif

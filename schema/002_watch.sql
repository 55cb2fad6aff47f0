-- SPDX-License-Identifier: ISC
--
-- 002_watch.sql - the delay of good mail, the watcher's health, and who the mail is from and about.
--
-- A tick's delays are quantiles of its own: those of a longer step cannot be made of them. What a
-- step keeps instead: as p50 the mean of the ticks' p50 (of what left weighted by its messages, of
-- what waits by ticks), as p95 the worst tick's p95.

ALTER TABLE tick_flow ADD COLUMN left_normal INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tick_flow ADD COLUMN left_p50_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tick_flow ADD COLUMN left_p95_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tick_flow ADD COLUMN waiting_p50_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tick_flow ADD COLUMN waiting_p95_s INTEGER NOT NULL DEFAULT 0;
-- the watcher's health: how many events the kernel queues, and whether it gives any
ALTER TABLE tick_flow ADD COLUMN event_limit INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tick_flow ADD COLUMN polled INTEGER NOT NULL DEFAULT 0;

ALTER TABLE step_flow ADD COLUMN left_normal INTEGER NOT NULL DEFAULT 0; -- sum
ALTER TABLE step_flow ADD COLUMN left_p50_s REAL NOT NULL DEFAULT 0;
ALTER TABLE step_flow ADD COLUMN left_p95_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE step_flow ADD COLUMN waiting_p50_s REAL NOT NULL DEFAULT 0;
ALTER TABLE step_flow ADD COLUMN waiting_p95_s INTEGER NOT NULL DEFAULT 0;

DROP VIEW tick_step_flow;
CREATE VIEW tick_step_flow AS
SELECT 1 AS step_s, f.time_s, f.instance, 1 AS ticks,
	(SELECT CAST(total(q.bounces) AS INTEGER) FROM tick_queue AS q
	 WHERE q.time_s = f.time_s AND q.instance = f.instance
	 AND q.queue IN ('maildrop', 'incoming', 'active', 'deferred')) AS bounces,
	(SELECT CAST(total(q.bounces) AS INTEGER) FROM tick_queue AS q
	 WHERE q.time_s = f.time_s AND q.instance = f.instance
	 AND q.queue IN ('maildrop', 'incoming', 'active', 'deferred')) AS bounces_max,
	(SELECT coalesce(max(q.oldest_age_s), 0) FROM tick_queue AS q
	 WHERE q.time_s = f.time_s AND q.instance = f.instance
	 AND q.queue IN ('incoming', 'active')) AS oldest_age_s,
	f.arrivals, f.deliveries, f.deferrals, f.bounces_made, f.bounced, f.removed,
	f.left_normal, f.left_p50_s, f.left_p95_s, f.waiting_p50_s, f.waiting_p95_s
FROM tick_flow AS f;

-- The first ranks of each dimension as watch said them last, the whole of an instance at once.
CREATE TABLE top(
	instance INTEGER NOT NULL REFERENCES instance(id),
	dimension TEXT NOT NULL,
	class TEXT NOT NULL,
	rank INTEGER NOT NULL,
	key TEXT NOT NULL,
	count INTEGER NOT NULL,
	error INTEGER NOT NULL, -- count is at most so much too high
	total INTEGER NOT NULL,
	example TEXT NOT NULL,
	time_s INTEGER NOT NULL,
	PRIMARY KEY(instance, dimension, class, rank)
) STRICT, WITHOUT ROWID;

-- The same as it was at a moment of an incident, to be read when the incident is long over.
CREATE TABLE incident_top(
	incident INTEGER NOT NULL REFERENCES incident(id),
	moment TEXT NOT NULL, -- 'opening', 'peak'
	dimension TEXT NOT NULL,
	class TEXT NOT NULL,
	rank INTEGER NOT NULL,
	key TEXT NOT NULL,
	count INTEGER NOT NULL,
	error INTEGER NOT NULL,
	total INTEGER NOT NULL,
	example TEXT NOT NULL,
	time_s INTEGER NOT NULL,
	PRIMARY KEY(incident, moment, dimension, class, rank)
) STRICT, WITHOUT ROWID;

-- Directories outside Postfix where mail waits, by their names in the settings; ticks of a spool
-- and their roll-ups as those of queues.
CREATE TABLE spool(
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	path TEXT NOT NULL DEFAULT '',
	watched INTEGER NOT NULL DEFAULT 0,
	last_tick_s INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE tick_spool(
	time_s INTEGER NOT NULL,
	spool INTEGER NOT NULL REFERENCES spool(id),
	present INTEGER NOT NULL,
	polled INTEGER NOT NULL,
	messages INTEGER NOT NULL,
	bytes INTEGER NOT NULL,
	oldest_age_s INTEGER NOT NULL,
	PRIMARY KEY(time_s, spool)
) STRICT, WITHOUT ROWID;

CREATE TABLE step_spool(
	step_s INTEGER NOT NULL,
	time_s INTEGER NOT NULL,
	spool INTEGER NOT NULL REFERENCES spool(id),
	ticks INTEGER NOT NULL,
	messages REAL NOT NULL,
	messages_max INTEGER NOT NULL,
	bytes REAL NOT NULL,
	oldest_age_s INTEGER NOT NULL, -- maximum
	PRIMARY KEY(step_s, time_s, spool)
) STRICT, WITHOUT ROWID;

CREATE VIEW tick_step_spool AS
SELECT 1 AS step_s, time_s, spool, 1 AS ticks, messages, messages AS messages_max, bytes,
	oldest_age_s
FROM tick_spool;

-- SPDX-License-Identifier: ISC
--
-- 006_detect.sql - what is learned of, beside the counts that were there: who sends, each sender
-- counted once in five seconds; first attempts and how many of them were deferred; how much the
-- busiest sends. A step keeps the sums, of the busiest the maximum. And what was learned: its state is
-- the learner's own, all series of an instance of one time.

ALTER TABLE tick_flow ADD COLUMN senders INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tick_flow ADD COLUMN first_attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tick_flow ADD COLUMN first_deferred INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tick_flow ADD COLUMN busiest_sender INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tick_flow ADD COLUMN busiest_network INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tick_flow ADD COLUMN busiest_shape INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tick_flow ADD COLUMN busiest_domain INTEGER NOT NULL DEFAULT 0;

ALTER TABLE step_flow ADD COLUMN senders INTEGER NOT NULL DEFAULT 0;
ALTER TABLE step_flow ADD COLUMN first_attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE step_flow ADD COLUMN first_deferred INTEGER NOT NULL DEFAULT 0;
ALTER TABLE step_flow ADD COLUMN busiest_sender INTEGER NOT NULL DEFAULT 0;
ALTER TABLE step_flow ADD COLUMN busiest_network INTEGER NOT NULL DEFAULT 0;
ALTER TABLE step_flow ADD COLUMN busiest_shape INTEGER NOT NULL DEFAULT 0;
ALTER TABLE step_flow ADD COLUMN busiest_domain INTEGER NOT NULL DEFAULT 0;

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
	f.left_normal, f.left_p50_s, f.left_p95_s, f.waiting_p50_s, f.waiting_p95_s,
	f.senders, f.first_attempts, f.first_deferred, f.busiest_sender, f.busiest_network,
	f.busiest_shape, f.busiest_domain
FROM tick_flow AS f;

-- What may fill up, and how much of it is left.
ALTER TABLE tick_flow ADD COLUMN active_limit INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tick_flow ADD COLUMN disk_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tick_flow ADD COLUMN disk_free_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tick_flow ADD COLUMN inodes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tick_flow ADD COLUMN inodes_free INTEGER NOT NULL DEFAULT 0;

CREATE TABLE learned(
	instance TEXT NOT NULL,
	series TEXT NOT NULL,
	time_s INTEGER NOT NULL, -- of the last second that it knows
	state BLOB NOT NULL,
	PRIMARY KEY(instance, series)
) STRICT;

-- How far learning has come; needed_s 0: not begun.
ALTER TABLE instance ADD COLUMN learned_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE instance ADD COLUMN needed_s INTEGER NOT NULL DEFAULT 0;

-- SPDX-License-Identifier: ISC
--
-- 001_initial.sql - the first schema. Names of queues, classes and states are stored as words
-- (proto/names.h), times as seconds since 1970. Time comes first in the keys of ticks and steps:
-- a tick is then written at the end of the tree and dropped from its beginning.

CREATE TABLE instance(
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	config_directory TEXT NOT NULL DEFAULT '',
	queue_directory TEXT NOT NULL DEFAULT '',
	mail_owner TEXT NOT NULL DEFAULT '',
	watched INTEGER NOT NULL DEFAULT 0,
	last_tick_s INTEGER NOT NULL DEFAULT 0 -- the one written last, whatever the clock did
) STRICT;

-- Raw: what watch said in one tick.
CREATE TABLE tick_queue(
	time_s INTEGER NOT NULL,
	instance INTEGER NOT NULL REFERENCES instance(id),
	queue TEXT NOT NULL,
	messages INTEGER NOT NULL,
	normal INTEGER NOT NULL,
	bounces INTEGER NOT NULL,
	dsn INTEGER NOT NULL,
	notices INTEGER NOT NULL,
	unread INTEGER NOT NULL,
	bytes INTEGER NOT NULL,
	oldest_age_s INTEGER NOT NULL,
	PRIMARY KEY(time_s, instance, queue)
) STRICT, WITHOUT ROWID;

CREATE TABLE tick_flow(
	time_s INTEGER NOT NULL,
	instance INTEGER NOT NULL REFERENCES instance(id),
	arrivals INTEGER NOT NULL,
	deliveries INTEGER NOT NULL,
	deferrals INTEGER NOT NULL,
	bounces_made INTEGER NOT NULL,
	bounced INTEGER NOT NULL,
	removed INTEGER NOT NULL,
	present INTEGER NOT NULL,
	last_full_reconcile_s INTEGER NOT NULL,
	drift INTEGER NOT NULL,
	overflows INTEGER NOT NULL,
	watches INTEGER NOT NULL,
	PRIMARY KEY(time_s, instance)
) STRICT, WITHOUT ROWID;

-- Roll-ups: step_s is 60 or 3600, time_s the step's begin. Stocks are means over `ticks`, maxima
-- are kept apart, flows are sums.
CREATE TABLE step_queue(
	step_s INTEGER NOT NULL,
	time_s INTEGER NOT NULL,
	instance INTEGER NOT NULL REFERENCES instance(id),
	queue TEXT NOT NULL,
	ticks INTEGER NOT NULL,
	messages REAL NOT NULL,
	messages_max INTEGER NOT NULL,
	bounces REAL NOT NULL,
	bounces_max INTEGER NOT NULL,
	dsn REAL NOT NULL,
	bytes REAL NOT NULL,
	oldest_age_s INTEGER NOT NULL, -- maximum
	PRIMARY KEY(step_s, time_s, instance, queue)
) STRICT, WITHOUT ROWID;

CREATE TABLE step_flow(
	step_s INTEGER NOT NULL,
	time_s INTEGER NOT NULL,
	instance INTEGER NOT NULL REFERENCES instance(id),
	ticks INTEGER NOT NULL,
	bounces REAL NOT NULL, -- waiting, over all queues where a message waits and is not held
	bounces_max INTEGER NOT NULL,
	oldest_age_s INTEGER NOT NULL, -- maximum over incoming and active
	arrivals INTEGER NOT NULL,
	deliveries INTEGER NOT NULL,
	deferrals INTEGER NOT NULL,
	bounces_made INTEGER NOT NULL,
	bounced INTEGER NOT NULL,
	removed INTEGER NOT NULL,
	PRIMARY KEY(step_s, time_s, instance)
) STRICT, WITHOUT ROWID;

-- Raw ticks seen as steps of one second.
CREATE VIEW tick_step_queue AS
SELECT 1 AS step_s, time_s, instance, queue, 1 AS ticks, messages, messages AS messages_max,
	bounces, bounces AS bounces_max, dsn, bytes, oldest_age_s
FROM tick_queue;

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
	f.arrivals, f.deliveries, f.deferrals, f.bounces_made, f.bounced, f.removed
FROM tick_flow AS f;

CREATE TABLE incident(
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	rule TEXT NOT NULL,
	instance TEXT NOT NULL,
	signal TEXT NOT NULL,
	state TEXT NOT NULL,
	began_s INTEGER NOT NULL,
	opened_s INTEGER NOT NULL,
	clearing_s INTEGER NOT NULL,
	closed_s INTEGER NOT NULL,
	level INTEGER NOT NULL,
	value INTEGER NOT NULL,
	peak INTEGER NOT NULL,
	peak_s INTEGER NOT NULL,
	text TEXT NOT NULL,
	example TEXT NOT NULL
) STRICT;
CREATE INDEX incident_unclosed ON incident(id) WHERE state <> 'closed';

CREATE TABLE action(
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	incident INTEGER REFERENCES incident(id), -- NULL: an operator asked for it
	remedy TEXT NOT NULL,
	instance TEXT NOT NULL,
	state TEXT NOT NULL,
	requested_by TEXT NOT NULL,
	undo_of INTEGER REFERENCES action(id),
	created_s INTEGER NOT NULL,
	due_s INTEGER NOT NULL,
	updated_s INTEGER NOT NULL,
	matching INTEGER NOT NULL,
	selected INTEGER NOT NULL,
	done INTEGER NOT NULL,
	gone INTEGER NOT NULL,
	changed INTEGER NOT NULL,
	failed INTEGER NOT NULL,
	text TEXT NOT NULL
) STRICT;
CREATE INDEX action_incident ON action(incident);
CREATE INDEX action_undo_of ON action(undo_of) WHERE undo_of IS NOT NULL;
CREATE INDEX action_unfinished ON action(id) WHERE state IN ('waiting', 'running');

-- The messages of actions. `order` 0: never ordered.
CREATE TABLE target(
	id INTEGER PRIMARY KEY,
	action INTEGER NOT NULL REFERENCES action(id),
	[order] INTEGER NOT NULL,
	queue_id TEXT NOT NULL,
	queue TEXT NOT NULL,
	class TEXT NOT NULL,
	inode INTEGER NOT NULL,
	ctime_ns INTEGER NOT NULL,
	arrival_s INTEGER NOT NULL,
	size_bytes INTEGER NOT NULL,
	sender TEXT NOT NULL,
	recipient TEXT NOT NULL,
	outcome TEXT NOT NULL,
	time_s INTEGER NOT NULL,
	copy TEXT, -- envelope and headers, for what is not there any more afterwards
	UNIQUE(action, queue_id, inode, [order])
) STRICT;
CREATE INDEX target_order ON target([order], queue_id);
CREATE INDEX target_done ON target(time_s) WHERE outcome = 'done';

CREATE TABLE notice(
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	incident INTEGER REFERENCES incident(id),
	state TEXT NOT NULL,
	created_s INTEGER NOT NULL,
	next_try_s INTEGER NOT NULL,
	done_s INTEGER NOT NULL,
	attempts INTEGER NOT NULL,
	recipient TEXT NOT NULL,
	subject TEXT NOT NULL,
	message_id TEXT NOT NULL,
	in_reply_to TEXT NOT NULL,
	reply TEXT NOT NULL,
	body TEXT NOT NULL
) STRICT;
CREATE INDEX notice_waiting ON notice(id) WHERE state = 'waiting';
CREATE INDEX notice_refused ON notice(id) WHERE state = 'refused';
CREATE INDEX notice_incident ON notice(incident);

CREATE TABLE role(
	role TEXT PRIMARY KEY,
	running INTEGER NOT NULL,
	pid INTEGER NOT NULL,
	since_s INTEGER NOT NULL,
	restarts INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE daemon(
	id INTEGER PRIMARY KEY CHECK(id = 1),
	mode TEXT NOT NULL,
	paused INTEGER NOT NULL,
	started_s INTEGER NOT NULL,
	version TEXT NOT NULL
) STRICT;

-- 'order': the last order number given; 'rolled_60', 'rolled_3600': up to where steps are rolled up.
CREATE TABLE counter(
	name TEXT PRIMARY KEY,
	value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counter(name, value) VALUES('order', 0), ('rolled_60', 0), ('rolled_3600', 0);

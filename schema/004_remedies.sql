-- SPDX-License-Identifier: ISC
--
-- 004_remedies.sql - remedies that change a setting, with their journal, and steps that ask first.
-- `setting` and `value` are empty of a remedy on messages; `selection` is JSON, which messages an
-- operator meant.

ALTER TABLE action ADD COLUMN setting TEXT NOT NULL DEFAULT '';
ALTER TABLE action ADD COLUMN value TEXT NOT NULL DEFAULT '';
ALTER TABLE action ADD COLUMN revert TEXT NOT NULL DEFAULT 'by_hand';
ALTER TABLE action ADD COLUMN revert_after_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE action ADD COLUMN selection TEXT NOT NULL DEFAULT '';
ALTER TABLE action ADD COLUMN mode TEXT NOT NULL DEFAULT 'act';
ALTER TABLE action ADD COLUMN confirmed_by TEXT NOT NULL DEFAULT '';
DROP INDEX action_unfinished;
CREATE INDEX action_unfinished ON action(id) WHERE state IN ('waiting', 'asking', 'running');

-- A row is committed before the change is ordered.
CREATE TABLE change(
	action INTEGER PRIMARY KEY REFERENCES action(id),
	remedy TEXT NOT NULL,
	instance TEXT NOT NULL,
	setting TEXT NOT NULL,
	was_set INTEGER NOT NULL, -- 0: old_value is the default that held
	old_value TEXT NOT NULL,
	value TEXT NOT NULL,
	state TEXT NOT NULL,
	time_s INTEGER NOT NULL
) STRICT;
CREATE INDEX change_in_force ON change(instance, remedy, setting)
	WHERE state IN ('ordered', 'changed', 'undoing');

-- What a remedy lacks, by the last look; empty: nothing.
CREATE TABLE remedy(
	name TEXT PRIMARY KEY,
	lacks TEXT NOT NULL,
	time_s INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Times at which a program was ordered to read its settings anew: the budget goes by them.
CREATE TABLE reload(
	time_s INTEGER NOT NULL,
	instance TEXT NOT NULL
) STRICT;
CREATE INDEX reload_time ON reload(time_s);

-- What later actions did to a message: is there anything left to be taken back?
CREATE INDEX target_message ON target(queue_id, inode);

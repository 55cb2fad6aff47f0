-- SPDX-License-Identifier: ISC
--
-- 003_incidents.sql - an incident that comes back soon is the same one; what operators say and do.

ALTER TABLE incident ADD COLUMN reopened INTEGER NOT NULL DEFAULT 0; -- how often
ALTER TABLE incident ADD COLUMN reopened_s INTEGER NOT NULL DEFAULT 0; -- the last time
CREATE INDEX incident_of_rule ON incident(rule, instance, id);

-- What operators said about one. `muted`: closed by hand, and its signal has not been calm since.
ALTER TABLE incident ADD COLUMN acked_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE incident ADD COLUMN acked_by TEXT NOT NULL DEFAULT '';
ALTER TABLE incident ADD COLUMN snoozed_until_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE incident ADD COLUMN closed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE incident ADD COLUMN muted INTEGER NOT NULL DEFAULT 0;

-- Who did what, and when: each command that changes anything.
CREATE TABLE audit(
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	time_s INTEGER NOT NULL,
	uid INTEGER NOT NULL,
	verb TEXT NOT NULL,
	incident INTEGER REFERENCES incident(id),
	action INTEGER REFERENCES action(id),
	text TEXT NOT NULL
) STRICT;
CREATE INDEX audit_incident ON audit(incident) WHERE incident IS NOT NULL;

-- Much mail that an operator has announced.
CREATE TABLE planned(
	instance TEXT PRIMARY KEY,
	since_s INTEGER NOT NULL,
	until_s INTEGER NOT NULL,
	uid INTEGER NOT NULL,
	text TEXT NOT NULL
) STRICT, WITHOUT ROWID;

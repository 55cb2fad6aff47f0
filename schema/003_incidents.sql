-- SPDX-License-Identifier: ISC
--
-- 003_incidents.sql - an incident that comes back soon is the same one.

ALTER TABLE incident ADD COLUMN reopened INTEGER NOT NULL DEFAULT 0; -- how often
ALTER TABLE incident ADD COLUMN reopened_s INTEGER NOT NULL DEFAULT 0; -- the last time
CREATE INDEX incident_of_rule ON incident(rule, instance, id);

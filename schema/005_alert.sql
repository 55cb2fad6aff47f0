-- SPDX-License-Identifier: ISC
--
-- 005_alert.sql - notices that are about more than an incident, and relays that are tried in order.

-- 'incident', 'test', ...: see names_about
ALTER TABLE notice ADD COLUMN about TEXT NOT NULL DEFAULT 'incident';
ALTER TABLE notice ADD COLUMN relay INTEGER NOT NULL DEFAULT 0; -- index in the settings: the next to try
ALTER TABLE notice ADD COLUMN refused_by INTEGER NOT NULL DEFAULT 0; -- bit set of relays
CREATE INDEX notice_sent ON notice(recipient, done_s) WHERE state = 'sent';

-- What the last mail about an incident said: the next one is for news.
ALTER TABLE incident ADD COLUMN told_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE incident ADD COLUMN told_peak INTEGER NOT NULL DEFAULT 0;
ALTER TABLE incident ADD COLUMN told_ended INTEGER NOT NULL DEFAULT 0; -- actions of it
ALTER TABLE incident ADD COLUMN updates INTEGER NOT NULL DEFAULT 0; -- mails

-- Up to when health reports were written, and when the last heartbeat was.
INSERT INTO counter(name, value) VALUES('reported', 0), ('heartbeat', 0);

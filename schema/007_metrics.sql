-- SPDX-License-Identifier: ISC
--
-- 007_metrics.sql - what flowed since the history was begun: counters for a monitoring, which must
-- not go back when old steps are dropped or the daemon is started anew.

CREATE TABLE flow_total(
	instance INTEGER PRIMARY KEY REFERENCES instance(id),
	arrivals INTEGER NOT NULL,
	deliveries INTEGER NOT NULL,
	deferrals INTEGER NOT NULL,
	bounces_made INTEGER NOT NULL,
	bounced INTEGER NOT NULL,
	removed INTEGER NOT NULL
) STRICT;

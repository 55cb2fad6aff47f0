/* SPDX-License-Identifier: ISC
 *
 * season.c - hour-of-week means.
 */
#include "watchdogd/detect/season.h"

#define HOUR_S 3600
#define DAY_HOURS 24
#define GAIN_LEAST 0.15f /* of a week that is new, once there were several */
#define ALL_GAIN_LEAST 0.01f

void
season_init(struct season *season, double prior_events)
{
	*season = (struct season){.prior = (float)prior_events, .hour = -1, .asked = -1};
}

bool
season_knows(const struct season *season)
{
	return season->hours > 0 || season->weight > 0;
}

static float
find_mean(const struct season *season, int64_t hour)
{
	if (season->seen[hour] > 0)
		return season->mean[hour];
	float sum = 0;
	int days = 0;
	for (int64_t other = hour % DAY_HOURS; other < SEASON_HOURS; other += DAY_HOURS)
		if (season->seen[other] > 0) {
			sum += season->mean[other];
			days++;
		}
	if (days > 0)
		return sum / (float)days;
	if (season->hours > 0)
		return season->all;
	return season->weight > 0 ? season->sum / season->weight : 0;
}

/* Between the middles of two hours lies a straight line. */
double
season_expect(struct season *season, int32_t week_s)
{
	int64_t shifted = ((int64_t)week_s + SEASON_WEEK_S - HOUR_S / 2) % SEASON_WEEK_S;
	int64_t left = shifted / HOUR_S;
	bool guesses = season->hours == 0; /* the first hour changes with each sample */
	if (season->asked != left || guesses) {
		season->asked = left;
		season->left = find_mean(season, left);
		season->right = find_mean(season, (left + 1) % SEASON_HOURS);
	}
	double part = (double)(shifted % HOUR_S) / HOUR_S;
	return (double)season->left * (1 - part) + (double)season->right * part;
}

static void
close_hour(struct season *season)
{
	if (season->hour < 0 || season->weight <= 0)
		return;
	float drawn = season->all > 0 ? season->prior / season->all : 0;
	float mean = (season->sum + drawn * season->all) / (season->weight + drawn);
	uint8_t *seen = &season->seen[season->hour];
	float gain = 1.0f / (float)(*seen + 1);
	if (gain < GAIN_LEAST)
		gain = GAIN_LEAST;
	season->mean[season->hour] += gain * (mean - season->mean[season->hour]);
	if (*seen < UINT8_MAX)
		++*seen;
	season->hours++;
	gain = 1.0f / (float)season->hours;
	if (gain < ALL_GAIN_LEAST)
		gain = ALL_GAIN_LEAST;
	season->all += gain * (mean - season->all);
	season->asked = -1;
}

void
season_learn(struct season *season, int32_t week_s, double value, double exposure)
{
	int64_t hour = week_s / HOUR_S;
	if (hour != season->hour) {
		close_hour(season);
		season->hour = hour;
		season->sum = 0;
		season->weight = 0;
	}
	season->sum += (float)value;
	season->weight += (float)exposure;
}

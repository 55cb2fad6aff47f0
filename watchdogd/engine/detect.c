/* SPDX-License-Identifier: ISC
 *
 * detect.c - the detectors by name.
 */
#include "watchdogd/engine/detect.h"

#include "lib/log.h"

static const struct detector *const detectors[DETECTOR_COUNT] = {
    [DETECTOR_LEVEL] = &detect_level,
    [DETECTOR_STALL] = &detect_stall,
    [DETECTOR_FORECAST] = &detect_forecast,
    [DETECTOR_DESTINATION] = &detect_destination,
    [DETECTOR_OUTAGE] = &detect_outage,
    [DETECTOR_SELF] = &detect_self,
    [DETECTOR_SILENCE] = &detect_silence,
};

const struct detector *
detect_get(enum detector_name name)
{
	if ((unsigned)name >= DETECTOR_COUNT || detectors[name] == NULL)
		panic("detect: no detector %d", (int)name);
	return detectors[name];
}

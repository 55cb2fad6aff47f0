/* SPDX-License-Identifier: ISC
 *
 * unusual.h - a rule's conditions on what was learned: so many times the normal, rarer than once in
 * a time. Engine; pure.
 */
#ifndef WATCHDOGD_ENGINE_UNUSUAL_H
#define WATCHDOGD_ENGINE_UNUSUAL_H

#include "config/settings.h"
#include "watchdogd/engine/baseline.h"

/* Whether they hold. learned NULL: it is not known yet (old times are being learned), and nothing
 * holds. */
bool unusual_is_many(
    const struct settings_rule *rule, const struct baseline_finding *learned, int64_t value);
bool unusual_is_rare(
    const struct settings_rule *rule, const struct baseline_finding *learned, int64_t value);
/* Whether the signal is back at what is normal, as far as the rule asks. */
bool unusual_is_over(
    const struct settings_rule *rule, const struct baseline_finding *learned, int64_t value);
/* What the value had to be above, for either. */
int64_t unusual_level(const struct settings_rule *rule, const struct baseline_finding *learned);
/* What was seen, in words. Returns text. */
char *unusual_describe(const struct settings_rule *rule, const struct baseline_finding *learned,
    int64_t value, char *text, size_t size);

#endif

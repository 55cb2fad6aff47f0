/* SPDX-License-Identifier: ISC
 *
 * setting.h - the second kind of remedy: it changes a setting of the mail system, which can be put
 * back. Each says how its setting is read, written and taken by the running program; the steps and
 * their order are the same for all (setting_run()). Remedy role only, which is root.
 *
 * The engine keeps the journal (what was found, whether it was set at all, what was made of it) and
 * has committed it before it orders a step that changes anything.
 */
#ifndef WATCHDOGD_REMEDIES_SETTING_H
#define WATCHDOGD_REMEDIES_SETTING_H

#include <stdbool.h>

#include "config/settings.h"
#include "lib/guard.h"
#include "proto/message.h"

struct role;

struct setting_value {
	bool set; /* by somebody; else `text` is the default that holds */
	char text[SETTING_VALUE_SIZE];
};

struct setting_remedy;

/* An order that has been checked. */
struct setting_order {
	uint64_t number;
	enum change_step step;
	const struct setting_remedy *remedy;
	const struct message_instance *instance; /* one that the parent told of; borrowed */
	const char *command_directory; /* of Postfix; borrowed */
	const struct settings *settings; /* borrowed */
	const char *setting; /* borrowed, as checked by the remedy */
	struct setting_value value; /* what it is to be, or, of an undo, was made */
	struct setting_value old; /* what it was; not of a plan */
	bool repeat; /* some of it may be done already */
};

/* Functions return 0; -EPERM: not allowed, or something that is needed is absent; another -errno: it
 * failed. Why is then in `problem`. Each may be called again at any point of an earlier call. */
struct setting_remedy {
	const char *name;
	/* A file or directory without which it cannot run here; borrowed. NULL: it needs none. */
	const char *(*needs)(const struct settings *settings);
	/* Whether this setting and these values may be ordered; looks at nothing else. */
	int (*check)(const struct setting_order *order, char problem[REASON_TEXT_SIZE]);
	/* What it is now; of an undo, anything but the old value when some of it is still ours. */
	int (*read)(const struct setting_order *order, struct setting_value *ret_value,
	    char problem[REASON_TEXT_SIZE]);
	/* Makes it this, durably; not set: takes the setting away. */
	int (*write)(const struct setting_order *order, const struct setting_value *value,
	    char problem[REASON_TEXT_SIZE]);
	bool moves_queue; /* its reload is one of Postfix, for which rules have a budget */
	/* Whether the running program must be told. */
	bool (*needs_reload)(const struct setting_order *order);
	/* Tells it, and sees that it still runs. ret_told: false when it does not run, so that it
	 * reads the setting when it is started. */
	int (*reload)(
	    const struct setting_order *order, bool *ret_told, char problem[REASON_TEXT_SIZE]);
};

/* Each in the file of its name; setting.c lists them. */
extern const struct setting_remedy setting_postfix_parameter, setting_bounce_lane,
    setting_install_bounce_lane, setting_rspamd_policy, setting_klms_policy,
    setting_clamav_milter_policy;

/* NULL when there is none of this name. */
const struct setting_remedy *setting_find(const char *name);

/* Makes an order of a frame, if everything in it is allowed; it borrows from both. 0; -EPERM, with
 * the reason in `problem`. */
int setting_check(const struct message_change_order *message, const struct role *role,
    struct setting_order *ret_order, char problem[REASON_TEXT_SIZE]) MUST_CHECK;

/* Carries an order out. A change is made only to what was found at the plan, and put back only if it
 * is still what was made of it; an order that is repeated ends where the first one would have. */
void setting_run(const struct setting_order *order, struct message_change_outcome *ret_outcome);

#endif

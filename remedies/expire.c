/* SPDX-License-Identifier: ISC
 *
 * expire.c - deferred messages that an operator has selected are given up at their next try
 * (postsuper(1), -e; Postfix 3.5 and later): Postfix tells each sender that his mail was not
 * delivered, and drops a bounce without a word. Not where notify_classes has bounce or 2bounce: each
 * bounce that is given up would then make a message for the postmaster, a flood in place of the other.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "remedies/postfix.h"
#include "remedies/postsuper.h"
#include "remedies/remedy.h"

/* Words of a list in main.cf; Postfix takes them in any case of letters. */
static const char *
find_noisy_class(char *classes)
{
	static const char *const noisy[] = {"bounce", "2bounce"};
	const char *word;
	while ((word = strsep(&classes, ", \t\r\n")) != NULL)
		for (size_t i = 0; i < ARRAY_LENGTH(noisy); i++)
			if (strcasecmp(word, noisy[i]) == 0)
				return noisy[i];
	return NULL;
}

static int
check_notices(const struct remedy_order *order, char problem[REASON_TEXT_SIZE])
{
	const struct setting_order asking = {
	    .instance = order->instance,
	    .command_directory = order->command_directory,
	};
	struct setting_value classes;
	int r = postfix_get_expanded(&asking, "notify_classes", &classes, problem);
	if (r < 0)
		return r;
	const char *noisy = find_noisy_class(classes.text);
	if (noisy == NULL)
		return 0;
	snprintf(problem, REASON_TEXT_SIZE,
	    "notify_classes has %s: the postmaster would get a message for each", noisy);
	return -EPERM;
}

static int
apply(const struct remedy_order *order, enum queue_name queue, char problem[REASON_TEXT_SIZE])
{
	int r = check_notices(order, problem);
	return r < 0 ? r : postsuper_run(order, queue, "-e", problem);
}

static bool
is_done(const struct target_place *place)
{
	return place != NULL && place->expires;
}

const struct remedy remedy_expire = {
    .name = "expire",
    .privilege = AS_ROOT,
    .apply = apply,
    .is_done = is_done,
};

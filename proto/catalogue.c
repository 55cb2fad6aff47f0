/* SPDX-License-Identifier: ISC
 *
 * catalogue.c - the remedies, a row each.
 */
#include "proto/catalogue.h"

#include <string.h>

#include "lib/guard.h"

const struct catalogue_remedy catalogue[] = {
    {
	.name = "hold-bounces",
	.verb = "hold",
	.done = "held",
	.classes = 1 << CLASS_BOUNCE,
	.queues = 1 << QUEUE_DEFERRED | 1 << QUEUE_INCOMING,
	.undo = "release",
	.text = "move bounces that this Postfix made to the hold queue",
    },
    {
	.name = "delete-bounces",
	.verb = "delete",
	.done = "deleted",
	.classes = 1 << CLASS_BOUNCE,
	.queues = 1 << QUEUE_HOLD | 1 << QUEUE_DEFERRED,
	.keeps_copy = true,
	.ends_in_nothing = true,
	.text = "delete bounces that this Postfix made; their envelopes and headers are kept",
    },
    {
	.name = "release",
	.verb = "release",
	.done = "released",
	.queues = 1 << QUEUE_HOLD,
	.text = "take back hold-bounces: the held messages go back to the deferred queue",
    },
    {
	.name = "postfix-parameter",
	.verb = "set",
	.done = "set",
	.undo = "postfix-parameter",
	.on_setting = true,
	.is_parametric = true,
	.text = "set a parameter of main.cf, one of those that ease a flood",
    },
};

const int catalogue_count = ARRAY_LENGTH(catalogue);

const struct catalogue_remedy *
catalogue_find(const char *name)
{
	for (int i = 0; i < catalogue_count; i++)
		if (strcmp(catalogue[i].name, name) == 0)
			return &catalogue[i];
	return NULL;
}

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
	.undo = "restore",
	.keeps_copy = true,
	.ends_in_nothing = true,
	.text = "delete bounces that this Postfix made; a copy of each is kept",
    },
    {
	.name = "release",
	.verb = "release",
	.done = "released",
	.queues = 1 << QUEUE_HOLD,
	.text = "take back hold-bounces or hold: the held messages go back to the deferred queue",
    },
    {
	.name = "hold",
	.verb = "hold",
	.done = "held",
	.classes = 1 << CLASS_NORMAL | 1 << CLASS_BOUNCE | 1 << CLASS_DSN | 1 << CLASS_NOTICE,
	.queues = 1 << QUEUE_DEFERRED | 1 << QUEUE_INCOMING,
	.undo = "release",
	.by_selection = true,
	.by_hand = true,
	.text = "move the messages that an operator selects to the hold queue",
    },
    {
	.name = "requeue",
	.verb = "requeue",
	.done = "requeued",
	.classes = 1 << CLASS_NORMAL | 1 << CLASS_BOUNCE | 1 << CLASS_DSN | 1 << CLASS_NOTICE,
	.queues = 1 << QUEUE_HOLD,
	.by_selection = true,
	.by_hand = true,
	.text = "have the held messages that an operator selects come in anew, through filter "
		"and maps as they are now",
    },
    {
	.name = "expire",
	.verb = "expire",
	.done = "expired",
	.classes = 1 << CLASS_NORMAL | 1 << CLASS_BOUNCE | 1 << CLASS_DSN | 1 << CLASS_NOTICE,
	.queues = 1 << QUEUE_DEFERRED,
	.by_selection = true,
	.by_hand = true,
	.text = "give the deferred messages that an operator selects up at their next try; "
		"senders are told, bounces are dropped",
    },
    {
	.name = "restore",
	.verb = "restore",
	.done = "restored",
	.queues = 1 << QUEUE_HOLD | 1 << QUEUE_DEFERRED,
	.from_copies = true,
	.text = "take back delete-bounces: the deleted messages come in again by the maildrop "
		"queue",
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
    {
	.name = "bounce-lane",
	.verb = "set",
	.done = "set",
	.undo = "bounce-lane",
	.on_setting = true,
	.value = "on",
	.text = "send null-sender mail through a transport of its own, so that it takes none of "
		"the processes that deliver good mail",
    },
    {
	.name = "rspamd-policy",
	.verb = "set",
	.done = "set",
	.undo = "rspamd-policy",
	.on_setting = true,
	.value = "discard",
	.text = "have Rspamd discard silently what it would reject, so that no bounce is made of "
		"it",
    },
    {
	.name = "klms-policy",
	.verb = "set",
	.done = "set",
	.undo = "klms-policy",
	.on_setting = true,
	.value = "delete",
	.text = "have KLMS delete messages with a virus instead of cleaning them and passing them "
		"on, in every active rule that scans",
    },
    {
	.name = "clamav-milter-policy",
	.verb = "set",
	.done = "set",
	.undo = "clamav-milter-policy",
	.on_setting = true,
	.value = "Blackhole",
	.text = "have clamav-milter drop messages with a virus silently, so that they neither "
		"bounce nor fill the hold queue",
    },
    {
	.name = "install-bounce-lane",
	.verb = "set",
	.done = "set",
	.undo = "install-bounce-lane",
	.on_setting = true,
	.value = "installed",
	.by_hand = true,
	.text = "put the transport of bounce-lane into master.cf, and its table into main.cf; "
		"once",
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

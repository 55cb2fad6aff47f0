/* SPDX-License-Identifier: ISC
 *
 * privilege.c - users of children, by name.
 */
#include "remedies/privilege.h"

#include <errno.h>
#include <pwd.h>

int
privilege_set(
    enum remedy_privilege privilege, const struct message_instance *instance, struct spawn *spawn)
{
	if (privilege == AS_ROOT)
		return 0;
	const struct passwd *user =
	    getpwnam(privilege == AS_MAIL_OWNER ? instance->mail_owner : "nobody");
	if (user == NULL)
		return -ENOENT;
	if (user->pw_uid == 0)
		return -EPERM; /* less privilege was asked for */
	spawn->uid = user->pw_uid;
	spawn->gid = user->pw_gid;
	return 0;
}

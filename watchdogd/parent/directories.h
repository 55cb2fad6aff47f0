/* SPDX-License-Identifier: ISC
 *
 * directories.h - the daemon's own account and directories, looked at before anything starts.
 */
#ifndef WATCHDOGD_PARENT_DIRECTORIES_H
#define WATCHDOGD_PARENT_DIRECTORIES_H

#include "config/settings.h"

/* Makes run_directory (0755, root) and state_directory (0750, the service user, viewer_group)
 * where they are missing, and puts owner and mode of the latter right. fatal() with what to do
 * about it when the user does not exist or a directory cannot be trusted. */
void directories_prepare(const struct settings *settings);

#endif

/* SPDX-License-Identifier: ISC
 *
 * directories.c - the parent as root prepares what the roles use without privilege. A directory
 * that others may write to is refused: the store in it decides what is done to mail.
 */
#include "watchdogd/parent/directories.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/log.h"

#define RUN_MODE 0755
#define STATE_MODE 0750

static const struct passwd *
find_user(const char *name)
{
	const struct passwd *user = getpwnam(name);
	if (user == NULL)
		fatal("user %s: does not exist; make it with: useradd --system --no-create-home "
		      "--home-dir /nonexistent --shell /usr/sbin/nologin %s (or systemd-sysusers)",
		    name, name);
	if (user->pw_uid == 0)
		fatal("user %s: is root; name an account without privilege", name);
	return user;
}

/* Opens a directory, making it when it is missing. The descriptor is the caller's. */
static int
open_directory(const char *name, const char *path, mode_t mode, struct stat *ret_status)
{
	if (mkdir(path, mode) < 0 && errno != EEXIST)
		fatal("%s %s: cannot be made: %s", name, path, log_errno(errno));
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, ret_status) < 0)
		fatal("%s %s: %s", name, path, log_errno(errno));
	if ((ret_status->st_mode & S_IWOTH) != 0)
		fatal("%s %s: mode %04o, everybody may write to it; remove that", name, path,
		    ret_status->st_mode & 07777);
	return fd;
}

static void
prepare_run(const char *path)
{
	struct stat status;
	AUTO_CLOSE int fd = open_directory("run_directory", path, RUN_MODE, &status);
	if (status.st_uid != 0)
		fatal("run_directory %s: belongs to uid %u, not to root", path, status.st_uid);
}

/* Root's own in a directory that is not: without CAP_DAC_OVERRIDE, as under systemd, that must be ours
 * while it is made. remedy looks whether what is there is as it should be. */
static void
prepare_copies(int state, const char *path)
{
	struct stat status;
	if (fstatat(state, SETTINGS_COPIES_DIRECTORY, &status, AT_SYMLINK_NOFOLLOW) == 0)
		return;
	if (fchown(state, 0, (gid_t)-1) < 0 || fchmod(state, STATE_MODE) < 0 ||
	    mkdirat(state, SETTINGS_COPIES_DIRECTORY, 0700) < 0)
		fatal(
		    "%s/" SETTINGS_COPIES_DIRECTORY ": cannot be made: %s", path, log_errno(errno));
}

static void
prepare_state(const struct settings *settings, const struct passwd *user)
{
	const char *path = settings->state_directory;
	const struct group *viewers = getgrnam(settings->control.viewer_group);
	gid_t group = viewers != NULL ? viewers->gr_gid : user->pw_gid;
	struct stat status;
	AUTO_CLOSE int fd = open_directory("state_directory", path, 0700, &status);
	if (status.st_uid != 0 && status.st_uid != user->pw_uid)
		fatal("state_directory %s: belongs to uid %u, not to %s", path, status.st_uid,
		    user->pw_name);
	prepare_copies(fd, path);
	if (fchown(fd, user->pw_uid, group) < 0 || fchmod(fd, STATE_MODE) < 0)
		fatal("state_directory %s: owner and mode: %s", path, log_errno(errno));
}

void
directories_prepare(const struct settings *settings)
{
	const struct passwd *user = find_user(settings->user);
	prepare_run(settings->run_directory);
	prepare_state(settings, user);
}

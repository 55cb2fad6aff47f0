/* SPDX-License-Identifier: ISC
 *
 * sandbox.c - the order in which privilege is given up: look up the user and open the paths while
 * that is still possible, change the user and drop capabilities, restrict paths, and last
 * restrict system calls, because each step needs calls that a later one forbids.
 */
#include "lib/sandbox.h"

#include <cap-ng.h>
#include <errno.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/sandbox_calls.h"
#include "lib/sandbox_paths.h"

#ifdef __SANITIZE_ADDRESS__
/* The leak check at exit needs a thread and ptrace(), which the sandbox forbids. */
static bool entered;

int __lsan_is_turned_off(void);

int
__lsan_is_turned_off(void)
{
	return entered;
}
#endif

static const struct passwd *
find_user(const char *name)
{
	errno = 0;
	const struct passwd *user = getpwnam(name);
	if (user == NULL)
		fatal("sandbox: user %s: %s", name, errno != 0 ? log_errno(errno) : "no such user");
	if (user->pw_uid == 0)
		fatal("sandbox: user %s: is root, which is no restriction", name);
	return user;
}

/* The bounding set is emptied as well, so that no exec can give anything back. */
static void
change_user(const struct passwd *user, bool dac_read_search)
{
	capng_clear(CAPNG_SELECT_ALL);
	if (dac_read_search &&
	    capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_DAC_READ_SEARCH) != 0)
		fatal("sandbox: no capability set");
	int r = capng_change_id((int)user->pw_uid, (int)user->pw_gid,
	    CAPNG_INIT_SUPP_GRP | CAPNG_CLEAR_BOUNDING | CAPNG_CLEAR_AMBIENT);
	if (r != 0)
		fatal("sandbox: cannot become user %s (step %d)", user->pw_name, -r);
	if (setuid(0) == 0 || setgid(0) == 0)
		panic("sandbox: user %s can become root again", user->pw_name);
}

static void
drop_user(const struct sandbox *sandbox)
{
	if (geteuid() != 0) {
		log_debug("sandbox: not root, the user stays as it is");
		return;
	}
	change_user(find_user(sandbox->user), sandbox->dac_read_search);
}

static void
set_process(int option, unsigned long value)
{
	if (prctl(option, value, 0, 0, 0) < 0)
		fatal("sandbox: prctl %d: %s", option, log_errno(errno));
}

void
sandbox_enter(const struct sandbox *sandbox)
{
#ifdef __SANITIZE_ADDRESS__
	entered = sandbox->calls != SANDBOX_CALLS_ANY || sandbox->user != NULL;
#endif
	int ruleset = sandbox->landlock ? sandbox_open_paths(sandbox) : -1;
	if (sandbox->user != NULL) {
		umask(077);
		drop_user(sandbox);
	}
	if (sandbox->user != NULL || sandbox->calls != SANDBOX_CALLS_ANY)
		set_process(PR_SET_DUMPABLE, 0); /* send holds a password */
	if (sandbox->user != NULL || ruleset >= 0 || sandbox->calls != SANDBOX_CALLS_ANY)
		set_process(PR_SET_NO_NEW_PRIVS, 1);
	sandbox_restrict_paths(ruleset);
	sandbox_restrict_calls(sandbox->calls);
}

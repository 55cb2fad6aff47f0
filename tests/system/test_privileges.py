# SPDX-License-Identifier: ISC
#
# test_privileges.py - each role holds what its row in the table of roles says, and nothing more.

import os
import pwd
import stat
from pathlib import Path

import pytest

CAP_DAC_READ_SEARCH = 1 << 2
FILTER = 2  # seccomp mode

# role: (service user?, capabilities, seccomp mode, no_new_privs)
TABLE = {
    "watch": (True, CAP_DAC_READ_SEARCH, FILTER, 1),
    "engine": (True, 0, FILTER, 1),
    "alert": (True, 0, FILTER, 1),
    "control": (True, 0, FILTER, 1),
}


def read_status(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


@pytest.fixture
def site(make_gateway):
    return make_gateway(mode="observe").start()


def test_roles(site):
    user = pwd.getpwnam("_postfix-watchdog")
    for role, (as_user, capabilities, seccomp, no_new) in TABLE.items():
        status = read_status(site.daemon.role_pid(role))
        uid = user.pw_uid if as_user else 0
        assert status["Uid"].split() == [str(uid)] * 4, role
        assert status["Gid"].split() == [str(user.pw_gid)] * 4, role
        assert "0" not in status["Groups"].split(), role
        for kind in ("CapPrm", "CapEff"):
            assert int(status[kind], 16) == capabilities, (role, kind)
        for kind in ("CapInh", "CapAmb"):
            assert int(status[kind], 16) == 0, (role, kind)
        assert int(status["CapBnd"], 16) & ~capabilities == 0, role
        assert int(status["Seccomp"]) == seccomp, role
        assert int(status["NoNewPrivs"]) == no_new, role


def test_remedy_is_root_and_its_own_program(site):
    pid = site.daemon.role_pid("remedy")
    assert read_status(pid)["Uid"].split() == ["0"] * 4
    assert os.readlink(f"/proc/{pid}/exe") == str(site.daemon.libexec / "remedy")


def test_files(site):
    socket = os.stat(site.daemon.run / "control.sock")
    assert stat.S_IMODE(socket.st_mode) & 0o007 == 0, "only root and the group connect"
    store = os.stat(site.daemon.state / "history.db")
    assert stat.S_IMODE(store.st_mode) & 0o007 == 0
    assert store.st_uid == pwd.getpwnam("_postfix-watchdog").pw_uid


def test_open_descriptors(site):
    """The watcher holds no socket but its links, and nothing open for writing but those."""
    pid = site.daemon.role_pid("watch")
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        number, target = int(entry.name), os.readlink(entry)
        if target.startswith("/") and number > 2 and target != "/dev/null":
            flags = Path(f"/proc/{pid}/fdinfo/{number}").read_text()
            mode = int(flags.split("flags:\t")[1].split()[0], 8) & os.O_ACCMODE
            assert mode == os.O_RDONLY, target

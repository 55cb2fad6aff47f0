# SPDX-License-Identifier: ISC
#
# test_spools.py - directories outside Postfix where mail waits: a content filter's work directory
# and a quarantine, with the running daemon. Files come and go, and the counts follow.

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from postfix import wait_for

FOLLOWS_S = 2.5  # two seconds, and the time that asking takes


@pytest.fixture
def filter_directory():
    """Not below a queue directory, and for its owner only: watch reads it by its capability."""
    directory = Path("/tmp") / f"watchdogd-spools.{os.getpid()}"
    (directory / "work").mkdir(parents=True)
    (directory / "kept").mkdir()
    for path in (directory / "work", directory / "kept"):
        os.chmod(path, 0o700)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def site(make_gateway, filter_directory):
    return make_gateway(mode="observe", spools={
        "amavis": {"preset": "amavis", "path": str(filter_directory / "work")},
        "klms": {"preset": "klms-backup", "path": str(filter_directory / "kept")},
        "later": {"path": str(filter_directory / "later")},
    }).start()


def spool(site, name):
    return next(row for row in site.daemon.status()["spools"] if row["name"] == name)


def wait_counts(site, name, messages, size):
    began = time.monotonic()
    wait_for(f"{name} has {messages} messages of {size} bytes", lambda: (
        spool(site, name)["messages"], spool(site, name)["bytes"]) == (messages, size))
    assert time.monotonic() - began < FOLLOWS_S


def test_counts_follow(site, filter_directory):
    work, kept = filter_directory / "work", filter_directory / "kept"
    wait_for("the spools are seen", lambda: spool(site, "klms")["last_tick"] > 0)
    assert spool(site, "klms")["present"] and not spool(site, "klms")["polled"]
    assert spool(site, "amavis")["present"] and spool(site, "amavis")["polled"]

    for i in range(40):
        (work / f"amavis-{i}" / "parts").mkdir(parents=True)
        (work / f"amavis-{i}" / "email.txt").write_bytes(b"x" * 1000)
    wait_counts(site, "amavis", 40, 40000)
    for i in range(30):
        (work / f"amavis-{i}" / "email.txt").write_bytes(b"")
    wait_counts(site, "amavis", 10, 10000)

    for i in range(300):
        (kept / f"{i}.msg").write_bytes(b"y" * 10)
    wait_counts(site, "klms", 300, 3000)
    (kept / "2026").mkdir()
    time.sleep(1.5)
    os.rename(kept / "0.msg", kept / "2026" / "0.msg")
    (kept / "1.msg").unlink()
    os.symlink("/etc/passwd", kept / "link")
    wait_counts(site, "klms", 299, 2990)
    assert 0 < spool(site, "klms")["oldest_age_s"] < 60
    assert not spool(site, "klms")["polled"]


def test_text_and_history(site, filter_directory):
    (filter_directory / "kept" / "one").write_bytes(b"z" * 5)
    wait_counts(site, "klms", 1, 5)
    text = site.daemon.ctl("queues", status=0)[1]
    assert "Spools of others" in text and str(filter_directory / "kept") in text

    def steps():  # the second that is not over is not among them
        return site.daemon.ask("history", "--step", "1s")["spools"]

    wait_for("history has it", lambda: any(
        (step["spool"], step["messages_max"], step["bytes"]) == ("klms", 1, 5)
        for step in steps()), limit_s=5)
    assert {step["spool"] for step in steps()} == {"amavis", "klms", "later"}


def test_directory_that_appears(site, filter_directory):
    wait_for("it is absent", lambda: spool(site, "later")["last_tick"] > 0)
    assert not spool(site, "later")["present"]
    (filter_directory / "later").mkdir()
    (filter_directory / "later" / "one").write_bytes(b"1")
    wait_for("it is taken up", lambda: spool(site, "later")["present"], limit_s=60)
    wait_counts(site, "later", 1, 1)
    log = site.daemon.log_text()
    assert "spool later: " in log


def test_watch_opens_no_file_there(site, filter_directory):
    """Every open() that watch does of what is below the filter's directory is of a directory."""
    secret = filter_directory / "kept" / "secret"
    pid = site.daemon.role_pid("watch")
    trace = subprocess.Popen(["strace", "-qq", "-e", "trace=open,openat,openat2", "-p", str(pid)],
                             stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(1)
        secret.write_bytes(b"s" * 77)
        wait_counts(site, "klms", 1, 77)
    finally:
        trace.terminate()
        _, calls = trace.communicate(timeout=10)
    assert "/kept" in calls, calls
    assert "secret" not in calls, calls

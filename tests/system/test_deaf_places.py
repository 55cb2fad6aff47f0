# SPDX-License-Identifier: ISC
#
# test_deaf_places.py - queues that change without an event: Postfix works on one side of a mount, and
# watchdogd looks from the other. That is noticed by what a comparison finds, told, and the queues are
# looked at on a timer; from then on the counts are those of the real Postfix again.
#
# A FUSE mount and overlays stand for all such places. NFS is known by its type (polling_test.c).

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from conftest import PATIENT
from postfix import wait_for
from sink import send


def mount(*words):
    """Where a mount cannot be made (in a container, say) that is told, not passed over."""
    try:
        done = subprocess.run(list(map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=30)
        problem = done.returncode and done.stdout.strip()
    except FileNotFoundError as error:
        problem = str(error)
    if problem:
        pytest.skip(f"not shown here: {' '.join(map(str, words))}: {problem}")


def mount_fuse(queue, place, beside):
    mount("bindfs", "-o", "allow_other", queue, place)


def mount_overlay(queue, place, beside):
    """As who looks from outside into what a container has."""
    for name in ("upper", "work"):
        (beside / name).mkdir()
    mount("mount", "-t", "overlay", "overlay", "-o",
          f"lowerdir={queue},upperdir={beside}/upper,workdir={beside}/work", place)


def mount_overlay_of_two(queue, place, beside):
    """Its layers lie on two file systems: inode numbers are made up, as with most containers."""
    mount("mount", "-t", "tmpfs", "tmpfs", beside)
    mount_overlay(queue, place, beside)


def unmount(place):
    if os.path.ismount(place):
        subprocess.run(["umount", place], check=True, timeout=30)


@pytest.fixture(params=[mount_fuse, mount_overlay, mount_overlay_of_two],
                ids=lambda make: make.__name__[len("mount_"):])
def site(request, make_gateway):
    """A real Postfix, and watchdogd that sees its queue through a mount."""
    directory = Path(tempfile.mkdtemp(prefix="watchdogd-deaf-", dir="/tmp"))
    directory.chmod(0o755)
    place, beside, config = directory / "queue", directory / "beside", directory / "config"
    for path in (place, beside):
        path.mkdir()
    gateway = make_gateway(PATIENT, mode="observe", rules={}, postfix={"config_directories": [str(config)]},
                           watch={"reconcile_interval": "5s", "poll_interval": "1s"})
    try:
        gateway.start(daemon=False)
        shutil.copytree(gateway.postfix.config, config)
        text = (config / "main.cf").read_text()
        (config / "main.cf").write_text(text.replace(f"queue_directory = {gateway.postfix.queue}\n",
                                                     f"queue_directory = {place}\n"))
        request.param(gateway.postfix.queue, place, beside)
        gateway.daemon.start()
        yield gateway
    finally:
        gateway.daemon.stop()
        unmount(place)
        unmount(beside)
        shutil.rmtree(directory)


def instance(site):
    return site.daemon.status()["instances"][0]


def arrivals(site):
    return sum(step["arrivals"]
               for step in site.daemon.ask("history", "--step", "1s", "--limit", 1000)["steps"])


def defer(site, count):
    send(site.postfix.port, [("ben@good.example", f"anna{n}@later.example", f"put off {n}")
                             for n in range(count)])


def wait_truth(site, queue, messages, null):
    wait_for(f"{queue} has {messages} messages", lambda: site.postfix.truth()[queue] == (messages, null),
             60, 0.3)


def test_found_and_polled(site):
    site.expect_exact("empty")
    assert not instance(site)["polled"]
    defer(site, 20)
    site.send_flood(30)
    wait_truth(site, "deferred", 50, 30)
    site.expect_exact("mail came without an event", 30)
    wait_for("it is told", lambda: instance(site)["polled"])
    assert site.daemon.logged("warning: instance -: its queues change without an event")
    words = " ".join(site.daemon.ctl("status")[1].split())
    assert "POLLED: the kernel gives no events of" in words, words
    drift = site.daemon.status()["watch"]["drift"]

    before = arrivals(site)
    defer(site, 15)
    wait_truth(site, "deferred", 65, 30)
    site.expect_exact("more mail")
    wait_for("it has arrived", lambda: arrivals(site) == before + 15, 10)

    bounces = site.postfix.queue_ids("deferred", null=True)
    site.postfix.postsuper("-h", bounces)
    site.expect_exact("held")
    site.postfix.postsuper("-H", bounces[:20])
    site.expect_exact("released")
    site.postfix.postsuper("-d", bounces[10:25])
    site.expect_exact("deleted")
    site.postfix.postsuper("-h", bounces[:10])
    site.expect_exact("held again")
    site.postfix.postsuper("-r", site.postfix.queue_ids("deferred", null=False))
    wait_truth(site, "deferred", 35, 0)
    site.expect_exact("requeued")
    refused = site.later.refused
    site.postfix.run("postqueue", "-f")
    wait_for("all is tried again", lambda: site.later.refused >= refused + 35)
    wait_truth(site, "deferred", 35, 0)
    site.expect_exact("retried")
    site.postfix.run("postsuper", "-d", "ALL")
    site.expect_exact("all is gone")

    status = site.daemon.status()
    assert instance(site)["polled"] and status["watch"]["drift"] == drift
    assert status["watch"]["unread"] == 0 and arrivals(site) == before + 15
    assert status["daemon"]["roles"]["watch"]["restarts"] == 0

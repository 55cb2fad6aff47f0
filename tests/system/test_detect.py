# SPDX-License-Identifier: ISC
#
# test_detect.py - troubles that are no flood, on a real Postfix: what their detectors see of them.

import os
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from conftest import PATIENT
from postfix import wait_for
from sink import GoodMail, Sink, send

STALL_RULE = {"filter-stall": {"detector": "stall", "above": 10, "for": "2s", "clear_for": "3s"}}


# Theirs and ours at once: only one of the two may open.
DEFERRAL_RULES = {
    "destination-down": {"detector": "destination", "above": 30, "for": "3s"},
    "outage": {"detector": "outage", "above": 60, "for": "3s"},
}


def incidents(site):
    return site.daemon.ask("incidents")["incidents"]


def test_filter_that_hangs_is_a_stall(make_gateway):
    mail_filter = Sink()
    site = make_gateway({"content_filter": f"smtp:[127.0.0.1]:{mail_filter.port}"},
                        rules=STALL_RULE)
    site.sinks.append(mail_filter)
    site.start()
    coming = GoodMail(site.postfix.port)
    coming.start()
    try:
        wait_for("mail flows", lambda: len(mail_filter.mails) >= 40, 60)
        assert incidents(site) == []
        mail_filter.hangs = True
        wait_for("the stall is told", lambda: site.alerts("filter-stall"), 40)
        incident, = incidents(site)
        assert incident["signal"] == "stalled" and incident["state"] == "open"
        assert " 0 were delivered" in incident["text"], incident["text"]
        print("opened", incident["opened"], "since", incident["began"], incident["text"])
        mail_filter.hangs = False
        wait_for("the stall is over", lambda: site.alerts("is over"), 60)
        incident, = incidents(site)
        assert incident["state"] == "closed"
    finally:
        coming.stop()


@pytest.fixture
def small_disk():
    """Where a queue can be, of 64 MiB. Mounted in nobody's way, and gone afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="watchdogd-disk-", dir="/tmp"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none", directory], check=True)
    yield directory
    subprocess.run(["umount", "-l", directory], check=True)
    directory.rmdir()


def test_disk_that_fills_up_is_told_before_it_is_full(small_disk, make_gateway):
    directory = small_disk / "queue"
    directory.mkdir()
    site = make_gateway({"queue_directory": directory}, rules={"queue-full": {
        "detector": "forecast", "above": 95, "or_full_within": "15m", "for": "0s"}})
    site.postfix.queue = directory
    site.start()
    began = time.monotonic()
    with open(small_disk / "other", "wb") as filler:
        while not site.alerts("queue-full"):
            used = os.statvfs(small_disk)
            assert used.f_bavail > 0.3 * used.f_blocks, "told too late"
            filler.write(bytes(1 << 17))
            filler.flush()
            time.sleep(0.5)
    incident, = incidents(site)
    print(f"opened {time.monotonic() - began:.0f} s after the rise began:", incident["text"])
    assert incident["signal"] == "fullness" and 10 < incident["value"] < 95
    assert incident["text"].startswith("disk of the queues ") and ": full in " in incident["text"]


@pytest.mark.parametrize("hosts, rule", [(1, "destination-down"), (10, "outage")])
def test_theirs_is_told_from_ours(make_gateway, hosts, rule):
    """A hundred messages for one host, or for ten, and none of them answers."""
    routes = " ".join(f"{{there{number}.example = smtp:[127.0.1.{number + 1}]:1}}"
                      for number in range(hosts))
    site = make_gateway({**PATIENT, "transport_maps": f"inline:{{ {routes} }}"},
                        rules=DEFERRAL_RULES)
    site.start()
    send(site.postfix.port, [
        (f"ben{number}@good.example", f"ada@there{number % hosts}.example", "hello")
        for number in range(100)])
    wait_for("it is told", lambda: site.alerts(rule), 40)
    time.sleep(10)
    incident, = incidents(site)
    print(incident["text"])
    assert incident["kind"] == rule and "onnection refused" in incident["text"]

# SPDX-License-Identifier: ISC
#
# test_storms.py - thousands of messages that move at once: soon after it the counts are those of the
# directories, and what only moved is no arrival.

import os
import subprocess

import pytest

from conftest import PATIENT
from postfix import QUEUES, wait_for

COUNT = 1500
SOON_S = 2.5  # a second, then the tick that tells it, and asking for it


@pytest.fixture
def site(make_gateway):
    """Mail is put off without a try, so that the queues fill as fast as mail comes."""
    return make_gateway({**PATIENT, "defer_transports": "smtp"}, mode="observe").start()


def on_disk(site):
    """{queue: messages}, by looking into the directories."""
    return {queue: sum(name.isalnum() for _, _, names in os.walk(site.postfix.queue / queue)
                       for name in names) for queue in QUEUES}


def is_exact(site):
    before = on_disk(site)
    counts = {queue: messages for queue, (messages, _) in site.daemon.counts().items()}
    return before == counts == on_disk(site)


def expect_soon(site, moment, **messages):
    """The storm ends when so many are in these queues; the counts say so soon."""
    wait_for(f"{moment}: {messages}", lambda: messages.items() <= on_disk(site).items(), 90, 0.05)
    wait_for(f"{moment}: counted", lambda: is_exact(site), SOON_S, 0.05)


def arrivals(site):
    """All since the beginning."""
    answer = site.daemon.ask("history", "--since", "10m", "--step", "1s", "--limit", "1000")
    return sum(step["arrivals"] for step in answer["steps"])


def expect_no_arrival(site, moment):
    """None but those of the burst, and nothing had to be corrected."""
    assert arrivals(site) == COUNT, moment
    assert site.daemon.status()["watch"]["drift"] == 0, moment


def test_storms(site):
    subprocess.run(["/usr/sbin/smtp-source", "-s", "10", "-m", str(COUNT), "-l", "500",
                    "-f", "ben@good.example", "-t", "anna@good.example",
                    f"127.0.0.1:{site.postfix.port}"], check=True)
    expect_soon(site, "a burst", incoming=0, active=0, deferred=COUNT)
    rates = site.daemon.status()["instances"][0]["rates"]
    assert rates["arrivals_per_min"] == rates["deferrals_per_min"] == COUNT

    site.daemon.stop()
    site.daemon.start()
    expect_soon(site, "a cold start", deferred=COUNT)
    expect_no_arrival(site, "a cold start")
    site.postfix.run("postsuper", "-h", "ALL")
    expect_soon(site, "held", hold=COUNT)
    site.postfix.run("postsuper", "-H", "ALL")
    expect_soon(site, "released", deferred=COUNT)
    expect_no_arrival(site, "held and released")
    site.postfix.run("postsuper", "-r", "ALL")
    expect_soon(site, "requeued", maildrop=0, incoming=0, active=0, deferred=COUNT)
    expect_no_arrival(site, "requeued")

    site.good.delay_s = 8
    site.postfix.set(defer_transports="")
    site.postfix.run("postqueue", "-f")
    expect_soon(site, "all are tried again", incoming=0, active=COUNT)
    site.postfix.run("postfix", "reload")
    wait_for("reloaded", lambda: on_disk(site)["active"] < COUNT, 10, 0.001)
    expect_soon(site, "reloaded", incoming=0, deferred=0)
    expect_no_arrival(site, "reloaded")

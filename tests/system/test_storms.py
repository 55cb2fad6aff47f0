# SPDX-License-Identifier: ISC
#
# test_storms.py - thousands of messages that move at once. When it is quiet again the counts are those
# of the directories, and nothing of it was taken for mail that arrives. How long that took is printed:
# it is the machine's doing, and proves nothing on a busy one.

import contextlib
import os
import pwd
import socket
import subprocess
import time
from pathlib import Path

import pytest

import queue_files
from conftest import PATIENT
from postfix import wait_for

EVENT_LIMIT = Path("/proc/sys/fs/inotify/max_queued_events")
FULL = 20000  # what qmgr(8) takes into active by default
REAL = 3000  # on the real Postfix
# Opens at what a storm must not be taken for. Waiting bounces are there before it, and no signal of it.
RULES = {name.replace("_", "-"): {"signal": name, "above": 10, "for": "0s", "clear_below": 5,
                                  "clear_for": "10m"}
         for name in ("arrivals", "bounces_made")}


@contextlib.contextmanager
def event_limit(limit):
    """fs.inotify.max_queued_events of what is started in here."""
    before = EVENT_LIMIT.read_text()
    EVENT_LIMIT.write_text(f"{limit}\n")
    try:
        yield
    finally:
        EVENT_LIMIT.write_text(before)


def counts(site):
    """{queue: messages}, to be compared with queue_files.count_files()."""
    queues = site.daemon.status()["instances"][0]["queues"]
    return {name: queue["messages"] for name, queue in queues.items()}


def flows(site, name):
    """All that flowed since the daemon was started."""
    return sum(step[name] for step in site.daemon.ask("history", "--step", "1s", "--limit", 1000)["steps"])


def watch(site):
    return site.daemon.status()["watch"]


def is_exact(site):
    before = queue_files.count_files(site.postfix.queue)
    return before == counts(site) == queue_files.count_files(site.postfix.queue)


def wait_exact(site, what):
    """It is quiet: soon the counts are those of the directories, and they stay so."""
    began = time.monotonic()
    try:
        wait_for(f"{what}: equal", lambda: is_exact(site), 60, 0.05)
    except AssertionError as error:
        raise AssertionError(f"{error}: counted {counts(site)}, there are "
                             f"{queue_files.count_files(site.postfix.queue)}") from None
    print(f"{what}: equal {time.monotonic() - began:.2f} s later")
    time.sleep(2.1)
    assert is_exact(site)


def expect_no_flow(site, drift=0):
    """Whatever moved, nothing arrived and no bounce was made."""
    status = site.daemon.status()
    assert (flows(site, "arrivals"), flows(site, "bounces_made")) == (0, 0)
    assert status["incidents"] == [] and status["watch"]["drift"] == drift
    assert status["daemon"]["roles"]["watch"]["restarts"] == 0


# ---- queues of real files, and no Postfix that would do something else with them ----

@pytest.fixture
def make_place(make_gateway):
    """A gateway's queue of so many messages in active, and their ids; nothing runs yet."""
    def make(count, **settings):
        site = make_gateway(mode="observe", rules=RULES, **settings)
        queue_files.make_queues(site.postfix.queue)
        return site, queue_files.fill_active(site.postfix.queue, count)
    return make


def start(site):
    site.daemon.start()
    wait_exact(site, "started")
    wait_for("all is read", lambda: watch(site)["unread"] == 0, 60)


def move_all(site, names):
    """As qmgr(8) when it starts: all of active goes back to incoming, and is taken up again."""
    queue = str(site.postfix.queue)
    for name in names:
        os.utime(f"{queue}/active/{name}")
        os.rename(f"{queue}/active/{name}", f"{queue}/incoming/{name}")
    for name in names:
        os.rename(f"{queue}/incoming/{name}", f"{queue}/active/{name}")


def test_reload_of_20000(make_place):
    site, names = make_place(FULL)
    start(site)
    for number in range(3):
        began = time.monotonic()
        move_all(site, names)
        print(f"{FULL} messages to incoming and back in {time.monotonic() - began:.2f} s")
        wait_exact(site, f"reload {number + 1}")
    print(f"overflows: {watch(site)['overflows']}")
    expect_no_flow(site)


def test_overflow_of_a_small_limit(make_place):
    """The kernel keeps 64 events for us: nearly all of a storm is lost."""
    with event_limit(64):
        site, names = make_place(2000)
        start(site)
        assert watch(site)["event_limit"] == 64
        assert "64 events" in site.daemon.ctl("status")[1], site.daemon.ctl("status")[1]
        before = watch(site)["overflows"]
        for number in range(3):
            move_all(site, names)
            for name in names[number * 100:number * 100 + 100]:
                os.unlink(f"{site.postfix.queue}/active/{name}")
            names[number * 100:number * 100 + 100] = names[-100:]
            del names[-100:]
            wait_exact(site, f"storm {number + 1}")
        assert watch(site)["overflows"] > before
        assert site.daemon.logged("inotify: overflow, events were lost")
        expect_no_flow(site)


def arrive(site, count, per_s):
    """Mail at this rate, of which every other is delivered at once. Seconds that it took."""
    queue, owner = str(site.postfix.queue), pwd.getpwnam("postfix").pw_uid
    data = queue_files.read_corpus()[2][1]
    began = time.monotonic()
    for number in range(count):
        name = queue_files.make_message(queue, number, data, owner)
        os.rename(f"{queue}/incoming/{name}", f"{queue}/active/{name}")
        if number % 2:
            os.unlink(f"{queue}/active/{name}")
        time.sleep(max(0, began + number / per_s - time.monotonic()))
    return time.monotonic() - began


def test_1000_arrivals_a_second(make_place):
    """Each is counted, also of those that are gone before anybody can look. The limit of events is
    raised as the setting says, so that a machine that is busy with other things loses none."""
    with event_limit(16384):
        site, _ = make_place(1000, watch={"max_queued_events": 262144})
        start(site)
        assert EVENT_LIMIT.read_text() == "262144\n" and watch(site)["event_limit"] == 262144
        took_s = arrive(site, 5000, 1000)
        wait_exact(site, f"5000 arrivals in {took_s:.2f} s")
        assert watch(site)["overflows"] == 0
        assert flows(site, "arrivals") == 5000
        assert counts(site)["active"] == 1000 + 2500
        assert watch(site)["drift"] == 0


# ---- the real Postfix ----

@pytest.fixture
def silent_server():
    """Takes connections and never says a word: what is sent there stays in active."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(100)
        yield server.getsockname()[1]


@pytest.fixture
def real(make_gateway):
    """A Postfix with so much mail in deferred, to a server that refuses connections; watchdogd comes
    when it is there."""
    site = make_gateway(PATIENT, mode="observe", rules=RULES).start(daemon=False)
    subprocess.run(["smtp-source", "-s", "10", "-m", str(REAL), "-f", "ann@one.example",
                    "-t", "bob@two.example", f"127.0.0.1:{site.postfix.port}"], check=True, timeout=120)
    wait_in(site, "deferred")
    site.daemon.start()
    wait_exact(site, "started")
    return site


def wait_in(site, queue):
    """All of it is there."""
    wait_for(f"all is in {queue}", lambda: {
        name: count for name, count in queue_files.count_files(site.postfix.queue).items() if count
    } == {queue: REAL}, 180, 0.2)


def test_hold_release_requeue(real):
    for option, queue in (("-h", "hold"), ("-H", "deferred"), ("-h", "hold"), ("-r", "deferred"),
                          ("-r", "deferred")):
        began = time.monotonic()
        real.postfix.run("postsuper", option, "ALL")
        print(f"postsuper {option} of {REAL}: {time.monotonic() - began:.2f} s")
        wait_in(real, queue)
        wait_exact(real, f"postsuper {option}")
        real.expect_exact(f"postsuper {option}")
    expect_no_flow(real)


def test_reload_of_thousands(real, silent_server):
    real.postfix.set(default_transport=f"smtp:[127.0.0.1]:{silent_server}")
    real.postfix.run("postqueue", "-f")
    wait_in(real, "active")
    wait_exact(real, "all is tried")
    for number in range(2):
        reloads = len(real.postfix.logged(r"postfix/master\[\d+\]: reload"))
        real.postfix.run("postfix", "reload")
        wait_for("master reloads", lambda: len(real.postfix.logged(
            r"postfix/master\[\d+\]: reload")) > reloads)
        time.sleep(2)
        # what was being delivered stays in incoming for a minute
        wait_for("it is taken up again", lambda: queue_files.count_files(
            real.postfix.queue)["active"] >= REAL - 100, 60)
        wait_exact(real, f"reload {number + 1}")
    expect_no_flow(real)

# SPDX-License-Identifier: ISC
#
# test_counts.py - the counts, by queue and by null sender, are those of `postqueue -j` at every
# quiet moment of a Postfix's life, and after everything that can make a watcher lose sight.

import json
import os
import shutil
import signal
import subprocess

import pytest

from postfix import wait_for
from sink import send


@pytest.fixture
def site(make_gateway):
    return make_gateway(mode="observe").start()


def held(site, queue, messages, null=0):
    """Waits until Postfix itself has so many in a queue."""
    wait_for(f"{queue} has {messages} messages, {null} with the null sender",
             lambda: site.postfix.truth()[queue] == (messages, null), 60, 0.3)


def rate(site, name):
    return site.daemon.status()["instances"][0]["rates"][name]


def defer(site, count, sender="ben@good.example"):
    send(site.postfix.port, [(sender, f"anna{n}@later.example", f"put off {n}")
                             for n in range(count)])


def is_settled(site):
    truth = site.postfix.truth()
    return all(truth[queue] == (0, 0) for queue in ("maildrop", "incoming", "active"))


def settle(site):
    wait_for("nothing is under way", lambda: is_settled(site), 60, 0.3)


def test_life_of_mail(site):
    site.expect_exact("empty")
    send(site.postfix.port, [("ben@good.example", "anna@good.example", f"good {n}")
                             for n in range(50)])
    settle(site)
    assert len(site.good.mails) == 50
    site.expect_exact("accepted and delivered")
    defer(site, 30)
    defer(site, 7, sender="")
    held(site, "deferred", 37, 7)
    site.expect_exact("deferred, some of them with the null sender")
    refused = site.later.refused
    site.postfix.run("postqueue", "-f")
    wait_for("all are tried again", lambda: site.later.refused >= refused + 37)
    settle(site)
    site.expect_exact("retried")
    site.send_flood(60)
    held(site, "deferred", 97, 67)
    site.expect_exact("bounced")
    send(site.postfix.port, [("ben@good.example", "anna@inner.example", "bounces back")])
    wait_for("the bounce is delivered", lambda: len(site.good.mails) == 51)
    settle(site)
    site.expect_exact("a bounce was delivered")
    wait_for("all that bounced are counted", lambda: rate(site, "bounced_per_min") == 61, 5)
    # The bounce that was delivered may have been gone before its envelope could be read.
    assert rate(site, "bounces_made_per_min") in (60, 61)


def has_expired(site):
    """Expires all that waits: again and again, since what is being tried just now is not listed."""
    waiting = site.postfix.queue_ids("deferred")
    if waiting:
        site.postfix.postsuper("-e", waiting)
        site.postfix.run("postqueue", "-f")
    return not waiting and len(site.good.mails) == 20


def test_postsuper(site):
    defer(site, 20)
    site.send_flood(40)
    held(site, "deferred", 60, 40)
    bounces = site.postfix.queue_ids("deferred", null=True)
    site.postfix.postsuper("-h", bounces)
    held(site, "hold", 40, 40)
    site.expect_exact("held")
    site.postfix.postsuper("-H", bounces[:15])
    held(site, "deferred", 35, 15)
    site.expect_exact("released")
    site.postfix.postsuper("-d", bounces[10:20])
    held(site, "hold", 20, 20)
    site.expect_exact("deleted from both")
    site.postfix.postsuper("-r", site.postfix.queue_ids("deferred"))
    settle(site)
    held(site, "deferred", 30, 10)
    site.expect_exact("requeued")
    wait_for("what expired went back to its sender", lambda: has_expired(site), 60, 2)
    settle(site)
    held(site, "deferred", 0)
    site.expect_exact("expired")
    assert site.postfix.truth()["hold"] == (20, 20)


def test_reload_of_a_full_active_queue(site):
    site.good.delay_s = 15
    send(site.postfix.port, [("ben@good.example", f"anna{n}@good.example", f"slow {n}")
                             for n in range(120)])
    wait_for("active is full", lambda: site.postfix.truth()["active"][0] == 120)
    site.expect_exact("active is full")
    assert rate(site, "arrivals_per_min") == 120
    site.postfix.run("postfix", "reload")
    site.expect_exact("reloaded")
    assert rate(site, "arrivals_per_min") == 120, "a reload is no arrival"
    site.good.delay_s = 0
    wait_for("all are delivered", lambda: len(site.good.mails) >= 120, 120)
    settle(site)
    site.expect_exact("delivered")


def test_stop_and_start(site):
    defer(site, 25)
    held(site, "deferred", 25)
    site.postfix.stop()
    site.expect_exact("stopped")
    # sendmail(1) puts mail into maildrop while nothing runs.
    for number in range(5):
        subprocess.run(["/usr/sbin/sendmail", "-C", site.postfix.config, "-f", "ben@good.example",
                        f"anna{number}@later.example"], input=b"Subject: local\n\nhello\n",
                       check=True, stderr=subprocess.DEVNULL)
    held(site, "maildrop", 5)
    site.expect_exact("mail in maildrop")
    site.postfix.start()
    held(site, "deferred", 30)
    settle(site)
    site.expect_exact("started")


def test_watch_killed(site):
    defer(site, 10)
    site.send_flood(30)
    held(site, "deferred", 40, 30)
    site.expect_exact("before")
    site.daemon.kill_role("watch")
    site.send_flood(20, seed=2)
    held(site, "deferred", 60, 50)
    site.expect_exact("after the watcher was killed")
    assert site.daemon.status()["watch"]["drift"] == 0


def test_overflow(site):
    defer(site, 40)
    held(site, "deferred", 40)
    site.expect_exact("before")
    overflows = site.daemon.status()["watch"]["overflows"]
    pid = site.daemon.role_pid("watch")
    os.kill(pid, signal.SIGSTOP)
    try:
        noise = site.postfix.queue / "hold" / "1234567.89"
        for _ in range(9000):  # two events each, over the kernel's 16,384
            noise.touch()
            noise.unlink()
        ids = site.postfix.queue_ids("deferred")
        site.postfix.postsuper("-h", ids[:15])
        site.postfix.postsuper("-d", ids[15:25])
        site.send_flood(20)
        held(site, "deferred", 35, 20)
    finally:
        os.kill(pid, signal.SIGCONT)
    wait_for("the overflow is told", lambda: site.daemon.status()["watch"]["overflows"] > overflows)
    site.expect_exact("after an overflow")
    assert site.daemon.role_pid("watch") == pid


def test_hash_directories_come_and_go(site):
    defer(site, 40)
    held(site, "deferred", 40)
    site.expect_exact("before")
    site.postfix.run("postsuper", "-d", "ALL", "deferred")
    held(site, "deferred", 0)
    for path in (site.postfix.queue / "deferred").iterdir():
        path.rmdir()
    site.expect_exact("hash directories removed")
    defer(site, 40)
    held(site, "deferred", 40)
    site.expect_exact("made again")
    full = next(p for p in (site.postfix.queue / "deferred").iterdir() if any(p.iterdir()))
    shutil.rmtree(full)
    site.expect_exact("one removed with what it held")


def test_deeper_hash(site):
    defer(site, 30)
    held(site, "deferred", 30)
    site.postfix.stop()
    site.postfix.settings["hash_queue_depth"] = "2"
    site.postfix.write_settings()
    site.postfix.start()
    site.send_flood(30)
    held(site, "deferred", 60, 30)
    site.expect_exact("two levels of directories")


def test_two_instances(make_gateway):
    """Each instance has counts of its own, and a flood in one of them is an incident of that one."""
    first, other = make_gateway(mode="observe"), make_gateway(mode="observe")
    other.start(daemon=False)
    first.daemon.settings["postfix"]["config_directories"].append(str(other.postfix.config))
    first.daemon.write(json.dumps(first.daemon.settings))
    first.start()
    defer(first, 5)
    other.send_flood(60)
    held(first, "deferred", 5)
    held(other, "deferred", 60, 60)
    name = other.postfix.config.name  # the first is "-"
    wait_for("both are counted", lambda: {
        i["name"]: i["queues"]["deferred"]["bounces"] for i in
        first.daemon.status()["instances"]} == {"-": 0, name: 60})
    wait_for("the incident opens", lambda: first.daemon.status()["incidents"])
    assert [i["instance"] for i in first.daemon.status()["incidents"]] == [name]
    first.daemon.ctl("remedy", "plan", "hold-bounces", status=2)  # of which instance?
    first.daemon.ctl("remedy", "run", "hold-bounces", "--instance", name, status=0)
    wait_for("held in that one", lambda: other.postfix.truth()["hold"] == (60, 60))
    assert first.postfix.truth()["deferred"] == (5, 0)

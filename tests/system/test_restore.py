# SPDX-License-Identifier: ISC
#
# test_restore.py - deleted messages come back on the real Postfix: each once, whole, to whom it was
# addressed, also when what brings them back is killed; copies are root's and go when there is no room.

import os
import time

import pytest

from daemon import ROOT
from postfix import wait_for

FLOOD = 40
RULES = {}  # nothing is done but by an operator


def last_action(site):
    return site.daemon.ask("remedy", "list")["actions"][0]


def act(site, *words):
    """Runs or undoes; returns the action that is done."""
    site.daemon.ctl("remedy", *words, status=0)
    return wait_for(f"{' '.join(map(str, words))} ends", lambda: last_action(site)["state"] in (
        "done", "failed", "capped") and last_action(site), 60)


def flood(site):
    site.send_flood(FLOOD)
    wait_for("the bounces are deferred",
             lambda: site.postfix.truth()["deferred"] == (FLOOD, FLOOD), 60)


def recipients(site):
    """To whom the bounces in the queues are addressed, sorted."""
    return sorted(line["recipients"][0]["address"] for line in site.postfix.listing()
                  if line["sender"] == "MAILER-DAEMON")


def bodies(site, queue):
    """What the messages in a queue say, without the lines that each way through Postfix adds."""
    return sorted(site.postfix.run("postcat", "-b", "-q", i) for i in site.postfix.queue_ids(queue))


def copies(site):
    return [path for path in (site.daemon.state / "copies").glob("*/*")]


def delete(site):
    act(site, "run", "hold-bounces")
    deleted = act(site, "run", "delete-bounces")
    assert deleted["messages"] == FLOOD and site.postfix.truth()["hold"] == (0, 0)
    return deleted["action"]


def test_deleted_messages_come_back_once(make_gateway):
    site = make_gateway(mode="observe", rules=RULES).start()
    site.start_good_mail()
    flood(site)
    addressed, said = recipients(site), bodies(site, "deferred")
    deleted = delete(site)
    kept = copies(site)
    assert len(kept) == FLOOD and all(path.suffix == ".gz" for path in kept)
    for path in [site.daemon.state / "copies", *(site.daemon.state / "copies").iterdir(), *kept]:
        status = path.stat()
        assert (status.st_uid, status.st_mode & 0o77) == (0, 0), path
    restored = act(site, "undo", deleted)
    assert restored["remedy"] == "restore" and restored["messages"] == FLOOD, restored
    assert restored["text"] == f"restored {FLOOD} messages"
    wait_for("they wait again", lambda: site.postfix.truth()["deferred"] == (FLOOD, FLOOD), 60)
    assert recipients(site) == addressed
    assert bodies(site, "deferred") == said
    assert site.postfix.truth()["maildrop"] == (0, 0)
    assert all(path.stat().st_size == 0 and path.suffix == ".back" for path in copies(site))
    site.expect_exact("restored")
    counts = site.daemon.status()["instances"][0]["queues"]["deferred"]
    assert counts["bounces"] == FLOOD, "they are known as bounces of ours again"
    assert site.daemon.ctl("remedy", "undo", deleted)[0] == 2, "only once"
    # ... and what came back can be deleted again.
    assert act(site, "run", "hold-bounces")["messages"] == FLOOD
    site.stop_good_mail()
    assert not site.postfix.logged("fatal|panic")


def test_with_no_more_than_the_unit_allows(make_gateway):
    unit = (ROOT / "init" / "watchdogd.service").read_text()
    allowed = [word.removeprefix("CAP_").lower() for line in unit.splitlines()
               if line.startswith("CapabilityBoundingSet=") for word in line.split("=")[1].split()]
    assert "dac_override" not in allowed
    site = make_gateway(mode="observe", rules=RULES)
    site.daemon.starter = ["setpriv", "--no-new-privs", "--bounding-set",
                           ",".join(["-all", *(f"+{word}" for word in allowed)])]
    site.start()
    flood(site)
    addressed = recipients(site)
    deleted = delete(site)
    assert act(site, "undo", deleted)["text"] == f"restored {FLOOD} messages"
    wait_for("they wait again", lambda: site.postfix.truth()["deferred"] == (FLOOD, FLOOD), 60)
    assert recipients(site) == addressed


@pytest.mark.parametrize("victim", ["remedy", "engine", "watchdogd"])
def test_killed_while_they_come_back(make_gateway, victim):
    site = make_gateway(mode="observe", rules=RULES,
                        remedies={"restore": {"batch": 3}}).start()
    flood(site)
    addressed = recipients(site)
    deleted = delete(site)
    site.daemon.ctl("remedy", "undo", deleted, status=0)
    for part in (0.3, 0.6):
        wait_for("some are back", lambda p=part: sum(
            path.suffix != ".gz" for path in copies(site)) > FLOOD * p, 60, 0.005)
        if victim == "watchdogd":
            site.daemon.status()
            site.daemon.process.kill()
            site.daemon.process.wait()
            wait_for("the roles end with their parent", lambda: not site.daemon.left_over())
            site.daemon.start()
        else:
            site.daemon.kill_role(victim)
    restored = wait_for("all are back", lambda: last_action(site)["remedy"] == "restore" and
                        last_action(site)["state"] == "done" and last_action(site), 90)
    assert restored["messages"] == FLOOD, restored
    wait_for("they wait again", lambda: site.postfix.truth()["deferred"] == (FLOOD, FLOOD), 60)
    assert recipients(site) == addressed, "each once"
    assert not list((site.postfix.queue / "maildrop").iterdir())
    site.expect_exact("restored")


def test_no_copy_no_delete(make_gateway):
    site = make_gateway(mode="observe", rules=RULES)
    site.daemon.state.mkdir()
    (site.daemon.state / "copies").symlink_to("/tmp")
    site.start()
    flood(site)
    act(site, "run", "hold-bounces")
    site.daemon.ctl("remedy", "run", "delete-bounces", status=0)
    wait_for("it is said why", lambda: site.daemon.logged(
        "deleted 0 of 40 messages: 40 failed; no copy of .*: Not a directory"), 30)
    assert site.postfix.truth()["hold"] == (FLOOD, FLOOD)


def test_copies_have_their_limit(make_gateway):
    site = make_gateway(mode="observe", rules=RULES,
                        store={"max_copies_mb": 0}).start()
    flood(site)
    deleted = delete(site)
    assert copies(site) == []
    assert act(site, "undo", deleted)["text"] == f"restored 0 messages, {FLOOD} gone before"
    assert site.postfix.truth()["hold"] == site.postfix.truth()["deferred"] == (0, 0)


def test_old_copies_go(make_gateway):
    site = make_gateway(mode="observe", rules=RULES)
    day = int(time.time()) // 86400
    for age in (0, 59, 62):
        path = site.daemon.state / "copies" / str(day - age)
        path.mkdir(parents=True)
        (path / "-.A1.1.1.gz").write_bytes(b"x" * 100)
    (site.daemon.state / "copies").chmod(0o700)
    os.chown(site.daemon.state / "copies", 0, 0)
    site.start()
    assert sorted(int(path.name) for path in (site.daemon.state / "copies").iterdir()) == [
        day - 59, day]

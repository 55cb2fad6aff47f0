# SPDX-License-Identifier: ISC
#
# test_anew.py - on the real Postfix, messages that an operator selects come in anew from hold, by the
# maps as they are now, or are given up; the others stay as they are.

import pytest

from postfix import wait_for
from sink import send

COUNT = 15


def put_off(site, sender):
    """Mail that waits: the server behind puts it off."""
    before = site.postfix.truth()["deferred"][0]
    send(site.postfix.port, [(sender, "anna@later.example", f"mail {number} of {sender}")
                             for number in range(COUNT)])
    wait_for("it is deferred", lambda: site.postfix.truth()["deferred"][0] == before + COUNT, 60)
    site.expect_exact("deferred")


def act(site, *words):
    """Runs a remedy; returns the action when it has ended."""
    number = site.daemon.ask("remedy", "run", *words)["action"]

    def ended():
        action = site.daemon.ask("remedy", "show", number)["action"]
        return action["state"] in ("done", "failed") and action

    return wait_for(f"{words[0]} ends", ended, 120)


@pytest.fixture
def site(make_gateway):
    site = make_gateway(mode="observe", rules={}).start()
    put_off(site, "ben@good.example")
    put_off(site, "ada@other.example")
    return site


def test_held_mail_comes_in_anew(site):
    assert act(site, "hold", "--domain", "later.example")["messages"] == 2 * COUNT
    transport = site.postfix.config / "transport"
    transport.write_text(transport.read_text().replace(str(site.later.port), str(site.good.port)))
    site.postfix.run("postfix", "reload")
    requeued = act(site, "requeue", "--sender", "ben@good.example")
    assert requeued["messages"] == COUNT and requeued["text"] == f"requeued {COUNT} messages", requeued
    assert requeued["undo"] is None
    wait_for("they go the new way", lambda: len(site.good.mails) == COUNT, 60)
    assert sorted(site.good.subjects()) == sorted(
        f"mail {number} of ben@good.example" for number in range(COUNT)), "each once"
    assert site.postfix.truth()["hold"] == (COUNT, 0), "the others stay held"
    site.expect_exact("requeued")


def test_killed_while_it_comes_in_anew(make_gateway):
    site = make_gateway(mode="observe", rules={}, remedies={"requeue": {"batch": 2}}).start()
    put_off(site, "ben@good.example")
    act(site, "hold", "--domain", "later.example")
    number = site.daemon.ask("remedy", "run", "requeue", "--sender", "ben@good.example")["action"]
    wait_for("it has begun", lambda: site.postfix.truth()["hold"][0] < COUNT, 30, 0.02)
    site.daemon.kill_role("remedy")
    wait_for("it ends", lambda: site.daemon.ask("remedy", "show", number)["action"]["state"] == "done",
             90)
    wait_for("all wait again", lambda: site.postfix.truth()["deferred"] == (COUNT, 0), 60)
    ids = site.postfix.postsuper_logged("requeued")
    assert len(ids) == len(set(ids)), "none twice"
    site.expect_exact("requeued")


def test_given_up_mail_is_told_of(site):
    expired = act(site, "expire", "--sender", "ben@good.example")
    assert expired["messages"] == COUNT and expired["text"] == f"expired {COUNT} messages", expired
    assert site.postfix.truth()["deferred"] == (2 * COUNT, 0), "at its next try"
    site.postfix.run("postqueue", "-f")
    wait_for("the sender is told", lambda: len(site.good.mails) == COUNT, 60)
    assert set(site.good.subjects()) == {"Undelivered Mail Returned to Sender"}
    wait_for("the other mail waits", lambda: site.postfix.truth()["deferred"] == (COUNT, 0), 60)
    site.expect_exact("expired")


@pytest.mark.parametrize("word", ["bounce", "2bounce"])
def test_no_flood_for_the_postmaster(make_gateway, word):
    site = make_gateway(mode="observe", rules={}).start()
    put_off(site, "ben@good.example")
    site.postfix.set(notify_classes=f"resource, {word}")
    site.daemon.ask("remedy", "run", "expire", "--sender", "ben@good.example")
    wait_for("it is said why", lambda: site.daemon.logged(
        f"expired 0 of {COUNT} messages: {COUNT} failed; notify_classes has {word}: "
        "the postmaster would get a message for each"), 30)
    assert not any(entry.get("forced_expire") for entry in site.postfix.listing())

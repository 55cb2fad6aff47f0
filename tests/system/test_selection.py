# SPDX-License-Identifier: ISC
#
# test_selection.py - an operator holds what he selects on the real Postfix: by the senders' pattern, by
# reason, by domain; nothing else is touched, also when a role dies, and release puts it back.

import pytest

from postfix import wait_for
from sink import send

FLOOD = 60
SHAPE = "{letters}{4 digits}@{4 digits}.com"


def put_off(site, sender, count, domain="later.example"):
    """Mail that waits: the server behind puts it off."""
    before = site.postfix.truth()["deferred"][0]
    mails = [(sender if isinstance(sender, str) else sender(number), f"anna@{domain}", f"mail {number}")
             for number in range(count)]
    send(site.postfix.port, mails)
    wait_for("it is deferred", lambda: site.postfix.truth()["deferred"][0] == before + count, 60)
    site.expect_exact("deferred")


def made_up(number):
    return f"ava{1000 + number}@{4000 + number}.com"


def actions(site):
    return site.daemon.ask("remedy", "list")["actions"]


def is_done(site, action):
    return site.daemon.ask("remedy", "show", action)["action"]["state"] == "done"


def held(site):
    return site.postfix.truth()["hold"][0]


def run(site, *words):
    action = site.daemon.ask("remedy", "run", "hold", *words)["action"]
    wait_for("hold ends", lambda: is_done(site, action), 60)
    return action


@pytest.fixture
def site(make_gateway):
    site = make_gateway(mode="observe", rules={}).start()
    put_off(site, "ben@good.example", 20)
    put_off(site, made_up, FLOOD)
    return site


def test_plan_run_and_undo_by_shape(site):
    plan = site.daemon.ask("remedy", "plan", "hold", "--shape", SHAPE)
    assert plan["would"] == plan["matching"] == FLOOD and plan["total"] == FLOOD + 20, plan
    assert len(plan["sample"]) == 10 and all(
        row["sender"].startswith("ava") for row in plan["sample"])
    assert held(site) == 0, "a plan does nothing"
    text = site.daemon.ctl("remedy", "plan", "hold", "--shape", SHAPE, status=0)[1]
    assert f"--shape '{SHAPE}'" in text

    action = run(site, "--shape", SHAPE)
    assert held(site) == FLOOD and len(site.postfix.postsuper_logged("placed on hold")) == FLOOD
    left = site.daemon.ask("list", "deferred", "--limit", 100)["messages"]
    assert [row["sender"] for row in left] == ["ben@good.example"] * 20
    shown = site.daemon.ask("remedy", "show", action)["action"]
    assert shown["messages"] == FLOOD and SHAPE in shown["selection"], shown
    undo = site.daemon.ask("remedy", "undo", action)["action"]
    wait_for("it is released", lambda: is_done(site, undo), 60)
    assert held(site) == 0
    assert sorted(site.postfix.postsuper_logged("released from hold")) == sorted(
        site.postfix.postsuper_logged("placed on hold"))
    assert site.daemon.ask("audit")["audit"][-1]["verb"] == "run"


@pytest.mark.parametrize("words, count", [
    (["--sender", "@good.example"], 20),
    (["--sender", "ava1007@4007.com"], 1),
    (["--domain", "later.example", "--class", "normal"], FLOOD + 20),
    (["--domain", "other.example"], 0),
    (["--reason", "come back later", "--shape", SHAPE], FLOOD),
    (["--reason", "no such reason"], 0),
    (["--client", "127.0.0.0/8", "--smaller", "1M"], FLOOD + 20),
    (["--class", "bounce"], 0),
    (["--older", "1h"], 0),
    (["--larger", "1M"], 0)])
def test_each_condition(site, words, count):
    run(site, *words)
    assert held(site) == count


def test_what_cannot_be_meant_is_refused(site):
    for words, why in [([], "say which messages"), (["--client", "nobody"], "is no address")]:
        answer = site.daemon.ask("remedy", "plan", "hold", *words)
        assert why in answer["error"], answer
    answer = site.daemon.ask("remedy", "run", "hold-bounces", "--sender", "@good.example")
    assert "takes no conditions" in answer["error"] and held(site) == 0


@pytest.mark.parametrize("victim", ["watch", "engine", "remedy"])
def test_killed_meanwhile(make_gateway, victim):
    site = make_gateway(mode="observe", rules={}, remedies={"hold": {"batch": 5}}).start()
    put_off(site, "ben@good.example", 20)
    put_off(site, made_up, FLOOD)
    action = site.daemon.ask("remedy", "run", "hold", "--shape", SHAPE)["action"]
    wait_for("it has begun", lambda: held(site) >= 5)
    site.daemon.kill_role(victim)
    wait_for("hold ends", lambda: is_done(site, action), 90)
    assert held(site) == FLOOD
    ids = site.postfix.postsuper_logged("placed on hold")
    assert len(ids) == len(set(ids)), "none is held twice"
    left = site.daemon.ask("list", "deferred", "--limit", 100)["messages"]
    assert [row["sender"] for row in left] == ["ben@good.example"] * 20

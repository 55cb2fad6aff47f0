# SPDX-License-Identifier: ISC
#
# test_acting.py - what is done and what is only said: mode observe, an operator's order and its
# undo, pause, caps.

import copy

from conftest import QUICK_RULE
from postfix import wait_for
from sink import send

FLOOD = 80


def flood(site):
    site.send_flood(FLOOD)
    wait_for("the bounces are deferred",
             lambda: site.postfix.truth()["deferred"] == (FLOOD, FLOOD), 60)
    wait_for("the incident opens", lambda: site.daemon.status()["incidents"])


def actions(site):
    incident = site.daemon.ask("incidents")["incidents"][0]["id"]
    return site.daemon.ask("incidents", incident)["incidents"][0]["remedies"]


def test_observe_touches_nothing_and_says_what_it_would_do(make_gateway):
    site = make_gateway(mode="observe").start()
    flood(site)
    wait_for("it is said what would be done",
             lambda: [a["state"] for a in actions(site)] == ["would", "would"], 30)
    hold, delete = actions(site)
    assert hold["matching"] == FLOOD and hold["messages"] == 0
    assert f"would hold {FLOOD} messages" in hold["text"]
    assert "remedy run hold-bounces" in hold["run"]
    assert delete["messages"] == 0
    mail = wait_for("the alert", site.relay.texts)[0]
    assert f"would hold {FLOOD} messages" in mail
    assert site.postfix.truth()["deferred"] == (FLOOD, FLOOD)
    assert not site.postfix.logged("postfix/postsuper")
    status, text = site.daemon.ctl("status")
    assert status == 1 and "observe" in text


def test_order_and_its_undo(make_gateway):
    site = make_gateway(mode="observe").start()
    flood(site)
    plan = site.daemon.ask("remedy", "plan", "hold-bounces")
    assert plan["matching"] == plan["would"] == FLOOD, plan
    assert site.postfix.truth()["deferred"] == (FLOOD, FLOOD), "a plan does nothing"
    site.daemon.ctl("remedy", "run", "hold-bounces", status=0)
    wait_for("held", lambda: site.postfix.truth()["hold"] == (FLOOD, FLOOD))
    site.expect_exact("held")
    action = site.daemon.ask("remedy", "list")["actions"][0]
    assert action["remedy"] == "hold-bounces" and action["undo"].endswith(
        f"remedy undo {action['action']}"), action
    wait_for("the action is done",
             lambda: site.daemon.ask("remedy", "list")["actions"][0]["state"] == "done")
    site.daemon.ctl("remedy", "undo", action["action"], status=0)
    wait_for("released", lambda: site.postfix.truth()["deferred"] == (FLOOD, FLOOD))
    site.expect_exact("released")
    done = site.postfix.postsuper_logged("released from hold")
    assert len(done) == len(set(done)) == FLOOD


def test_deleted_messages_leave_a_copy(make_gateway):
    site = make_gateway(mode="observe").start()
    flood(site)
    for remedy in ("hold-bounces", "delete-bounces"):
        site.daemon.ctl("remedy", "run", remedy, status=0)
        wait_for(f"{remedy} is done", lambda: site.daemon.ask(
            "remedy", "list")["actions"][0]["messages"] == FLOOD)
    assert site.postfix.truth()["hold"] == (0, 0)
    action = site.daemon.ask("remedy", "list")["actions"][0]
    assert action["remedy"] == "delete-bounces"
    shown = site.daemon.ask("remedy", "show", action["action"], "--limit", FLOOD)["messages"]
    deleted = site.postfix.postsuper_logged("removed")
    assert sorted(m["queue_id"] for m in shown) == sorted(deleted)
    for message in shown:
        assert message["outcome"] == "done"
        copied = "\n".join(message["copy"]) if isinstance(message["copy"], list) else message["copy"]
        assert "Undelivered Mail Returned to Sender" in copied and message["recipient"] in copied


def test_pause_and_resume(make_gateway):
    site = make_gateway().start()
    site.daemon.ctl("pause", status=0)
    flood(site)
    wait_for("the alert", lambda: site.relay.mails)
    assert site.postfix.truth()["deferred"] == (FLOOD, FLOOD), "paused"
    site.daemon.ctl("resume", status=0)
    wait_for("held after all", lambda: site.postfix.truth()["hold"] == (FLOOD, FLOOD))
    site.expect_exact("held")


def test_incident_says_who_it_is_from(make_gateway):
    site = make_gateway(mode="observe").start()
    flood(site)
    incident = wait_for("it is said who it is from",
                        lambda: [i for i in site.daemon.status()["incidents"] if i["who"]], 30)[0]
    cause = incident["who"][0]
    assert cause["dimension"] == "cause" and cause["class"] == "bounce"
    assert cause["total"] == FLOOD and cause["share"] >= 90
    assert "were caused by mail from" in cause["text"]
    assert "  Who  " in site.daemon.ctl("status")[1]
    assert site.daemon.status()["watch"]["event_limit"] >= 1024
    wait_for("it is kept as of the opening",
             lambda: site.daemon.ask("incidents", incident["id"])["incidents"][0]["mail_at_opening"], 20)
    site.daemon.ctl("close", incident["id"], status=0)
    mail = wait_for("the all-clear", lambda: site.relay.texts()[1:], 20)[0]
    assert "were caused by mail from" in mail


def test_operator_takes_care(make_gateway):
    site = make_gateway(mode="observe").start()
    flood(site)
    incident = site.daemon.status()["incidents"][0]
    assert incident["acknowledged"] is None
    site.daemon.ctl("ack", incident["id"], "--text", "looking into it", status=0)
    site.daemon.ctl("note", incident["id"], "--text", "the customer was called", status=0)
    seen = site.daemon.status()["incidents"][0]
    assert seen["acknowledged"] and seen["acknowledged_by"] == "uid 0"
    wait_for("the alert", lambda: site.relay.mails)
    site.daemon.ctl("snooze", incident["id"], "--for", "6s", status=0)
    site.daemon.ctl("close", incident["id"], status=0)
    document = site.daemon.ask("incidents", incident["id"])
    assert [act["verb"] for act in document["audit"]] == ["close", "snooze", "note", "ack"]
    assert document["audit"][2]["text"] == "the customer was called"
    assert document["incidents"][0]["state"] == "closed"
    assert len(site.relay.mails) == 1, "snoozed"
    mail = wait_for("the all-clear", lambda: site.relay.texts()[1:], 20)[0]
    assert "by uid 0" in mail
    assert not site.daemon.status()["incidents"], "the flood goes on, and he knows"
    site.daemon.ctl("ack", incident["id"], status=2)


def test_cap(make_gateway):
    rules = copy.deepcopy(QUICK_RULE)
    del rules["bounce-flood"]["remedies"][1]
    site = make_gateway(rules=rules, remedies={"hold-bounces": {"max_messages": 30}}).start()
    flood(site)
    wait_for("the cap is reached", lambda: actions(site)[0]["state"] == "capped")
    assert site.postfix.truth()["hold"] == (30, 30)
    assert actions(site)[0]["messages"] == 30


def test_other_mail_is_left_alone(make_gateway):
    site = make_gateway().start()
    send(site.postfix.port, [(sender, "anna@later.example", f"mail of {sender or 'nobody'} {n}")
                             for n in range(10) for sender in ("ben@good.example", "")])
    wait_for("good mail and delivery reports wait",
             lambda: site.postfix.truth()["deferred"] == (20, 10))
    site.send_flood(FLOOD)
    wait_for("the bounces are held", lambda: site.postfix.truth()["hold"] == (FLOOD, FLOOD), 60)
    wait_for("they are deleted", lambda: site.postfix.truth()["hold"] == (0, 0), 60)
    assert site.postfix.truth()["deferred"] == (20, 10), \
        "mail with a sender, and reports from outside, are no bounces of ours"
    site.expect_exact("at the end")

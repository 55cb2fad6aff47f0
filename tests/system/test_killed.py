# SPDX-License-Identifier: ISC
#
# test_killed.py - each role, and the parent, is killed in the middle of a flood: the story ends all
# the same, nothing is done twice, no alert is lost and none doubled.

import threading

import pytest

from conftest import QUICK_RULE
from daemon import ROLES
from postfix import wait_for

FLOOD = 300
# It lasts until the last bounce is held: a few that are just being tried would be below another level.
RULE = {"bounce-flood": {**QUICK_RULE["bounce-flood"], "clear_below": 1}}


def start_flood(site):
    thread = threading.Thread(target=site.send_flood, args=(FLOOD,), kwargs={"pause_s": 0.04})
    thread.start()
    return thread


def kill(site, victim):
    if victim == "watchdogd":
        site.daemon.status()
        site.daemon.process.kill()
        site.daemon.process.wait()
        wait_for("the roles end with their parent", lambda: not site.daemon.left_over())
        site.daemon.start()
    else:
        site.daemon.kill_role(victim)


def incident_of(site):
    incidents = site.daemon.ask("incidents").get("incidents", [])
    assert len(incidents) <= 1, incidents
    return incidents[0] if incidents else None


def is_over(site):
    incident = incident_of(site)
    return incident is not None and incident["state"] == "closed" and len(
        site.relay.mails) >= 2 and all(
        action["state"] == "done" for action in
        site.daemon.ask("incidents", incident["id"])["incidents"][0]["remedies"])


@pytest.mark.parametrize("victim", [*ROLES, "watchdogd"])
def test_story_ends_all_the_same(make_gateway, victim):
    # Bounces are tried again and again, as in the demo.
    site = make_gateway(postfix_settings={}, rules=RULE).start()
    site.start_good_mail()
    flood = start_flood(site)
    wait_for("bounces pile up", lambda: site.postfix.truth()["deferred"][1] > 30)
    kill(site, victim)
    wait_for("the incident opens", lambda: incident_of(site), 60)
    kill(site, victim)  # while messages are being held, and the alert is under way
    flood.join()
    wait_for("the first bounces are held", lambda: site.postfix.truth()["hold"][0])
    wait_for("the story is over", lambda: is_over(site), 90, 0.5)

    bounces = site.postfix.logged(r"sender non-delivery notification: (\w+)$")
    held = site.postfix.postsuper_logged("placed on hold")
    deleted = site.postfix.postsuper_logged("removed")
    assert len(bounces) == FLOOD
    # A postsuper whose remedy was killed finds nobody to write to, and may end between the move of
    # a file and its line in the log: a line for each kill may be missing. What was done is found by
    # looking, never done again.
    missing = 2 if victim in ("remedy", "watchdogd") else 0
    for what, ids in (("held", held), ("deleted", deleted)):
        assert len(ids) == len(set(ids)), f"none is {what} twice"
        assert set(ids) <= set(bounces) and len(ids) >= FLOOD - missing, f"each is {what}"
    remedies = site.daemon.ask("incidents", incident_of(site)["id"])["incidents"][0]["remedies"]
    assert [(a["remedy"], a["messages"]) for a in remedies] == [
        ("hold-bounces", FLOOD), ("delete-bounces", FLOOD)]
    site.stop_good_mail()
    site.expect_exact("at the end")
    # Where all are killed at once nobody is left to hear the relay's answer: the same mail goes again.
    mails = {mail["Message-ID"] for mail in site.alerts()} if victim == "watchdogd" else site.alerts()
    assert len(mails) == 2 and site.alerts("is over"), site.relay.subjects()
    assert site.daemon.status()["alerts"] == {"waiting": 0, "refused": 0}


ASKING_RULE = {"bounce-flood": {
    "signal": "bounces", "above": 50, "for": "2s", "clear_below": 10, "clear_for": "4s",
    "remedies": [{"remedy": "hold-bounces", "mode": "confirm"},
                 {"remedy": "postfix-parameter", "parameter": "queue_run_delay", "value": "7s",
                  "when": "still_above", "above": 100, "revert": "when_clear"},
                 {"remedy": "postfix-parameter", "parameter": "bounce_queue_lifetime", "value": "1h",
                  "after": "4s", "when": "still_above", "above": 100000}]}}


def actions_of(site):
    return site.daemon.ask("incidents", incident_of(site)["id"])["incidents"][0]["remedies"]


def action_with(site, remedy, **values):
    found = [a for a in actions_of(site) if a["remedy"] == remedy and a["undo_of"] is None and all(
        a[name] == value for name, value in values.items())]
    return found[0] if found else None


@pytest.mark.parametrize("victim", ["engine", "remedy", "watch", "watchdogd"])
def test_questions_and_conditions_survive(make_gateway, victim):
    site = make_gateway(rules=ASKING_RULE).start()
    before = site.postfix.run("postconf", "-h", "queue_run_delay")
    site.start_good_mail()
    site.send_flood(FLOOD, pause_s=0.02)
    wait_for("it asks", lambda: incident_of(site) and action_with(
        site, "hold-bounces", state="asking"), 60)
    kill(site, victim)
    wait_for("the parameter is set", lambda: site.postfix.run(
        "postconf", "-h", "queue_run_delay") == "7s\n", 60)
    wait_for("the step that is not for this flood is skipped", lambda: action_with(
        site, "postfix-parameter", setting="bounce_queue_lifetime", state="skipped"), 60)
    assert site.postfix.truth()["hold"] == (0, 0), "nobody has said yes"
    asked = action_with(site, "hold-bounces")
    assert asked["confirm"] == f"watchdogctl confirm {asked['action']}"
    assert asked["confirm"] in site.alerts()[0].get_body(("plain",)).get_content()
    site.daemon.ctl("confirm", asked["action"], status=0)
    kill(site, victim)
    wait_for("the bounces are held", lambda: site.postfix.truth()["hold"][0] == FLOOD, 60)
    wait_for("the incident closes", lambda: incident_of(site)["state"] == "closed", 60)
    wait_for("the parameter is put back", lambda: site.postfix.run(
        "postconf", "-h", "queue_run_delay") == before, 60)
    assert action_with(site, "hold-bounces")["confirmed_by"] == "uid 0"
    assert action_with(site, "postfix-parameter", setting="bounce_queue_lifetime")["state"] == "skipped"
    ids = site.postfix.postsuper_logged("placed on hold")
    assert len(ids) == len(set(ids)), "none is held twice"
    assert len({mail["Message-ID"] for mail in site.alerts("asks")}) == 0, "the opening asked"
    site.daemon.ctl("revert", incident_of(site)["id"], status=0)
    wait_for("what was held is released", lambda: len(
        site.postfix.postsuper_logged("released from hold")) >= FLOOD - 1, 60)
    site.stop_good_mail()

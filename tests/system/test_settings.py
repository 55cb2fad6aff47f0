# SPDX-License-Identifier: ISC
#
# test_settings.py - remedies that change a setting of the real Postfix: plan, act, undo; by a rule,
# put back when the incident is over; what somebody else changed is left; kills at any moment.

import random
import time

import pytest

from postfix import wait_for

FLOOD = 80
LIFETIME = ("postfix-parameter", "--set", "bounce_queue_lifetime=1h")

HOLD = {"remedy": "hold-bounces"}


def rule(*steps, clear_for="3s"):
    return {"bounce-flood": {"signal": "bounces", "above": 50, "for": "2s", "clear_below": 10,
                             "clear_for": clear_for, "remedies": list(steps)}}


def parameter(name, value, revert="when_clear", **more):
    return {"remedy": "postfix-parameter", "parameter": name, "value": value, "revert": revert,
            **more}


def main_cf(site):
    return (site.postfix.config / "main.cf").read_bytes()


def value_of(site, name):
    return site.postfix.run("postconf", "-h", name).strip()


def last_action(site):
    return site.daemon.ask("remedy", "list")["actions"][0]


def show(site, number):
    return site.daemon.ask("remedy", "show", number)


def wait_done(site, what, state="done"):
    return wait_for(what, lambda: last_action(site)["state"] == state and last_action(site))


def reloads(site):
    return len(site.postfix.logged(r"postfix/master\[\d+\]: reload"))


def run(site):
    site.daemon.ctl("remedy", "run", *LIFETIME, status=0)
    return wait_done(site, "it is set")["action"]


def test_plan_run_undo(make_gateway):
    site = make_gateway(mode="observe").start()
    before = main_cf(site)
    plan = site.daemon.ask("remedy", "plan", *LIFETIME)
    assert plan["old_value"] == "5d" and not plan["was_set"] and plan["reload"], plan
    assert "would set bounce_queue_lifetime to 1h" in plan["text"]
    assert main_cf(site) == before and reloads(site) == 0, "a plan changes nothing"
    action = run(site)
    assert value_of(site, "bounce_queue_lifetime") == "1h"
    wait_for("Postfix is reloaded", lambda: reloads(site) == 1)
    change = show(site, action)["change"]
    assert change["state"] == "changed" and not change["was_set"], change
    assert change["old_value"] == "5d" and change["value"] == "1h", change
    status, text = site.daemon.ctl("remedy", "run", *LIFETIME)
    refused = wait_done(site, "a second time", "failed")
    assert f"action {action} has changed bounce_queue_lifetime already" in refused["text"], text
    assert f"remedy undo {action}" in show(site, action)["action"]["undo"]
    site.daemon.ctl("remedy", "undo", action, status=0)
    undo = wait_done(site, "it is put back")
    assert undo["undo_of"] == action and "put bounce_queue_lifetime back to 5d" in undo["text"]
    assert main_cf(site) == before, "byte for byte"
    wait_for("Postfix is reloaded again", lambda: reloads(site) == 2)
    assert show(site, action)["change"]["state"] == "undone"
    assert site.postfix.master_pid() is not None


def test_what_is_not_allowed(make_gateway):
    site = make_gateway().start()
    before = main_cf(site)
    for words, said in [
            (["--set", "mynetworks=0.0.0.0/0"], "mynetworks may not be changed"),
            (["--set", "bounce_queue_lifetme=1h"], "did you mean bounce_queue_lifetime?"),
            (["--set", "bounce_queue_lifetime=90d"], "expected a time from 0s to 30d"),
            (["--set", "nosuch_destination_rate_delay=1s"], "no parameter nosuch_dest"),
            ([], "--set PARAMETER=VALUE")]:
        answer = site.daemon.ask("remedy", "plan", "postfix-parameter", *words)
        assert said in answer["error"], answer
    answer = site.daemon.ask("remedy", "run", "hold-bounces", "--set", "a=b")
    assert "takes no --set" in answer["error"], answer
    assert main_cf(site) == before


def test_what_somebody_else_changed_is_left(make_gateway):
    site = make_gateway().start()
    action = run(site)
    site.postfix.run("postconf", "-e", "bounce_queue_lifetime=2d")
    site.daemon.ctl("remedy", "undo", action, status=0)
    undo = wait_done(site, "the undo ends")
    assert "bounce_queue_lifetime is 2d, not 1h: changed by somebody else" in undo["text"], undo
    assert value_of(site, "bounce_queue_lifetime") == "2d"
    assert show(site, action)["change"]["state"] == "left"


def incident_actions(site):
    incidents = site.daemon.ask("incidents")["incidents"]
    if not incidents:
        return []
    return site.daemon.ask("incidents", incidents[0]["id"])["incidents"][0]["remedies"]


def test_rule_sets_and_puts_back(make_gateway):
    site = make_gateway(postfix_settings={"minimal_backoff_time": "600s", "queue_run_delay": "5s",
                                          "maximal_backoff_time": "600s"},
                        rules=rule(parameter("bounce_queue_lifetime", "1h"),
                                   parameter("maximal_backoff_time", "2h"), HOLD)).start()
    site.start_good_mail()
    before = main_cf(site)
    site.send_flood(FLOOD)
    wait_for("both are set", lambda: value_of(site, "bounce_queue_lifetime") == "1h"
             and value_of(site, "maximal_backoff_time") == "2h", 60)
    wait_for("the incident closes", lambda: site.daemon.status()["open_incidents"] == 0
             and site.daemon.ask("incidents")["incidents"], 60)
    wait_for("both are put back", lambda: main_cf(site) == before)
    wait_for("all is done", lambda: {a["state"] for a in incident_actions(site)} == {
        "undone", "done"})
    changed = [a for a in incident_actions(site) if a["remedy"] == "postfix-parameter"]
    assert len(changed) == 4 and len([a for a in changed if a["undo_of"]]) == 2, changed
    wait_for("the mails", lambda: len(site.alerts()) == 2)
    assert "is put back when the incident is over" in "".join(site.relay.texts()[:2])
    site.stop_good_mail()


def test_observe_only_says_so(make_gateway):
    site = make_gateway(mode="observe", rules=rule(parameter("bounce_queue_lifetime", "1h"))).start()
    before = main_cf(site)
    site.send_flood(FLOOD)
    action = wait_for("it is said", lambda: [a for a in incident_actions(site)
                                             if a["state"] == "would"], 60)[0]
    assert "would set bounce_queue_lifetime to 1h" in action["text"], action
    assert action["run"].endswith("remedy run postfix-parameter --instance - "
                                  "--set bounce_queue_lifetime=1h"), action
    assert main_cf(site) == before


def test_budget_of_reloads(make_gateway):
    site = make_gateway(rules=rule(parameter("bounce_queue_lifetime", "1h"),
                                   parameter("queue_run_delay", "10s"),
                                   parameter("smtp_helo_timeout", "7s")))
    site.daemon.settings["postfix"]["max_reloads"] = 1
    site.daemon.write()
    site.start()
    site.send_flood(FLOOD)
    wait_for("two are done", lambda: sorted(a["state"] for a in incident_actions(site)) == [
        "done", "done", "running"], 60)
    waiting = [a["text"] for a in incident_actions(site) if a["state"] == "running"]
    assert waiting == ["waits: 1 reloads in the last hour, postfix.max_reloads is 1"]
    assert value_of(site, "smtp_helo_timeout") == "7s", "what needs no reload does not wait"
    assert reloads(site) == 1


@pytest.mark.parametrize("victims", [("remedy",), ("engine",), ("remedy", "engine")])
def test_killed_at_any_moment(make_gateway, victims):
    chance = random.Random(len(victims))
    site = make_gateway(mode="observe").start()
    before = main_cf(site)
    for _ in range(2):
        site.daemon.ctl("remedy", "run", *LIFETIME, status=0)
        time.sleep(chance.uniform(0, 0.4))
        for victim in victims:
            site.daemon.kill_role(victim)
        action = wait_done(site, "it is set all the same")["action"]
        assert value_of(site, "bounce_queue_lifetime") == "1h"
        site.daemon.ctl("remedy", "undo", action, status=0)
        time.sleep(chance.uniform(0, 0.4))
        for victim in victims:
            site.daemon.kill_role(victim)
        wait_for("it is put back all the same",
                 lambda: last_action(site)["undo_of"] and last_action(site)["state"] == "done")
        assert main_cf(site) == before
        assert show(site, action)["change"]["state"] == "undone"


def test_what_cannot_run_here_says_why(make_gateway):
    site = make_gateway(mode="observe", klms={"control": "/nonexistent/klms-control"}).start()

    def lacks():
        return {remedy["name"]: remedy["lacks"] for remedy in site.daemon.ask("remedy", "list")["remedies"]}

    wait_for("it was looked", lambda: lacks()["klms-policy"])
    assert lacks()["klms-policy"] == "no /nonexistent/klms-control"
    assert lacks()["hold-bounces"] is None and lacks()["postfix-parameter"] is None
    assert "cannot run here: no /nonexistent/klms-control" in site.daemon.ctl("remedy", "list")[1]

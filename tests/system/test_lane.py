# SPDX-License-Identifier: ISC
#
# test_lane.py - the bounce lane on the real Postfix: installed, bounces use it when it is on and good
# mail does not; off and taken out, everything is byte for byte what it was.

import time

import pytest

from postfix import wait_for

FLOOD = 30
LANE = "watchdogd_bounces"

SEEN_S = 12  # a trivial-rewrite looks every 10 s whether its tables have changed

RETRY = {"minimal_backoff_time": "2s", "maximal_backoff_time": "3s", "queue_run_delay": "1s"}


def files(site):
    return {name: (site.postfix.config / name).read_bytes() for name in ("main.cf", "master.cf")}


def ours(site):
    return sorted(path.name for path in site.postfix.config.glob(f"{LANE}*"))


def last_action(site):
    return site.daemon.ask("remedy", "list")["actions"][0]


def act(site, *words):
    """Runs or undoes; returns the action that is done."""
    site.daemon.ctl("remedy", *words, status=0)
    return wait_for(f"{' '.join(map(str, words))} ends", lambda: last_action(site)["state"] in (
        "done", "failed") and last_action(site))


def by(site, process):
    """Queue ids of the messages that this process tried, and to where."""
    return site.postfix.logged(rf"postfix/{process}\[\d+\]: (\w+): to=<([^>]*)>")


def bounces(site):
    return set(site.postfix.logged(r"sender non-delivery notification: (\w+)$"))


def start(site):
    """Bounces are put off at each try: a server that is not there would be given up by the queue
    manager, and no transport would log a try."""
    site.postfix.settings["default_transport"] = f"smtp:[127.0.0.1]:{site.later.port}"
    site.postfix.write_settings()
    return site.start()


def install(site):
    installed = act(site, "run", "install-bounce-lane")
    assert installed["state"] == "done", installed
    return installed["action"]


def test_bounces_use_the_lane_and_good_mail_does_not(make_gateway):
    site = start(make_gateway(postfix_settings=RETRY, mode="observe", rules={}))
    before = files(site)
    refused = site.daemon.ask("remedy", "plan", "bounce-lane")
    assert "is not installed: watchdogctl remedy run install-bounce-lane" in refused["error"]
    installed = install(site)
    assert f"{LANE}:" not in site.postfix.run("postmap", "-s", f"hash:{site.postfix.config}/{LANE}")
    site.start_good_mail()
    site.send_flood(FLOOD)
    wait_for("the bounces are tried", lambda: len({i for i, _ in by(site, "smtp")} & bounces(site))
             == FLOOD, 60)
    assert not by(site, f"{LANE}/smtp"), "installed, it is off"

    plan = site.daemon.ask("remedy", "plan", "bounce-lane")
    assert plan["old_value"] == "off" and plan["value"] == "on" and not plan["reload"], plan
    lane = act(site, "run", "bounce-lane")
    assert lane["text"] == "set bounce-lane to on; it was off", lane
    wait_for("every bounce is tried again, in the lane",
             lambda: {i for i, _ in by(site, f"{LANE}/smtp")} == bounces(site), 60)
    time.sleep(SEEN_S)  # from now on none goes the old way
    seen = len(by(site, "smtp"))
    wait_for("good mail goes on", lambda: len(by(site, "smtp")) > seen + 5)
    assert not {i for i, _ in by(site, "smtp")[seen:]} & bounces(site)
    assert all(to not in ("anna@good.example", "anna@inner.example")
               for _, to in by(site, f"{LANE}/smtp"))

    assert act(site, "undo", lane["action"])["text"] == "put bounce-lane back to off; it was on"
    time.sleep(SEEN_S)
    tried = len(by(site, f"{LANE}/smtp"))
    seen = len(by(site, "smtp"))
    wait_for("bounces go the old way again",
             lambda: {i for i, _ in by(site, "smtp")[seen:]} & bounces(site), 60)
    assert len(by(site, f"{LANE}/smtp")) == tried
    undone = act(site, "undo", installed)
    assert undone["state"] == "done", undone
    assert files(site) == before and ours(site) == [], "byte for byte, and no file of ours"
    assert site.postfix.master_pid() is not None
    assert not site.postfix.logged("fatal|panic")
    site.stop_good_mail()


def test_rule_turns_it_on_and_off(make_gateway):
    rules = {"bounce-flood": {
        "signal": "bounces", "above": 20, "for": "1s", "clear_below": 5, "clear_for": "3s",
        "remedies": [{"remedy": "bounce-lane", "revert": "when_clear"},
                     {"remedy": "hold-bounces", "after": "25s"}]}}
    site = start(make_gateway(postfix_settings=RETRY, rules=rules))
    install(site)
    site.start_good_mail()
    site.send_flood(FLOOD)
    wait_for("the lane is used", lambda: by(site, f"{LANE}/smtp"), 60)
    wait_for("held, the incident closes", lambda: site.daemon.ask("incidents")["incidents"] and
             site.daemon.status()["open_incidents"] == 0, 60)
    undo = wait_for("the lane is off again", lambda: [
        a for a in site.daemon.ask("remedy", "list")["actions"]
        if a["remedy"] == "bounce-lane" and a["undo_of"] and a["state"] == "done"])[0]
    assert undo["text"] == "put bounce-lane back to off; it was on"
    site.stop_good_mail()


@pytest.mark.parametrize("others", ["", "hash:{config}/others", "inline:{{ {{a@b = smtp:c}} }}"])
def test_tables_of_others_stay(make_gateway, others):
    site = make_gateway(mode="observe")
    name = "sender_dependent_default_transport_maps"
    (site.postfix.config / "others").write_text("ben@good.example smtp:[127.0.0.1]:9\n")
    site.start()
    site.postfix.run("postmap", f"hash:{site.postfix.config}/others")
    others = others.format(config=site.postfix.config)
    site.postfix.run("postconf", "-e", f"{name}={others}")
    installed = install(site)
    table = f"hash:{site.postfix.config}/{LANE}"
    assert site.postfix.run("postconf", "-h", name).strip() == ", ".join(filter(None, [table, others]))
    if others:
        site.postfix.run("postconf", "-e", f"{name}={others}, {table}, static:smtp")
        expected = f"{others}, static:smtp"
    else:
        expected = ""
    act(site, "undo", installed)
    assert site.postfix.run("postconf", "-h", name).strip() == expected


def test_what_is_not_ours_is_not_touched(make_gateway):
    site = make_gateway(mode="observe").start()
    before = files(site)
    (site.postfix.config / LANE).write_text("somebody's\n")
    action = act(site, "run", "install-bounce-lane")
    assert action["state"] == "failed" and "is not ours: not touched" in action["text"], action
    assert files(site) == before
    assert (site.postfix.config / LANE).read_text() == "somebody's\n"
    (site.postfix.config / LANE).unlink()
    site.postfix.set(default_transport="error:no way out")
    action = act(site, "run", "install-bounce-lane")
    assert action["state"] == "failed" and "the default transport error is no smtp" in action["text"]


def test_killed_while_it_is_installed(make_gateway):
    site = make_gateway(mode="observe").start()
    before = files(site)
    for delay in (0.1, 0.4):
        site.daemon.ctl("remedy", "run", "install-bounce-lane", status=0)
        time.sleep(delay)
        site.daemon.kill_role("remedy")
        action = wait_for("it is installed all the same",
                          lambda: last_action(site)["state"] == "done" and last_action(site))
        assert LANE in site.postfix.run("postconf", "-M", f"{LANE}/unix")
        site.daemon.ctl("remedy", "undo", action["action"], status=0)
        time.sleep(delay)
        site.daemon.kill_role("remedy")
        wait_for("it is taken out all the same", lambda: last_action(site)["undo_of"] and
                 last_action(site)["state"] == "done", 60)
        assert files(site) == before and ours(site) == []

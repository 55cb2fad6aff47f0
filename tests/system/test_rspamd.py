# SPDX-License-Identifier: ISC
#
# test_rspamd.py - the real Rspamd in front of the real Postfix: it rejects, discards while the policy
# is switched, and rejects again; good mail is delivered all the time.

import os
import smtplib
import time
from pathlib import Path

import pytest

from postfix import wait_for
from rspamd import GTUBE, Rspamd

pytestmark = pytest.mark.skipif(not Path("/usr/bin/rspamd").exists(),
                                reason="the package rspamd: tests/deps.sh check")

OURS = "override.d/worker-proxy.inc"


@pytest.fixture
def site(make_gateway):
    made = []

    def make(**settings):
        gateway = make_gateway(mode="observe", **settings)
        rspamd = Rspamd(gateway.directory / "rspamd")
        made.append(rspamd)
        gateway.rspamd = rspamd
        gateway.postfix.settings["smtpd_milters"] = f"inet:127.0.0.1:{rspamd.port}"
        gateway.postfix.write_settings()
        gateway.daemon.settings["rspamd"] = {"config_directory": str(rspamd.config),
                                             "pid_file": str(rspamd.pid_file)}
        gateway.daemon.write()
        rspamd.start()
        return gateway.start()

    yield make
    for rspamd in made:
        rspamd.stop()


def send_pattern(site):
    """The code with which a message with the test pattern is answered."""
    with smtplib.SMTP("127.0.0.1", site.postfix.port, timeout=30) as client:
        try:
            client.sendmail("ben@good.example", ["anna@good.example"],
                            f"From: ben@good.example\nSubject: bad\n\n{GTUBE}\n")
        except smtplib.SMTPDataError as error:
            return error.smtp_code
    return 250


def last_action(site):
    return site.daemon.ask("remedy", "list")["actions"][0]


def act(site, *words):
    site.daemon.ctl("remedy", *words, status=0)
    return wait_for(f"{' '.join(map(str, words))} ends", lambda: last_action(site)["state"] in (
        "done", "failed") and last_action(site))


def discarded(site):
    return len(site.postfix.logged("milter-discard"))


def test_reject_discard_reject(site):
    site = site()
    site.start_good_mail()
    assert send_pattern(site) == 554 and discarded(site) == 0
    plan = site.daemon.ask("remedy", "plan", "rspamd-policy")
    assert plan["old_value"] == "reject" and plan["value"] == "discard" and not plan["reload"], plan
    workers = site.rspamd.workers()
    action = act(site, "run", "rspamd-policy")
    assert action["text"] == "set rspamd-policy to discard; it was reject, reloaded", action
    wait_for("new workers", lambda: not site.rspamd.workers() & workers)
    wait_for("it is discarded", lambda: send_pattern(site) == 250 and discarded(site) > 0)
    undone = act(site, "undo", action["action"])
    assert undone["text"] == "put rspamd-policy back to reject; it was discard, reloaded", undone
    assert not (site.rspamd.config / OURS).exists()
    seen = discarded(site)
    wait_for("it is rejected again", lambda: send_pattern(site) == 554)
    assert send_pattern(site) == 554 and discarded(site) <= seen + 2
    site.stop_good_mail()
    assert "bad" not in site.good.subjects()


def test_a_file_of_somebody_else_is_not_touched(site):
    site = site()
    theirs = site.rspamd.config / OURS
    theirs.write_text("max_retries = 7;\n")
    action = act(site, "run", "rspamd-policy")
    assert action["state"] == "failed" and "is not ours: not touched" in action["text"], action
    assert theirs.read_text() == "max_retries = 7;\n"
    theirs.write_text("discard_on_reject = true;\n")
    action = act(site, "run", "rspamd-policy")
    assert action["text"] == "rspamd-policy is discard already" and not action["undo"], action


def test_a_pid_file_that_lies_sends_no_signal(site):
    site = site()
    pid = site.rspamd.pid()
    site.rspamd.pid_file.write_text(f"{os.getpid()}\n")
    action = act(site, "run", "rspamd-policy")
    assert action["text"] == "set rspamd-policy to discard; it was reject", "nobody was told"
    site.rspamd.pid_file.write_text(f"{pid}\n")
    act(site, "undo", action["action"])


def test_killed_at_any_moment(site):
    site = site()
    for delay in (0.2, 0.9):
        site.daemon.ctl("remedy", "run", "rspamd-policy", status=0)
        time.sleep(delay)
        site.daemon.kill_role("remedy")
        action = wait_for("it is switched all the same",
                          lambda: last_action(site)["state"] == "done" and last_action(site))
        assert (site.rspamd.config / OURS).exists()
        site.daemon.ctl("remedy", "undo", action["action"], status=0)
        site.daemon.kill_role("remedy")
        wait_for("it is put back all the same", lambda: last_action(site)["undo_of"] and
                 last_action(site)["state"] == "done", 60)
        assert not (site.rspamd.config / OURS).exists()

# SPDX-License-Identifier: ISC
#
# test_clamav.py - the real clamd, with one signature of our own, and the real clamav-milter in front of
# the real Postfix: a message with the signature is quarantined or rejected, dropped while the policy is
# switched, and then handled as before.

import smtplib
import time

import pytest

from clamav import SIGNATURE, ClamAV, is_installed
from postfix import wait_for

pytestmark = pytest.mark.skipif(not is_installed(),
                                reason="the package clamav-milter: tests/deps.sh check")

@pytest.fixture
def site(make_gateway):
    made = []

    def make(on_infected):
        gateway = make_gateway(mode="observe")
        clamav = ClamAV(gateway.directory / "clamav", on_infected)
        made.append(clamav)
        gateway.clamav = clamav
        gateway.put_behind(clamav)
        clamav.start()
        return gateway.start()

    yield make
    for clamav in made:
        clamav.stop()


def send(site, text):
    with smtplib.SMTP("127.0.0.1", site.postfix.port, timeout=30) as client:
        try:
            client.sendmail("ben@good.example", ["anna@good.example"],
                            f"From: ben@good.example\nSubject: {text}\n\n{text}\n")
        except smtplib.SMTPDataError as error:
            return error.smtp_code
    return 250


def last_action(site):
    return site.daemon.ask("remedy", "list")["actions"][0]


def act(site, *words):
    site.daemon.ctl("remedy", *words, status=0)
    action = wait_for(f"{' '.join(map(str, words))} ends", lambda: last_action(site)["state"] in (
        "done", "failed") and last_action(site))
    wait_for("clamav-milter answers", site.clamav.answers)
    return action


def held(site):
    return site.postfix.truth()["hold"][0]


def dropped(site):
    return len(site.postfix.logged("milter-discard"))


@pytest.mark.parametrize("on_infected, code, holds", [("OnInfected Reject\n", 550, False),
                                                      ("", 250, True)])
def test_as_before_dropped_as_before(site, on_infected, code, holds):
    site = site(on_infected)
    before = site.clamav.file.read_bytes()
    site.clamav.file.chmod(0o640)
    assert send(site, SIGNATURE) == code and held(site) == holds and dropped(site) == 0
    action = act(site, "run", "clamav-milter-policy")
    assert action["state"] == "done" and "set clamav-milter-policy to Blackhole" in action["text"]
    assert site.clamav.restarts() == 1
    assert send(site, SIGNATURE) == 250 and held(site) == holds and dropped(site) == 1
    assert send(site, "good mail") == 250
    undone = act(site, "undo", action["action"])
    assert undone["state"] == "done" and site.clamav.restarts() == 2, undone
    assert site.clamav.file.read_bytes() == before, "byte for byte"
    assert site.clamav.file.stat().st_mode & 0o777 == 0o640
    assert send(site, SIGNATURE) == code and held(site) == 2 * holds and dropped(site) == 1
    wait_for("good mail is delivered", lambda: site.good.subjects() == ["good mail"])


def test_what_is_not_understood_is_not_touched(site):
    site = site("OnInfected Reject\nOnInfected Accept\n")
    before = site.clamav.file.read_bytes()
    action = act(site, "run", "clamav-milter-policy")
    assert action["state"] == "failed" and "is there twice" in action["text"], action
    assert site.clamav.file.read_bytes() == before and site.clamav.restarts() == 0


def test_killed_at_any_moment(site):
    site = site("OnInfected Reject\n")
    before = site.clamav.file.read_bytes()
    for delay in (0.0, 0.1):
        site.daemon.ctl("remedy", "run", "clamav-milter-policy", status=0)
        time.sleep(delay)
        site.daemon.kill_role("remedy")
        action = wait_for("it is switched all the same",
                          lambda: last_action(site)["state"] == "done" and last_action(site), 60)
        assert send(site, SIGNATURE) == 250
        site.daemon.ctl("remedy", "undo", action["action"], status=0)
        time.sleep(delay)
        site.daemon.kill_role("remedy")
        wait_for("it is put back all the same", lambda: last_action(site)["undo_of"] and
                 last_action(site)["state"] == "done", 60)
        assert site.clamav.file.read_bytes() == before and send(site, SIGNATURE) == 550

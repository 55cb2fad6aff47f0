# SPDX-License-Identifier: ISC
#
# test_clamav.py - the real clamd, with one signature of our own, and the real clamav-milter in front of
# the real Postfix: a message with the signature is quarantined or rejected, dropped while the policy is
# switched, and then handled as before.

import os
import smtplib
import socket
import subprocess
import time
from pathlib import Path

import pytest

from postfix import free_port, is_running, wait_for

pytestmark = pytest.mark.skipif(not Path("/usr/sbin/clamav-milter").exists(),
                                reason="the package clamav-milter: tests/deps.sh check")

SIGNATURE = "a signature of our own, which no virus has"


class ClamAV:
    def __init__(self, directory, on_infected):
        self.directory = directory
        self.port = free_port()
        run, data = directory / "run", directory / "data"
        for path in (directory, run, data):
            path.mkdir()
        run.chmod(0o777)
        (data / "ours.ndb").write_text(f"Ours.Test:0:*:{SIGNATURE.encode().hex()}\n")
        self.pids = {name: run / f"{name}.pid" for name in ("clamd", "milter")}
        self.clamd_file, self.file = directory / "clamd.conf", directory / "clamav-milter.conf"
        self.clamd_file.write_text(
            f"LocalSocket {run}/clamd.sock\nPidFile {self.pids['clamd']}\nDatabaseDirectory {data}\n"
            f"LogFile {run}/clamd.log\nUser clamav\n")
        self.file.write_text(
            f"# as Debian's\nMilterSocket inet:{self.port}@127.0.0.1\n"
            f"ClamdSocket unix:{run}/clamd.sock\nPidFile {self.pids['milter']}\n"
            f"{on_infected}LogFile {run}/milter.log\nUser clamav\n")
        self.restart = directory / "restart"
        self.restart.write_text(
            f"#!/bin/sh -e\npid=$(cat {self.pids['milter']})\nkill $pid\n"
            f"while kill -0 $pid 2>/dev/null; do sleep 0.1; done\n"
            f"/usr/sbin/clamav-milter -c {self.file}\necho >>{directory}/restarts\n")
        self.restart.chmod(0o755)

    def start(self):
        subprocess.run(["/usr/sbin/clamd", "-c", self.clamd_file], check=True, timeout=60)
        wait_for("clamd answers", (self.directory / "run" / "clamd.sock").exists)
        subprocess.run(["/usr/sbin/clamav-milter", "-c", self.file], check=True, timeout=60)
        wait_for("clamav-milter answers", self.answers)

    def answers(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def restarts(self):
        log = self.directory / "restarts"
        return len(log.read_text()) if log.exists() else 0

    def stop(self):
        for file in self.pids.values():
            pid = int(file.read_text()) if file.exists() else 0
            if pid and is_running(pid) and "clam" in os.readlink(f"/proc/{pid}/exe"):
                os.kill(pid, 15)
                wait_for("ClamAV ends", lambda: not is_running(pid))


@pytest.fixture
def site(make_gateway):
    made = []

    def make(on_infected):
        gateway = make_gateway(mode="observe")
        clamav = ClamAV(gateway.directory / "clamav", on_infected)
        made.append(clamav)
        gateway.clamav = clamav
        gateway.postfix.settings["smtpd_milters"] = f"inet:127.0.0.1:{clamav.port}"
        gateway.postfix.write_settings()
        gateway.daemon.settings["clamav_milter"] = {"config_file": str(clamav.file),
                                                    "restart": str(clamav.restart)}
        gateway.daemon.write()
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

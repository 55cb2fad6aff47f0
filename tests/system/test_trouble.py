# SPDX-License-Identifier: ISC
#
# test_trouble.py - the world goes wrong: settings, store, disk, relay, queue directory. Each time a
# clear message, no crash, and all is well again when the cause is gone.

import json
import os
import re
import subprocess

import pytest

from daemon import BUILD
from postfix import wait_for

BAD_SETTINGS = {
    "unknown key": ("mode: act\nmodes: act\n", r"{file}:2:1: .*modes.*mode"),
    "wrong type": ("rules:\n  x: {signal: bounces, above: many}\n", r"{file}:2:\d+: .*many"),
    "out of range": ("postfix:\n  max_reloads: 70000\n", r"{file}:2:16: .*70000.*1000"),
    "not a word of ours": ("mode: atc\n", r"{file}:1:7: .*atc.*act"),
    "YAML error": ("mode: [act\nalert: {{\n", r"{file}:\d+:\d+: "),
    "duplicate key": ("mode: act\nmode: observe\n", r"{file}:2:1: .*mode"),
    "two errors": ("mode: atc\npostfix:\n  max_reloads: x\n", r"{file}:1:7: [^\n]*\n[^\n]*{file}:3:16: "),
}


def check(path, *options):
    return subprocess.run([BUILD / "watchdogd", *options, "-c", path], text=True, timeout=60,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)


@pytest.mark.parametrize("text, expected", BAD_SETTINGS.values(), ids=BAD_SETTINGS.keys())
@pytest.mark.parametrize("options", [["-n"], []], ids=["checked", "started"])
def test_bad_settings(tmp_path, text, expected, options):
    file = tmp_path / "bad.yaml"
    file.write_text(text)
    done = check(file, *options)
    assert done.returncode not in (0, None) and done.returncode > 0, done.stdout
    assert re.search(expected.replace("{file}", re.escape(str(file))), done.stdout), done.stdout


def test_missing_settings(tmp_path):
    done = check(tmp_path / "none.yaml", "-n")
    assert done.returncode > 0
    assert str(tmp_path / "none.yaml") in done.stdout and "No such file" in done.stdout


def test_reload(make_gateway):
    site = make_gateway(mode="observe").start()
    pids = {role: site.daemon.role_pid(role) for role in ("watch", "engine", "control")}
    good = json.dumps(site.daemon.settings)
    site.daemon.write("mode: act\nrules: 7\n")
    site.daemon.reload()
    wait_for("it says why not", lambda: site.daemon.logged(r"watchdogd\.yaml:2:8: "))
    assert {role: site.daemon.role_pid(role) for role in pids} == pids, "nothing was restarted"
    assert site.daemon.status()["mode"] == "observe"
    site.daemon.write(good.replace('"observe"', '"act"'))
    site.daemon.reload()
    wait_for("the new mode holds", lambda: site.daemon.status().get("mode") == "act")
    assert site.daemon.role_pid("watch") == pids["watch"], "the watcher reads no mode"
    site.send_flood(80)
    wait_for("it acts", lambda: site.postfix.truth()["hold"] == (80, 80), 60)
    site.expect_exact("held")


def test_store_that_cannot_be_opened(make_gateway):
    site = make_gateway(mode="observe")
    site.daemon.state.mkdir()
    (site.daemon.state / "history.db").mkdir()
    site.start(daemon=False)
    with pytest.raises(AssertionError):
        site.daemon.start(5)
    assert site.daemon.logged(r"history\.db.*"), site.daemon.log_text()
    assert site.daemon.process.poll() is None, "it tries again"
    (site.daemon.state / "history.db").rmdir()
    site.send_flood(20)
    wait_for("it runs after all", site.daemon.is_up, 60)
    site.expect_exact("recovered")


def test_full_disk(make_gateway):
    site = make_gateway()
    site.daemon.state.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=755", "tmpfs",
                              site.daemon.state], stderr=subprocess.PIPE, text=True)
    assert mounted.returncode == 0, mounted.stderr
    try:
        site.start()
        pids = {role: site.daemon.role_pid(role) for role in ("watch", "remedy", "control")}
        filler = site.daemon.state / "filler"
        with open(filler, "wb", buffering=0) as file, pytest.raises(OSError):
            while True:
                file.write(bytes(4096))
        wait_for("it says that the disk is full",
                 lambda: site.daemon.logged(r"(?i)error: .*(full|no space)"), 60)
        site.send_flood(80)
        assert site.postfix.truth()["hold"] == (0, 0), "what cannot be written down is not done"
        filler.unlink()
        wait_for("it acts again", lambda: site.postfix.truth()["hold"] == (80, 80), 90)
        site.expect_exact("room again")
        assert {role: site.daemon.role_pid(role) for role in pids} == pids
        wait_for("the alert arrives", lambda: site.relay.mails, 60)
        site.daemon.stop()
    finally:
        site.daemon.close()
        subprocess.run(["umount", site.daemon.state], check=True)


def test_relay_that_comes_back(make_gateway):
    site = make_gateway()
    site.sinks.remove(site.relay)
    site.start()
    site.send_flood(80)
    wait_for("the alert waits", lambda: site.daemon.status()["alerts"]["waiting"] >= 1, 60)
    wait_for("it was tried",
             lambda: site.daemon.ask("incidents", 1)["notices"][-1]["attempts"])
    assert site.daemon.logged("(?i)connection refused")
    site.sinks.append(site.relay.start())
    wait_for("opening and all-clear arrive", lambda: len(site.relay.mails) >= 2, 150)
    wait_for("none waits", lambda: site.daemon.status()["alerts"]["waiting"] == 0)
    assert len(site.relay.mails) == 2 and len(site.alerts("is over")) == 1


def test_relay_that_refuses(make_gateway):
    site = make_gateway()
    site.relay.reply = "550 5.1.1 no such person here"
    site.start()
    site.send_flood(80)
    wait_for("the refusal is shown", lambda: site.daemon.status()["alerts"]["refused"], 60)
    notice = site.daemon.ask("incidents", 1)["notices"][-1]
    assert notice["state"] == "refused" and "no such person" in notice["reply"]
    assert site.daemon.ctl("status")[0] == 1


def test_queue_directory_that_appears(make_gateway):
    site = make_gateway(mode="observe")
    site.start(daemon=False)
    site.postfix.stop()
    away = site.postfix.queue.with_name("away")
    site.postfix.queue.rename(away)
    site.daemon.start()
    assert site.daemon.status()["instances"][0]["present"] is False
    assert str(site.postfix.queue) in site.daemon.log_text()
    away.rename(site.postfix.queue)
    site.postfix.start()
    site.send_flood(30)
    wait_for("it is seen", lambda: site.daemon.status()["instances"][0]["present"], 60)
    site.expect_exact("appeared", 60)


def test_daemon_that_does_not_run(make_gateway):
    site = make_gateway(mode="observe").start()
    site.send_flood(30)
    site.expect_exact("running")
    site.daemon.stop()
    status, text = site.daemon.ctl("status")
    assert status == 3 and "not" in text.lower(), text
    document = json.loads(site.daemon.ctl("--json", "status", status=3)[1])
    assert document["daemon"]["running"] is False
    assert document["instances"][0]["queues"]["deferred"]["bounces"] == 30
    assert not site.daemon.left_over()


def test_second_daemon(make_gateway):
    site = make_gateway(mode="observe").start()
    done = check(site.daemon.file, "-l", BUILD / "libexec")
    assert done.returncode == 1
    assert f"already running as pid {site.daemon.process.pid}" in done.stdout
    assert os.path.exists(site.daemon.run / "control.sock")
    assert site.daemon.status()["daemon"]["running"]

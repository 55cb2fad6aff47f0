# SPDX-License-Identifier: ISC
#
# test_channel.py - the second channel: a program, in the confinement that it gets, tells a web server
# what mail does not tell; once, whenever alert is killed.

import http.server
import json
import threading
import time

from postfix import wait_for

# What a recipe does, with what the system has: the alert's JSON to a hook.
HOOK = """#!/usr/bin/python3 -EsB
import sys, urllib.request
urllib.request.urlopen(urllib.request.Request(
    "http://127.0.0.1:%d/hook", sys.stdin.buffer.read(), {"Content-Type": "application/json"}), timeout=20)
"""


class Hook:
    def __init__(self, delay_s=0.0):
        self.got, self.delay_s = [], delay_s
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(hook.delay_s)
                hook.got.append(json.loads(body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def add_program(site, text, after):
    directory = site.directory / "sbin"
    directory.mkdir(mode=0o755)
    program = directory / "page"
    program.write_text(text)
    program.chmod(0o755)
    site.daemon.settings["alert"].update(exec=[str(program), "--duty"], exec_after=after)
    site.daemon.write()
    return program


def test_a_program_tells_what_mail_does_not(make_gateway):
    site, hook = make_gateway(), Hook()
    try:
        add_program(site, HOOK % hook.port, "3s")
        site.relay.reply = "450 4.3.0 not now"
        site.start()
        site.send_flood(80)
        wait_for("the hook is told", lambda: hook.got, 60)
        page = hook.got[0]
        assert page["kind"] == "opened" and page["incident"] == 1
        assert "bounce-flood" in page["subject"] and "Good mail" in page["text"]
        site.relay.reply = "250 2.0.0 fine"
        wait_for("both mails", lambda: len(site.relay.mails) == 2, 60)
        time.sleep(4)  # the all-clear got there by mail
        assert [page["kind"] for page in hook.got] in (["opened"], ["opened", "closed"])
        assert len({page["id"] for page in hook.got}) == len(hook.got)
        assert site.daemon.status()["alerts"] == {"waiting": 0, "refused": 0}
    finally:
        hook.close()


def test_it_is_told_again_only_when_it_was_killed(make_gateway):
    site, hook = make_gateway(), Hook(delay_s=1.5)
    try:
        add_program(site, HOOK % hook.port, "0s")
        site.start()
        site.send_flood(80)
        wait_for("the program runs", lambda: site.daemon.ask("incidents").get("incidents"), 60)
        time.sleep(0.5)
        site.daemon.kill_role("alert")
        wait_for("both pages", lambda: len({page["id"] for page in hook.got}) == 2, 60)
        wait_for("none waits", lambda: site.daemon.status()["alerts"]["waiting"] == 0)
        assert len(hook.got) <= 3, "the one that was under way may come twice, by its id"
    finally:
        hook.close()


def test_a_program_that_fails_is_told_of(make_gateway):
    site = make_gateway()
    add_program(site, "#!/bin/sh\necho broken >/dev/null\nexit 3\n", "1m")
    site.start()
    document = site.daemon.ask("alert", "test")
    [page] = [test for test in document["tests"] if test["recipient"] == "exec"]
    assert page["state"] == "refused" and page["reply"].endswith("exit 3"), page
    assert site.daemon.ctl("alert", "test")[0] == 1


def test_a_program_can_write_nothing(make_gateway):
    site = make_gateway()
    left = site.directory / "left"
    left.mkdir()
    left.chmod(0o777)
    add_program(site, f"#!/bin/sh\ntouch {left}/file && exit 4\nid -u\n", "1m")
    site.start()
    [page] = [test for test in site.daemon.ask("alert", "test")["tests"]
              if test["recipient"] == "exec"]
    assert page["state"] == "sent", page
    assert not list(left.iterdir())


def test_a_program_that_others_may_change_is_refused(make_gateway):
    site = make_gateway()
    program = add_program(site, "#!/bin/sh\n", "1m")
    site.start()
    program.chmod(0o777)
    site.daemon.reload()
    wait_for("it is told", lambda: site.daemon.logged("alert.exec: found a program or directory"))

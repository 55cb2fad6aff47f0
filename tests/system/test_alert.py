# SPDX-License-Identifier: ISC
#
# test_alert.py - alert test: what becomes of a mail to each recipient through each relay is what is
# told, and a relay that is the watched Postfix itself is named.

import threading
import time

from postfix import wait_for
from sink import ACCEPT, Sink
from test_mail import add_relay, parse_strictly, set_recipients


def results(document):
    return {(test["recipient"].split("@")[0], test["relay"].split(":")[1]):
            (test["state"], test["watched"]) for test in document["tests"]}


def test_what_becomes_of_each_test_mail_is_told(make_gateway):
    site = make_gateway()
    set_recipients(site, "staff@office.example",
                   {"address": "tantou@office.example", "language": "ja"}, "gone@office.example")

    async def handle_RCPT(server, session, envelope, address, options):
        if address.startswith("gone"):
            return "550 5.1.1 no such person here"
        envelope.rcpt_tos.append(address)
        return ACCEPT

    site.relay.handle_RCPT = handle_RCPT
    grey = add_relay(site, Sink("450 4.2.0 greylisted, come back"))
    site.daemon.settings["alert"]["relays"].append(
        {"host": "127.0.0.1", "port": site.postfix.port, "tls": "none"})
    site.daemon.write()
    site.start()
    status, _ = site.daemon.ctl("alert", "test")
    assert status == 1
    document = site.daemon.ask("alert", "test")
    good, bad, own = str(site.relay.port), str(grey.port), str(site.postfix.port)
    told = results(document)
    assert told["staff", good] == told["tantou", good] == ("sent", False)
    assert told["gone", good] == ("refused", False)
    assert {told[name, bad] for name in ("staff", "tantou", "gone")} == {("refused", False)}
    assert told["staff", own][1] and told["tantou", own][1], "the watched Postfix is named"
    assert "no such person" in str(document) and "greylisted" in str(document)
    # each run sends once, to each who takes it
    assert len(site.relay.mails) == 4 and grey.refused == 6
    mail = parse_strictly(site.relay.mails[0].raw)
    assert mail["X-Watchdogd-Kind"] == "test" and mail["X-Watchdogd-Incident"] is None
    assert any("テスト" in mail["Subject"] for mail in site.relay.mails)
    assert len({mail["Message-ID"] for mail in site.relay.mails}) == 4
    assert site.daemon.status()["alerts"] == {"waiting": 0, "refused": 0}, "a test is no alert"
    assert any(row["verb"] == "test"
               for row in site.daemon.ask("audit")["audit"])


def test_one_recipient_is_tested_alone(make_gateway):
    site = make_gateway()
    set_recipients(site, "staff@office.example", "night@office.example")
    site.start()
    site.daemon.ctl("alert", "test", "--recipient", "night@office.example", status=0)
    assert [mail.envelope_recipients for mail in site.relay.mails] == [["night@office.example"]]
    text = site.daemon.ctl("alert", "list", status=0)[1]
    assert "sent to night@office.example" in text.replace("\n", " ")
    site.daemon.ctl("alert", "test", "--recipient", "other@office.example", status=2)


def test_a_test_outlives_the_death_of_alert(make_gateway):
    site = make_gateway()
    site.relay.delay_s = 2.0
    site.start()
    got = []
    asking = threading.Thread(target=lambda: got.append(site.daemon.ask("alert", "test")))
    asking.start()
    time.sleep(0.8)
    site.daemon.kill_role("alert")
    asking.join()
    assert [test["state"] for test in got[0]["tests"]] == ["sent"]
    wait_for("one mail", lambda: len(site.relay.mails) == 1, 5)

# SPDX-License-Identifier: ISC
#
# test_alert.py - alert test: what becomes of a mail to each recipient through each relay is what is
# told, and a relay that is the watched Postfix itself is named. And the health report, as it is asked
# for.

import csv
import os
import threading
import time
from pathlib import Path

from postfix import wait_for
from sink import ACCEPT, Sink
from test_mail import TextOfHtml, add_relay, parse_strictly, set_recipients


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


def test_the_report_has_the_same_numbers_in_each_format(make_gateway):
    site = make_gateway()
    set_recipients(site, {"address": "tantou@office.example", "language": "ja"})
    site.start()
    site.send_flood(80)
    wait_for("it is over", lambda: site.alerts("closed") or len(site.relay.mails) >= 2, 90)
    wait_for("a minute is rolled up or seen", lambda: site.daemon.ask("report")["periods"], 90)
    document = site.daemon.ask("report")
    [period] = [period for period in document["periods"] if period["period"] == "now"]
    assert period["bounces_made"] >= 80 and document["incidents"][0]["kind"] == "bounce-flood"
    text = site.daemon.ctl("report", status=0)[1]
    page = site.daemon.ctl("report", "--format", "html", status=0)[1]
    rows = list(csv.DictReader(site.daemon.ctl("report", "--format", "csv", status=0)[1].splitlines()))
    assert TextOfHtml(page).words == text.split(), "text and HTML say the same"
    assert sum(int(row["bounces_made"]) for row in rows) >= 80
    assert f"peak bounces {document['incidents'][0]['peak']}" in text
    japanese = site.daemon.ctl("report", "--language", "ja", "--since", "2h", status=0)[1]
    assert "インシデント" in japanese and "2 時間" in japanese
    site.daemon.ctl("report", "--format", "pdf", status=2)
    site.daemon.ctl("report", "--since", "40d", status=2)
    if "KEEP_MAILS" in os.environ:
        (Path(os.environ["KEEP_MAILS"]) / "report.html").write_text(page)
        (Path(os.environ["KEEP_MAILS"]) / "report.ja.html").write_text(site.daemon.ctl(
            "report", "--format", "html", "--language", "ja", status=0)[1])

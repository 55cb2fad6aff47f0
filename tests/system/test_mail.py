# SPDX-License-Identifier: ISC
#
# test_mail.py - the mails that arrive at the staff's relay: correct MIME in both languages, and the
# same facts for who reads text and for who reads HTML; each once, whatever the relay does and
# whenever alert is killed.

import asyncio
import email
import email.policy
import html.parser
import os
import re
import time
from pathlib import Path

from postfix import wait_for
from sink import ACCEPT, Sink

RECIPIENTS = ["staff@office.example", {"address": "tantou@office.example", "language": "ja"}]


class TextOfHtml(html.parser.HTMLParser):
    """The words of a page, and its tags; each that is opened must be closed in its turn."""

    def __init__(self, page):
        super().__init__()
        self.words, self.open, self.tags = [], [], set()
        self.feed(page)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data.split()


def parse_strictly(raw):
    """Raises at any defect; and no byte is there that an old relay could not carry."""
    assert raw.isascii() and b"\0" not in raw
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    mail = email.message_from_bytes(raw, policy=email.policy.strict)
    for part in mail.walk():
        assert not part.defects, part.defects
        for name, value in part.items():
            assert not getattr(value, "defects", ()), (name, value.defects)
    return mail


def check(raw, language, kind):
    mail = parse_strictly(raw)
    assert mail["X-Watchdogd"] == "alert" and mail["X-Watchdogd-Incident"] == "1"
    assert mail["X-Watchdogd-Kind"] == kind and mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == language
    assert mail["Subject"].startswith("[watchdogd] ")
    assert mail.get_content_type() == "multipart/alternative"
    plain, page = mail.iter_parts()
    assert (plain.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    text, markup = plain.get_content(), page.get_content()
    shown = TextOfHtml(markup)
    assert not shown.tags & {"script", "img", "link", "iframe", "form"}
    assert not re.search(r"https?:|url\(|@import", markup), "nothing is fetched"
    assert shown.words == text.split(), "text and HTML say the same"
    return mail, text


def test_both_languages_are_correct_and_say_the_same(make_gateway):
    site = make_gateway()
    set_recipients(site, *RECIPIENTS)
    site.start()
    site.send_flood(80)
    wait_for("two mails to each", lambda: len(site.relay.mails) == 4, 90)
    texts, keep = {}, os.environ.get("KEEP_MAILS")  # a directory: to look at them
    for number, mail in enumerate(site.relay.mails if keep else []):
        (Path(keep) / f"{number}.eml").write_bytes(mail.raw)
    for address, language in (("staff@office.example", "en"), ("tantou@office.example", "ja")):
        opening, closing = sorted(
            (mail for mail in site.relay.mails if mail.envelope_recipients == [address]),
            key=lambda mail: mail["X-Watchdogd-Kind"] == "closed")
        first, texts[language, "opened"] = check(opening.raw, language, "opened")
        last, texts[language, "closed"] = check(closing.raw, language, "closed")
        assert last["References"] == last["In-Reply-To"] == first["Message-ID"]
    assert {mail.envelope_sender for mail in site.relay.mails} == {"<>"}
    assert len({mail["Message-ID"] for mail in site.relay.mails}) == 4
    # numbers, times, ids and commands are the same in all languages
    for kind in ("opened", "closed"):
        english, japanese = texts["en", kind], texts["ja", kind]
        for pattern in (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}", r"watchdogctl [a-z 0-9]+\d"):
            assert re.findall(pattern, english) == re.findall(pattern, japanese) != []
        assert "bounce-flood" in japanese and re.search("[\u3040-\u30ff]", japanese)
        assert english.isascii()
    subjects = site.relay.subjects()
    assert any("を検知" in subject for subject in subjects)
    assert any("は終息" in subject for subject in subjects)


def set_recipients(site, *recipients, **alert):
    site.daemon.settings["alert"].update(recipients=list(recipients), **alert)
    site.daemon.write()


def test_each_recipient_has_his_own_luck(make_gateway):
    site = make_gateway()
    set_recipients(site, "grey@office.example", "slow@office.example", "gone@office.example",
                   timeout="5s")
    tries = []

    async def handle_RCPT(server, session, envelope, address, options):
        tries.append(address)
        if address.startswith("gone"):
            return "550 5.1.1 no such person here"
        if tries.count(address) == 1:
            if address.startswith("grey"):
                return "450 4.2.0 greylisted, come back"
            await asyncio.sleep(60)  # longer than a try may take
        envelope.rcpt_tos.append(address)
        return ACCEPT

    site.relay.handle_RCPT = handle_RCPT
    site.start()
    site.send_flood(80)
    wait_for("two mails to those who exist", lambda: len(site.relay.mails) >= 4, 90)
    wait_for("none waits", lambda: site.daemon.status()["alerts"] == {"waiting": 0, "refused": 2})
    got = sorted((mail.envelope_recipients[0], mail["X-Watchdogd-Kind"]) for mail in
                 site.relay.mails)
    assert got == [(f"{name}@office.example", kind) for name in ("grey", "slow")
                   for kind in ("closed", "opened")]
    assert tries.count("gone@office.example") == 2, "what was refused for good is not tried again"
    assert tries.count("grey@office.example") == tries.count("slow@office.example") == 3


def test_none_is_lost_or_doubled_when_alert_is_killed(make_gateway):
    site = make_gateway()
    names = [f"person{i}@office.example" for i in range(6)]  # more than are sent to at a time
    set_recipients(site, *names)
    site.relay.delay_s = 1.0
    site.start()
    site.send_flood(80)
    wait_for("the incident opens", lambda: site.daemon.ask("incidents").get("incidents"), 60)
    for wait_s in (0.0, 0.3, 0.6, 0.9):  # before a mail, within it, behind its end
        time.sleep(wait_s)
        site.daemon.kill_role("alert")
    wait_for("two mails to each", lambda: len(site.relay.mails) >= 2 * len(names), 120)
    wait_for("none waits", lambda: site.daemon.status()["alerts"] == {"waiting": 0, "refused": 0})
    got = sorted((mail.envelope_recipients[0], mail["X-Watchdogd-Kind"]) for mail in
                 site.relay.mails)
    assert got == [(name, kind) for name in names for kind in ("closed", "opened")]


def add_relay(site, sink):
    """One more relay, behind those that there are."""
    site.sinks.append(sink)
    site.daemon.settings["alert"]["relays"].append(
        {"host": "127.0.0.1", "port": sink.port, "tls": "none"})
    site.daemon.write()
    return sink


def test_what_one_relay_does_not_take_the_next_one_gets(make_gateway):
    site = make_gateway()
    set_recipients(site, "staff@office.example", "gone@office.example")
    site.relay.reply = "450 4.3.0 not now"
    spare = add_relay(site, Sink())

    async def handle_RCPT(server, session, envelope, address, options):
        if address.startswith("gone"):
            return "550 5.1.1 no such person here"
        envelope.rcpt_tos.append(address)
        return ACCEPT

    spare.handle_RCPT = handle_RCPT
    site.start()
    site.send_flood(80)
    wait_for("two mails through the second", lambda: len(spare.mails) >= 2, 90)
    site.relay.reply = "550 5.7.1 not for you"  # now both refuse the other recipient
    wait_for("none waits", lambda: site.daemon.status()["alerts"] == {"waiting": 0, "refused": 2}, 60)
    assert [mail["X-Watchdogd-Kind"] for mail in spare.mails] == ["opened", "closed"]
    assert spare.mails[0].received_s - site.daemon.ask("incidents")["incidents"][0]["opened"] < 5
    assert not site.relay.mails and site.relay.refused >= 4

# SPDX-License-Identifier: ISC
#
# test_tops.py - what is this flood, and who started it? Told by name within seconds, without a log:
# the pattern of the senders with its share of what arrives, and what caused the bounces.

import random
import smtplib
import time

import pytest

from gateway import NAMES
from postfix import wait_for
from sink import make_mail

FLOOD_SHAPE = "{letters}{4 digits}@{4 digits}.com"
REFUSAL = "refused by 127.0.0.1 with 550 5.7.1 message refused: it carries a virus"
SITES = ["uni", "klinik", "verlag", "stadt", "museum", "theater", "archiv", "sport"]


@pytest.fixture
def site(make_gateway):
    return make_gateway({"minimal_backoff_time": "600s", "maximal_backoff_time": "600s",
                         "queue_run_delay": "5s",
                         "smtpd_authorized_xforward_hosts": "127.0.0.0/8"}, mode="observe")


def deliver(site, mails):
    """(client, sender, recipient, subject): as a filter gives mail back, with the client told."""
    with smtplib.SMTP("127.0.0.1", site.postfix.port, timeout=60) as session:
        session.ehlo()
        for client, sender, recipient, subject, *headers in mails:
            if client:
                assert session.docmd("XFORWARD", f"NAME=[UNAVAILABLE] ADDR={client} PROTO=SMTP "
                                                 f"HELO=client.example")[0] == 250
            session.sendmail(sender, [recipient],
                             "".join(headers) + make_mail(sender, recipient, subject))


def flood(count, client=lambda n: f"203.0.113.{n % 250}", seed=1):
    """Its headers tell the client as well, as those of what a filter gives back do."""
    chance = random.Random(seed)
    return [(client(n), f"{chance.choice(NAMES)}{chance.randrange(10000):04}"
                        f"@{chance.randrange(10000):04}.com",
             f"{chance.choice(NAMES)}@inner.example", f"Your photos {n}",
             f"Received: from x (y [{client(n)}])\r\n\tby front.example; today\r\n")
            for n in range(count)]


def ordinary(count):
    """Mail of many people at many sites, each with a subject of his own."""
    return [(f"198.51.{n % 100}.1", f"{NAMES[n % 16]}@{SITES[n // 16 % 8]}.example",
             "anna@good.example", f"About {NAMES[n % 16]} and {SITES[n // 16 % 8]}")
            for n in range(count)]


def first(site, *words):
    ranks = site.daemon.ask(*words)["ranks"]
    return ranks[0] if ranks else {"key": None, "count": 0, "total": 0}


def bounces(site):
    return sum(queue["bounces"]
               for queue in site.daemon.status()["instances"][0]["queues"].values())


def test_flood_by_name(site):
    site.start()
    deliver(site, ordinary(100))
    began = time.monotonic()
    mails = flood(200)
    deliver(site, mails[:20])
    wait_for("the flood's shape comes out first",
             lambda: first(site, "shapes")["key"] == FLOOD_SHAPE, 5)
    deliver(site, mails[20:])
    assert time.monotonic() - began < 20
    wait_for("all bounces wait", lambda: bounces(site) == 200)

    # its share of what arrived, and what it was not
    shapes = site.daemon.ask("shapes", "--limit", "200")["ranks"]
    shapes = [rank for rank in shapes if rank["dimension"] == "shape" and rank["class"] == "normal"]
    # mail that leaves before it can be read counts as a part of all; of what bounced, the bounce
    # tells under which name
    assert shapes[0]["key"] == FLOOD_SHAPE and 62 <= shapes[0]["share"] <= 67, shapes[0]
    assert abs(shapes[0]["total"] - 300) <= 12 and shapes[0]["error"] == 0
    assert set(shapes[0]["examples"]) <= {mail[1] for mail in mails}
    # most of the ordinary mail has left unread, the faster the machine the more; the rest is apart
    assert max(rank["count"] for rank in shapes[1:]) == 1 and len(shapes) > 5
    network = first(site, "top", "--by", "network")
    assert (network["key"], network["class"]) == ("203.0.113.0/24", "normal")
    assert first(site, "top", "--by", "subject")["key"] == "Your photos {digits}"

    # what caused the bounces: all of them, and each once
    causes = site.daemon.ask("causes")["ranks"]
    assert [(rank["key"], rank["count"], rank["total"]) for rank in causes] == [
        (f"mail from 203.0.113.0/24, shape {FLOOD_SHAPE}, subject Your photos {{digits}}, "
         f"{REFUSAL}", 200, 200)]

    # status and the mail to the staff say it, too
    words = f"200 bounces were caused by mail from 203.0.113.0/24, shape {FLOOD_SHAPE}"
    wait_for("status says it", lambda: words in " ".join(site.daemon.ctl("status")[1].split()), 20)
    wait_for("the staff is told", site.alerts)
    text = " ".join(site.alerts()[0].get_body(("plain",)).get_content().split())
    assert f"mail from 203.0.113.0/24, shape {FLOOD_SHAPE}" in text, text

    # gone with the bounces
    site.postfix.postsuper("-d", site.postfix.queue_ids("deferred", null=True))
    wait_for("no cause is left", lambda: site.daemon.ask("causes")["ranks"] == [])


def test_flood_through_many_networks(site):
    site.start()
    deliver(site, flood(60, client=lambda n: f"203.0.{n}.7"))
    received = "Received: from x (y [198.51.100.1])\r\n"
    deliver(site, [("198.51.100.1", "list@news.example", "old@inner.example", "News", received)] * 5)
    wait_for("all bounces wait", lambda: bounces(site) == 65)
    causes = site.daemon.ask("causes")["ranks"]
    assert [(rank["key"], rank["count"]) for rank in causes] == [
        (f"mail from 60 networks, shape {FLOOD_SHAPE}, subject Your photos {{digits}}, "
         f"{REFUSAL}", 60),
        (f"mail from 198.51.100.0/24, shape list@news.example, subject News, {REFUSAL}", 5)]


def test_found_when_it_is_there_already(site):
    """Of what has left nothing is known but what the bounces say: the first hop from outside."""
    site.start(daemon=False)
    deliver(site, [(None, *mail[1:]) for mail in flood(30)])
    wait_for("all bounces wait", lambda: site.postfix.truth()["deferred"] == (30, 30))
    site.daemon.start()
    wait_for("the cause is known", lambda: first(site, "causes")["count"] == 30)
    assert first(site, "causes")["key"].startswith(f"mail from 203.0.113.0/24, shape {FLOOD_SHAPE}")
    assert site.daemon.ask("shapes")["ranks"] == []  # nothing arrives any more


def test_why_mail_waits(site):
    site.start()
    deliver(site, [("198.51.100.1", "anna@uni.example", f"u{n}@later.example", "x")
                   for n in range(6)])
    deliver(site, [("198.51.100.1", "anna@uni.example", f"u{n}@dead.example", "x")
                   for n in range(3)])
    wait_for("they wait", lambda: site.postfix.truth()["deferred"] == (9, 0))
    wait_for("the reasons are counted", lambda: first(site, "top", "--by", "reason")["total"] == 9)
    reasons = site.daemon.ask("top", "--by", "reason")["ranks"]
    assert [(rank["key"], rank["count"]) for rank in reasons] == [
        ("host {host} said: 450 4.2.0 come back later (in reply to RCPT TO command)", 6),
        ("connect to {host}: Connection refused", 3)]
    for dimension, key, count in (("next_hop", "127.0.0.1", 9), ("sender", "anna@uni.example", 9),
                                  ("sender_domain", "uni.example", 9),
                                  ("recipient_domain", "later.example", 6),
                                  ("client", "198.51.100.1", 9), ("network", "198.51.100.0/24", 9)):
        rank = first(site, "top", "--by", dimension, "--class", "normal")
        assert (rank["key"], rank["count"], rank["error"]) == (key, count, 0), rank

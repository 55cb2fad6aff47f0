# SPDX-License-Identifier: ISC
#
# test_questions.py - what watchdogctl says of the messages in the queues, against what Postfix's own
# programs say of the same queues.

import json
import os
import re
import smtplib
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from postfix import NULL_SENDER, wait_for
from sink import make_mail, send


def send_to_many(site, mails):
    """(sender, recipients, subject)"""
    with smtplib.SMTP("127.0.0.1", site.postfix.port, timeout=60) as session:
        for sender, recipients, subject in mails:
            session.sendmail(sender, recipients, make_mail(sender, recipients[0], subject))


def entries(site):
    """postqueue's, by queue id."""
    found = {}
    for line in site.postfix.run("postqueue", "-j").splitlines():
        if line.startswith("{"):
            entry = json.loads(line)
            found[entry["queue_id"]] = entry
    return found


def fill(site, later=30, flood=40):
    """Mail that waits: normal mail and bounces in deferred, some of both held."""
    send(site.postfix.port, [
        (f"ben{number % 3}@{'good' if number % 2 else 'fine'}.example",
         f"{'anna' if number % 5 else 'kim'}@later.example", f"mail {number}")
        for number in range(later)])
    site.send_flood(flood)
    wait_for("all of it waits", lambda: site.postfix.truth()["deferred"] == (later + flood, flood), 60)
    ids = site.postfix.queue_ids("deferred")
    site.postfix.postsuper("-h", ids[::4])
    site.expect_exact("some are held")


def test_list_is_what_postqueue_lists(make_gateway):
    site = make_gateway(mode="observe").start()
    fill(site)
    expected = entries(site)
    document = site.daemon.ask("list", "--limit", 5000)
    listed = {message["queue_id"]: message for message in document["messages"]}
    assert len(document["messages"]) == len(listed) == len(expected)
    assert document["complete"] and document["matching"] == document["total"] == len(expected)
    for queue_id, entry in expected.items():
        message = listed[queue_id]
        assert message["queue"] == entry["queue_name"]
        assert (message["sender"] or NULL_SENDER) == entry["sender"]
        assert message["size_bytes"] == entry["message_size"]
        assert message["arrival"] == entry["arrival_time"]
        assert message["recipient"] == entry["recipients"][0]["address"]
        assert message["recipients"] == len(entry["recipients"])

    def ids(*words):
        return {message["queue_id"]
                for message in site.daemon.ask("list", "--limit", 5000, *words)["messages"]}

    def those(condition):
        return {queue_id for queue_id, entry in expected.items() if condition(entry)}

    assert ids("hold") == those(lambda e: e["queue_name"] == "hold")
    assert ids("--class", "bounce") == those(lambda e: e["sender"] == NULL_SENDER)
    assert ids("--sender", "ben1@good.example") == those(lambda e: e["sender"] == "ben1@good.example")
    assert ids("--sender", "@fine.example") == those(lambda e: e["sender"].endswith("@fine.example"))
    assert ids("--domain", "later.example", "deferred") == those(
        lambda e: e["recipients"][0]["address"].endswith("@later.example")
        and e["queue_name"] == "deferred")
    assert ids("--client", "127.0.0.1") == those(lambda e: e["sender"] != NULL_SENDER)
    assert ids("--client", "192.0.2.0/24") == set()
    assert ids("--reason", "come back LATER") == those(
        lambda e: "come back later" in e["recipients"][0].get("delay_reason", "").lower())
    assert ids("--shape", "{letters}{1 digit}@fine.example") == those(
        lambda e: e["sender"].endswith("@fine.example"))
    for queue_id, entry in expected.items():
        assert listed[queue_id]["reason"] == entry["recipients"][0]["delay_reason"]
    assert ids("--larger", 1000) == those(lambda e: e["message_size"] > 1000)
    assert ids("--younger", "1h") == set(expected) and ids("--older", "1h") == set()


def test_show(make_gateway):
    site = make_gateway(mode="observe").start()
    fill(site, later=2, flood=1)
    queue_id = site.postfix.queue_ids("deferred", null=False)[0]
    document = site.daemon.ask("show", queue_id)
    message = document["message"]
    assert message["queue"] == "deferred" and message["sender"] == entries(site)[queue_id]["sender"]
    mtime = (site.postfix.queue / "deferred" / queue_id[0] / queue_id).stat().st_mtime
    assert message["next_try"] == int(mtime)
    recipient = entries(site)[queue_id]["recipients"][0]
    assert document["recipients"] == [{
        "recipient": recipient["address"], "done": False, "status": "4.2.0",
        "reason": recipient["delay_reason"]}]
    assert "Subject: mail" in message["copy"] and "recipient: " in message["copy"]
    assert [(move["from"], move["to"]) for move in document["moves"]] == [
        (None, "incoming"), ("incoming", "active"), ("active", "deferred")]
    site.postfix.postsuper("-d", [queue_id])
    document = site.daemon.ask("show", queue_id)  # at once: the event may be on its way
    assert document["message"] is None and document["moves"][-1]["to"] is None
    assert "no such message" in site.daemon.ask("show", "ABCDEF0123")["error"]


def test_watch_that_is_killed_is_told(make_gateway):
    site = make_gateway(mode="observe").start()
    fill(site, later=3, flood=0)
    site.daemon.kill_role("watch")
    wait_for("it answers again", lambda: len(site.daemon.ask("list").get("messages", [])) == 3)
    site.daemon.kill_role("control")
    wait_for("and a new control is answered",
             lambda: len(site.daemon.ask("list").get("messages", [])) == 3)
    time.sleep(1.1)
    assert not site.daemon.logged("malformed")


def qshape(site, *words):
    """{domain: counts} and the heads, as qshape(1) prints them."""
    done = subprocess.run(["/usr/sbin/qshape", "-c", str(site.postfix.config), *map(str, words)],
                          text=True, stdout=subprocess.PIPE, timeout=60, check=True,
                          env={**os.environ, "MAIL_CONFIG": str(site.postfix.config)})
    return table(done.stdout)


def table(text):
    lines = [line.split() for line in text.splitlines()]
    return lines[0], {line[0]: line[1:] for line in lines[1:]}


def ours(site, *words):
    return table(site.daemon.ctl("qshape", *words, status=0)[1])


def expect_same_table(site, *words):
    """Twice when a message crosses from one column into the next between the two programs."""
    for _ in range(3):
        before, found = qshape(site, *words), ours(site, *words)
        if before == found:
            return found
    assert before == found, words
    return None


TABLES = [
    ("deferred",), ("hold",), ("incoming",), ("active",), (), ("deferred", "hold"), ("-s", "deferred"),
    ("-b", 4, "-t", 1, "deferred"), ("-b", 1, "deferred"), ("-b", 6, "-t", 2, "-l", "deferred"),
    ("-p", "deferred"), ("-p", "-m", 2, "deferred", "hold"), ("-s", "-p", "-m", 1, "deferred"),
    ("-p", "-s", "-l", "-b", 12, "-t", 7, "-m", 1, "hold"),
]


def is_whole(site):
    document = site.daemon.ask("qshape", "deferred", "hold")
    return document["complete"] and document["unread"] == 0


def age_some(site):
    """Files of Postfix's own format with other arrival times: the same bytes but the digits of T."""
    ages = [10, 290, 310, 610, 1300, 5000, 40000, 90000, 700000]
    done = 0
    for number, path in enumerate(sorted(site.postfix.queue.glob("deferred/?/*"))):
        data = path.read_bytes()
        at = re.search(rb"T[\x0c-\x11](?=\d{10} )", data).end()  # "seconds microseconds"
        stamp = b"%d" % (int(time.time()) - ages[number % len(ages)])
        path.write_bytes(data[:at] + stamp + data[at + len(stamp):])
        done += 1
    assert done == 74


def test_qshape_prints_the_same_table(make_gateway):
    site = make_gateway(mode="observe").start(daemon=False)
    domains = ["a.example.net", "b.example.net", "c.d.example.net", "e.d.example.net", "EXAMPLE.net",
               "x.y.z.w.example.org", "UPPER.example.org", "later.example"]
    send(site.postfix.port, [
        (f"s{n}@{domains[n % 6]}", f"r{n}@{domains[n % len(domains)]}", f"mail {n}") for n in range(48)])
    send_to_many(site, [(f"s@{domains[n % 3]}", [
        f"r{m}@{domains[m % 5]}" for m in range(12)], f"mail to many {n}") for n in range(6)])
    site.send_flood(20)
    wait_for("all of it waits", lambda: site.postfix.truth()["deferred"][0] == 74 and
             sum(t[0] for t in site.postfix.truth().values()) == 74, 90)
    age_some(site)
    site.postfix.postsuper("-h", site.postfix.queue_ids("deferred")[::5])
    site.daemon.start()
    site.expect_exact("before the tables")
    wait_for("all is read", lambda: is_whole(site))
    for words in TABLES:
        heads, rows = expect_same_table(site, *words)
        assert heads[0] == "T" and "TOTAL" in rows
    assert len(expect_same_table(site, "-p", "-m", 1, "deferred")[1]) > \
        len(expect_same_table(site, "deferred")[1])


def test_qshape_of_what_is_partly_delivered(make_gateway):
    """Recipients that have it do not wait any more."""
    site = make_gateway(mode="observe").start()
    send_to_many(site, [("s@good.example", [
        f"a{n}@good.example", "b@later.example", "c@later.example"], f"mail {n}") for n in range(10)])
    wait_for("the rest waits", lambda: site.postfix.truth()["deferred"][0] == 10)
    wait_for("the same table", lambda: ours(site, "deferred") == qshape(site, "deferred"))
    assert ours(site, "deferred")[1]["TOTAL"][0] == "20"


def test_who_started_it(make_gateway):
    site = make_gateway(mode="observe").start()
    fill(site)
    shapes = [rank for rank in site.daemon.ask("shapes")["ranks"] if rank["dimension"] == "shape"]
    assert shapes[0]["key"] == "{letters}{4 digits}@{4 digits}.com" and shapes[0]["count"] == 40
    assert len(shapes[0]["examples"]) == 3
    clients = site.daemon.ask("top", "--by", "client")["ranks"]
    assert [(rank["key"], rank["class"]) for rank in clients] == [("127.0.0.1", "normal")]
    causes = site.daemon.ask("causes")["ranks"]
    assert causes[0]["count"] == 40 and "{4 digits}.com" in causes[0]["key"]


def test_many_ask_at_once_while_mail_flows(make_gateway):
    """Each is answered or refused with a clear word, and no tick is missed."""
    site = make_gateway(mode="observe").start()
    fill(site)
    site.start_good_mail(every_s=0.02)
    words = [("list", "--limit", 5000), ("qshape", "deferred"), ("top",), ("causes",),
             ("list", "--domain", "later.example"), ("shapes",)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda n: site.daemon.ask(*words[n % len(words)]), range(120)))
    for answer in answers:
        assert "error" not in answer or "ask again" in answer["error"], answer
    assert sum("error" not in answer for answer in answers) >= 60
    assert site.daemon.status()["daemon"]["age_s"] <= 2
    assert site.daemon.status()["daemon"]["roles"]["watch"]["restarts"] == 0
    site.stop_good_mail()
    site.expect_exact("afterwards")

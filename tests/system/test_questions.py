# SPDX-License-Identifier: ISC
#
# test_questions.py - what watchdogctl says of the messages in the queues, against what Postfix's own
# programs say of the same queues.

import json
import time

from postfix import NULL_SENDER, wait_for
from sink import send


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
    assert ids("--sender", "BEN1@good.example") == those(lambda e: e["sender"] == "ben1@good.example")
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

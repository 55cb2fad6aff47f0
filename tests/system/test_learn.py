# SPDX-License-Identifier: ISC
#
# test_learn.py - rules that need no number, on a past of ordinary mail: the June flood opens an
# incident within seconds of its first message.

import os
import subprocess
import threading
import time

from daemon import BUILD
from postfix import wait_for

DAY_S = 86400
PAST_S = 10 * DAY_S + DAY_S // 2  # all scores count in full after ten days
FLOOD_PER_S = 100
SECONDS = 12
WITHIN_S = 3

RULES = {
    "mail-flood": {"signal": "arrivals", "or_rarer_than": "1y"},
    "bounces-of-the-year": {"signal": "bounces_made", "or_rarer_than": "1y"},
}


def give_past(site):
    """Days of ordinary mail in the store, as if the daemon had run all the while."""
    site.daemon.start()
    site.daemon.stop()
    store = site.daemon.state / "history.db"
    owner = store.stat()
    for file in site.daemon.state.glob("history.db*"):
        file.unlink()
    subprocess.run([BUILD / "tests/system/history_writer", store, str(PAST_S)], check=True, timeout=120)
    os.chown(store, owner.st_uid, owner.st_gid)


def learning(site):
    return site.daemon.status()["instances"][0]["learning"]


def is_learned(site):
    told = learning(site)
    return 0 < told["needed_s"] <= told["learned_s"]


def flood(site):
    """As even as Python can: a piece each fifth of a second."""
    begin = time.monotonic()
    for piece in range(SECONDS * 5):
        time.sleep(max(0.0, begin + piece / 5 - time.monotonic()))
        site.send_flood(FLOOD_PER_S // 5, connections=4, seed=piece)


def test_flood_opens_by_what_was_learned(make_gateway):
    site = make_gateway(mode="observe", rules=RULES)
    site.start(daemon=False)
    give_past(site)
    site.daemon.start()
    assert not is_learned(site)
    wait_for("what was before is learned", lambda: is_learned(site), 180, 1)
    time.sleep(10)  # the last half day
    assert site.daemon.status()["incidents"] == []
    began = time.time()
    sender = threading.Thread(target=flood, args=[site])
    sender.start()
    try:
        wait_for("the flood is seen", lambda: site.daemon.status()["incidents"], 30)
        seen_s = time.time() - began
        incident = site.daemon.status()["incidents"][0]
        print(f"opened {incident['opened'] - began:.1f} s after the first message, seen after "
              f"{seen_s:.1f} s: {incident['text']}")
    finally:
        sender.join(120)
    assert "rarer than once in 365 d" in incident["text"]
    assert " times the normal " in incident["text"]
    assert incident["opened"] - began <= WITHIN_S
    assert wait_for("the flood is named", lambda: [
        found for found in site.daemon.status()["incidents"] if found["kind"] == "mail-flood"])


def test_nothing_is_judged_without_a_past(make_gateway):
    site = make_gateway(mode="observe", rules=RULES).start()
    site.send_flood(200)
    wait_for("it arrives", lambda: site.daemon.counts()["deferred"][1] > 100, 60)
    assert site.daemon.status()["incidents"] == []
    assert "of 10 days" in site.daemon.ctl("status")[1]

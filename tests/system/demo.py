# SPDX-License-Identifier: ISC
#
# demo.py - the story from flood to all-clear on a private Postfix, told as it happens and checked:
# good mail all the time; a flood of mail with a virus, which the filter (a real clamav-milter) marks
# and passes on, and the server behind refuses; bounces to made-up senders cannot be delivered.
# watchdogd sees it, holds the bounces and gives those to come a lane of their own, tells the staff,
# and since the flood goes on switches the filter to deleting. The flood is over; it puts everything
# back, deletes what it held, and gives the all-clear. Ends by itself and leaves nothing behind.
#
# DEMO_KEEP=1: leaves everything running, and says how to look around and how to end it.

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

from clamav import SIGNATURE, ClamAV
from daemon import BUILD
from gateway import Gateway
from postfix import wait_for

FLOOD = 400  # at once; then it goes on
QUIET_S = 4  # good mail alone, before the flood
LIMIT_S = 150
VIRUS = f";)\r\n{SIGNATURE}"
LANE = "watchdogd_bounces"

# A lane is seen by Postfix within ten seconds. Only then is the filter's turn, so that both are seen.
RULES = {
    "bounce-flood": {
        "signal": "bounces", "above": 50, "for": "2s", "clear_below": 10, "clear_for": "10s",
        "remedies": [
            {"remedy": "hold-bounces"},
            {"remedy": "bounce-lane", "revert": "when_clear"},
            {"remedy": "clamav-milter-policy", "after": "15s", "when": "still_growing",
             "revert": "when_clear"},
            {"remedy": "delete-bounces", "after": "40s"}],
    },
}


class Flood(threading.Thread):
    """400 messages at once, then ten and ten more until it is told to end."""

    def __init__(self, gateway):
        super().__init__(daemon=True)
        self.gateway, self.sent, self.error = gateway, 0, None
        self.burst, self.stopping = threading.Event(), threading.Event()

    def run(self):
        try:
            self._send(FLOOD, 4, 0.02)
            self.burst.set()
            while not self.stopping.wait(0.3):
                self._send(10, 2, 0.05)
        except Exception as error:  # told to whoever stops us
            self.error = error
            self.burst.set()

    def _send(self, count, connections, pause_s):
        self.gateway.send_flood(count, connections, pause_s, seed=self.sent + 1, body=VIRUS)
        self.sent += count

    def stop(self):
        self.stopping.set()
        self.join(LIMIT_S)
        assert not self.is_alive(), "the flood does not end"
        if self.error is not None:
            raise self.error
        return self.sent


class Story:
    """Prints what happens, each thing once, and the counts every other second."""

    def __init__(self, gateway):
        self.gateway, self.began = gateway, time.monotonic()
        self.told, self.mails_told, self.next_row = {}, 0, 0.0
        self.status = None

    def say(self, text):
        print(f"{time.monotonic() - self.began:6.1f} s  {text}", flush=True)

    def heading(self):
        print("          incoming  active  deferred (bounces)  held (bounces)   good mail: sent  "
              "delivered", flush=True)

    def look(self):
        """Asks the daemon, prints what is new."""
        self.status = self.gateway.daemon.status()
        if time.monotonic() >= self.next_row:
            self.next_row = time.monotonic() + 2
            self._row()
        incident = find_incident(self.gateway)
        if incident is not None:
            self._tell_incident(incident)
        for mail in self.gateway.relay.mails[self.mails_told:]:
            self.mails_told += 1
            self.say(f"MAIL at the receiver, for {', '.join(mail.envelope_recipients)}:")
            headers = "".join(f"{name}: {mail[name]}\n" for name in ("From", "To", "Subject", "Date"))
            text = mail.get_body(("plain",)).get_content().rstrip()
            print(textwrap.indent(f"{headers}\n{text}", " " * 10 + "| ",
                                  lambda line: True), flush=True)
        return self.status

    def _row(self):
        queues = self.status["instances"][0]["queues"]

        def cell(name):
            return f"{queues[name]['messages']:8} {'(%d)' % queues[name]['bounces']:>9}"

        good = self.gateway.good_mail
        self.say(f"{queues['incoming']['messages']:8}{queues['active']['messages']:8}"
                 f"{cell('deferred'):>20}{cell('hold'):>16}"
                 f"{len(good.sent):18}{len(self.gateway.good.mails):11}")

    def _tell_incident(self, incident):
        name = f"incident {incident['id']}"
        if incident["state"] == "closed":
            text = f"{incident['kind']} closed; peak {incident['peak']} {incident['signal']}"
        else:
            text = (f"{incident['kind']} {incident['state']}: {incident['value']} "
                    f"{incident['signal']}, level {incident['level']}")
        # While bounces come and are held at once, the signal swings around the level where it clears.
        self._tell(name, incident["state"] == "closed", f"INCIDENT {incident['id']}: {text}")
        for action in incident["remedies"]:
            self._tell(f"action {action['action']}", (action["state"], action["messages"]),
                       f"REMEDY {action['remedy']} {action['state']}: {action['text']}")

    def _tell(self, what, state, text):
        if self.told.get(what) != state:
            self.told[what] = state
            self.say(text)

    def watch(self, what, predicate):
        """Looks until the predicate of the status is true."""
        return wait_for(what, lambda: predicate(self.look()), LIMIT_S, 0.25)


def action_of(incident, remedy):
    found = [a for a in incident["remedies"] if a["remedy"] == remedy and a["undo_of"] is None]
    assert len(found) == 1, f"{len(found)} actions of {remedy}"
    return found[0]


def find_incident(gateway):
    """The flood's incident with its actions, wherever it stands now; None before it opens."""
    incidents = gateway.daemon.ask("incidents")["incidents"]
    assert len(incidents) <= 1, f"{len(incidents)} incidents"
    if not incidents:
        return None
    return gateway.daemon.ask("incidents", incidents[0]["id"])["incidents"][0]


def is_done(gateway, remedy):
    incident = find_incident(gateway)
    return incident is not None and action_of(incident, remedy)["state"] == "done"


def operate(gateway, story, *words):
    """What an operator does by hand; returns the number of the action, which is done."""
    story.say(f"OPERATOR watchdogctl remedy {' '.join(map(str, words))}")
    action = gateway.daemon.ask("remedy", *words)["action"]
    state = wait_for("it is done", lambda: gateway.daemon.ask("remedy", "show", action)["action"]
                     ["state"].replace("running", ""), LIMIT_S, 0.2)
    assert state == "done", f"remedy {words}: {state}"
    return action


def settings_of(gateway):
    """The files that are changed, byte for byte."""
    return {path.name: path.read_bytes() for path in (
        gateway.postfix.config / "main.cf", gateway.postfix.config / "master.cf",
        gateway.clamav.file)}


def prepare():
    gateway = Gateway(rules=RULES)
    gateway.clamav = ClamAV(gateway.directory / "clamav", "OnInfected Accept\nAddHeader Replace\n")
    gateway.put_behind(gateway.clamav)
    # What cannot be delivered is put off by a server: so each try of a bounce is logged by its transport.
    gateway.postfix.settings["default_transport"] = f"smtp:[127.0.0.1]:{gateway.later.port}"
    gateway.postfix.write_settings()
    return gateway


def play(gateway):
    """Plays the story; returns its last line."""
    story = Story(gateway)
    story.say("a private Postfix with clamav-milter, servers that accept and refuse, a relay for the staff")
    gateway.clamav.start()
    gateway.start()
    story.say(f"watchdogd runs: {', '.join(gateway.daemon.status()['daemon']['roles'])}")
    before = settings_of(gateway)
    installed = operate(gateway, story, "run", "install-bounce-lane")
    gateway.start_good_mail()
    story.heading()
    quiet_until = time.monotonic() + QUIET_S
    story.watch("good mail flows", lambda s: time.monotonic() > quiet_until and gateway.good.mails)

    story.say(f"FLOOD: {FLOOD} messages with a virus, from senders that do not exist; then more and more")
    flood, flood_began = Flood(gateway), time.monotonic()
    flood.start()
    story.watch("an incident opens", lambda s: find_incident(gateway))
    detected_s = time.monotonic() - flood_began
    story.watch("the first of the flood are accepted", lambda s: flood.burst.is_set())
    story.say(f"       all {FLOOD} were accepted: the filter marks each and passes it on, the server "
              "behind refuses it, Postfix bounces it")
    story.watch("the alert arrives", lambda s: gateway.relay.mails)
    story.watch("the bounces are held", lambda s: s["instances"][0]["queues"]["hold"]["bounces"]
                >= FLOOD)
    story.watch("bounces go by the lane", lambda s: is_done(gateway, "bounce-lane") and
                in_lane(gateway))
    story.watch("the filter is switched", lambda s: is_done(gateway, "clamav-milter-policy"))
    switched = "OnInfected Blackhole" in gateway.clamav.file.read_text()
    story.heading()
    story.watch("the filter deletes", lambda s: dropped(gateway) >= 30)
    sent = flood.stop()
    story.say(f"       the flood ends: {sent} messages, of which the filter has deleted "
              f"{dropped(gateway)}; nothing bounces any more")
    story.watch("the incident closes", lambda s: s["open_incidents"] == 0)
    story.watch("the all-clear arrives", lambda s: len(gateway.relay.mails) >= 2)
    story.watch("lane and filter are put back", lambda s: sum(
        a["undo_of"] is not None and a["state"] == "done"
        for a in find_incident(gateway)["remedies"]) == 2)
    story.watch("the held bounces are deleted", lambda s: is_done(gateway, "delete-bounces"))
    story.look()
    operate(gateway, story, "undo", installed)
    reverted = settings_of(gateway) == before
    lane = len(in_lane(gateway))
    last_line = check(gateway, story, sent, detected_s)
    assert lane and switched and reverted, (lane, switched, reverted)
    return f"{last_line} lane=yes policy=switched reverted=yes"


def in_lane(gateway):
    """Queue ids that were tried in the lane."""
    return set(gateway.postfix.logged(rf"postfix/{LANE}/smtp\[\d+\]: (\w+): to="))


def dropped(gateway):
    return len(gateway.postfix.logged("milter-discard"))


def check(gateway, story, sent, detected_s):
    """Compares what was said with what Postfix did, and the receivers got."""
    good_sent = gateway.stop_good_mail()
    gateway.expect_exact("at the end")
    incident = find_incident(gateway)
    postfix = gateway.postfix
    bounces = postfix.logged(r"sender non-delivery notification: (\w+)$")
    held, deleted = postfix.postsuper_logged("placed on hold"), postfix.postsuper_logged("removed")
    assert len(bounces) == gateway.inner.refused, (len(bounces), gateway.inner.refused)
    assert len(bounces) + dropped(gateway) == sent, (len(bounces), dropped(gateway), sent)
    assert in_lane(gateway) <= set(bounces), "good mail in the lane"
    for name, ids, action in [("held", held, action_of(incident, "hold-bounces")),
                              ("deleted", deleted, action_of(incident, "delete-bounces"))]:
        assert sorted(ids) == sorted(bounces), f"{name}: not each bounce once, and nothing else"
        assert action["messages"] == len(ids), f"{name}: watchdogd counts {action['messages']}"
    assert incident["state"] == "closed", incident["state"]
    assert [mail.envelope_recipients for mail in gateway.relay.mails] == [
        ["staff@office.example"]] * 2, "one mail at the opening, one all-clear"
    assert all(count == (0, 0) for count in postfix.truth().values()), postfix.truth()
    story.say(f"every bounce was held once and deleted once; all {good_sent} good mails were "
              "delivered, once each; the settings are byte for byte what they were")
    return (f"demo: flood={len(bounces)} bounces detected_s={detected_s:.1f} held={len(held)} "
            f"deleted={len(deleted)} good_sent={good_sent} good_delivered={len(gateway.good.mails)} "
            f"alert_mails={len(gateway.relay.mails)} incident={incident['state']}")


def hand_over(gateway):
    """Leaves all running without us: the servers go on in a process of their own."""
    for sink in gateway.sinks:
        sink.stop()
    sinks = subprocess.Popen(
        [sys.executable, "-B", Path(__file__).with_name("sink.py"),
         *(f"{sink.port}:{sink.reply}" for sink in gateway.sinks)], cwd=gateway.directory,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True)
    end = gateway.directory / "end"
    end.write_text(
        f"#!/bin/sh\nkill {gateway.daemon.process.pid} {sinks.pid}\n"
        f"kill $(cat {' '.join(map(str, gateway.clamav.pids.values()))})\n"
        f"postfix -c {gateway.postfix.config} stop\n"
        f"while kill -0 {gateway.daemon.process.pid} 2>/dev/null; do sleep 0.1; done\n"
        f"rm -rf {gateway.directory}\n")
    end.chmod(0o755)
    ctl = f"{BUILD}/watchdogctl -c {gateway.daemon.file}"
    print(f"""
Everything is still running. Look around:
  {ctl} status
  {ctl} incidents 1
  {ctl} history --step 1s --since 3m
  {ctl} remedy list
  {ctl} remedy show 1
  {BUILD}/watchdogctl help
  less {gateway.daemon.log} {gateway.postfix.log}
Postfix takes mail on 127.0.0.1:{gateway.postfix.port}; mail for inner.example is refused behind it.
End it with:
  {end}
""", flush=True)


def interrupt(signum, frame):
    signal.signal(signum, signal.SIG_IGN)
    raise KeyboardInterrupt


def main():
    if os.geteuid() != 0:
        sys.exit("demo: Postfix and watchdogd are started by root")
    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGINT, interrupt)
    keep = os.environ.get("DEMO_KEEP") == "1"
    last_line, gateway = None, prepare()
    try:
        last_line = play(gateway)
    except AssertionError as error:
        print(f"demo: did not happen: {error}", flush=True)
        if gateway.daemon.log.exists():
            print(textwrap.indent(gateway.daemon.log_text()[-6000:], "  watchdogd: "), flush=True)
    except KeyboardInterrupt:
        keep = False
        print("demo: interrupted", flush=True)
    finally:
        if keep:
            hand_over(gateway)
        else:
            gateway.clamav.stop()
            gateway.close()
    if last_line is None:
        sys.exit(1)
    print(last_line, flush=True)


main()

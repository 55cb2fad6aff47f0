# SPDX-License-Identifier: ISC
#
# gateway.py - a small mail site: the private Postfix as the gateway, servers behind it that accept
# (good.example), refuse (inner.example), put off (later.example), the relay of the staff, and
# watchdogd. Bounces to any other domain cannot be delivered and stay deferred.

import random
import shutil
import tempfile
from pathlib import Path

from daemon import Daemon
from postfix import Postfix, users_of, wait_for
from sink import DEFER, REJECT, GoodMail, Sink, send

NAMES = "ada ben cleo dora emil finn gina hugo iris jan kira leo mona nils olga paul".split()

FLOOD_RULE = {
    "bounce-flood": {
        "signal": "bounces", "above": 50, "for": "2s", "clear_below": 10, "clear_for": "10s",
        "remedies": [{"remedy": "hold-bounces", "after": "0s"},
                     {"remedy": "delete-bounces", "after": "8s"}],
    },
}


class Gateway:
    def __init__(self, postfix_settings=None, **settings):
        self.directory = Path(tempfile.mkdtemp(prefix="watchdogd-", dir="/tmp"))
        self.directory.chmod(0o755)
        self.inner, self.good, self.later = Sink(REJECT), Sink(), Sink(DEFER)
        self.relay = Sink()
        self.sinks = [self.inner, self.good, self.later, self.relay]
        self.good_mail = None
        self.postfix = Postfix(
            self.directory / "postfix",
            routes={"good.example": self.good.port, "inner.example": self.inner.port,
                    "later.example": self.later.port}, **(postfix_settings or {}))
        self.daemon = Daemon(self.directory / "watchdogd", **{
            "mode": "act",
            "postfix": {"config_directories": [str(self.postfix.config)]},
            "alert": {"relays": [{"host": "127.0.0.1", "port": self.relay.port,
                                  "tls": "none"}],
                      "from": "watchdogd@gateway.example",
                      "recipients": ["staff@office.example"]},
            "rules": FLOOD_RULE,
            **settings})

    def start(self, daemon=True):
        for sink in self.sinks:
            sink.start()
        self.postfix.start()
        if daemon:
            self.daemon.start()
        return self

    def start_good_mail(self, **options):
        self.good_mail = GoodMail(self.postfix.port, **options)
        self.good_mail.start()

    def stop_good_mail(self):
        """Every good mail was delivered, exactly once. Returns how many."""
        self.good_mail.stop()
        wait_for("the last good mail is delivered",
                 lambda: set(self.good_mail.sent) <= set(self.good.subjects()))
        assert sorted(self.good.subjects()) == sorted(self.good_mail.sent)
        return len(self.good_mail.sent)

    def send_flood(self, count, connections=4, pause_s=0.0, seed=1, body=";)"):
        """Mail with a virus, from senders that do not exist, to a server that refuses it."""
        chance = random.Random(seed)
        send(self.postfix.port, [
            (f"{chance.choice(NAMES)}{chance.randrange(10000):04}@{chance.randrange(10000):04}.com",
             f"{chance.choice(NAMES)}@inner.example", f"Your photos {number}")
            for number in range(count)], connections, pause_s, body)

    def is_exact(self):
        """Whether the daemon counts what postqueue counts, with nothing moving meanwhile."""
        before = self.postfix.truth()
        counts = self.daemon.counts()
        return before == counts == self.postfix.truth()

    def expect_exact(self, moment, limit_s=15):
        """At a quiet moment the counts become equal, soon, and stay so."""
        try:
            wait_for(f"{moment}: counts equal postqueue's", self.is_exact, limit_s, 0.3)
        except AssertionError as error:
            raise AssertionError(f"{error}: watchdogd {self.daemon.counts()}, postqueue "
                                 f"{self.postfix.truth()}") from None

    def alerts(self, word=""):
        return [mail for mail in self.relay.mails if word in mail["Subject"]]

    def put_behind(self, clamav):
        """Before the start: clamav-milter looks at what comes by SMTP; while it restarts, it does not,
        and nobody waits the five minutes for it that are Postfix's default."""
        self.postfix.settings.update(smtpd_milters=f"inet:127.0.0.1:{clamav.port}",
                                     milter_default_action="accept", milter_connect_timeout="5s",
                                     milter_command_timeout="10s", milter_content_timeout="20s")
        self.postfix.write_settings()
        self.daemon.settings["clamav_milter"] = {"config_file": str(clamav.file),
                                                 "restart": str(clamav.restart)}
        self.daemon.write()

    def close(self, keep=False):
        """Ends every process and removes the directory; says what could not be ended."""
        if self.good_mail is not None:
            self.good_mail.stopping.set()
        problems = []
        for end in [self.daemon.close, self.postfix.close, *(sink.stop for sink in self.sinks)]:
            try:
                end()
            except Exception as error:  # the others must be ended all the same
                problems.append(str(error))
        left = users_of(self.directory)
        if left:
            problems.append(f"processes left: {left}")
        if not keep:
            shutil.rmtree(self.directory)
        assert not problems, problems

# SPDX-License-Identifier: ISC
#
# test_detect.py - troubles that are no flood, on a real Postfix: what their detectors see of them.

from postfix import wait_for
from sink import GoodMail, Sink

STALL_RULE = {"filter-stall": {"detector": "stall", "above": 10, "for": "2s", "clear_for": "3s"}}


def incidents(site):
    return site.daemon.ask("incidents")["incidents"]


def test_filter_that_hangs_is_a_stall(make_gateway):
    mail_filter = Sink()
    site = make_gateway({"content_filter": f"smtp:[127.0.0.1]:{mail_filter.port}"},
                        rules=STALL_RULE)
    site.sinks.append(mail_filter)
    site.start()
    coming = GoodMail(site.postfix.port)
    coming.start()
    try:
        wait_for("mail flows", lambda: len(mail_filter.mails) >= 40, 60)
        assert incidents(site) == []
        mail_filter.hangs = True
        wait_for("the stall is told", lambda: site.alerts("filter-stall"), 40)
        incident, = incidents(site)
        assert incident["signal"] == "stalled" and incident["state"] == "open"
        assert " 0 were delivered" in incident["text"], incident["text"]
        print("opened", incident["opened"], "since", incident["began"], incident["text"])
        mail_filter.hangs = False
        wait_for("the stall is over", lambda: site.alerts("is over"), 60)
        incident, = incidents(site)
        assert incident["state"] == "closed"
    finally:
        coming.stop()

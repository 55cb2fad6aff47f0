# SPDX-License-Identifier: ISC
#
# test_doctor.py - `watchdogctl doctor` on a real site: what it finds in Postfix, and that what it says
# mends it.

import subprocess

from postfix import wait_for


def findings(site, about):
    """[(state, text, mend)] of what is about this."""
    return [(finding["state"], finding["text"], finding["mend"])
            for finding in site.daemon.ask("doctor")["findings"] if finding["about"] == about]


def test_what_it_says_mends_it(make_gateway):
    site = make_gateway({"enable_long_queue_ids": "no", "notify_classes": "bounce,resource"},
                        mode="observe").start()
    wait_for("the instance is known", lambda: findings(site, "Postfix"))
    wrong = [mend for state, _, mend in findings(site, "Postfix") if state == "warning"]
    assert len(wrong) == 2, findings(site, "Postfix")
    assert site.daemon.ctl("doctor")[0] == 1
    for mend in wrong:
        assert mend.startswith(f"postconf -c {site.postfix.config} -e "), mend
        subprocess.run(mend.split(), check=True)
    assert [state for state, *_ in findings(site, "Postfix")] == ["ok"]
    for about in ("settings", "daemon", "mail"):
        assert [state for state, *_ in findings(site, about)] == ["ok"], findings(site, about)


def test_without_a_daemon_it_says_so(make_gateway):
    site = make_gateway(mode="observe")
    assert findings(site, "daemon")[0][0] == "critical"
    assert not findings(site, "Postfix")
    code, text = site.daemon.ctl("doctor")
    assert code == 1 and "mend: systemctl start postfix-watchdog" in text, text

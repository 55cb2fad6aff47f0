# SPDX-License-Identifier: ISC
#
# conftest.py - what the system tests share: gateways that are ended and removed whatever happens.

import os

import pytest

from gateway import Gateway

# Bounces wait after their first try, so that there are quiet moments.
PATIENT = {"minimal_backoff_time": "600s", "maximal_backoff_time": "600s", "queue_run_delay": "5s"}

# As in the demo, but sooner over.
QUICK_RULE = {
    "bounce-flood": {
        "signal": "bounces", "above": 50, "for": "2s", "clear_below": 10, "clear_for": "4s",
        "remedies": [{"remedy": "hold-bounces", "after": "0s"},
                     {"remedy": "delete-bounces", "after": "8s"}],
    },
}


@pytest.fixture
def make_gateway():
    """Makes gateways (not started); afterwards no process and no directory of theirs is left."""
    assert os.geteuid() == 0, "Postfix and watchdogd are started by root"
    made = []

    def make(postfix_settings=None, **settings):
        gateway = Gateway(PATIENT if postfix_settings is None else postfix_settings,
                          **{"rules": QUICK_RULE, **settings})
        made.append(gateway)
        return gateway

    yield make
    for gateway in made:
        if gateway.daemon.log.exists():
            print(gateway.daemon.log_text()[-8000:])
        gateway.close()
        assert not gateway.directory.exists()

# SPDX-License-Identifier: ISC
#
# test_instances.py - a border gateway of two instances as postmulti(1) knows them: mail comes into one,
# which hands it to the other, which delivers it and makes the bounces. watchdogd is told of neither.

import subprocess

import pytest

from conftest import PATIENT
from postfix import wait_for
from sink import send

OUT = "postfix-out"


def write(postfix, **settings):
    postfix.settings.update(settings)
    postfix.write_settings()


@pytest.fixture
def pair(make_gateway):
    """(in, out). For watchdogd alone /etc/postfix is the configuration of the first."""
    into = make_gateway(PATIENT, mode="observe", postfix={})
    out = make_gateway(PATIENT)
    write(out.postfix, multi_instance_name=OUT, multi_instance_enable="yes")
    write(into.postfix, multi_instance_enable="yes", multi_instance_directories=out.postfix.config,
          default_transport=f"smtp:[127.0.0.1]:{out.postfix.port}", transport_maps="")
    into.daemon.starter = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/postfix && exec "$@"',
                           str(into.postfix.config)]
    if subprocess.run([*into.daemon.starter, "true"], stderr=subprocess.DEVNULL).returncode != 0:
        pytest.skip("not shown here: unshare --mount and mount --bind on /etc/postfix are not allowed")
    out.start(daemon=False)
    into.start()
    return into, out


def instances(site):
    return {instance["name"]: instance for instance in site.daemon.status()["instances"]}


def test_found_by_postmulti(pair):
    into, out = pair
    assert set(instances(into)) == {"-", OUT}
    assert instances(into)[OUT]["config_directory"] == str(out.postfix.config)

    # the servers behind are the second's
    send(into.postfix.port, [(f"ben{n}@made.up", "anna@inner.example", f"refused {n}")
                             for n in range(60)])
    send(into.postfix.port, [("ben@good.example", "anna@good.example", f"good {n}") for n in range(20)])
    wait_for("the bounces wait in the second", lambda: out.postfix.truth()["deferred"] == (60, 60), 60)
    wait_for("the rest is delivered", lambda: len(out.good.mails) == 20)
    wait_for("each has what is in it", lambda: {
        name: (instance["queues"]["deferred"]["messages"], instance["queues"]["deferred"]["bounces"],
               instance["rates"]["arrivals_per_min"], instance["rates"]["bounced_per_min"])
        for name, instance in instances(into).items()} == {"-": (0, 0, 80, 0), OUT: (60, 60, 140, 60)})
    incidents = wait_for("the incident opens", lambda: into.daemon.status()["incidents"])
    assert [incident["instance"] for incident in incidents] == [OUT]

    # each can be asked about alone
    listed = into.daemon.ask("list", "--instance", OUT, "--class", "bounce", "--limit", 100)["messages"]
    assert {message["queue_id"] for message in listed} == set(out.postfix.queue_ids("deferred"))
    assert into.daemon.ask("list", "--instance", "-")["messages"] == []
    assert into.daemon.status()["watch"]["drift"] == 0

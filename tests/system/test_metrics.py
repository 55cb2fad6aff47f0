# SPDX-License-Identifier: ISC
#
# test_metrics.py - the metrics role: what it answers, whom it harms when it is pestered (nobody), what
# it may do, and a Prometheus that scrapes it.

import json
import os
import pwd
import re
import signal
import socket
import subprocess
import urllib.error
import urllib.request

import pytest
from postfix import free_port, is_running, wait_for
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from test_privileges import FILTER, read_status

OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


@pytest.fixture
def site(make_gateway):
    port = free_port()
    gateway = make_gateway(mode="observe", metrics={"listen": f"127.0.0.1:{port}"}).start()
    gateway.port = port
    wait_for("metrics are answered", lambda: get(port)[0] == 200)
    return gateway


def get(port, path="/metrics", method="GET", accept=None):
    """(status, Content-Type, text); status 0: nobody listens."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method,
                                     headers={"Accept": accept} if accept else {})
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status, reply.headers["Content-Type"], reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read().decode()
    except OSError:
        return 0, None, ""


def say(port, data):
    """Bytes to the socket; what comes back until it is closed or 3 s have passed."""
    with socket.create_connection(("127.0.0.1", port), timeout=3) as connection:
        try:
            connection.sendall(data)
            return connection.recv(65536)
        except OSError:
            return b""


def test_both_formats_tell_what_the_queues_hold(site):
    site.send_flood(20)
    wait_for("20 bounces wait", lambda: site.daemon.counts()["deferred"] == (20, 20))
    wait_for("they are among the metrics", lambda: re.search(
        r'^postfix_watchdog_queue_messages{postfix_instance="[^"]+",queue="deferred",class="bounce"} 20$',
        get(site.port)[2], re.M))
    status, kind, text = get(site.port)
    assert (status, kind) == (200, "text/plain; version=0.0.4; charset=utf-8")
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert (checked.returncode, checked.stdout) == (0, "")
    status, kind, text = get(site.port, accept=OPENMETRICS)
    assert (status, kind) == (200, OPENMETRICS)
    samples = {sample.name: sample.value for family in text_string_to_metric_families(text)
               for sample in family.samples}
    assert samples["postfix_watchdog_arrivals_total"] == 40
    assert samples["postfix_watchdog_bounces_made_total"] == 20
    # the same as watchdogctl says
    _, printed = site.daemon.ctl("metrics", status=0)
    names = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert names == [line.split()[2] for line in printed.splitlines() if line.startswith("# TYPE")]


def test_nothing_else_is_answered(site):
    assert get(site.port, "/")[0] == 404
    assert get(site.port, "/metrics/../etc/passwd")[0] == 404
    assert get(site.port, method="POST")[0] in (405, 501)
    assert get(site.port, method="DELETE")[0] in (405, 501)
    assert get(site.port, method="HEAD") == (200, "text/plain; version=0.0.4; charset=utf-8", "")


def test_who_pesters_it_harms_nobody(site):
    pid = site.daemon.role_pid("metrics")
    idle = [socket.create_connection(("127.0.0.1", site.port)) for _ in range(100)]
    assert b"200 OK" not in say(site.port, b"GET /metrics HTTP/1.1\r\nX: " + b"x" * 1_000_000)
    assert b"200 OK" not in say(site.port, os.urandom(100_000))
    assert b"200 OK" not in say(
        site.port, b"POST /metrics HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n" + b"x" * 100_000)
    assert get(site.port)[0] == 200
    wait_for("idle connections are closed", lambda: len(os.listdir(f"/proc/{pid}/fd")) < 50, 20)
    for connection in idle:
        connection.close()
    assert site.daemon.role_pid("metrics") == pid, "it was not started anew"


def test_it_may_do_little(site):
    user = pwd.getpwnam("_postfix-watchdog")
    pid = site.daemon.role_pid("metrics")
    status = read_status(pid)
    assert status["Uid"].split() == [str(user.pw_uid)] * 4
    assert (int(status["CapEff"], 16), int(status["CapBnd"], 16)) == (0, 0)
    assert (int(status["Seccomp"]), int(status["NoNewPrivs"])) == (FILTER, 1)
    os.kill(pid, signal.SIGKILL)
    wait_for("it is started anew", lambda: get(site.port)[0] == 200)


def test_settings_turn_it_off_and_on(site):
    site.daemon.settings["metrics"]["listen"] = ""
    pid = site.daemon.role_pid("metrics")
    site.daemon.write()
    site.daemon.reload()
    wait_for("it ends", lambda: not is_running(pid))
    wait_for("it is told no more",
             lambda: "metrics" not in site.daemon.status()["daemon"]["roles"])
    assert get(site.port)[0] == 0
    assert site.daemon.logged("reload: done, started anew: none$"), "it is not started"
    site.daemon.settings["metrics"]["listen"] = f"127.0.0.1:{site.port}"
    site.daemon.write()
    site.daemon.reload()
    wait_for("it answers again", lambda: get(site.port)[0] == 200)
    assert site.daemon.logged("reload: done, started anew: metrics$")


def test_port_of_another_program_leaves_the_rest_alone(make_gateway):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        site = make_gateway(mode="observe", metrics={"listen": f"127.0.0.1:{port}"}).start()
        wait_for("it is told", lambda: site.daemon.logged(
            rf"cannot listen at 127\.0\.0\.1:{port}, Address already in use"))
        assert not site.daemon.status()["daemon"]["roles"]["metrics"]["running"]
        code, text = site.daemon.ctl("check")
        assert code == 1 and "the role metrics is down" in text, text


def test_prometheus_scrapes_it(site, tmp_path):
    port = free_port()
    (tmp_path / "prometheus.yml").write_text(json.dumps({
        "global": {"scrape_interval": "1s"},
        "scrape_configs": [{"job_name": "postfix",
                            "static_configs": [{"targets": [f"127.0.0.1:{site.port}"]}]}]}))
    with open(tmp_path / "log", "wb") as log:
        prometheus = subprocess.Popen(
            ["prometheus", f"--config.file={tmp_path}/prometheus.yml",
             f"--storage.tsdb.path={tmp_path}/data", f"--web.listen-address=127.0.0.1:{port}"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def ask(path):
        status, _, text = get(port, "/api/v1/" + path)
        return json.loads(text)["data"] if status == 200 else None  # it is still starting

    def values(query):
        answer = ask("query?query=" + query)
        return [result["value"][1] for result in answer["result"]] if answer else []

    try:
        wait_for("it is scraped", lambda: values("up") == ["1"], 30)
        assert values("count(postfix_watchdog_queue_messages)") == ["30"]
        assert values("postfix_watchdog_good_mail_flows") == ["1"]
        types = {name: entries[0]["type"] for name, entries in ask("metadata").items()}
        assert "counter" in (types.get("postfix_watchdog_arrivals"),  # by the format it chose
                             types.get("postfix_watchdog_arrivals_total")), types
    finally:
        prometheus.terminate()
        prometheus.wait(30)

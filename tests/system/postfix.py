# SPDX-License-Identifier: ISC
#
# postfix.py - a private Postfix: its own configuration, queue and data under one temporary
# directory, on loopback only, unchrooted, logging to a file there. It never touches the machine's
# own instance. Runs as root.

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections import Counter
from pathlib import Path

QUEUES = ("maildrop", "incoming", "active", "deferred", "hold", "corrupt")
NULL_SENDER = "MAILER-DAEMON"  # as postqueue prints it

MASTER = """\
{port} inet n - n - - smtpd
pickup unix n - n 5 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 30 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

SETTINGS = {
    "compatibility_level": "3.6",
    "myhostname": "mx1.gateway.example",
    "myorigin": "$myhostname",
    "mydestination": "",
    "local_transport": "error:no local mail here",
    "local_recipient_maps": "",
    "alias_maps": "",
    "alias_database": "",
    "inet_interfaces": "127.0.0.1",
    "inet_protocols": "ipv4",
    "mynetworks": "127.0.0.0/8",
    "smtp_dns_support_level": "disabled",
    "smtpd_peername_lookup": "no",
    "smtpd_recipient_restrictions": "permit_mynetworks, reject",
    "smtpd_tls_security_level": "none",
    "smtp_tls_security_level": "none",
    "default_process_limit": "20",
    "in_flow_delay": "0",
    "notify_classes": "",
    "smtp_connect_timeout": "5s",
    "minimal_backoff_time": "5s",
    "maximal_backoff_time": "10s",
    "queue_run_delay": "3s",
}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(what, predicate, limit_s=30, step_s=0.1):
    """Polls until the predicate is true; returns its value."""
    deadline = time.monotonic() + limit_s
    while True:
        value = predicate()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {limit_s} s")
        time.sleep(step_s)


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def users_of(directory):
    """Processes that work in this directory, were started from it or with a path below it."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace")
            places = [os.readlink(entry / link) for link in ("cwd", "exe")]
            if str(directory) in words or any(p.startswith(str(directory)) for p in places):
                if is_running(entry.name):
                    found.append(int(entry.name))
        except OSError:
            pass
    return found


class Postfix:
    def __init__(self, directory, routes=None, **settings):
        """routes: {domain: port on 127.0.0.1}; every other domain is a port that refuses."""
        self.directory = Path(directory)
        self.config = self.directory / "config"
        self.queue = self.directory / "queue"
        self.log = self.directory / "log" / "maillog"
        self.port = free_port()
        # Bound, never listening: connections are refused, and nobody else can take it.
        self.closed = socket.socket()
        self.closed.bind(("127.0.0.1", 0))
        self._make(routes or {}, settings)

    def _make(self, routes, settings):
        for path in (self.config, self.queue, self.log.parent):
            path.mkdir(parents=True, exist_ok=True)
        data = self.directory / "data"
        data.mkdir(exist_ok=True)
        shutil.chown(data, "postfix")
        nowhere = f"smtp:[127.0.0.1]:{self.closed.getsockname()[1]}"
        (self.config / "transport").write_text("".join(
            f"{domain} smtp:[127.0.0.1]:{port}\n" for domain, port in routes.items()))
        self.settings = {
            **SETTINGS,
            "queue_directory": self.queue,
            "data_directory": data,
            "maillog_file": self.log,
            "maillog_file_prefixes": self.log.parent,
            "default_transport": nowhere,
            "relay_transport": nowhere,
            "transport_maps": f"texthash:{self.config}/transport",
            **settings,
        }
        self.write_settings()
        (self.config / "master.cf").write_text(MASTER.format(port=f"127.0.0.1:{self.port}"))

    def write_settings(self):
        text = "".join(f"{name} = {value}\n" for name, value in self.settings.items())
        (self.config / "main.cf").write_text(text)

    def run(self, *command, text=""):
        """One of Postfix's commands on this instance, with this text to read; its output."""
        name, *arguments = map(str, command)
        done = subprocess.run([f"/usr/sbin/{name}", "-c", str(self.config), *arguments], text=True,
                              input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=120)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}: "
                                 f"{done.stdout}")
        return done.stdout

    def set(self, **settings):
        """Changes settings and reloads."""
        self.settings.update(settings)
        self.write_settings()
        self.run("postfix", "reload")

    def master_pid(self):
        try:
            pid = int((self.queue / "pid" / "master.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return pid if is_running(pid) else None

    def start(self):
        self.run("postfix", "start")
        wait_for("postfix starts", self._answers)
        return self

    def _answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), 5) as s:
                return s.recv(4) == b"220 "
        except OSError:
            return False

    def stop(self):
        pid = self.master_pid()
        if pid is None:
            return
        self.run("postfix", "stop")
        wait_for("postfix stops", lambda: not is_running(pid))
        # The daemons notice that the master is gone, by themselves.
        wait_for("postfix's daemons end", lambda: not self._daemons(), 20)

    def _daemons(self):
        return [p for p in users_of(self.queue) if self._is_daemon(p)]

    @staticmethod
    def _is_daemon(pid):
        try:
            return "/postfix/" in os.readlink(f"/proc/{pid}/exe")
        except OSError:
            return False

    def close(self):
        """Ends everything of this instance, whatever state it is in."""
        try:
            self.stop()
        except AssertionError:
            pass
        for pid in self._daemons():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.closed.close()

    def listing(self):
        """What is in the queues, as postqueue lists it."""
        return [json.loads(line) for line in self.run("postqueue", "-j").splitlines()
                if line.startswith("{")]

    def truth(self):
        """{queue: (messages, of them with the null sender)}, as postqueue counts them."""
        messages, null = Counter(), Counter()
        for entry in self.listing():
            messages[entry["queue_name"]] += 1
            null[entry["queue_name"]] += entry["sender"] == NULL_SENDER
        return {queue: (messages[queue], null[queue]) for queue in QUEUES}

    def queue_ids(self, queue, null=None):
        """Ids of the messages in a queue; null: only those with(out) the null sender."""
        return [entry["queue_id"] for entry in self.listing() if entry["queue_name"] == queue
                and null in (None, entry["sender"] == NULL_SENDER)]

    def postsuper(self, option, ids, *queues):
        return self.run("postsuper", option, "-", *queues, text="".join(f"{i}\n" for i in ids))

    def logged(self, pattern):
        """All matches in the mail log so far."""
        try:
            text = self.log.read_text(errors="backslashreplace")
        except FileNotFoundError:
            text = ""
        return re.findall(pattern, text, re.M)

    def postsuper_logged(self, what):
        """Queue ids of which postsuper itself logged this ("placed on hold", "removed", ...)."""
        return self.logged(rf"postfix/postsuper\[\d+\]: (\w+): {what}$")

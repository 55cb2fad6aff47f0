# SPDX-License-Identifier: ISC
"""What watchdogd costs a Postfix that works at its full speed: the same mail with it and without it, in
turns, and the CPU time of the watch role for each message."""

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from daemon import Daemon
from postfix import Postfix, wait_for

MESSAGES = 3000
PAIRS = 12
QUEUES = ("maildrop", "incoming", "active", "deferred")
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def is_empty(postfix):
    return not any(files for queue in QUEUES for _, _, files in os.walk(postfix.queue / queue))


def deliver(postfix):
    """Seconds until so many messages were taken in and delivered."""
    begin = time.monotonic()
    subprocess.run(["smtp-source", "-s", "10", "-m", str(MESSAGES), "-l", "4096",
                    "-f", "ann@one.example", "-t", "bob@two.example",
                    "127.0.0.1:%d" % postfix.port], check=True)
    wait_for("all is delivered", lambda: is_empty(postfix), 120, 0.02)
    return time.monotonic() - begin


def cpu_s(pid):
    words = Path("/proc/%d/stat" % pid).read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) * TICK_S


class Bench:
    def __init__(self):
        # In memory: a disk's fsync varies more than what is looked for.
        self.directory = tempfile.mkdtemp(prefix="watchdogd-bench.", dir="/dev/shm")
        os.chmod(self.directory, 0o755)
        self.postfix = Postfix(self.directory + "/postfix", default_transport="discard:",
                               transport_maps="", default_process_limit="40")
        self.postfix.start()
        self.alone, self.watched, self.watch_s = [], [], []

    def run_watched(self, number):
        daemon = Daemon(self.directory + "/watchdogd%d" % number,
                        postfix={"config_directories": [str(self.postfix.config)]})
        daemon.start()
        try:
            pid = daemon.status()["daemon"]["roles"]["watch"]["pid"]
            before = cpu_s(pid)
            self.watched.append(deliver(self.postfix))
            self.watch_s.append(cpu_s(pid) - before)
        finally:
            daemon.stop()

    def pair(self, number):
        """In turns, each second pair the other way round: who is second finds another disk."""
        if number % 2 == 0:
            self.alone.append(deliver(self.postfix))
        self.run_watched(number)
        if number % 2 != 0:
            self.alone.append(deliver(self.postfix))

    def remove(self):
        self.postfix.stop()
        shutil.rmtree(self.directory)


def measure():
    """Messages a second alone, the ratio of the times with and without, CPU seconds a message."""
    bench = Bench()
    try:
        deliver(bench.postfix)  # its processes are there from now on
        for number in range(PAIRS):
            bench.pair(number)
    finally:
        bench.remove()
    ratios = [w / a for w, a in zip(bench.watched, bench.alone)]
    return (MESSAGES / statistics.median(bench.alone), statistics.median(ratios),
            statistics.median(bench.watch_s) / MESSAGES)

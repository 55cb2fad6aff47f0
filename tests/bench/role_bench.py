# SPDX-License-Identifier: ISC
"""What the real daemon takes for a million messages: the watch role's memory, how soon they are counted
and read, and what control needs to say so, also to many at once."""

import contextlib
import os
import socket
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import queue_files
from daemon import Daemon
from postfix import Postfix, wait_for

ROOM = 12 << 30  # bytes of a tmpfs, where memory has as many to spare
LIMIT_S = 300
CLIENTS = 100
ANSWERS = 41
ARRIVALS = 20000


def is_memory_there():
    words = Path("/proc/meminfo").read_text().split()
    return int(words[words.index("MemAvailable:") + 1]) * 1024 > ROOM + (4 << 30)


@contextlib.contextmanager
def make_directory():
    """On a tmpfs if there is room: a million files are slow to make and remove on a disk."""
    directory = tempfile.mkdtemp(prefix="watchdogd-bench.")
    os.chmod(directory, 0o755)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM},nr_inodes=4m,mode=755", "tmpfs", directory]
    is_mounted = is_memory_there() and subprocess.run(mount).returncode == 0
    try:
        yield directory
    finally:
        if is_mounted:
            subprocess.run(["umount", directory], check=True)
            os.rmdir(directory)
        else:
            subprocess.run(["rm", "-rf", directory], check=True)


class Client:
    """A connection to control that asks for `status` again and again."""

    def __init__(self, daemon):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(str(daemon.run / "control.sock"))
        self.file = self.socket.makefile("rb")

    def ask(self):
        self.socket.sendall(b'{"command": "status"}\n')

    def take(self):
        assert self.file.readline().startswith(b'{"'), "no answer"

    def close(self):
        self.file.close()
        self.socket.close()


def measure_status(daemon):
    """Seconds: of an answer while so many are connected; of the last when all ask at once."""
    clients = [Client(daemon) for _ in range(CLIENTS)]
    alone, at_once = [], []
    try:
        for number in range(ANSWERS):
            begin = time.monotonic()
            clients[number % CLIENTS].ask()
            clients[number % CLIENTS].take()
            alone.append(time.monotonic() - begin)
        for _ in range(5):
            begin = time.monotonic()
            for client in clients:
                client.ask()
            for client in clients:
                client.take()
            at_once.append(time.monotonic() - begin)
    finally:
        for client in clients:
            client.close()
    return statistics.median(alone), statistics.median(at_once)


def age_s(pid):
    """Since this process was started."""
    started = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - started / os.sysconf("SC_CLK_TCK")


def memory(pid, name):
    """Bytes; VmRSS: now, VmHWM: at most so far."""
    words = Path(f"/proc/{pid}/status").read_text().split()
    return int(words[words.index(name + ":") + 1]) * 1024


def watch_and_queue(daemon):
    status = daemon.status()
    queue = status["instances"][0]["queues"]["deferred"] if status["instances"] else {"messages": 0}
    return status.get("watch", {"unread": 0}), queue["messages"]


def measure_daemon(daemon, count, then):
    """then(): what happens when all is read, before its memory is looked at."""
    daemon.start(LIMIT_S)
    pid = daemon.role_pid("watch")
    wait_for("all are counted", lambda: watch_and_queue(daemon)[1] == count, LIMIT_S, 0.02)
    counted_s = age_s(pid)
    wait_for("all are read", lambda: watch_and_queue(daemon)[0]["unread"] == 0, LIMIT_S)
    read_s = age_s(pid)
    then()
    time.sleep(3)  # some ticks of a quiet gateway
    alone_s, at_once_s = measure_status(daemon)
    watch, messages = watch_and_queue(daemon)
    assert messages == count and daemon.role_pid("watch") == pid
    assert watch["drift"] == 0 and watch["unread"] == 0
    return {"counted_s": counted_s, "read_s": read_s, "rss": memory(pid, "VmRSS"),
            "hwm": memory(pid, "VmHWM"), "alone_s": alone_s, "at_once_s": at_once_s}


def measure(count, depth, is_varied):
    """Seconds and bytes by name, of so many messages, nearly all in deferred; is_varied: each is between
    domains of its own, and the last of them arrive while they are watched."""
    arriving = ARRIVALS if is_varied else 0
    with make_directory() as directory:
        queue = directory + "/queue"
        queue_files.make_queues(queue)
        queue_files.fill_names(queue, count - arriving, depth, is_varied)
        postfix = Postfix(directory + "/postfix", queue_directory=queue)
        daemon = Daemon(directory + "/watchdogd", postfix={"config_directories": [str(postfix.config)]})
        try:
            return measure_daemon(daemon, count - arriving,
                                  lambda: queue_files.fill_active(queue, arriving, is_varied))
        finally:
            daemon.stop()
            postfix.close()

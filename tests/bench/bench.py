#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""bench.py BUILD: ratios against baselines that are measured in the same run, one line each. Exits
with 1 when a target is missed. Root; a private Postfix that has nothing but showq(8)."""

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import load_bench
import queue_files
import role_bench

SIZES = (1000, 100000)
STATUS_RUNS = 41
SCAN_ROUNDS = 5
LISTING_RUNS = 3
READY_S = 120
MILLION = 1000000
MEMORY_MAX = 64 * 1024 * 1024
STATUS_MAX_S = 0.005

MAIN = """\
compatibility_level = 3.6
queue_directory = {0}/spool
data_directory = {0}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {0}/mail.log
maillog_file_prefixes = {0}
mail_owner = postfix
setgid_group = postdrop
myhostname = gw.test
alias_maps =
alias_database =
"""
MASTER = """\
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
"""
SETTINGS = """\
user: nobody
state_directory: {0}/state
run_directory: {0}/run
postfix:
  config_directories: [{0}/etc]
"""


def time_output(argv):
    """Seconds that a program takes with its output read, its exit status, the output. Started by
    posix_spawn: a fork of this interpreter would cost more than the program. What it complains about
    (watchdogd is not ready yet) is not shown."""
    ours, theirs = os.pipe()
    begin = time.monotonic()
    pid = os.posix_spawn(argv[0], argv, os.environ,
                         file_actions=[(os.POSIX_SPAWN_DUP2, theirs, 1),
                                       (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])
    os.close(theirs)
    with open(ours, "rb") as f:
        output = f.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return time.monotonic() - begin, status, output


class Postfix:
    def __init__(self, directory, count):
        self.config = directory + "/etc"
        for name in ("etc", "data", "spool"):
            os.makedirs("%s/%s" % (directory, name))
        shutil.chown(directory + "/data", "postfix")
        for name, text in (("main.cf", MAIN), ("master.cf", MASTER)):
            with open("%s/%s" % (self.config, name), "w") as f:
                f.write(text.format(directory))
        queue_files.make_queues(directory + "/spool")
        self.bounces = queue_files.fill(directory + "/spool", count)
        self.control("start")

    def control(self, command):
        subprocess.run(["postfix", "-c", self.config, command], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def list(self):
        """Seconds that a listing takes, messages and null senders in it."""
        took, status, output = time_output(["/usr/sbin/postqueue", "-c", self.config, "-j"])
        if status != 0:
            sys.exit("bench: postqueue ended with %d" % status)
        return took, (output.count(b"\n"), output.count(b'"sender": "MAILER-DAEMON"'))


class Watchdogd:
    def __init__(self, build, directory):
        self.settings = directory + "/watchdogd.yaml"
        self.ctl = os.path.join(build, "watchdogctl")
        for name in ("state", "run"):
            os.makedirs("%s/%s" % (directory, name))
        with open(self.settings, "w") as f:
            f.write(SETTINGS.format(directory))
        with open(directory + "/watchdogd.log", "wb") as log:
            self.process = subprocess.Popen(
                [os.path.join(build, "watchdogd"), "-c", self.settings, "-l",
                 os.path.join(build, "libexec")], stderr=log)

    def status(self):
        """Seconds that an answer takes, messages and null senders in it."""
        took, status, output = time_output([self.ctl, "-c", self.settings, "status", "--json"])
        if status not in (0, 1):
            return took, None
        queues = [q for i in json.loads(output)["instances"] for q in i["queues"].values()]
        return took, (sum(q["messages"] for q in queues),
                      sum(q["bounces"] + q["dsn"] for q in queues))

    def wait(self, counts):
        deadline = time.monotonic() + READY_S
        while self.status()[1] != counts:
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit("bench: watchdogd never counted %s messages and null senders" % (counts,))
            time.sleep(0.2)

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Gateway:
    """A private Postfix with so many messages, and a watchdogd that has counted them."""

    def __init__(self, build, count):
        self.directory = tempfile.mkdtemp(prefix="watchdogd-bench.")
        self.count = count
        self.postfix = self.watchdogd = None
        os.chmod(self.directory, 0o755)
        try:
            self.postfix = Postfix(self.directory, count)
            self.watchdogd = Watchdogd(build, self.directory)
            self.watchdogd.wait(self.counts())
        except BaseException:
            self.remove()
            raise

    def counts(self):
        return self.count, self.postfix.bounces

    def measure(self, ask):
        """Seconds of an answer that counts the same as we do."""
        took, counts = ask()
        if counts != self.counts():
            sys.exit("bench: %s instead of %s messages and null senders" % (counts, self.counts()))
        return took

    def remove(self):
        if self.watchdogd is not None:
            self.watchdogd.stop()
        if self.postfix is not None:
            self.postfix.control("stop")
        shutil.rmtree(self.directory)


def read_words(argv):
    """What a bench of ours prints, by line and word: "watch 1 bare 2" is {"watch": 1, "bare": 2}."""
    output = subprocess.run(argv, check=True, stdout=subprocess.PIPE, text=True).stdout
    rows = [line.split() for line in output.splitlines()]
    return [{word: float(value) for word, value in zip(row[::2], row[1::2])} for row in rows]


def measure_large_queue(build):
    """Medians in seconds: `watchdogctl status` of each size, in turns; `postqueue -j` of the last. And
    what it costs to learn the last."""
    gateways = []
    try:
        for count in SIZES:
            gateways.append(Gateway(build, count))
        listings = [gateways[-1].measure(gateways[-1].postfix.list) for _ in range(LISTING_RUNS)]
        answers = [[g.measure(g.watchdogd.status) for g in gateways] for _ in range(STATUS_RUNS)]
        cost = read_words([os.path.join(build, "scan_bench"), gateways[-1].directory + "/spool",
                           str(SIZES[-1]), str(SCAN_ROUNDS)])[0]
        return ([statistics.median(times) for times in zip(*answers)], statistics.median(listings),
                cost)
    finally:
        for gateway in gateways:
            gateway.remove()


def measure_inotify(build):
    """Nanoseconds of CPU in the watch role and in a bare loop: of an event; of a message that
    arrives and is read."""
    directory = tempfile.mkdtemp(prefix="watchdogd-bench.")
    try:
        queue_files.make_queues(directory)
        queue_files.fill(directory, 4000)
        return read_words([os.path.join(build, "inotify_bench"), directory])
    finally:
        shutil.rmtree(directory)


def tell(text, is_met):
    print("bench: %s: %s" % (text, "ok" if is_met else "MISSED"), flush=True)
    return is_met


def bench_large_queue(build):
    (small, large), listing, cost = measure_large_queue(build)
    return all([
        tell("watchdogctl status, %d messages: %.2f ms, baseline postqueue -j %.0f ms, %.0f times "
             "faster (target: 1000)" % (SIZES[1], large * 1e3, listing * 1e3, listing / large),
             listing / large >= 1000),
        tell("watchdogctl status, %d messages: %.2f ms, baseline the same of %d messages %.2f ms, "
             "%.2f times (target: the same, at most 1.25)" % (SIZES[1], large * 1e3, SIZES[0],
                                                              small * 1e3, large / small),
             large / small <= 1.25),
        tell("watch, learning %d messages with all it says of them: %.1f us of CPU each, baseline bare "
             "readdir, open, read of 4 KB %.1f us, %.2f times (target: at most 1.5)"
             % (SIZES[1], cost["watch"] / 1e3, cost["bare"] / 1e3, cost["watch"] / cost["bare"]),
             cost["watch"] / cost["bare"] <= 1.5),
        tell("watch, learning %d messages: counted after %.0f ms, read after %.0f ms, baseline "
             "postqueue -j %.0f ms, %.1f times faster (target: 5)"
             % (SIZES[1], cost["names_ms"], cost["whole_ms"], listing * 1e3,
                listing * 1e3 / cost["whole_ms"]), listing * 1e3 / cost["whole_ms"] >= 5),
    ])


def bench_inotify(build):
    moves, arrivals = measure_inotify(build)
    return all([
        tell("watch, events per CPU second: %.2f million, baseline bare inotify loop %.2f million, "
             "%.2f times (target: at least 0.5)"
             % (1e3 / moves["watch"], 1e3 / moves["bare"], moves["bare"] / moves["watch"]),
             moves["bare"] / moves["watch"] >= 0.5),
        tell("watch, a message that arrives and is read: %.1f us of CPU, baseline bare inotify loop with "
             "open, read of 4 KB %.1f us, %.2f times (target: at most 1.5)"
             % (arrivals["watch"] / 1e3, arrivals["bare"] / 1e3,
                arrivals["watch"] / arrivals["bare"]), arrivals["watch"] / arrivals["bare"] <= 1.5),
    ])


def bench_role():
    results = []
    for depth, is_varied in ((1, False), (2, False), (1, True)):
        cost = role_bench.measure(MILLION, depth, is_varied)
        what = "the daemon, %d messages at hash depth %d%s" % (
            MILLION, depth, ", each between other domains" if is_varied else "")
        results += [
            tell("%s: watch has %.1f MiB resident, at most %.1f MiB, counted after %.1f s, read after "
                 "%.1f s, exact (target: at most 64 MiB)"
                 % (what, cost["rss"] / 1048576, cost["hwm"] / 1048576, cost["counted_s"],
                    cost["read_s"]), cost["hwm"] <= MEMORY_MAX),
            tell("%s: control answers status in %.2f ms while %d clients are connected, all of them at "
                 "once in %.0f ms, %.2f ms each (target: at most 5 ms)"
                 % (what, cost["alone_s"] * 1e3, role_bench.CLIENTS, cost["at_once_s"] * 1e3,
                    cost["at_once_s"] * 1e3 / role_bench.CLIENTS),
                 max(cost["alone_s"], cost["at_once_s"] / role_bench.CLIENTS) <= STATUS_MAX_S),
        ]
    return all(results)


def bench_load():
    rate, ratio, each_s = load_bench.measure()
    return all([
        tell("Postfix with watchdogd, time for the same mail: %.3f times that without, at %.0f messages "
             "a second, pairs of runs (target: at most 1.02)" % (ratio, rate), ratio <= 1.02),
        tell("watch at 500 messages a second: %.2f %% of a core (target: less than 5 %%)"
             % (each_s * 500 * 100), each_s * 500 < 0.05),
    ])


def main():
    build = os.path.abspath(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    results = [bench_large_queue(build), bench_inotify(build), bench_role(), bench_load()]
    sys.exit(0 if all(results) else 1)


main()

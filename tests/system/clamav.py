# SPDX-License-Identifier: ISC
#
# clamav.py - a private clamd with one signature of our own, which is a text and no virus, and a private
# clamav-milter in front of it; nothing is fetched from anywhere.

import os
import socket
import subprocess
from pathlib import Path

from postfix import free_port, is_running, wait_for

SIGNATURE = "a signature of our own, which no virus has"


def is_installed():
    return Path("/usr/sbin/clamav-milter").exists() and Path("/usr/sbin/clamd").exists()


class ClamAV:
    def __init__(self, directory, on_infected):
        self.directory = directory
        self.port = free_port()
        run, data = directory / "run", directory / "data"
        for path in (directory, run, data):
            path.mkdir()
        run.chmod(0o777)
        (data / "ours.ndb").write_text(f"Ours.Test:0:*:{SIGNATURE.encode().hex()}\n")
        self.pids = {name: run / f"{name}.pid" for name in ("clamd", "milter")}
        self.clamd_file, self.file = directory / "clamd.conf", directory / "clamav-milter.conf"
        self.clamd_file.write_text(
            f"LocalSocket {run}/clamd.sock\nPidFile {self.pids['clamd']}\nDatabaseDirectory {data}\n"
            f"LogFile {run}/clamd.log\nUser clamav\n")
        self.file.write_text(
            f"# as Debian's\nMilterSocket inet:{self.port}@127.0.0.1\n"
            f"ClamdSocket unix:{run}/clamd.sock\nPidFile {self.pids['milter']}\n"
            f"{on_infected}LogFile {run}/milter.log\nUser clamav\n")
        self.restart = directory / "restart"
        self.restart.write_text(
            f"#!/bin/sh -e\npid=$(cat {self.pids['milter']})\nkill $pid\n"
            f"while kill -0 $pid 2>/dev/null; do sleep 0.1; done\n"
            f"/usr/sbin/clamav-milter -c {self.file}\necho >>{directory}/restarts\n")
        self.restart.chmod(0o755)

    def start(self):
        subprocess.run(["/usr/sbin/clamd", "-c", self.clamd_file], check=True, timeout=60)
        wait_for("clamd answers", (self.directory / "run" / "clamd.sock").exists)
        subprocess.run(["/usr/sbin/clamav-milter", "-c", self.file], check=True, timeout=60)
        wait_for("clamav-milter answers", self.answers)

    def answers(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def restarts(self):
        log = self.directory / "restarts"
        return len(log.read_text()) if log.exists() else 0

    def stop(self):
        for file in self.pids.values():
            pid = int(file.read_text()) if file.exists() else 0
            if pid and is_running(pid) and "clam" in os.readlink(f"/proc/{pid}/exe"):
                os.kill(pid, 15)
                wait_for("ClamAV ends", lambda: not is_running(pid))

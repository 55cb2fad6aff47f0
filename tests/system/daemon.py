# SPDX-License-Identifier: ISC
#
# daemon.py - the real watchdogd with all its roles, on settings of its own under a temporary
# directory, and watchdogctl to ask it.

import json
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from postfix import QUEUES, is_running, wait_for

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("BUILD", "build")
ROLES = ("watch", "engine", "remedy", "alert", "control")


class Daemon:
    def __init__(self, directory, **settings):
        """settings: as in watchdogd.yaml, nested; directories are put in here."""
        self.directory = Path(directory)
        self.directory.mkdir(exist_ok=True)
        self.file = self.directory / "watchdogd.yaml"
        self.log = self.directory / "watchdogd.log"
        self.state, self.run = self.directory / "state", self.directory / "run"
        # Not where they were built: that may be below /root, where the service user cannot start send.
        self.libexec = self.directory / "libexec"
        shutil.copytree(BUILD / "libexec", self.libexec, dirs_exist_ok=True)
        self.process, self.pids = None, set()
        self.starter = []  # a command that it is started by
        self.settings = {"state_directory": str(self.state), "run_directory": str(self.run),
                         **settings}
        self.write()
        # For watchdogctl, which must find its way while the daemon's own file is broken.
        self.ctl_file = self.directory / "watchdogctl.yaml"
        self.ctl_file.write_text(self.file.read_text())

    def write(self, text=None):
        """The settings (JSON is YAML), or a text in their place."""
        self.file.write_text(text or json.dumps(self.settings, indent=2) + "\n")

    def start(self, limit_s=30):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*self.starter, BUILD / "watchdogd", "-c", self.file, "-l", self.libexec],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        try:
            wait_for("watchdogd answers", self.is_up, limit_s)
        except AssertionError as error:
            raise AssertionError(f"{error}; its log:\n{self.log_text()}") from None
        return self

    def is_up(self):
        if self.process.poll() is not None:
            raise AssertionError(f"watchdogd ended with {self.process.returncode}")
        status = self.status()
        roles = status["daemon"]["roles"]
        return status["daemon"]["running"] and status["instances"] and all(
            roles.get(role, {"running": False})["running"] for role in ROLES)

    def log_text(self):
        return self.log.read_text(errors="backslashreplace")

    def ctl(self, *words, status=None):
        """(exit status, text) of watchdogctl; status: what it must exit with."""
        done = subprocess.run([BUILD / "watchdogctl", "-c", self.ctl_file, *map(str, words)], text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60)
        if status is not None and done.returncode != status:
            raise AssertionError(f"watchdogctl {' '.join(map(str, words))}: exit "
                                 f"{done.returncode}: {done.stdout}{done.stderr}")
        return done.returncode, done.stdout

    def ask(self, *words):
        """The document that answers; whatever the exit status is."""
        text = self.ctl("--json", *words)[1]
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            raise AssertionError(f"watchdogctl --json {' '.join(map(str, words))}: {text}") from None

    def status(self):
        """The document of `status`; {"daemon": {"running": False}, ...} while there is none."""
        status = self.ask("status")
        if "error" in status:
            return {"daemon": {"running": False, "roles": {}}, "instances": [], "incidents": []}
        self.pids.update(role["pid"] for role in status["daemon"]["roles"].values() if role["pid"])
        return status

    def counts(self):
        """{queue: (messages, with the null sender)} of the first instance, to be compared with
        Postfix.truth()."""
        queues = self.status()["instances"][0]["queues"]
        return {name: (queues[name]["messages"], queues[name]["bounces"] + queues[name]["dsn"])
                for name in QUEUES}

    def role_pid(self, role):
        return self.status()["daemon"]["roles"].get(role, {"pid": 0})["pid"]

    def kill_role(self, role):
        """kill -9; returns when the parent has started it again."""
        old = wait_for(f"{role} runs", lambda: self.role_pid(role))
        os.kill(old, signal.SIGKILL)
        return wait_for(f"{role} is started again", lambda: self._is_new(role, old))

    def _is_new(self, role, old):
        pid = self.role_pid(role)  # none, or an old one, while control or engine is down
        return pid if pid not in (0, old) else None

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def stop(self):
        """An orderly stop; returns the exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.status()  # notes the roles' pids
            self.process.terminate()
        try:
            status = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        self.process = None
        return status

    def left_over(self):
        """Pids of roles that still run though the daemon was stopped."""
        return [pid for pid in self.pids if is_running(pid) and self._is_ours(pid)]

    def _is_ours(self, pid):
        try:
            return os.readlink(f"/proc/{pid}/exe").startswith(str(self.libexec))
        except OSError:
            return False

    def close(self):
        self.stop()
        try:
            wait_for("roles end", lambda: not self.left_over(), 10)
        except AssertionError:
            for pid in self.left_over():
                os.kill(pid, signal.SIGKILL)
            raise

    def logged(self, pattern):
        return re.findall(pattern, self.log_text(), re.M)

# SPDX-License-Identifier: ISC
#
# rspamd.py - a private Rspamd as Postfix's milter: Debian's own configuration, with the modules that
# would ask the network switched off, below one temporary directory and on loopback only.

import os
import shutil
import socket
import subprocess
from pathlib import Path

from postfix import free_port, is_running, wait_for

CONFIG = Path("/etc/rspamd")
# Rspamd's own test pattern: whatever has it is rejected.
GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"


class Rspamd:
    def __init__(self, directory):
        self.directory = Path(directory)
        self.config = self.directory / "config"
        self.pid_file = self.directory / "run" / "rspamd.pid"
        self.port, self.controller = free_port(), free_port()
        self.directory.mkdir()
        shutil.copytree(CONFIG, self.config)
        for name in ("db", "run", "log"):
            (self.directory / name).mkdir()
            shutil.chown(self.directory / name, "_rspamd")
        tlds = self.directory / "tlds"
        tlds.write_text("com\nexample\n")
        local = {module.stem: "enabled = false;\n" for module in self.config.glob("modules.d/*.conf")}
        local = {f"{name}.conf": text for name, text in local.items()} | {
            "worker-proxy.inc": f'bind_socket = "127.0.0.1:{self.port}";\nmilter = yes;\n'
                                'upstream "local" { default = yes; self_scan = yes; }\n',
            "worker-controller.inc": f'bind_socket = "127.0.0.1:{self.controller}";\n',
            "worker-normal.inc": "enabled = false;\n",
            "options.inc": f'url_tld = "{tlds}";\n'
                           'dns { nameserver = ["127.0.0.1:1"]; timeout = 0.1s; retransmits = 1; }\n',
        }
        for name, text in local.items():
            (self.config / "local.d" / name).write_text(text)

    def start(self):
        places = {"CONFDIR": self.config, "LOCAL_CONFDIR": self.config,
                  "DBDIR": self.directory / "db", "RUNDIR": self.directory / "run",
                  "LOGDIR": self.directory / "log"}
        subprocess.run(["/usr/bin/rspamd", "-u", "_rspamd", "-g", "_rspamd",
                        "-c", self.config / "rspamd.conf",
                        *(f"--var={name}={path}" for name, path in places.items())],
                       check=True, stdin=subprocess.DEVNULL, timeout=60)
        wait_for("rspamd answers", self._answers, 60)
        return self

    def _answers(self):
        with socket.socket() as s:
            return self.pid() and s.connect_ex(("127.0.0.1", self.port)) == 0

    def pid(self):
        try:
            return int(self.pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return None

    def stop(self):
        pid = self.pid()
        if pid is not None and is_running(pid) and os.readlink(
                f"/proc/{pid}/exe") == "/usr/bin/rspamd":
            os.kill(pid, 15)
            wait_for("rspamd ends", lambda: not is_running(pid))

    def workers(self):
        """Pids of the processes that the main one started."""
        children = Path(f"/proc/{self.pid()}/task/{self.pid()}/children")
        return set(children.read_text().split())

# SPDX-License-Identifier: ISC
#
# test_completion.py - the completion of watchdogctl in the shells themselves: what is offered after
# which words, in bash, zsh and fish.

import os
import pty
import re
import select
import shlex
import subprocess
import time

import pytest
from daemon import BUILD

PROGRAM = BUILD / "watchdogctl"

# line: some of the words that are offered, some that are not
CASES = [
    ("watchdogctl st", {"status"}, {"top", "stop"}),
    ("watchdogctl rem", {"remedy"}, {"plan"}),
    ("watchdogctl remedy ", {"list", "plan", "run", "undo", "show"}, {"status", "remedy"}),
    ("watchdogctl -s /run/x remedy p", {"plan"}, {"pause"}),
    ("watchdogctl remedy plan ", {"hold-bounces", "delete-bounces", "postfix-parameter"},
     {"status"}),
    ("watchdogctl history --s", {"--since", "--step"}, {"--socket", "--sender"}),
    ("watchdogctl history --step ", {"1s", "1m", "1h"}, {"2m"}),
    ("watchdogctl list --class ", {"normal", "bounce", "dsn"}, {"deferred"}),
    ("watchdogctl list def", {"deferred"}, {"active"}),
    ("watchdogctl top --by se", {"sender", "sender_domain"}, {"reason"}),
    ("watchdogctl config explain alert.t", {"alert.timeout"}, {"mode"}),
    ("watchdogctl completion ", {"bash", "zsh", "fish"}, {"sh"}),
    ("watchdogctl --j", {"--json"}, {"--help"}),
]


@pytest.fixture(scope="module")
def scripts(tmp_path_factory):
    directory = tmp_path_factory.mktemp("completion")
    for shell in ("bash", "zsh", "fish"):
        script = subprocess.run([PROGRAM, "completion", shell], check=True,
                                stdout=subprocess.PIPE).stdout
        (directory / ("_watchdogctl" if shell == "zsh" else shell)).write_bytes(script)
    (directory / "watchdogctl").symlink_to(PROGRAM)
    return directory


def check(line, offered, some, none):
    assert some <= offered, f"{line!r}: {sorted(offered)}"
    assert not none & offered, f"{line!r}: {sorted(offered)}"


def run(shell, script):
    done = subprocess.run([shell, *(["--noprofile", "--norc"] if shell == "bash" else ["--no-config"]),
                           "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=30)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout


@pytest.mark.parametrize("line, some, none", CASES)
def test_bash(scripts, line, some, none):
    words = line.split(" ")  # an empty last word is one
    offered = run("bash", f"""
        source {scripts}/bash
        COMP_WORDS=({' '.join(shlex.quote(word) for word in words)}) COMP_CWORD={len(words) - 1}
        _watchdogctl
        printf '%s\\n' "${{COMPREPLY[@]}}" """)
    check(line, set(offered.split()), some, none)


@pytest.mark.parametrize("line, some, none", CASES)
def test_fish(scripts, line, some, none):
    offered = run("fish", f"source {scripts}/fish; complete -C {shlex.quote(line)}")
    check(line, {row.split("\t")[0] for row in offered.splitlines()}, some, none)


def type_in_zsh(scripts, line):
    """What zsh shows when a tab is typed after the line, with the list of all matches."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="dumb", PS1="ready> ", HOME=str(scripts), COLUMNS="200", LINES="100",
                          PATH=f"{scripts}:{os.environ['PATH']}")
        os.execlp("zsh", "zsh", "-f", "-i")
    shown = ""

    def read_until(pattern, limit_s=15):
        nonlocal shown
        end = time.monotonic() + limit_s
        while not re.search(pattern, shown, re.S) and time.monotonic() < end:
            if select.select([terminal], [], [], 0.2)[0]:
                shown += os.read(terminal, 65536).decode(errors="replace")
        return shown

    try:
        os.write(terminal, (f"fpath=({scripts} $fpath); autoload -Uz compinit; compinit -u -D; "
                            "zstyle ':completion:*' list-grouped false; setopt list_ambiguous; "
                            "unsetopt always_last_prompt; LISTMAX=10000; print begin''ning\n").encode())
        read_until("beginning\r?\n")
        shown = ""
        os.write(terminal, line.encode() + b"\t")
        time.sleep(0.5)
        os.write(terminal, b"\t")
        time.sleep(1)
        os.write(terminal, b"\x15print fin''ished\n")
        return read_until("finished\r?\n")
    finally:
        os.write(terminal, b"\x15exit\n")
        os.close(terminal)
        os.waitpid(pid, 0)


@pytest.mark.parametrize("line, some, none", CASES[:3] + CASES[4:7])
def test_zsh(scripts, line, some, none):
    shown = type_in_zsh(scripts, line)
    offered = set(re.findall(r"[\w.-]+", shown))
    typed = line.rsplit(" ", 1)[-1]
    for word in some:  # in the list of matches; of one alone, its rest is put in
        assert {word, word.removeprefix(typed)} & offered, shown
    assert "command not found" not in shown and "error" not in shown, shown

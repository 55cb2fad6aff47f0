# SPDX-License-Identifier: ISC
#
# checkers.py format-check|man-lint|words|docs-check - looks at every tracked file of a kind; each
# file is one case.

import os
import re
import subprocess
import sys
from pathlib import Path

# Put together here, so that this file passes its own check.
WORDS = re.compile("|".join(
    [r"\b" + a + b + r"\b" for a, b in [("TO", "DO"), ("FIX", "ME"), ("X", "XX"), ("HA", "CK")]] +
    [a + " " + b for a, b in [("not", "implemented"), ("not yet", "implemented"),
                              ("coming", "soon"), ("lorem", "ipsum")]]))


def tracked(*patterns):
    listed = subprocess.run(["git", "ls-files", "-z", "--", *patterns], check=True,
                            stdout=subprocess.PIPE).stdout.split(b"\0")
    return [os.fsdecode(path) for path in listed if path and os.path.isfile(path)]


def run(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode(errors="backslashreplace")


def check_format(path):
    status, text = run(os.environ.get("CLANG_FORMAT", "clang-format-19"), "--dry-run", "-Werror",
                       path)
    return text if status else ""


def lint_manual(path):
    status, text = run("mandoc", "-T", "lint", "-W", "warning", path)
    return text or (f"{path}: mandoc: exit {status}\n" if status else "")


def check_words(path):
    try:
        lines = Path(path).read_text().splitlines()
    except UnicodeDecodeError:
        return ""  # no text
    return "".join(f"{path}:{number}: {line.strip()}\n" for number, line in enumerate(lines, 1)
                   if WORDS.search(line))


def check_docs(path):
    status, text = run(path)
    if status == 0:
        sys.stdout.write(text)
    return "" if status == 0 else text or f"{path}: exit {status}\n"


CHECKS = {
    "format-check": (check_format, ["*.c", "*.h"]),
    "man-lint": (lint_manual, ["*.[58]"]),
    # Queue files are bytes of a mail server.
    "words": (check_words, [".", ":!tests/corpus/queue", ":!tests/fuzz/corpus"]),
    "docs-check": (check_docs, ["tests/docs/*"]),
}


def main():
    check, patterns = CHECKS[sys.argv[1]]
    passed = failed = 0
    for path in tracked(*patterns):
        if sys.argv[1] == "docs-check" and not os.access(path, os.X_OK):
            continue
        problem = check(path)
        sys.stdout.write(problem)
        passed += not problem
        failed += bool(problem)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())

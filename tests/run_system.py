# SPDX-License-Identifier: ISC
#
# run_system.py PATH... - runs pytest on each file and ends with the line that every suite ends with.
# Most of these tests wait for something, so two files run at a time; what one prints is shown when it
# is over.

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

JOBS = 2
PYTEST = [sys.executable, "-B", "-m", "pytest", "-p", "no:cacheprovider", "-rs", "--durations=3", "-v",
          "--tb=short"]
# What this machine cannot show (a mount in a container, say): told at the end, and not counted.
NOT_SHOWN = re.compile(r"^SKIPPED \[(\d+)\] (\S+): (not shown here: .*)$", re.M)
COUNT = re.compile(r"(\d+) (passed|failed|error|errors|skipped|xfailed|xpassed)\b")


def find_files(paths):
    """The test files, those with most to do first: they take longest."""
    files = [f for p in map(Path, paths) for f in (sorted(p.glob("test_*.py")) if p.is_dir() else [p])]
    return sorted(files, key=lambda f: -f.stat().st_size if f.exists() else 0)


def run(file):
    """Cases that passed, cases that did not, the output. One that was skipped for no good reason did
    not show what it should, and counts as failed; so does a file that did not end as pytest does."""
    done = subprocess.run([*PYTEST, str(file)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="backslashreplace")
    lines = done.stdout.rstrip().split("\n")
    counts = {word: int(number) for number, word in COUNT.findall(lines[-1])}
    passed = counts.pop("passed", 0)
    not_shown = sum(int(found[0]) for found in NOT_SHOWN.findall(done.stdout))
    failed = sum(counts.values()) - not_shown
    if done.returncode != 0 or passed + not_shown == 0:
        failed = max(failed, 1)
    return passed, failed, done.stdout


def main():
    passed = failed = 0
    not_shown = []
    with ThreadPoolExecutor(JOBS) as pool:
        for future in as_completed([pool.submit(run, f) for f in find_files(sys.argv[1:])]):
            more_passed, more_failed, output = future.result()
            print(output, end="", flush=True)
            not_shown += [f"{place} {why}" for _, place, why in NOT_SHOWN.findall(output)]
            passed += more_passed
            failed += more_failed
    print("".join(f"==== {line}\n" for line in sorted(not_shown)), end="")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())

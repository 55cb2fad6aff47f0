# SPDX-License-Identifier: ISC
#
# run_units.py PROGRAM... - runs cmocka test programs, two at a time, shows what those that fail
# said, and sums their cases. A program that dies or hangs counts as one failure more.

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

LIMIT_S = 300


def run(program):
    try:
        done = subprocess.run([program], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=LIMIT_S)
        status, output = done.returncode, done.stdout
    except subprocess.TimeoutExpired as expired:
        status, output = "time limit", expired.stdout or b""
    text = output.decode(errors="backslashreplace")
    passed = sum(map(int, re.findall(r"\[  PASSED  \] (\d+) test", text)))
    failed = sum(map(int, re.findall(r"\[  FAILED  \].*?(\d+) test\(s\), listed below", text)))
    skipped = sum(map(int, re.findall(r"\[  SKIPPED \] (\d+) test", text)))
    failed += skipped
    if failed == 0 and (status != 0 or passed == 0):
        failed = 1
    return program, status, text, passed, failed


def main():
    passed = failed = 0
    with ThreadPoolExecutor(2) as pool:
        for program, status, text, good, bad in pool.map(run, sys.argv[1:]):
            if bad:
                print(text, end="" if text.endswith("\n") else "\n")
            print(f"{program}: {good} passed, {bad} failed" + (f" ({status})" if status else ""))
            passed += good
            failed += bad
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())

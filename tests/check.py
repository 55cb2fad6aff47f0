# SPDX-License-Identifier: ISC
#
# check.py SUITE... - makes each suite, shows its output, and ends with one line a suite and the sum
# of their cases: "N passed, N failed", alone on the last line. A suite that ends badly without
# saying so counts as one failure.

import os
import re
import subprocess
import sys
import time


def run(suite):
    print(f"==== {suite}", flush=True)
    began = time.monotonic()
    process = subprocess.Popen([os.environ.get("MAKE", "make"), "--no-print-directory", suite],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT)
    passed = failed = 0
    for line in process.stdout:
        text = line.decode(errors="backslashreplace")
        sys.stdout.write(text)
        found = re.fullmatch(r"(\d+) passed, (\d+) failed\n?", text)
        if found:
            passed, failed = map(int, found.groups())
    if failed == 0 and (process.wait() != 0 or passed == 0):
        failed = 1
    return passed, failed, time.monotonic() - began


def main():
    results = [(suite, *run(suite)) for suite in sys.argv[1:]]
    print("==== all")
    for suite, passed, failed, took_s in results:
        print(f"{suite}: {passed} passed, {failed} failed, {took_s:.0f} s")
    failed = sum(result[2] for result in results)
    print(f"{sum(result[1] for result in results)} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())

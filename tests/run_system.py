# SPDX-License-Identifier: ISC
#
# run_system.py PATH... - runs pytest and ends with the line that every suite ends with.

import sys

import pytest


class Sum:
    """Counts cases; one that was skipped did not show what it should, and counts as failed."""

    def __init__(self):
        self.passed = self.failed = 0

    def pytest_runtest_logreport(self, report):
        if report.when == "call" and report.passed:
            self.passed += 1
        elif report.failed or report.skipped:
            self.failed += 1

    def pytest_collectreport(self, report):
        if report.failed:
            self.failed += 1


def main():
    total = Sum()
    pytest.main(["-p", "no:cacheprovider", "-rN", "--durations=10", "-v", "--tb=short",
                 *sys.argv[1:]], plugins=[total])
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed or not total.passed else 0


sys.exit(main())

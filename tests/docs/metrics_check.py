#!/usr/bin/python3 -B
# SPDX-License-Identifier: ISC
#
# metrics_check.py - the metrics of a day (the reviewed texts of tests/unit/metrics_test.c) pass a strict
# parser of OpenMetrics and promtool.

import os
import subprocess
import sys
from pathlib import Path

from prometheus_client.openmetrics.parser import text_string_to_metric_families

os.chdir(Path(__file__).resolve().parents[2])
TEXTS = Path("tests/unit/metrics_text")


def complain(text):
    sys.exit(f"metrics_check: {text}")


def check_openmetrics():
    """The names of all samples."""
    families = list(text_string_to_metric_families((TEXTS / "bad-day.openmetrics").read_text()))
    for family in families:
        if not family.documentation or family.type not in ("gauge", "counter"):
            complain(f"{family.name}: no help, or of type {family.type}")
    return {sample.name for family in families for sample in family.samples}


def check_prometheus():
    done = subprocess.run(["promtool", "check", "metrics"], stdin=open(TEXTS / "bad-day.prom"),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode or done.stdout:
        complain(f"promtool check metrics: exit {done.returncode}: {done.stdout}")


def main():
    names = check_openmetrics()
    if len(names) < 30:
        complain(f"only {len(names)} metrics were seen")
    check_prometheus()
    print(f"metrics_check: {len(names)} metrics, clean in both formats")


main()

#!/usr/bin/python3 -B
# SPDX-License-Identifier: ISC
#
# metrics_check.py - the metrics of a day (the reviewed texts of tests/unit/metrics_test.c) pass a strict
# parser of OpenMetrics and promtool; the alert rules and the dashboard of doc/monitoring ask for metrics
# that there are, and the rules do what they should.

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from prometheus_client.openmetrics.parser import text_string_to_metric_families

os.chdir(Path(__file__).resolve().parents[2])
TEXTS = Path("tests/unit/metrics_text")
RULES, DASHBOARD = Path("doc/monitoring/alerts.yaml"), Path("doc/monitoring/grafana.json")


def complain(text):
    sys.exit(f"metrics_check: {text}")


def check_openmetrics():
    """The names of all samples."""
    families = list(text_string_to_metric_families((TEXTS / "bad-day.openmetrics").read_text()))
    for family in families:
        if not family.documentation or family.type not in ("gauge", "counter"):
            complain(f"{family.name}: no help, or of type {family.type}")
    return {sample.name for family in families for sample in family.samples}


def promtool(*words, text=None):
    done = subprocess.run(["promtool", *words], input=text, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        complain(f"promtool {' '.join(words)}: exit {done.returncode}: {done.stdout}")
    return done.stdout


def check_prometheus():
    said = promtool("check", "metrics", text=(TEXTS / "bad-day.prom").read_text())
    if said:
        complain(f"promtool check metrics: {said}")


def check_users(names):
    """What rules and dashboard ask for is there."""
    promtool("check", "rules", str(RULES))
    promtool("test", "rules", "doc/monitoring/alerts_test.yaml")
    panels = json.loads(DASHBOARD.read_text())["panels"]
    asked = RULES.read_text() + "".join(
        target["expr"] for panel in panels for target in panel.get("targets", []))
    for name in set(re.findall(r"\bpostfix_watchdog_\w+", asked)):
        if name not in names:
            complain(f"doc/monitoring asks for {name}, which is no metric")
    if len(panels) < 8:
        complain(f"{DASHBOARD}: only {len(panels)} panels were seen")


def main():
    names = check_openmetrics()
    if len(names) < 30:
        complain(f"only {len(names)} metrics were seen")
    check_prometheus()
    check_users(names)
    print(f"metrics_check: {len(names)} metrics, clean in both formats")


main()

# SPDX-License-Identifier: ISC
#
# run_fuzzers.py BUILD SECONDS - runs each fuzzer on its corpus and then on inputs of its own for so
# long, two at a time. What was found new stays under BUILD; a crash prints its input.

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

CORPORA = {"envelope": "queue", "profile": "queue", "deferral": "defer"}  # real files, shared


def fuzz(source, build, seconds):
    name = source.stem.removesuffix("_fuzz")
    found = ROOT / build / "found" / name
    found.mkdir(parents=True, exist_ok=True)
    corpora = [ROOT / "tests/fuzz/corpus" / name]
    if name in CORPORA:
        corpora.append(ROOT / "tests/corpus" / CORPORA[name])
    done = subprocess.run(
        [ROOT / build / "tests/fuzz" / source.stem, f"-max_total_time={seconds}", "-timeout=10",
         "-rss_limit_mb=1024", "-print_final_stats=1", f"-artifact_prefix={found.parent}/{name}-",
         found, *(c for c in corpora if c.is_dir())],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return name, done.returncode, done.stdout.decode(errors="backslashreplace")


def main():
    build, seconds = sys.argv[1], int(sys.argv[2])
    sources = sorted((ROOT / "tests/fuzz").glob("*_fuzz.c"))
    failed = 0
    with ThreadPoolExecutor(2) as pool:
        for name, status, text in pool.map(lambda s: fuzz(s, build, seconds), sources):
            runs = [line.split()[-1] for line in text.splitlines()
                    if line.startswith("stat::number_of_executed_units")]
            if status != 0:
                failed += 1
                print(text)
            print(f"fuzz {name}: {'failed' if status else 'ok'}, {runs[0] if runs else 0} runs")
    print(f"{len(sources) - failed} passed, {failed} failed")
    return 1 if failed or not sources else 0


sys.exit(main())

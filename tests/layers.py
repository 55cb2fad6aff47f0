# SPDX-License-Identifier: ISC
#
# layers.py RULES BUILD - checks the tracked sources and the built programs against doc/layers: who
# may include whom, which words may stand in one place only, which symbols a program may not import.
# Each rule is one case.

import re
import subprocess
import sys
from pathlib import Path

FOLDED = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def read_code(path):
    """The lines of a source without comments; of strings, only an include's name is left."""

    def fold(found):
        text = found.group()
        line_begin = source.rfind("\n", 0, found.start()) + 1
        if source[line_begin:found.start()].lstrip().startswith("#include"):
            return text
        return "\n" * text.count("\n") if text.startswith("/") else text[0] * 2

    source = Path(path).read_text()
    return FOLDED.sub(fold, source).splitlines()


def folder_of(path, folders):
    """The longest folder of the rules that holds the path."""
    fitting = [f for f in folders if path.startswith(f + "/")]
    return max(fitting, key=len) if fitting else None


def check_includes(folder, may, sources, folders):
    for path, lines in sources.items():
        if folder_of(path, folders) != folder:
            continue
        for number, line in enumerate(lines, 1):
            found = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            if not found:
                continue
            of = folder_of(found.group(1), folders)
            if of not in (folder, None) and of not in may:
                yield f"{path}:{number}: {folder} may not include {of}: {found.group(1)}"
            elif of is None and "/" in found.group(1):
                yield f"{path}:{number}: {found.group(1)} is in no folder of the rules"


def check_only(word, places, sources):
    pattern, allowed = re.compile(word), re.compile(f"({places})")
    for path, lines in sources.items():
        if allowed.match(path) or path.startswith("tests/"):
            continue
        for number, line in enumerate(lines, 1):
            if pattern.search(line):
                yield f"{path}:{number}: may stand in {places} only: {line.strip()}"


def check_symbols(program, names, build):
    path = f"{build}/{program}" if program.startswith("watchdog") else f"{build}/libexec/{program}"
    listed = subprocess.run(["nm", "-D", "--undefined-only", path], check=True, text=True,
                            stdout=subprocess.PIPE).stdout
    pattern = re.compile(f"({names})")
    for line in listed.splitlines():
        symbol = line.split()[-1].split("@")[0]
        if pattern.fullmatch(symbol):
            yield f"{path}: imports {symbol}"


def main():
    rules_path, build = sys.argv[1:3]
    listed = subprocess.run(["git", "ls-files", "*.c", "*.h"], check=True, text=True,
                            stdout=subprocess.PIPE).stdout.split()
    sources = {path: read_code(path) for path in listed if Path(path).exists()}
    rules = [line.split(" ", 1) for line in Path(rules_path).read_text().splitlines()
             if line and not line.startswith("#")]
    folders = [rest.split(":")[0] for kind, rest in rules if kind == "include"]
    passed = failed = 0
    for kind, rest in rules:
        left, right = (part.strip() for part in rest.rsplit(": ", 1)) if ": " in rest else (
            rest.rstrip(":"), "")
        if kind == "include":
            problems = list(check_includes(left, right.split(), sources, folders))
        elif kind == "only":
            problems = list(check_only(left, right, sources))
        elif kind == "symbols":
            problems = list(check_symbols(left, right, build))
        else:
            problems = [f"{rules_path}: no such rule: {kind}"]
        for problem in problems:
            print(problem)
        passed += not problems
        failed += bool(problems)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())

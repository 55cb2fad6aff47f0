#!/usr/bin/python3
# SPDX-License-Identifier: ISC
#
# klms_standin.py - stands in for klms-control(8) of Kaspersky Security for Linux Mail Server, which
# cannot be had for tests: what the vendor has published of its rules, and nothing more. Rules are
# files rules/ID.xml below the directory of the program, in the published layout. Whatever is not
# documented is refused.
#
# A file `reformats` beside it makes it store something else than what it was given; with `log`,
# each call is written there.

import sys
import xml.etree.ElementTree as tree
from pathlib import Path

HERE = Path(sys.argv[0]).resolve().parent
RULES = HERE / "rules"

RULE = """\
<root>
    <belongingCriteria>
        <sender><item><type>EMailMask</type><value>*</value></item></sender>
        <recipient><item><type>EMailMask</type><value>*</value></item></recipient>
    </belongingCriteria>
    <scanSettings>
        <ruleDescription>{description}</ruleDescription><active>{active}</active><ruleAction>{action}</ruleAction>
        <avScanSettings>
            <engineSettings><enableScan>1</enableScan><maxSizeLimit>0</maxSizeLimit><excludedNames />
                <scanArchived>1</scanArchived></engineSettings>
            <infectedFirstAction>{first}</infectedFirstAction>
            <infectedSecondAction>{second}</infectedSecondAction>
            <corruptedAction>Skip</corruptedAction><encryptedAction>Skip</encryptedAction>
            <infectedMark>[Infected]</infectedMark><encryptedMark></encryptedMark>
        </avScanSettings>
        <asScanSettings>
            <engineSettings><enableScan>1</enableScan><maxSizeLimit>1572864</maxSizeLimit></engineSettings>
            <spamAction>Skip</spamAction><spamMark>[Spam]</spamMark>
        </asScanSettings>
    </scanSettings>
</root>
"""


def make(directory, rules):
    """Puts the program and its rules below a directory; returns its path. rules: {id: values}."""
    directory.mkdir()
    (directory / "rules").mkdir()
    program = directory / "klms-control"
    program.write_bytes(Path(__file__).read_bytes())
    program.chmod(0o755)
    for number, values in rules.items():
        (directory / "rules" / f"{number}.xml").write_text(RULE.format(**{
            "description": "Quarantäne & Co.".replace("&", "&amp;"), "active": 1, "action": "Scan",
            "first": "Cure", "second": "DeleteAttachment", **values}))
    return program


def refuse(text):
    sys.stderr.write(f"klms-control: {text}\n")
    sys.exit(1)


def rule_file(number):
    path = RULES / f"{number}.xml"
    if not number.isdigit() or not path.exists():
        refuse(f"no rule {number}")
    return path


def list_rules():
    for path in sorted(RULES.glob("*.xml"), key=lambda path: int(path.stem)):
        print(f"Name: Rule {path.stem}\nID: {path.stem}")


def get_rule(number, target):
    Path(target).write_bytes(rule_file(number).read_bytes())


def set_rule(number, source):
    path, text = rule_file(number), Path(source).read_bytes()
    try:
        known = [element.tag for element in tree.fromstring(path.read_bytes()).iter()]
        if [element.tag for element in tree.fromstring(text).iter()] != known:
            refuse("another layout")
    except tree.ParseError as error:
        refuse(str(error))
    if (HERE / "reformats").exists():
        text = text.replace(b"[Infected]", b"[Virus]")
    path.write_bytes(text)


def main(words):
    if (HERE / "log").exists():
        with open(HERE / "log", "a") as log:
            log.write(" ".join(words) + "\n")
    match words:
        case ["--get-rule-list"]:
            list_rules()
        case ["--get-rule-settings", number, "-f", target]:
            get_rule(number, target)
        case ["--set-rule-settings", number, "-f", source]:
            set_rule(number, source)
        case _:
            refuse(f"not documented: {' '.join(words)}")


if __name__ == "__main__":
    main(sys.argv[1:])

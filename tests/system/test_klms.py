# SPDX-License-Identifier: ISC
#
# test_klms.py - the policy of KLMS, on a stand-in for its klms-control (klms_standin.py): every active
# rule that scans deletes, and is put back byte for byte; what is not understood is not touched.

import time

import klms_standin
import pytest

from postfix import wait_for

RULES = {1: {}, 2: {"active": 0}, 3: {"action": "Skip"},
         4: {"first": "Skip", "second": "Reject"},
         5: {"first": "DeleteMessage", "second": "DeleteMessage"}}
OLD = "1=Cure/DeleteAttachment 4=Skip/Reject 5=DeleteMessage/DeleteMessage"


@pytest.fixture
def site(make_gateway):
    def make(klms_rules=None, **settings):
        gateway = make_gateway(**{"mode": "observe", **settings})
        gateway.klms = gateway.directory / "klms"
        program = klms_standin.make(gateway.klms, RULES if klms_rules is None else klms_rules)
        gateway.daemon.settings["klms"] = {"control": str(program)}
        gateway.daemon.write()
        return gateway.start()

    return make


def rules(site):
    return {int(path.stem): path.read_bytes() for path in site.klms.glob("rules/*.xml")}


def last_action(site):
    return site.daemon.ask("remedy", "list")["actions"][0]


def act(site, *words):
    site.daemon.ctl("remedy", *words, status=0)
    return wait_for(f"{' '.join(map(str, words))} ends", lambda: last_action(site)["state"] in (
        "done", "failed") and last_action(site))


def edit(site, number, old, new):
    path = site.klms / "rules" / f"{number}.xml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def switched(text):
    """What a rule is when it deletes, by hand."""
    for name, values in (("First", ("Cure", "Skip")), ("Second", ("DeleteAttachment", "Reject"))):
        for value in values:
            text = text.replace(f"<infected{name}Action>{value}<".encode(),
                                f"<infected{name}Action>DeleteMessage<".encode())
    return text


def test_switched_and_put_back(site):
    site = site()
    before = rules(site)
    plan = site.daemon.ask("remedy", "plan", "klms-policy")
    assert plan["old_value"] == OLD and plan["value"] == "delete" and not plan["reload"], plan
    assert rules(site) == before
    action = act(site, "run", "klms-policy")
    assert action["state"] == "done" and "set klms-policy to delete" in action["text"], action
    assert rules(site) == {number: switched(text) if number in (1, 4) else text
                           for number, text in before.items()}
    assert rules(site) != before
    undone = act(site, "undo", action["action"])
    assert undone["state"] == "done" and f"back to {OLD}" in undone["text"], undone
    assert rules(site) == before, "byte for byte"


def test_a_rule_that_somebody_else_changed_is_left(site):
    site = site()
    before = rules(site)
    action = act(site, "run", "klms-policy")
    edit(site, 4, "<infectedFirstAction>DeleteMessage", "<infectedFirstAction>Reject")
    theirs = rules(site)[4]
    undone = act(site, "undo", action["action"])
    assert undone["state"] == "done", undone
    assert rules(site) == {**before, 4: theirs}, "the others are put back"
    assert "klms: rule 4 was changed by somebody else" in site.daemon.log_text()


def test_nothing_left_of_ours(site):
    site = site()
    action = act(site, "run", "klms-policy")
    for number in (1, 4):
        edit(site, number, "<infectedFirstAction>DeleteMessage", "<infectedFirstAction>Reject")
    edit(site, 5, "<infectedFirstAction>DeleteMessage", "<infectedFirstAction>Reject")
    theirs = rules(site)
    undone = act(site, "undo", action["action"])
    assert "changed by somebody else, left alone" in undone["text"], undone
    assert rules(site) == theirs


@pytest.mark.parametrize("old, new, said", [
    ("<infectedFirstAction>Cure<", "<infectedFirstAction>Disinfect<", "an action that is not known"),
    ("<infectedFirstAction>", "<x/><infectedFirstAction>Cure</infectedFirstAction><infectedFirstAction>",
     "more than one /root/scanSettings/avScanSettings/infectedFirstAction"),
    ("infectedSecondAction", "infectedOtherAction", "there is no /root/scanSettings/avScanSettings"),
    ("<active>1<", "<active>yes<", "active is yes"),
    ("</root>", "", "no XML"),
    ("<root>", "<!DOCTYPE root [<!ENTITY a 'b'>]><root>", "found a document type"),
    ("<infectedFirstAction>Cure<", "<infectedFirstAction>C&#117;re<", "found /root/scanSettings"),
])
def test_another_layout_is_refused(site, old, new, said):
    site = site()
    edit(site, 4, old.replace("Cure", "Skip"), new.replace("Cure", "Skip").replace("C&#117;re", "Sk&#105;p"))
    before = rules(site)
    action = act(site, "run", "klms-policy")
    assert action["state"] == "failed" and "rule 4: not the layout" in action["text"], action
    assert said in action["text"], action
    assert rules(site) == before, "no rule was touched"


def test_what_comes_back_is_compared(site):
    site = site()
    before = rules(site)
    (site.klms / "reformats").touch()
    action = act(site, "run", "klms-policy")
    assert action["state"] == "failed" and "made something else of what was imported" in action["text"]
    assert b"[Virus]" in rules(site)[1] and b"Cure" in rules(site)[1], "the first export went in again"
    assert {n: t for n, t in rules(site).items() if n != 1} == {
        n: t for n, t in before.items() if n != 1}, "the next rule was not begun"


def test_no_klms(site):
    site = site()
    (site.klms / "klms-control").unlink()
    answer = site.daemon.ask("remedy", "plan", "klms-policy")
    assert "klms-control: not started" in answer["error"], answer


def test_rule_switches_and_puts_back(site):
    site = site(mode="act", rules={"bounce-flood": {
        "signal": "bounces", "above": 50, "for": "2s", "clear_below": 10, "clear_for": "3s",
        "remedies": [{"remedy": "klms-policy", "revert": "when_clear"}, {"remedy": "hold-bounces"}]}})
    before = rules(site)
    (site.klms / "log").touch()
    site.send_flood(80)
    wait_for("it is switched", lambda: rules(site)[4] == switched(before[4]), 60)
    wait_for("it is put back", lambda: rules(site) == before, 60)
    words = {line.split()[0] for line in (site.klms / "log").read_text().splitlines()}
    assert words == {"--get-rule-list", "--get-rule-settings", "--set-rule-settings"}


def test_killed_at_any_moment(site):
    site = site()
    before = rules(site)
    for delay in (0.15, 0.3, 0.45):
        site.daemon.ctl("remedy", "run", "klms-policy", status=0)
        time.sleep(delay)
        site.daemon.kill_role("remedy")
        action = wait_for("it is switched all the same",
                          lambda: last_action(site)["state"] == "done" and last_action(site), 60)
        assert rules(site)[1] == switched(before[1]) and rules(site)[4] == switched(before[4])
        site.daemon.ctl("remedy", "undo", action["action"], status=0)
        time.sleep(delay)
        site.daemon.kill_role("remedy")
        wait_for("it is put back all the same", lambda: last_action(site)["undo_of"] and
                 last_action(site)["state"] == "done", 60)
        assert rules(site) == before
    assert not (site.daemon.run / "klms").exists(), "no export is left"

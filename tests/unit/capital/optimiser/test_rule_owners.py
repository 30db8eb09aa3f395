"""Every rule has a stable name, an owner and a unit, in one place, and the document tells them."""

import re
from pathlib import Path

from services.capital.optimiser.answers.named import rules_of
from services.capital.optimiser.rules import RULES, Owner, Rule, Unit
from tests.unit.capital.optimiser.random_kinds import KINDS

DOCUMENT = Path(__file__).parents[4] / "docs" / "optimiser.md"
ROW = re.compile(r"^\| (`\w+`(?:, `\w+`)*) \| ([\w -]+) \| ([\w-]+) \| (.+) \|$", re.MULTILINE)


def test_no_rule_lacks_an_owner_or_a_unit() -> None:
    assert {str(rule): rule for rule in Rule} == RULES
    for rule in Rule:
        assert isinstance(rule.owner, Owner)
        assert isinstance(rule.unit, Unit)
        assert re.fullmatch("[a-z]+(_[a-z]+)*", rule)


def test_the_document_tells_every_rule_with_its_owner_and_unit_as_in_code() -> None:
    told = {
        name: (owner, unit)
        for names, owner, unit, _ in ROW.findall(DOCUMENT.read_text("utf-8"))
        for name in re.findall(r"\w+", names)
    }

    assert told == {str(rule): (str(rule.owner), str(rule.unit)) for rule in Rule}


def test_rules_that_answers_name_are_counted_as_the_rule_is() -> None:
    for row in KINDS.values():
        for seed in range(row.problems):
            for named in rules_of(row.make(seed)):
                # A hub's connection is counted in kilowatts, and a site's in chargers.
                assert named.unit in {named.rule.unit, Unit.KILOWATTS}, named
                assert named.owner, named

"""The whole circle through three real processes, Kafka and PostgreSQL, told in one golden file."""

from difflib import unified_diff

import pytest

from demo.screen import Screen
from tests.e2e.circle import GOLDEN, circle

HINT = "python -m tests.e2e.circle > tests/e2e/golden.txt makes it the golden one"


@pytest.mark.timeout(300)
async def test_vehicles_live_through_a_day_and_get_the_dates_of_the_plan_made_of_it() -> None:
    golden = GOLDEN.read_text(encoding="utf-8")

    told = await circle(Screen(quiet=True))

    difference = unified_diff(golden.splitlines(), told.splitlines(), "golden", "told", lineterm="")
    assert told == golden, "\n".join([*difference, HINT])

"""One content, one hash."""

from dataclasses import replace

from services.capital.optimiser.hashing import problem_hash
from tests.unit.capital.optimiser.build import a_problem, an_option, budgets, cohorts
from tests.unit.capital.optimiser.random_problems import a_random_problem

PINNED = "76f420a5fd5a1fa2ee479b22ff9b59aa1812ecef0e8618bc7be6670661f7aac7"


def test_the_order_of_rows_does_not_matter() -> None:
    problem = a_problem(cohorts=cohorts({1: 2, 4: 1}))
    turned = replace(
        problem, cohorts=problem.cohorts[::-1], technologies=problem.technologies[::-1]
    )

    assert problem_hash(problem) == problem_hash(turned)


def test_the_order_of_a_table_by_year_matters() -> None:
    rising = a_problem(options=(an_option(price=(1, 2, 3)),))
    falling = a_problem(options=(an_option(price=(3, 2, 1)),))

    assert problem_hash(rising) != problem_hash(falling)


def test_any_change_of_content_changes_the_hash() -> None:
    problems = [
        a_problem(),
        a_problem(envelopes=budgets(2, 2, 1)),
        a_problem(description="another"),
        a_problem(cohorts=cohorts({2: 2})),
        *map(a_random_problem, range(20)),
    ]

    assert len({problem_hash(problem) for problem in problems}) == len(problems)


def test_the_hash_is_sixty_four_hexadecimal_digits_and_stays() -> None:
    assert problem_hash(a_problem()) == problem_hash(a_problem())
    assert len(problem_hash(a_problem())) == 64


def test_a_field_left_empty_is_as_if_it_did_not_exist() -> None:
    bare = replace(a_problem(), description="")

    assert problem_hash(bare) == PINNED


def test_an_age_of_nought_is_part_of_the_hash() -> None:
    assert problem_hash(a_problem(cohorts=cohorts({0: 2}))) != problem_hash(a_problem())

"""A message waits for the database a few times, and only the last of them under the lock."""

from __future__ import annotations

import pytest

from tests.bot.statements import said_to

# The first price of a process reads policies, registers and calendar too: eight statements of these. What is ordered is
# listed with what stands every week.
LOOKS = {"谢谢": 1, "今天有什么吃的": 4, "订了什么": 4, "明天中午要一份红烧肉": 20, "几点开门": 5}
# What is written with the reply, by itself: PostgreSQL takes delivery and conversation by one statement.
WRITTEN = {"sqlite": ["BEGIN", "INSERT", "INSERT", "COMMIT"], "postgresql": ["WITH"]}


def kinds_of(mother, database, text):
    with said_to(database) as said:
        mother.says(text)
    return [statement.split()[0] for statement in said]


@pytest.mark.parametrize(("text", "most"), LOOKS.items())
def test_a_turn_that_only_reads_takes_few_statements_and_the_lock_last(mother, database, text, most):
    mother.says("今天有什么吃的")
    written = WRITTEN[database.engine.dialect.name]

    kinds = kinds_of(mother, database, text)

    assert kinds[-len(written) :] == written
    looks = kinds[: -len(written)]
    assert set(looks) == {"SELECT"}
    assert len(looks) <= most


def test_a_meal_code_is_looked_up_before_the_lock_and_written_by_single_statements(mother, database):
    mother.says("明天中午要一份红烧肉")

    kinds = kinds_of(mother, database, "取餐码")

    looks = kinds[: kinds.index("BEGIN")]
    assert set(looks) == {"SELECT"}
    assert len(looks) <= 6
    assert kinds[len(looks) :] == ["BEGIN", *5 * ["INSERT"], "COMMIT"]


def test_a_turn_that_acts_takes_a_bounded_number_of_statements(mother, database):
    mother.says("明天中午要一份红烧肉")

    assert len(kinds_of(mother, database, "好")) <= 45

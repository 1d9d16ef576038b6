"""A message waits for the database a few times, and only the last of them under the lock."""

from __future__ import annotations

import pytest

from tests.bot.statements import said_to

# The first price of a process reads policies, registers and calendar too: eight statements of these. What is ordered is
# listed with what stands every week.
READ_ONLY = {"谢谢": 5, "今天有什么吃的": 8, "订了什么": 10, "明天中午要一份红烧肉": 24, "几点开门": 9}
ACTING = {"好": 45, "取餐码": 19}


@pytest.mark.parametrize(("text", "most"), READ_ONLY.items())
def test_a_turn_that_only_reads_takes_few_statements_and_the_lock_last(mother, database, text, most):
    mother.says("今天有什么吃的")
    with said_to(database) as said:
        mother.says(text)

    kinds = [statement.split()[0] for statement in said]
    assert len(said) <= most, "\n".join(said)
    assert kinds[-4:] == ["BEGIN", "INSERT", "INSERT", "COMMIT"]
    assert set(kinds[:-4]) == {"SELECT"}


@pytest.mark.parametrize(("text", "most"), ACTING.items())
def test_a_turn_that_acts_takes_a_bounded_number_of_statements(mother, database, text, most):
    mother.says("明天中午要一份红烧肉")
    with said_to(database) as said:
        mother.says(text)

    assert len(said) <= most, "\n".join(said)

"""Two people decide, or apply, in the same second: one of them counts."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from canteen import eligibility, seniors
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import CanteenError
from tests.eligibility import applying as way


def _at_once(*acts: Callable[[], object]) -> list[str]:
    """Run acts side by side, and return the codes of those that were refused."""
    gate, refused = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
        except CanteenError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


@pytest.mark.parametrize("round_", range(3))
def test_of_two_confirmers_one_counts_and_there_is_one_fact(database: Database, person_id: int, round_: int) -> None:
    assert round_ in range(3)
    with database.transaction(EVERYWHERE) as session:
        ref = way.on_notice(session, person_id)

    def confirm(actor: str) -> Callable[[], object]:
        def act() -> None:
            with database.transaction(EVERYWHERE) as session:
                way.confirmed(session, ref, on=way.after(7), actor=actor)

        return act

    refused = _at_once(confirm("staff:a"), confirm("staff:b"))
    assert len(refused) == 1
    with database.reading(EVERYWHERE) as session:
        assert way.steps(session, ref).count("confirmed") == 1
        held = [one for one in seniors.facts_of(session, person_id=person_id) if one.kind == "category"]
        assert len(held) == 1


def test_of_a_confirmation_and_a_withdrawal_one_counts(database: Database, person_id: int) -> None:
    with database.transaction(EVERYWHERE) as session:
        ref = way.on_notice(session, person_id)

    def confirm() -> None:
        with database.transaction(EVERYWHERE) as session:
            way.confirmed(session, ref, on=way.after(7))

    def withdraw() -> None:
        with database.transaction(EVERYWHERE) as session:
            eligibility.withdraw(session, ref=ref, actor="wechat:7", at=way.at(way.after(7)))

    assert _at_once(confirm, withdraw) == ["eligibility.step_order"]


def test_the_same_wish_sent_twice_at_once_is_one_application(database: Database, person_id: int) -> None:
    def wish() -> None:
        with database.transaction(EVERYWHERE) as session:
            way.applied(session, person_id)

    assert _at_once(wish, wish, wish) == ["eligibility.already_open"] * 2
    with database.reading(EVERYWHERE) as session:
        assert len(eligibility.of_people(session, person_ids=[person_id], on=way.MONDAY)) == 1

"""Whatever becomes known in whatever order: once accepted, the books equal a re-computation to the fen."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

import pytest

from canteen import ledger, settlement, subsidy
from canteen.foundation.db import EVERYWHERE, Database
from canteen.settlement.replay import Period, Replay, Sites, meals_of
from tests import builders as make
from tests.settlement import late, months
from tests.settlement.late import LATER, REACHES_BACK, accept, due_of, proposed
from tests.settlement.months import World

LOTTERY = (
    ("payers: {government: 财政资金}", "payers: {government: 财政资金, lottery: 福彩公益金}"),
    ("        paid_by: government\n    delivery",
     "        paid_by: [{payer: lottery, share: 1}, {payer: government, share: 2}]\n    delivery"),
    ("limits: [{at_most: 1, per: day}]", "limits: [{at_most: 1, per: day}, {at_most: 3, per: week}]"),
)  # fmt: skip
FOLLOWS = ("operator_money_of_disallowed_meal: stands", "operator_money_of_disallowed_meal: follows")
BEARERS = ("government", "payers", "operator", "senior")


def recomputed(database: Database, person_id: int) -> Counter[tuple[str, str]]:
    """Add up by purse what the rules give for every meal under the facts known now, each policy as it stands."""
    sums: Counter[tuple[str, str]] = Counter()
    with database.reading(EVERYWHERE) as session:
        connection = session.connection()
        published = subsidy.known_by(connection)
        history = subsidy.read_histories(connection, published, [person_id], since=date(2026, 1, 1))[person_id]
        meals = meals_of(connection, [person_id], Period(date(2026, 1, 1), date(2027, 1, 1)))[person_id]

        def add(_meal: object, again: subsidy.Quote) -> tuple[subsidy.UsedChance, ...]:
            of = published.funders.get(again.policy, {})
            for payer, fen in again.split:
                sums[of[payer][1], of[payer][0]] += fen
            for payer, fen in again.operator_split:
                sums[ledger.OPERATOR_RECEIVABLE, of[payer][0]] += fen
            return again.used

        replay = Replay(subsidy.rulebook(published), Sites(connection, published))
        replay.run(history, meals, lambda _: {}, add)
    return Counter({key: fen for key, fen in sums.items() if fen})


def surprise(database: Database, world: World, chance: random.Random) -> None:
    """Let one thing become known about somebody."""
    person, day = chance.choice(world.people), chance.choice(world.days)
    with database.reading(EVERYWHERE) as session:
        held = {fact.kind for fact in make.seniors.facts_of(session, person_id=person)}
    what = chance.choice(("death", "category", "hukou", "withdraw", "birthday"))
    if what == "birthday":
        with database.transaction(EVERYWHERE) as session:
            birth = date(chance.choice((1920, 1950, 1962)), 5, 1)
            document = make.a_document(birth, chance.randrange(100, 999))
            make.seniors.confirm_document(session, person_id=person, document=document, actor="staff:test", at=LATER)
    elif what == "withdraw" or what in held - {"hukou"}:
        kinds = sorted(held & {"death", "category"})
        if kinds:
            late.withdraw(database, person, kinds[0])
    else:
        value = {"death": "deceased", "category": "minimum_living", "hukou": "440118000000"}[what]
        late.state(database, person, what, value, day)


@pytest.mark.parametrize("seed", range(6))
def test_after_acceptance_the_books_equal_a_recomputation(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    borne = ("undue_in_good_faith_borne_by: government", f"undue_in_good_faith_borne_by: {BEARERS[seed % 4]}")
    world = late.a_week(database, *LOTTERY, *REACHES_BACK.items(), FOLLOWS, borne)
    before = {person: _paid(database, person) for person in world.people}
    for _ in range(4):
        surprise(database, world, chance)
        if found := proposed(database):
            accept(database, found)
    for person in world.people:
        booked = {key: fen for key, fen in due_of(database, person).items() if key[0] in _PURSES}
        assert booked == recomputed(database, person), (seed, person)
        assert _paid(database, person) == before[person]
    with database.reading(EVERYWHERE) as session:
        assert ledger.verify(session.connection())[0] == []
        view = settlement.draft(session, canteen_id=world.town.canteen_id, month=months.MONTH, at=months.AFTER)
        assert [check.code for check in view.checks if not check.passed] == []


_PURSES = (ledger.BUDGET_RECEIVABLE, ledger.LOTTERY_RECEIVABLE, ledger.OPERATOR_RECEIVABLE)


def _paid(database: Database, person: int) -> int:
    return due_of(database, person)[ledger.TILL, ""]

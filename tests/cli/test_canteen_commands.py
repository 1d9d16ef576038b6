"""A canteen is opened by script as on the pages, by the same verbs and with the same refusals."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from canteen import places, tables
from canteen.foundation.db import EVERYWHERE
from canteen.places.tables import Contract, PriceCeiling


@pytest.fixture
def run(app, database):
    """Run a command on a database with all regions."""
    with database.transaction(EVERYWHERE) as session:
        places.load_regions(session)
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["canteen", *words])


def an_operator(run) -> str:
    made = run(
        "operator", "--name", "某某服务中心", "--kind", "nonprofit", "--region", "440304", "--contract", "1号",
        "--from", "2026-11-01", "--to", "2028-10-31", "--ceiling", "25",
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    return made.output.split()[0]


def opened(run, operator, *more):
    words = (
        "open",
        "--operator",
        operator,
        "--region",
        "440304008",
        "--address",
        "1 号",
        "--phone",
        "12349",
        "--opened",
        "2026-11-01",
    )
    return run(*words, *(more or ("--name", "某某食堂")))


def test_a_canteen_is_opened_with_operator_contract_ceiling_hours_and_book(run, database):
    made = opened(run, an_operator(run))
    assert made.exit_code == 0, made.output
    ref = made.output.split()[0]
    hours = run(
        "hours", ref, "lunch", "--opens", "11:00", "--closes", "12:30", "--cutoff", "09:30", "--capacity", "200"
    )
    assert hours.exit_code == 0, hours.output
    with database.reading(EVERYWHERE) as session:
        canteen = places.canteen(session, ref=ref)
        assert canteen.region_code == "440304008000"
        assert session.scalar(select(tables.ledger.Book.id).where(tables.ledger.Book.canteen_id == canteen.id))
        (service,) = places.all_services(session, canteen_id=canteen.id)
        assert (service.opens_minute, service.delivers) == (660, False)
        assert session.scalars(select(Contract.valid_until)).one().isoformat() == "2028-11-01"
        assert session.scalars(select(PriceCeiling.price_fen)).one() == 2500


def test_a_meal_point_names_its_kitchen_and_a_canteen_is_closed(run, database):
    operator = an_operator(run)
    assert "places.kitchen_needed" in opened(run, operator, "--name", "助餐点", "--kind", "meal_point").output
    kitchen = opened(run, operator, "--name", "厨房", "--kind", "central_kitchen").output.split()[0]
    point = opened(run, operator, "--name", "助餐点", "--kind", "meal_point", "--kitchen", kitchen).output.split()[0]
    closing = ("--on", "2026-12-01", "--reason", "搬迁")
    assert "places.still_supplies" in run("close", kitchen, *closing).output
    assert [run("close", ref, *closing).exit_code for ref in (point, kitchen)] == [0, 0]
    with database.reading(EVERYWHERE) as session:
        assert places.canteen(session, ref=point).closed_reason == "搬迁"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("operator", "--name", "甲", "--kind", "company", "--region", "440304", "--ceiling", "25"), "need --from"),
        (("operator", "--name", "甲", "--kind", "company", "--region", "4403x4"), "places.code_malformed"),
        (("hours", "C-2345678923", "lunch", "--opens", "noon"), "no time such as 11:00"),
        (("close", "C-2345678923", "--on", "2026-12-01", "--reason", "x"), "places.canteen_unknown"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(run, database, words, said):
    result = run(*words)
    assert result.exit_code != 0
    assert said in result.output
    with database.reading(EVERYWHERE) as session:
        assert session.scalars(select(places.Operator.id)).all() == []

"""Measure what-if beside a plain SELECT of the same rows: ``python -m tests.bench.whatif [meals] [database...]``.

The figures for a hundred thousand and a million meals are stated in docs/performance.md. The meals are generated: some
thousand people of four kinds who eat most working days at ten canteens, priced by the real rules.
"""

from __future__ import annotations

import itertools
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from canteen import settlement
from canteen.checkin.tables import Redemption, ScanAttempt
from canteen.foundation.clock import local
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.references import reference_of
from canteen.foundation.secrecy import Vault, development_key
from canteen.orders.tables import Order
from canteen.seniors.tables import Fact, Person
from canteen.subsidy import MealToPrice, Place, Site, Usage, known_by, price_again, read_histories, rulebook
from tests import builders as make
from tests.bench.run import _database

FIRST = date(2025, 1, 1)
DAYS = 365
EACH = 200
AT_ONCE = 5_000
BIRTHS = (date(1945, 5, 1), date(1925, 3, 3), date(1963, 5, 1), date(1950, 8, 8))
PRICES = (1200, 1500, 1800)


def main() -> None:
    """Measure so many meals on the databases that are named."""
    meals = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    for kind in sys.argv[2:] or ["sqlite", "postgresql"]:
        with _database(kind) as url:
            database = Database(url, Vault({"1": development_key("DATA_KEYS")}), survives_power_cut=False)
            count = fill(database, meals)
            measure(kind, database, count)
            database.dispose()


def measure(kind: str, database: Database, count: int) -> None:
    """Print the time of what-if, that of reading the rows alone, and their ratio."""
    text = next(make.POLICIES.rglob("shenzhen-city.yaml")).read_text("utf-8").replace('"5.00"', '"6.00"')
    asked = settlement.Question(text, "4403", FIRST, FIRST + timedelta(days=DAYS))
    least = min(_plain(database) for _ in range(2))
    started, spent = time.monotonic(), _cpu()
    answer = settlement.reprice(database, asked, progress=lambda done, of: None)
    seconds, cpu = time.monotonic() - started, _cpu() - spent
    assert answer.tally.meals == count, (answer.tally.meals, count)
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(
        f"{kind:10} what-if of {count:,} meals: {seconds:.1f} s, {count / seconds:,.0f} meals/s; "
        f"processor {cpu:.1f} s, {cpu / count * 1e6:.0f} us a meal; "
        f"plain SELECT of the rows {least:.2f} s of processor, ratio {cpu / least:.1f}; "
        f"largest process {children} MB",
        flush=True,
    )


def _cpu() -> float:
    """Return the processor seconds of this process and of those it began and saw end."""
    mine, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def _plain(database: Database) -> float:
    columns = [column for column in Redemption.__table__.columns if column.name not in ("id", "served_by")]
    wanted = select(*columns).order_by(Redemption.person_id, Redemption.happened_at)
    started = time.process_time()
    with database.engine.connect() as connection:
        text = str(wanted.compile(connection, compile_kwargs={"literal_binds": True}))
        cursor = connection.connection.cursor()
        cursor.execute(text)
        while cursor.fetchmany(AT_ONCE):
            pass
    return time.process_time() - started


def fill(database: Database, meals: int) -> int:
    """Make the people and their meals; answers how many meals."""
    with database.transaction(EVERYWHERE) as session:
        make.the_nation(session)
        make.a_policy(session)
        canteens = [make.a_canteen(session) for _ in range(10)]
        people = [_person(session, number) for number in range(meals // EACH)]
        orders = _orders(session, canteens[0], people)
    with database.reading(EVERYWHERE) as session:
        traces = _traces(session, people)
    rows = _rows(people, canteens, orders, traces)
    count = 0
    while some := list(itertools.islice(rows, AT_ONCE)):
        with database.transaction(EVERYWHERE) as session:
            session.connection().execute(insert(ScanAttempt), [attempt for attempt, _ in some])
            session.connection().execute(insert(Redemption), [meal for _, meal in some])
        count += len(some)
    return count


def _person(session: Session, number: int) -> int:
    person = Person(
        ref=reference_of("P", number), name="张秀英", initials="zxy", diner="senior", document_kind="passport",
        document_index=f"bench{number}", birth_on=BIRTHS[number % 4], region_code=make.FUTIAN,
        registered_at=make.BEFORE,
    )  # fmt: skip
    session.add(person)
    session.flush()
    facts = [("hukou", make.FUTIAN), ("residence", make.FUTIAN)]
    facts += [("category", "minimum_living")] if number % 4 == 3 else []
    for kind, value in facts:
        session.add(
            Fact(
                person_id=person.id, kind=kind, value=value, valid_from=date(2020, 1, 1), evidence="e", source="bench",
                entered_at=make.BEFORE, entered_by="bench",
            )
        )  # fmt: skip
    return person.id


def _orders(session: Session, canteen_id: int, people: list[int]) -> dict[int, int]:
    """Give every person one order for all meals; what-if does not look at orders."""
    for person_id in people:
        session.add(
            Order(
                ref=reference_of("D", person_id), person_id=person_id, diner_masked="张*英", canteen_id=canteen_id,
                service_date=FIRST, meal="lunch", mode="dine_in", state="served", state_at=make.BEFORE,
                state_by="bench", channel="walk_in", state_channel="walk_in", price_fen=0, delivery_fee_fen=0,
                own_fen=0, dishes="", flags=[], allergens=[], placed_at=make.BEFORE,
            )
        )  # fmt: skip
    session.flush()
    return {row.person_id: row.id for row in session.execute(select(Order.person_id, Order.id))}


def _traces(session: Session, people: list[int]) -> dict[tuple[int, int, date], Any]:
    """Price each kind of person once a day and price."""
    connection = session.connection()
    published = known_by(connection)
    book, site = rulebook(published), Site(place=Place(province="广东省", city="深圳市", district="福田区"))
    histories = [read_histories(connection, published, [key])[key] for key in people[:4]]
    days = [FIRST + timedelta(days=number) for number in range(DAYS)]
    return {
        (kind, price, day): price_again(
            book, history.facts_on(day), history.diner, MealToPrice(day, "lunch", "dine_in", price), site,
            usage=Usage(), has_eaten=False, given={},
        )
        for kind, history in enumerate(histories) for price in PRICES for day in days
    }  # fmt: skip


def _rows(
    people: list[int], canteens: list[int], orders: dict[int, int], traces: dict[tuple[int, int, date], Any]
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    texts = {key: quote.to_json() for key, quote in traces.items()}
    for number, person_id in itertools.product(range(EACH), people):
        day = FIRST + timedelta(days=number * DAYS // EACH)
        price = PRICES[(number + person_id) % 3]
        key = ((person_id - people[0]) % 4, price, day)
        quote, ref, at = traces[key], reference_of("M", person_id * 1000 + number), local(day, 11, 30)
        shared = {"canteen_id": canteens[person_id % 10], "person_id": person_id, "service_date": day, "meal": "lunch"}
        scan = f"bench-{person_id}-{number}"
        attempt = {
            "scan_id": scan, "verdict": "ok", "reason": "served", "means": "gun", "device": "d", "actor": "x",
            "happened_at": at, "received_at": at, "redemption_ref": ref, "answer": "{}", **shared,
        }  # fmt: skip
        meal = {
            "ref": ref, "scan_id": scan, "order_id": orders[person_id], "mode": "dine_in", "kind": "meal",
            "means": "gun", "tender": "cash", "category": quote.category, "price_fen": price, "delivery_fee_fen": 0,
            "discount_fen": quote.discount_fen, "subsidy_fen": quote.subsidy_fen, "delivery_subsidy_fen": 0,
            "own_fen": quote.own_fen, "operator_fen": quote.operator_fen, "policy_id": 1, "trace": texts[key],
            "happened_at": at, "served_by": "x", **shared,
        }  # fmt: skip
        yield attempt, meal


if __name__ == "__main__":
    main()

"""Make the things that tests need, with good defaults: plain functions, real verbs."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session
from stdnum.cn import ric

from canteen import checkin, ledger, menus, orders, places, seniors, subsidy
from canteen.foundation.clock import local
from canteen.foundation.secrecy import Vault, development_key
from canteen.menus.tables import Dish
from canteen.places.tables import CalendarDay

MONDAY = date(2026, 3, 2)
BEFORE = local(MONDAY, 8)
NOON = local(MONDAY, 11, 30)
VAULT = Vault({"1": development_key("DATA_KEYS")})
KEYS = checkin.Keys(code={"1": development_key("CODE_KEYS")}, card={"1": development_key("CARD_KEYS")})
POLICIES = Path(subsidy.__file__).parent / "policies"
FUTIAN = "440304000000"
LUNCH = places.ServiceTerms(
    opens_minute=11 * 60,
    closes_minute=12 * 60 + 30,
    cutoff_minute=9 * 60 + 30,
    capacity=200,
    delivers=True,
    delivery_fee_fen=200,
)
DISHES = ("红烧肉", "清蒸鲈鱼", "番茄炒蛋", "麻婆豆腐", "清炒菜心", "排骨汤")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Town:
    """Hold the keys of a small world: one canteen with a menu under Shenzhen's policy."""

    canteen_id: int
    item_id: int
    other_item_id: int


def at(day: date, hours: int, minutes: int = 0) -> datetime:
    """Return the instant of a local time in tests' words."""
    return local(day, hours, minutes)


def a_document(birth: date, order: int = 11) -> seniors.Document:
    """Return a valid invented identity number."""
    body = f"440304{birth:%Y%m%d}{order:03d}"
    return seniors.read_document(body + ric.calc_check_digit(body + "0"))


def the_nation(session: Session) -> None:
    """Load regions, chart and calendar, the last by one statement: many tests begin here."""
    places.load_regions(session)
    ledger.load_chart(session)
    session.execute(insert(CalendarDay), _days_off())


@cache
def _days_off() -> list[dict[str, object]]:
    rows = []
    for year in subsidy.shipped_calendar().years.values():
        kinds = {day: ("statutory" if day in year.statutory else "bridge") for day in year.days_off}
        kinds |= dict.fromkeys(year.make_up_days, "workday")
        rows += [
            {"day": day, "kind": kind, "name": "假日", "document": year.notice, "edited_at": BEFORE}
            for day, kind in kinds.items()
        ]
    return rows


def a_policy(session: Session, name: str = "shenzhen-city") -> None:
    """Publish a shipped policy."""
    text = next(POLICIES.rglob(f"{name}.yaml")).read_text("utf-8")
    subsidy.publish(session, text=text, actor="staff:test", at=BEFORE)


def a_canteen(session: Session, *, region_code: str = FUTIAN, name: str | None = None) -> int:
    """Open a canteen that serves lunch, and return its key."""
    operator = places.add_operator(
        session, name=f"运营方{next(_numbers)}", kind="nonprofit", actor="staff:test", at=BEFORE
    )
    canteen = places.open_canteen(
        session,
        name=name or f"幸福里食堂{next(_numbers)}",
        operator_id=operator.id,
        region_code=region_code,
        address="幸福里 1 号",
        phone="0755-5550100",
        opened_on=date(2020, 1, 1),
        actor="staff:test",
        at=BEFORE,
    )
    places.set_service(session, canteen_id=canteen.id, meal="lunch", terms=LUNCH, actor="staff:test", at=BEFORE)
    return canteen.id


def a_menu(
    session: Session, canteen_id: int, *, day: date = MONDAY, prices: Sequence[int] = (1800, 1500), capacity: int = 100
) -> list[int]:
    """Offer dishes at these prices and return the keys of the items."""
    known = set(session.scalars(select(Dish.name).where(Dish.canteen_id == canteen_id)))
    fresh = (name for name in itertools.chain(DISHES, (f"例菜{n}" for n in _numbers)) if name not in known)
    dishes = [menus.add_dish(session, canteen_id=canteen_id, name=next(fresh), price_fen=price) for price in prices]
    items = [(dish.id, dish.price_fen, capacity) for dish in dishes]
    menus.offer(session, canteen_id=canteen_id, service_date=day, meal="lunch", capacity=capacity, items=items)
    view = menus.day(session, canteen_id=canteen_id, service_date=day, meal="lunch")
    assert view is not None
    return [item.item_id for item in view.items]


def a_town(session: Session) -> Town:
    """Build the small world in an empty database; most tests ask for the fixture ``town`` and get it ready-made."""
    the_nation(session)
    return a_town_of(session)


def a_town_of(session: Session) -> Town:
    """Build the small world in the nation."""
    a_policy(session)
    canteen_id = a_canteen(session)
    first, second = a_menu(session, canteen_id)
    return Town(canteen_id, first, second)


def a_senior(
    session: Session,
    *,
    birth: date = date(1954, 5, 1),
    name: str = "张秀英",
    region_code: str = FUTIAN,
    categories: Sequence[str] = (),
    allergies: Sequence[str] = (),
) -> int:
    """Register a senior who lives and is registered in a region, and return the key."""
    person = seniors.register(
        session,
        name=name,
        document=a_document(birth, next(_numbers) % 1000),
        region_code=region_code,
        hukou_code=region_code,
        lives_since=date(2000, 1, 1),
        allergies=allergies,
        actor="staff:test",
        at=BEFORE,
    )
    for category in categories:
        seniors.add_fact(
            session,
            person_id=person.id,
            kind="category",
            value=category,
            valid_from=date(2020, 1, 1),
            evidence="民政〔2020〕1号",
            source="test",
            actor="staff:test",
            at=BEFORE,
        )
    return person.id


def an_order(
    session: Session, town: Town, person_id: int, *, day: date = MONDAY, mode: str = "dine_in", item: int | None = None
) -> orders.Order:
    """Place an order for lunch in time."""
    return orders.place(
        session,
        person_id=person_id,
        canteen_id=town.canteen_id,
        service_date=day,
        meal="lunch",
        mode=mode,
        wishes=[orders.Wish(item or town.item_id)],
        channel="wechat",
        actor="wechat:1",
        at=local(day, 8),
    )


def a_number(session: Session, person_id: int, *, day: date = MONDAY, now: datetime | None = None) -> str:
    """Issue a meal code and return the digits that one types."""
    return a_code(session, person_id, day=day, now=now).number


def a_code(session: Session, person_id: int, *, day: date = MONDAY, now: datetime | None = None) -> checkin.MealCode:
    """Issue a meal code that lives until lunch ends."""
    return checkin.issue_code(
        session,
        KEYS,
        person_id=person_id,
        service_date=day,
        meal="lunch",
        at=now or local(day, 9),
        expires_at=local(day, 12, 30),
    )


def a_link(session: Session, person_id: int, *, expires_at: datetime) -> str:
    """Let an address open the code of Monday's lunch, and return its token."""
    token = checkin.new_token()
    checkin.issue_link(
        session, token=token, person_id=person_id, service_date=MONDAY, meal="lunch", at=BEFORE, expires_at=expires_at
    )
    return token


def a_scan(
    town: Town, code: str, *, scan_id: str | None = None, now: datetime = NOON, **more: str
) -> checkin.ScanRequest:
    """Report a scan of a device at noon."""
    return checkin.ScanRequest(
        scan_id=scan_id or f"scan-{next(_numbers):08d}",
        code=code,
        means=more.get("means", "gun"),
        device=more.get("device", "device-1"),
        actor="staff:counter",
        canteen_id=town.canteen_id,
        happened_at=now,
        received_at=now,
        intent=more.get("intent", "serve"),
    )

"""What a courier's telephone kept is taken once, in any order, by its own time; and its token opens nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from canteen import access, orders, rounds
from canteen.checkin.tables import Device, Redemption
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.orders.tables import Order
from canteen.rounds.tables import Courier, DoorEvent
from canteen.welfare.tables import WelfareTask
from tests import builders as make
from tests.rounds.street import CLOSED, Street, a_street, quickly
from tests.web.conftest import Office

ROUND = "/rounds?day=2026-03-02&meal=lunch"
MINE = "/deliveries/round?meal=lunch"
NOW = make.at(make.MONDAY, 11, 30)
Upload = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def street(office: Office) -> Street:
    with office.database.transaction(EVERYWHERE) as session:
        made = a_street(session, office.town, people=3, couriers=1)
    rounds.plan(office.database, made.due, actor="job", at=CLOSED, solve=quickly)
    office.browser("lin", "canteen_manager").send("/rounds/publish", ROUND, version="1", day="2026-03-02", meal="lunch")
    return made


@pytest.fixture
def token(office: Office, street: Street) -> str:
    """Log the courier in and have the telephone enrolled, as the page does."""
    zhou = office.browser("zhou", "courier")
    with office.database.transaction(EVERYWHERE) as session:
        session.get_one(Courier, street.couriers[0].id).staff_id = access.find(session, username="zhou").id
    answer = zhou.say("/deliveries/phone", {}, page=MINE)
    assert "王师傅的手机" in answer.json["name"]
    return str(answer.json["token"])


@pytest.fixture
def upload(office: Office, token: str) -> Upload:
    phone = office.stranger()

    def sent(*doors: dict[str, Any], sent_at: datetime | None = None) -> list[tuple[str, str]]:
        body = {"sent_at": (sent_at or clock.now()).isoformat(), "waiting": 0, "doors": list(doors)}
        answer = phone.post("/device/doors", json=body, headers={"Authorization": f"Device {token}"})
        assert answer.status_code == 200, answer.text
        return [(one["id"], one["outcome"]) for one in answer.json["doors"]]

    return sent


def told(street: Street, number: int, event: str, minute: int, **more: str) -> dict[str, Any]:
    at = make.at(make.MONDAY, 11, minute)
    return {
        "id": f"kept-{number}-{event}-{minute}", "number": minute, "order": street.orders[number], "event": event,
        "meal": "lunch", "happened_at": at.isoformat(), "told_fen": "1500", **more,
    }  # fmt: skip


def books(office: Office) -> tuple[list[str], list[str], list[tuple[datetime, int]], int]:
    with office.database.reading(EVERYWHERE) as session:
        return (
            sorted(session.scalars(select(DoorEvent.event))),
            list(session.scalars(select(Order.state).order_by(Order.id))),
            [(row[0], row[1]) for row in session.execute(select(Redemption.happened_at, Redemption.own_fen))],
            len(session.scalars(select(WelfareTask.ref).where(WelfareTask.closed_at.is_(None))).all()),
        )


def test_what_was_kept_is_taken_once_and_in_any_order(office: Office, street: Street, upload: Upload) -> None:
    handed = told(street, 0, "handed", 20, name="张秀英", tender="cash")
    shut = told(street, 0, "no_answer", 5)
    left = told(street, 1, "left_with_helper", 15, helper_kind="neighbour", helper="李婶")
    assert [outcome for _, outcome in upload(handed, left)] == ["noted", "noted"]
    assert [outcome for _, outcome in upload(shut, handed, left, shut)] == ["noted"] * 4
    again = told(street, 0, "handed", 22, name="张秀英")
    assert upload(again) == [(again["id"], "noted")], "another message of the same meal adds nothing"
    events, states, meals, tasks = books(office)
    assert events == ["handed", "left_with_helper", "no_answer"]
    assert states == ["delivered", "delivered", "placed"]
    assert sorted(at.minute for at, _ in meals) == [15, 20]
    assert tasks == 0, "the door that was shut at first opened later"


def test_a_clock_that_is_wrong_by_hours_is_set_right(office: Office, street: Street, upload: Upload) -> None:
    door = told(street, 0, "handed", 20, name="张秀英")
    behind = timedelta(hours=7)
    door["happened_at"] = (make.at(make.MONDAY, 11, 20) - behind).isoformat()
    assert upload(door, sent_at=make.at(make.MONDAY, 11, 31) - behind) == [(door["id"], "noted")]
    [(at, _)] = books(office)[2]
    assert abs(at - make.at(make.MONDAY, 11, 20)) < timedelta(minutes=2)


def test_a_meal_that_was_given_up_meanwhile_is_delivered_all_the_same(
    office: Office, street: Street, upload: Upload
) -> None:
    with office.database.transaction(EVERYWHERE) as session:
        orders.give_up(session, ref=street.orders[2], actor="job:follow", at=NOW)
    door = told(street, 2, "handed", 10, name="张秀梅")
    assert upload(door) == [(door["id"], "noted")]
    assert books(office)[1][2] == "delivered"


def test_a_wrong_name_is_kept_on_both_sides_until_it_is_put_right(
    office: Office, street: Street, upload: Upload
) -> None:
    manager = office.entered("lin")
    wrong = told(street, 0, "handed", 10, name="张秀美")
    answers = upload(wrong, {"id": "x", "event": "handed"}, {})
    assert answers == [(wrong["id"], "refused"), ("x", "refused"), (None, "refused")]
    assert "张秀美" in manager.client.get(ROUND).text
    assert upload(told(street, 0, "handed", 10, name="张秀英") | {"id": "put-right-0001"})[0][1] == "noted"
    assert "张秀美" not in manager.client.get(ROUND).text


def test_the_token_of_a_courier_opens_the_doors_of_the_own_canteen_alone(
    office: Office, street: Street, token: str, upload: Upload
) -> None:
    phone = office.stranger()
    bearer = {"Authorization": f"Device {token}"}
    assert phone.get("/device/pack", headers=bearer).status_code == 401
    assert phone.post("/device/scans", json={}, headers=bearer).status_code == 401
    assert phone.get(MINE, headers=bearer).status_code == 303
    with office.database.transaction(EVERYWHERE) as session:
        other = make.a_canteen(session)
        device = session.scalars(select(Device)).one()
        device.revoked_at, device.revoked_by = make.at(make.MONDAY, 11, 12), "test"
    before, after = told(street, 0, "handed", 10, name="张秀英"), told(street, 1, "handed", 14, name="张秀兰")
    assert dict(upload(before, after)) == {before["id"]: "noted", after["id"]: "refused"}
    with office.database.transaction(EVERYWHERE) as session:
        staff = access.find(session, username="zhou").ref
        access.give(session, ref=staff, role="courier", canteen_id=other, actor="test", at=make.BEFORE)
        access.withdraw(session, ref=staff, role="courier", canteen_id=office.town.canteen_id, actor="test", at=NOW)
    answer = phone.post("/device/doors", json={"sent_at": NOW.isoformat(), "doors": []}, headers=bearer)
    assert answer.status_code == 403

"""A clerk agrees on what stands every week, pauses and ends it, and sees who got no meal."""

from __future__ import annotations

from canteen import seniors, standing
from canteen.foundation.db import EVERYWHERE
from tests import builders as make
from tests.web import desk


def a_home(office) -> str:
    ref = desk.a_senior(office)
    with office.database.transaction(EVERYWHERE) as session:
        seniors.person(session, ref=ref).home_canteen_id = office.town.canteen_id
    return ref


def send(clerk, url, page=None, **form):
    return clerk.send(url, page or url, **form)


def stands(office, ref):
    with office.database.reading(EVERYWHERE) as session:
        person_id = seniors.person(session, ref=ref).id
        return standing.of_people(session, person_ids=[person_id], on=make.MONDAY)


def test_a_clerk_agrees_pauses_and_ends(office):
    ref, clerk = a_home(office), desk.a_worker(office)
    at = f"/office/people/{ref}/standing"

    send(clerk, at, weekday=["1", "5"], meal="lunch", mode="dine_in", dish_1="红烧肉", count_1="1", skips_holidays="1")

    agreed = stands(office, ref)[0]
    assert (agreed.weekdays, agreed.dishes, agreed.skips_holidays) == ((1, 5), (("红烧肉", 1),), True)
    assert "星期一五 午餐 节假日不订" in clerk.client.get(at).text
    assert "张*英" in clerk.client.get("/office/standing").text
    send(clerk, f"{at}/pause", at, first_on="2026-03-09", last_on="2026-03-15")
    assert "停着：" in clerk.client.get(at).text
    send(clerk, f"{at}/resume", at)
    assert "停着：" not in clerk.client.get(at).text
    send(clerk, f"{at}/{agreed.ref}/end", at)
    assert stands(office, ref) == []


def test_what_makes_no_sense_is_said_above_the_sheet(office):
    ref, clerk = a_home(office), desk.a_worker(office)

    answer = send(clerk, f"/office/people/{ref}/standing", meal="lunch", mode="dine_in", dish_1="红烧肉")

    assert answer.status_code == 422
    assert "请选一周里的哪几天" in answer.text


def test_another_persons_standing_order_cannot_be_ended(office):
    ref, other, clerk = a_home(office), a_home(office), desk.a_worker(office)
    send(
        clerk, f"/office/people/{ref}/standing", weekday="1", meal="lunch", mode="dine_in", dish_1="红烧肉", count_1="1"
    )

    answer = send(
        clerk, f"/office/people/{other}/standing/{stands(office, ref)[0].ref}/end", f"/office/people/{other}/standing"
    )

    assert answer.status_code == 422
    assert len(stands(office, ref)) == 1


def test_each_result_and_the_counts_of_a_run_are_shown(office):
    ref, clerk = a_home(office), desk.a_worker(office)
    send(
        clerk, f"/office/people/{ref}/standing",
        weekday=list("1234567"), meal="lunch", mode="dine_in", dish_1="佛跳墙", count_1="1",
    )  # fmt: skip

    page = send(clerk, "/office/standing/run", "/office/standing").text

    assert 'data-tone="bad">' in page
    assert "齐了" in page

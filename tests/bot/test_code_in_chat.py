"""Who asks for a code gets number, page and picture; who has eaten hears when."""

from dataclasses import replace

from sqlalchemy import select

from canteen import checkin, notices
from canteen.checkin.tables import CodeLink
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from tests import builders as make
from tests.builders import MONDAY, at


def due(database, kind):
    with database.reading(EVERYWHERE) as session:
        return [notice for notice in notices.due(session, at=clock.now(), limit=99) if notice.kind == kind]


def test_the_code_comes_with_number_page_and_picture(mother, database):
    mother.says("今天午饭红烧肉一份")
    mother.says("好")

    answer = mother.says("取餐码")

    assert "今天午饭的取餐码：" in answer
    assert "https://canteen.example/m/" in answer
    assert len(due(database, "meal_code")) == 1


def eat(database, village, show_time):
    """Let the mother have lunch at eighteen to twelve, by the number of her code."""
    with database.transaction(EVERYWHERE) as session:
        number = make.a_number(session, village.mother_id, day=MONDAY)
    show_time(at(MONDAY, 11, 42))
    town = make.Town(village.canteen_id, 0, 0)
    return checkin.redeem(database, make.KEYS, make.a_scan(town, number, now=at(MONDAY, 11, 42)))


def test_who_has_eaten_hears_when_and_gets_no_second_code(mother, village, database, show_time):
    mother.says("今天午饭红烧肉一份")
    mother.says("好")
    eat(database, village, show_time)

    answer = mother.says("取餐码")

    assert "今天的午饭11:42已经取过了" in answer
    assert "0755-5550100" in answer
    assert "/m/" not in answer
    assert due(database, "meal_code") == []


def test_who_has_eaten_gets_no_code_of_the_evening_while_lunch_is_served_but_afterwards(
    mother, village, database, show_time
):
    with database.transaction(EVERYWHERE) as session:
        terms = replace(make.LUNCH, opens_minute=16 * 60 + 30, closes_minute=18 * 60)
        make.places.set_service(
            session, canteen_id=village.canteen_id, meal="dinner", terms=terms, actor="staff:1", at=make.BEFORE
        )
    mother.says("今天午饭红烧肉一份")
    mother.says("好")
    eat(database, village, show_time)

    assert "今天的午饭11:42已经取过了" in mother.says("取餐码")
    show_time(at(MONDAY, 15))
    assert "今天晚饭的取餐码：" in mother.says("取餐码")


def test_a_meal_that_was_taken_back_has_its_code_again(mother, village, database, show_time):
    mother.says("今天午饭红烧肉一份")
    mother.says("好")
    ref = eat(database, village, show_time).redemption_ref
    checkin.undo(
        database, scan_id="undo", redemption_ref=ref, device="device-1", actor="staff:counter", at=at(MONDAY, 11, 43)
    )

    assert "/m/" in mother.says("取餐码")


def test_the_code_of_tomorrow_is_given_after_todays_meal(mother, village, database, show_time):
    mother.says("今天午饭红烧肉一份")
    mother.says("好")
    mother.says("明天午饭红烧肉一份")
    mother.says("好")
    eat(database, village, show_time)

    assert "明天午饭的取餐码：" in mother.says("取餐码")


def test_the_page_is_kept_by_digest_only(mother, database):
    mother.says("今天午饭红烧肉一份")
    mother.says("好")
    token = mother.says("取餐码").rpartition("/m/")[2]

    with database.reading(EVERYWHERE) as session:
        assert token not in session.scalars(select(CodeLink)).one().token_digest

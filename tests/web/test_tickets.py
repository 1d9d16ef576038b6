"""The desk sees who wants a person or is in danger, calls back, and closes; others see nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from canteen import notices, seniors, tickets
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.tickets.tables import Utterance
from tests import builders as make
from tests.web import desk
from tests.web.conftest import Office

SAID = [("guest", "张秀英的码 4381 9059，电话13800001234，身份证440304195405011234"), ("bot", "看 http://x/m/abcDEF-1")]


def a_ticket(office: Office, kind: str = "human", *, minutes: int = 0, has_canteen: bool = True) -> str:
    ref = desk.a_senior(office)
    with office.database.transaction(EVERYWHERE) as session:
        person = seniors.person(session, ref=ref)
        account = f"wechat:{person.id}"
        seniors.link(session, person_id=person.id, account=account, proof="test", actor="test", at=make.BEFORE)
        return tickets.open_ticket(
            session,
            kind=kind,
            account=account,
            person_id=person.id,
            canteen_id=office.town.canteen_id if has_canteen else None,
            said=SAID,
            at=make.NOON + timedelta(minutes=minutes),
        ).ref


@pytest.mark.both
def test_danger_stands_on_top_whatever_came_later(office):
    danger, question = a_ticket(office, "emergency"), a_ticket(office, minutes=5)

    page = office.browser("li", "canteen_manager").client.get("/office/tickets").text

    assert re.findall('/office/tickets/(H-[^"]+)', page) == [danger, question]
    assert 'data-tone="bad">不舒服' in page


def test_an_empty_list_says_so(office):
    assert "现在没有人在等" in office.browser("li", "canteen_manager").client.get("/office/tickets").text


def test_names_numbers_and_links_of_the_talk_are_covered(office):
    page = office.browser("li", "canteen_manager").client.get(f"/office/tickets/{a_ticket(office)}").text

    assert "张*英的码" in page
    for hidden in ("张秀英", "4381 9059", "13800001234", "440304195405011234", "abcDEF-1"):
        assert hidden not in page


def test_the_number_to_call_is_shown_once_asked_for_and_the_look_is_kept(office):
    ref = a_ticket(office)
    manager = office.browser("li", "canteen_manager")
    page = f"/office/tickets/{ref}"

    assert "13800001234" in manager.send(f"{page}/number", page).text
    assert len(desk.acts(office, "phone_opened")) == 1


@pytest.mark.both
def test_a_ticket_is_taken_and_closed_with_a_note(office):
    ref = a_ticket(office)
    manager = office.browser("li", "canteen_manager")
    page = f"/office/tickets/{ref}"

    assert "王师傅在管" in manager.send(f"{page}/take", page).text
    assert "请写一句" in manager.send(f"{page}/close", page, note=" ").text
    assert "办完了，记下了" in manager.send(f"{page}/close", page, note="打通了，是问补贴").text
    assert "现在没有人在等" in manager.client.get("/office/tickets").text
    assert [len(desk.acts(office, f"ticket_{act}")) for act in ("taken", "closed")] == [1, 1]


def test_what_is_closed_stays_closed(office):
    ref = a_ticket(office)
    with office.database.transaction(EVERYWHERE) as session:
        tickets.close(session, ref=ref, note="好了", actor="staff:x", at=make.NOON)
    manager = office.browser("li", "canteen_manager")

    answer = manager.send(f"/office/tickets/{ref}/take", "/counter")

    assert "已经有人办完了" in answer.text


@pytest.mark.both
def test_another_canteen_sees_nothing_of_it(office):
    ref = a_ticket(office)
    with office.database.transaction(EVERYWHERE) as session:
        elsewhere = make.a_canteen(session)
    stranger = office.browser("zhao", "canteen_manager", canteen_id=elsewhere)

    assert ref not in stranger.client.get("/office/tickets").text
    assert stranger.client.get(f"/office/tickets/{ref}").status_code == 404


def test_a_stranger_without_a_canteen_is_for_the_hotline(office):
    ref = a_ticket(office, has_canteen=False)

    assert ref in office.browser("chen", "hotline_clerk", region=make.FUTIAN).client.get("/office/tickets").text
    assert ref not in office.browser("li", "canteen_manager").client.get("/office/tickets").text


def test_the_counter_is_told_of_danger_until_it_is_closed(office):
    counter = office.browser("sun", "canteen_staff").client
    assert counter.get("/counter/alarm").json == {"text": ""}
    a_ticket(office)
    ref = a_ticket(office, "emergency")

    assert "有 1 位老人" in counter.get("/counter/alarm").json["text"]
    assert "有 1 位老人" in counter.get("/counter").text
    with office.database.transaction(EVERYWHERE) as session:
        tickets.close(session, ref=ref, note="已送医", actor="staff:x", at=make.NOON)
    assert counter.get("/counter/alarm").json == {"text": ""}


def test_what_was_said_is_sealed(office):
    a_ticket(office)
    with office.database.reading(EVERYWHERE) as session:
        kept = session.scalars(select(Utterance.text_sealed)).all()
    assert kept
    assert not any("码" in text for text in kept)


def test_an_answer_from_the_browser_goes_out_and_what_comes_back_stands_under_it(office):
    ref, desk_of = a_ticket(office), office.browser("li", "canteen_manager")

    page = desk_of.send(f"/office/tickets/{ref}/reply", f"/office/tickets/{ref}", text="明天给您送过去").text

    assert "发过去了" in page
    with office.database.transaction(EVERYWHERE) as session:
        account = tickets.find(session, ref=ref).account
        said = [one.content["text"] for one in notices.due(session, at=clock.now(), limit=9) if one.account == account]
        assert said == ["食堂的人说：明天给您送过去"]
        assert tickets.goes_on(session, account=account, since=make.BEFORE) == ref
        tickets.hear(session, ref=ref, text="好的，谢谢", at=clock.now())
    assert desk_of.client.get(f"/office/tickets/{ref}").text.count("好的，谢谢") == 1
    assert "请写" in desk_of.send(f"/office/tickets/{ref}/reply", f"/office/tickets/{ref}", text=" ").text

from __future__ import annotations

from bot import replies
from canteen import notices, seniors
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from tests import builders as make
from tests.web.test_counter import a_body, a_guest


def told(office):
    """Return what was put into the outbox, and for whom."""
    with office.database.reading(EVERYWHERE) as session:
        waiting = notices.due(session, at=clock.now(), limit=50)
        return [(row.account, replies.notice(row.kind, row.content)) for row in waiting]


def a_watched_guest(office, *accounts, **more):
    """Register somebody for whom these accounts may act; return the number to type."""
    person_id, number, ref = a_guest(office, **more)
    with office.database.transaction(EVERYWHERE) as session:
        for account in accounts:
            seniors.link(session, person_id=person_id, account=account, proof="test", actor="test", at=make.BEFORE)
    return number, ref


def test_whoever_may_act_for_her_hears_once_that_the_tray_was_taken(office):
    number, _ = a_watched_guest(office, "wechat:1", "wechat:2")
    browser, body = office.browser("wang", "canteen_staff"), a_body(number)
    for _ in range(2):
        browser.say("/counter/scans", body)

    said = "张秀英11:30取了午饭，付13元。"
    assert told(office) == [("wechat:1", said), ("wechat:2", said)]


def test_a_second_scan_and_somebody_without_an_account_are_not_told_of(office):
    number, _ = a_watched_guest(office)
    browser = office.browser("wang", "canteen_staff")
    for _ in range(2):
        browser.say("/counter/scans", a_body(number))

    assert told(office) == []


def test_a_tray_taken_back_is_told_of_too(office):
    number, _ = a_watched_guest(office, "wechat:1")
    browser = office.browser("wang", "canteen_staff")
    answer = browser.say("/counter/scans", a_body(number)).json
    browser.say(f"/counter/redemptions/{answer['redemption']}/undo", {"scan_id": "undo-0001"})

    assert [sentence for _, sentence in told(office)][1:] == ["张秀英刚才那份午饭记错了，不算，付的13元退给您。"]


def test_a_tray_given_from_the_list_is_told_of(office):
    _, ref = a_watched_guest(office, "wechat:1")
    browser = office.browser("wang", "canteen_staff")
    browser.send("/counter/board", "/counter/board", order=ref, scan_id="board-0001", why="known")

    assert len(told(office)) == 1

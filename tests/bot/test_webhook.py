import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import OperationalError

from bot import conversation, memory
from bot.envelope import MAX_BYTES
from bot.tables import Conversation, SeenMessage, WechatAccount
from canteen import orders
from canteen.checkin import issue
from canteen.checkin.tables import CodeLink, TypedNumber
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE, OnlyLooking
from tests import builders as make
from tests.bot.conftest import MORNING
from tests.bot.statements import said_to
from tests.bot.test_envelope import MALFORMED
from tests.bot.wire import encrypted, message, signed
from tests.builders import MONDAY


def stored(database, table=SeenMessage):
    with database.reading(EVERYWHERE) as session:
        return session.scalar(select(func.count()).select_from(table))


def test_the_handshake_echoes_as_plain_text(phone):
    query = signed(phone.settings) | {"echostr": "<b>42</b>"}

    answer = phone.client.get("/wechat", query_string=query)

    assert (answer.mimetype, answer.text) == ("text/plain", "<b>42</b>")


def test_a_handshake_with_a_wrong_signature_is_forbidden(phone):
    query = signed(phone.settings) | {"signature": "0" * 40, "echostr": "42"}

    assert phone.client.get("/wechat", query_string=query).status_code == 403


@pytest.mark.parametrize(
    "xml", [xml for xml in MALFORMED.values() if xml], ids=[name for name in MALFORMED if name != "empty"]
)
def test_malformed_messages_are_bad_requests_and_leave_nothing(phone, database, xml):
    assert phone.post(xml).status_code == 400
    assert stored(database) + stored(database, WechatAccount) == 0


@pytest.mark.parametrize("body", [b"", b"\xff", b"<xml>", b"<xml/>", b"{}", b"<xml><Encrypt>QUJD</Encrypt></xml>"])
def test_garbage_that_is_signed_is_a_bad_request(phone, body):
    response = phone.client.post("/wechat", query_string=signed(phone.settings, "QUJD"), data=body)

    assert response.status_code == 400


def test_an_unsigned_delivery_is_forbidden(phone, database):
    body, _ = encrypted(phone.settings, message(Content="订饭"))

    assert phone.client.post("/wechat", data=body).status_code == 403
    assert stored(database) == 0


def test_a_stale_delivery_is_forbidden(phone):
    body, cipher = encrypted(phone.settings, message(Content="订饭"))
    stamp = int((clock.now() - timedelta(minutes=11)).timestamp())

    response = phone.client.post("/wechat", query_string=signed(phone.settings, cipher, stamp=stamp), data=body)

    assert response.status_code == 403


def test_too_large_a_delivery_is_refused_before_it_is_read(phone):
    response = phone.client.post("/wechat", query_string=signed(phone.settings), data=b"x" * (MAX_BYTES + 1))

    assert response.status_code == 413


def test_a_repeat_gets_the_same_reply_sealed_anew(mother):
    mother.says("今天午饭红烧肉一份")
    xml = message(Content="好")

    first, second = mother.post(xml), mother.post(xml)

    assert mother.read(first) == mother.read(second) != ""
    assert first.data != second.data


def all_at_once(app, deliveries):
    """Post signed deliveries, as (query, body), from a thread each, let go together."""
    answers, gate = [], threading.Barrier(len(deliveries))

    def deliver(query, body):
        client = app.test_client()
        gate.wait()
        answers.append(client.post("/wechat", query_string=query, data=body))

    threads = [threading.Thread(target=deliver, args=one) for one in deliveries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * len(deliveries)
    return answers


def sealed(mother, text):
    body, cipher = encrypted(mother.settings, message(Content=text))
    return signed(mother.settings, cipher), body


def test_six_deliveries_at_once_make_one_order(mother, app, database, village):
    mother.says("今天午饭红烧肉一份")

    answers = all_at_once(app, 6 * [sealed(mother, "好")])

    assert len({mother.read(answer) for answer in answers}) == 1
    with database.reading(EVERYWHERE) as session:
        assert len(orders.upcoming(session, person_id=village.mother_id, on=MONDAY)) == 1


def test_six_deliveries_at_once_make_one_code(mother, app, database):
    mother.says("今天午饭红烧肉一份")
    mother.says("好")

    answers = all_at_once(app, 6 * [sealed(mother, "取餐码")])

    assert len({mother.read(answer) for answer in answers}) == 1
    assert [stored(database, table) for table in (CodeLink, TypedNumber)] == [1, 1]


def test_a_number_that_another_drew_meanwhile_is_drawn_anew(mother, database, monkeypatch):
    with database.transaction(EVERYWHERE) as session:
        taken = make.a_number(session, make.a_senior(session))
    draws = iter([int(taken[:-1]), 1234567])
    monkeypatch.setattr(issue.secrets, "randbelow", lambda _below: next(draws))
    mother.says("今天午饭红烧肉一份")
    mother.says("好")

    answer = mother.says("取餐码")

    assert "1234 567" in answer
    assert [stored(database, table) for table in (CodeLink, TypedNumber)] == [1, 2]


def test_what_was_overtaken_or_repeated_leaves_nothing(mother, database):
    mother.says("谢谢")
    who = {"appid": mother.settings.appid, "openid": mother.openid}
    fresh = {"reply": "", "at": clock.now()}
    with database.looking() as connection:
        before = memory.recall(connection, **who, key="first")
        if not memory.leave(connection, before, key="first", state="kept", **fresh):
            pytest.skip("only PostgreSQL writes both by one statement")
        now = memory.recall(connection, **who, key="second")
        for known, key in ((before, "second"), (now, "first")):
            with pytest.raises(memory.Overtaken):
                memory.leave(connection, known, key=key, state="lost", **fresh)

        assert memory.recall(connection, **who, key="second") == now
        assert (now.state, now.revision) == ("kept", before.revision + 1)


def test_an_event_with_nothing_to_say_is_acknowledged(phone):
    assert phone.post(message(kind="event", Event="VIEW", EventKey="x")).text == "success"


def test_leaving_is_noted(mother, database):
    mother.event("unsubscribe")

    with database.reading(EVERYWHERE) as session:
        assert not session.scalars(select(WechatAccount)).one().follows


def test_a_locked_database_asks_for_another_delivery(phone, monkeypatch, database):
    def locked(*_, **__):
        raise OperationalError("select", {}, Exception("database is locked"))

    monkeypatch.setattr(memory, "recall", locked)

    assert phone.post(message(Content="订饭")).status_code == 503
    assert stored(database) == 0


def test_an_unknown_failure_is_rolled_back_and_answered_kindly(mother, monkeypatch, database, caplog):
    before = stored(database)
    monkeypatch.setattr(conversation, "_message", lambda *_: 1 / 0)

    answer = mother.says("订饭")

    assert answer == "对不起，刚才没办成。请再说一遍，或打食堂电话0755-5550100。"
    assert stored(database) == before
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "订饭" not in caplog.text


def test_a_late_repeat_reads_the_reply_and_writes_nothing(mother, database):
    xml = message(Content="今天有什么吃的")
    first = mother.read(mother.post(xml))
    with said_to(database) as statements:
        again = mother.read(mother.post(xml))

    assert again == first
    assert [statement.split()[0] for statement in statements] == ["SELECT"]


def test_two_messages_of_one_person_at_once_are_both_taken_into_account(mother, app, database, village):
    mother.says("今天午饭红烧肉一份")

    answers = all_at_once(app, [sealed(mother, "好") for _ in range(4)])

    assert len([answer for answer in answers if mother.read(answer).startswith("订好了")]) == 1
    with database.reading(EVERYWHERE) as session:
        assert len(orders.coming(session, person_ids=[village.mother_id], on=MONDAY)) == 1
        assert session.scalars(select(Conversation.revision)).one() == 7


def test_a_look_that_would_write_is_taken_again_as_an_act(database):
    with database.glancing(EVERYWHERE) as session, pytest.raises(OnlyLooking):
        session.execute(insert(WechatAccount), {"appid": "a", "openid": "o", "met_at": MORNING, "heard_at": MORNING})
    with pytest.raises(OnlyLooking), database.glancing(EVERYWHERE) as session:
        session.add(WechatAccount(appid="a", openid="o", met_at=MORNING, heard_at=MORNING))

    assert stored(database, WechatAccount) == 0

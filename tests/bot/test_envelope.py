import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.parsers import expat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.envelope import MAX_REPLY_BYTES, BadEnvelope, Envelope, Incoming, Reply, harmless, read, signature
from canteen.foundation.settings import Settings
from tests.bot.wire import encrypted, signed

AT = datetime(2026, 3, 2, tzinfo=UTC)
STAMP = int(AT.timestamp())
VECTORS = {
    vector["id"]: vector
    for vector in json.loads((Path(__file__).parent.parent / "contracts/wechat-vectors.json").read_text("utf-8"))[
        "vectors"
    ]
}
SETTINGS = Settings.from_environment({}, Path("nowhere")).wechat
TEXT = (
    "<xml><ToUserName>gh_1</ToUserName><FromUserName>o-1</FromUserName><CreateTime>1772409600</CreateTime>"
    "<MsgType>text</MsgType><Content>订饭</Content><MsgId>7</MsgId></xml>"
)


def opened(xml, *, settings=SETTINGS, at=AT, stamp=STAMP, aes_key=None, tamper=None):
    body, cipher = encrypted(settings, xml, aes_key=aes_key)
    query = signed(settings, cipher, stamp=stamp) | (tamper or {})
    return Envelope(settings).open(body.encode(), query, at)


@pytest.mark.parametrize("name", ["url-signature-1"])
def test_published_signatures_are_reproduced(name):
    vector = VECTORS[name]

    assert signature(*vector["given"].values()) == vector["expect"]


def test_a_published_delivery_opens():
    vector = VECTORS["message-decrypt-official-account"]
    given_ = vector["given"]
    settings = replace(SETTINGS, token=given_["token"], aes_key=given_["encoding_aes_key"], appid=given_["appid"])
    query = {name: given_[name] for name in ("msg_signature", "timestamp", "nonce")}
    query |= {"encrypt_type": "aes", "signature": signature(given_["token"], given_["timestamp"], given_["nonce"])}
    body = f"<xml><Encrypt>{given_['encrypt']}</Encrypt></xml>".encode()

    incoming = Envelope(settings).open(body, query, datetime.fromtimestamp(int(given_["timestamp"]), UTC))

    assert (incoming.account, incoming.openid) == (vector["expect"]["ToUserName"], vector["expect"]["FromUserName"])


def test_a_text_message_opens():
    assert opened(TEXT).text == "订饭"


def test_the_former_key_still_opens():
    former = "Z" * 42 + "A"

    assert opened(TEXT, settings=replace(SETTINGS, aes_key_old=former), aes_key=former).text == "订饭"


@pytest.mark.parametrize("wrong", ["signature", "msg_signature"])
def test_a_wrong_signature_is_refused(wrong):
    with pytest.raises(BadEnvelope, match="signature"):
        opened(TEXT, tamper={wrong: "0" * 40})


@pytest.mark.parametrize("minutes", [-11, 11])
def test_a_delivery_outside_of_the_window_is_refused(minutes):
    with pytest.raises(BadEnvelope, match="stale"):
        opened(TEXT, at=AT + timedelta(minutes=minutes))


@pytest.mark.parametrize("stamp", ["", "x", "９", "1" * 30, "-5"])
def test_a_timestamp_that_is_none_is_refused(stamp):
    with pytest.raises(BadEnvelope):
        Envelope(SETTINGS).check(
            {"timestamp": stamp, "nonce": "", "signature": signature(SETTINGS.token, stamp, "")}, AT
        )


def test_a_plain_body_is_refused_unless_accepted():
    query = signed(SETTINGS, stamp=STAMP)

    with pytest.raises(BadEnvelope, match="plain"):
        Envelope(SETTINGS).open(TEXT.encode(), query, AT)
    assert Envelope(replace(SETTINGS, accepts_plain=True)).open(TEXT.encode(), query, AT).text == "订饭"


def test_a_message_for_another_account_is_refused():
    other = replace(SETTINGS, appid="wxother")
    body, cipher = encrypted(other, TEXT)

    with pytest.raises(BadEnvelope, match="cipher"):
        Envelope(SETTINGS).open(body.encode(), signed(SETTINGS, cipher, stamp=STAMP), AT)


MALFORMED = {
    "empty": "",
    "no xml": "hello",
    "empty root": "<xml/>",
    "another root": TEXT.replace("xml>", "html>"),
    "no type": TEXT.replace("MsgType", "Other"),
    "empty type": TEXT.replace(">text<", "><"),
    "two types": TEXT.replace("</xml>", "<MsgType>text</MsgType></xml>"),
    "two ids": TEXT.replace("</xml>", "<MsgId>8</MsgId></xml>"),
    "id of letters": TEXT.replace(">7<", ">seven<"),
    "time of letters": TEXT.replace("1772409600", "soon"),
    "endless time": TEXT.replace("1772409600", "9" * 40),
    "event without a name": TEXT.replace(">text<", ">event<"),
    "doctype": "<!DOCTYPE xml>" + TEXT,
    "entities": '<!DOCTYPE xml [<!ENTITY a "b">]>' + TEXT.replace("订饭", "&a;"),
    "deep": TEXT.replace("订饭", "<a>" * 50 + "</a>" * 50),
    "crowd": TEXT.replace("</xml>", "".join(f"<n{i}/>" for i in range(400)) + "</xml>"),
    "cut off": TEXT[:-8],
    "long name": TEXT.replace("o-1", "o" * 500),
}


@pytest.mark.parametrize("xml", MALFORMED.values(), ids=MALFORMED)
def test_xml_out_of_shape_is_refused(xml):
    with pytest.raises(BadEnvelope):
        read(xml.encode())


def test_bytes_that_are_no_utf8_are_refused():
    with pytest.raises(BadEnvelope):
        read(TEXT.encode().replace("订".encode(), b"\xff\xfe"))


@given(st.binary(max_size=300))
def test_any_bytes_open_or_are_refused(body):
    query = signed(SETTINGS, "x", stamp=STAMP)
    with pytest.raises(BadEnvelope):
        Envelope(SETTINGS).open(body, query, AT)


@given(st.text(alphabet="QUJDabc+/=", max_size=200))
def test_any_cipher_text_opens_or_is_refused(cipher):
    body = f"<xml><Encrypt>{cipher}</Encrypt></xml>".encode()
    with pytest.raises(BadEnvelope):
        Envelope(SETTINGS).open(body, signed(SETTINGS, cipher, stamp=STAMP), AT)


def test_messages_are_told_apart_by_sender_and_number():
    incoming = read(TEXT.encode())

    assert incoming.key == read(TEXT.replace("订饭", "别的").encode()).key
    assert incoming.key != replace(incoming, openid="o-2").key
    assert incoming.key != replace(incoming, msg_id="8").key


def test_events_of_one_second_are_told_apart():
    event = replace(read(TEXT.encode()), kind="event", msg_id="", event="CLICK", event_key="order")

    assert len({event.key, replace(event, event="VIEW").key, replace(event, event_key="code").key}) == 3


@given(st.text(max_size=900))
def test_a_reply_is_always_xml_that_says_the_same(text):
    incoming = Incoming("text", "o-1", "gh_1", AT)
    found = []
    parser = expat.ParserCreate()
    parser.CharacterDataHandler = found.append

    parser.Parse(Reply(text).xml(incoming, AT), True)

    assert harmless(text).replace("\r", "") in "".join(found).replace("\r", "")


@given(st.text(max_size=1200))
def test_a_reply_is_never_longer_than_the_platform_takes(text):
    assert len(harmless("饭" + text).encode()) <= MAX_REPLY_BYTES


def test_a_reply_cannot_break_out_of_its_node():
    assert "]]>" not in harmless("a]]]]>>]]>b")


def test_a_reply_is_cut_between_characters():
    assert harmless("饭" * 1000) == "饭" * 682


def test_a_sealed_reply_opens_again():
    sealed = Envelope(SETTINGS).seal("<xml>饭</xml>", AT)

    assert re.search(r"<MsgSignature><!\[CDATA\[[0-9a-f]{40}", sealed)

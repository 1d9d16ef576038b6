import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator import envelope
from bot.simulator.wire import Cipher, WireError, signature

VECTORS = json.loads((Path(__file__).parents[2] / "contracts/wechat-vectors.json").read_text("utf-8"))["vectors"]
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


def vectors(*beginnings):
    return [pytest.param(one, id=one["id"]) for one in VECTORS if one["id"].startswith(beginnings)]


@pytest.mark.parametrize("vector", vectors("url-signature", "sorted-sha1"))
def test_signatures_equal_the_published_ones(vector):
    told = vector["given"]
    parts = told.get("parts") or [told["token"], told["timestamp"], told["nonce"]]
    assert signature(*parts) == vector["expect"]


@pytest.mark.parametrize("vector", vectors("message-encrypt"))
def test_encryption_equals_the_published_one(vector):
    told = vector["given"]
    cipher = Cipher(told["encoding_aes_key"], told["appid"])
    assert cipher.encrypt(told["plain"], prefix=told["random16"].encode()) == vector["expect"]


@pytest.mark.parametrize("vector", vectors("message-decrypt"))
def test_published_messages_are_verified_and_read(vector):
    told = vector["given"]
    sealed = told.get("encrypt") or envelope.parse(told["body"])["Encrypt"]
    assert signature(told["token"], told["timestamp"], told["nonce"], sealed) == told["msg_signature"]
    suffix = told.get("appid") or told.get("corp_id") or told["id_suffix"]
    fields = envelope.parse(Cipher(told["encoding_aes_key"], suffix).decrypt(sealed))
    assert {name: fields[name] for name in vector["expect"]} == vector["expect"]


@given(st.text())
def test_what_is_encrypted_is_decrypted(words):
    cipher = Cipher(AES_KEY, "wxdemo0000000001")
    clean = words.encode("utf-8", "replace").decode()
    assert cipher.decrypt(cipher.encrypt(clean)) == clean


@given(st.binary(max_size=200))
def test_garbage_is_refused_and_never_breaks(rubbish):
    cipher = Cipher(AES_KEY, "wxdemo0000000001")
    with pytest.raises(WireError):
        cipher.decrypt(base64.b64encode(rubbish).decode())


def test_message_for_another_account_is_refused():
    sealed = Cipher(AES_KEY, "wxanother").encrypt("hello")
    with pytest.raises(WireError, match="appid"):
        Cipher(AES_KEY, "wxdemo0000000001").decrypt(sealed)


def test_text_cannot_break_out_of_its_element():
    told = "]]><Evil>1</Evil><![CDATA["
    assert envelope.parse(envelope.render({"Content": told})) == {"Content": told}


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "<html/>",
        "{}",
        "<!DOCTYPE xml><xml/>",
        "<xml>" + "<a>" * 50 + "</a>" * 50 + "</xml>",
        "<xml>" + "x" * 70000,
    ],
)
def test_hostile_answers_are_refused(answer):
    with pytest.raises(WireError):
        envelope.parse(answer)

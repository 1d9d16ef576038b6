"""Answer as an official account, with wechatpy for the wire.

The simulator's own code takes no part here, so agreement is evidence.
"""

import threading
from datetime import UTC, datetime

import xmltodict
from flask import Flask, Response, jsonify, request
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.utils import check_signature
from werkzeug.serving import make_server

APPID = "wxdemo0000000001"
TOKEN = "demo-token"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)

# Say nothing until the next message has come in.
SILENCE = object()


class Callback:
    """Listen on a free port; `answers` says what to do with each message."""

    def __init__(self):
        self.received = []
        self.queries = []
        self.answers = []
        self.heard_again = threading.Event()
        self.clock = NOON
        self.crypto = WeChatCrypto(TOKEN, AES_KEY, APPID)
        app = Flask("callback")
        app.add_url_rule("/wechat", view_func=self.wechat, methods=["POST"])
        app.add_url_rule("/demo/clock", view_func=self.show_clock, methods=["GET"])
        app.add_url_rule("/demo/clock", "move", self.move_clock, methods=["POST"])
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.heard_again.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def show_clock(self):
        return jsonify(now=self.clock.isoformat(), running=False)

    def move_clock(self):
        self.clock = datetime.fromisoformat(request.get_json()["now"])
        return jsonify(now=self.clock.isoformat())

    def wechat(self):
        query = request.args
        self.queries.append(query.to_dict())
        try:
            check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
        except InvalidSignatureException:
            return "wrong signature", 403
        if abs(int(query["timestamp"]) - self.clock.timestamp()) > 600:
            return "too old", 403
        if query.get("encrypt_type") != "aes":
            return "plain", 403
        xml = self.crypto.decrypt_message(request.data, query["msg_signature"], query["timestamp"], query["nonce"])
        message = xmltodict.parse(xml)["xml"]
        self.received.append(message)
        if len(self.received) > 1:
            self.heard_again.set()
        return self.answer(message)

    def answer(self, message):
        planned = self.answers.pop(0) if self.answers else text("收到")
        if planned is SILENCE:
            self.heard_again.wait()
            return "success"
        if isinstance(planned, Response | str):
            return planned
        fields = {
            "ToUserName": message["FromUserName"],
            "FromUserName": message["ToUserName"],
            "CreateTime": "1772424000",
            **planned,
        }
        plain = xmltodict.unparse({"xml": fields}, full_document=False)
        return self.crypto.encrypt_message(plain, "nonce123", "1772424000")


def text(words):
    return {"MsgType": "text", "Content": words}

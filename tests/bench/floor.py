"""The least that could do the job: the same tables and guarantees, written by the raw driver, with nothing around.

`redeem` takes a number, finds person and order, and writes attempt, order, meal, claim, two chained entries and their
seals in one transaction, at a price that is given. `fixed` does what a webhook with one answer to everything has to
do, by the library's own means: verify and open a delivery, read it, address the same two words to whoever wrote, seal
them. It remembers nothing, not even what it has seen. What the product takes beyond this is the price of rules,
scope, log-in, words and dialogue.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sqlite3
import threading
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from flask import Flask, Response, jsonify, request
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

TOKEN, AES_KEY, APPID = "demo-token", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wxdemo0000000001"
SPLIT = (("1001", 1300, None), ("1122.02", 500, "440300:government"), ("5001.01", -1300, None),
         ("5001.02", -500, "440300:government"))  # fmt: skip
OPERATOR = (("1122.06", 200, "440300:government"), ("5051.02", -200, "440300:government"))
_local = threading.local()


def create_app() -> Flask:
    """Build the floor on the database that BENCH_DATABASE names."""
    app = Flask("floor")
    url = os.environ["BENCH_DATABASE"]
    crypto = WeChatCrypto(TOKEN, AES_KEY, APPID)

    @app.post("/redeem")
    def redeem() -> Response:
        body = request.get_json()
        return jsonify(_redeem(_connection(url), url.startswith("sqlite"), body))

    @app.post("/fixed")
    def fixed() -> Response:
        query = request.args
        check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
        xml = crypto.decrypt_message(request.get_data(), query["msg_signature"], query["timestamp"], query["nonce"])
        reply = create_reply("你好", parse_message(xml)).render()
        return Response(crypto.encrypt_message(reply, query["nonce"], query["timestamp"]), mimetype="application/xml")

    return app


def _connection(url: str) -> Any:
    if not hasattr(_local, "connection"):
        if url.startswith("sqlite"):
            opened: Any = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=10)
            pragmas = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "recursive_triggers = ON")
            for pragma in pragmas:
                opened.execute(f"PRAGMA {pragma}")
        else:
            opened = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        _local.connection = opened
    return _local.connection


FIND = """SELECT p.id, p.ref, o.id, o.canteen_id, b.id, o.service_date FROM typed_numbers t
JOIN persons p ON p.id = t.person_id
JOIN orders o ON o.person_id = p.id AND o.service_date = t.service_date AND o.meal = t.meal
JOIN books b ON b.canteen_id = o.canteen_id WHERE t.number = ?"""
ATTEMPT = """INSERT INTO scan_attempts (scan_id, verdict, reason, means, device, actor, person_id, service_date, meal,
happened_at, received_at, redemption_ref, answer, canteen_id)
VALUES (?, 'ok', 'served', 'gun', 'bench', 'x', ?, ?, 'lunch', ?, ?, ?, ?, ?)"""
SERVE = """UPDATE orders SET state = 'served', state_at = ?, state_by = 'x', state_channel = 'staff'
WHERE id = ? AND state = 'placed'"""
MEAL = """INSERT INTO redemptions (ref, scan_id, order_id, person_id, service_date, meal, mode, kind, means, tender,
category, price_fen, delivery_fee_fen, discount_fen, subsidy_fen, delivery_subsidy_fen, own_fen, operator_fen, trace,
happened_at, served_by, canteen_id) VALUES (?, ?, ?, ?, ?, 'lunch', 'dine_in', 'meal', 'gun', 'cash', '', 1800, 0, 0,
500, 0, 1300, 200, '{}', ?, 'x', ?)"""
CLAIM = """INSERT INTO claims (person_id, counter, "window", ordinal, round, service_date, meal, redemption_ref, used)
VALUES (?, 'meal', ?, 1, 1, ?, 'lunch', ?, '')"""
LOCK = "SELECT p.revision, b.seq, b.hash FROM persons p JOIN books b ON b.id = ? WHERE p.id = ?"
ENTRIES = """INSERT INTO journal_entries (book_id, seq, key, request_digest, kind, service_date, month, effect_month,
posted_at, evidence, memo) VALUES """ + ", ".join(2 * ["(?, ?, ?, ?, 'meal', ?, ?, ?, ?, ?, '')"])
POSTINGS = """INSERT INTO postings (book_id, seq, line, account, funder_code, person_ref, amount_fen, evidence)
VALUES """ + ", ".join((len(SPLIT) + len(OPERATOR)) * ["(?, ?, ?, ?, ?, ?, ?, ?)"])
SEALS = "INSERT INTO entry_seals (book_id, seq, posting_count, previous_hash, hash) VALUES " + ", ".join(
    2 * ["(?, ?, ?, ?, ?)"]
)


def _redeem(connection: Any, is_sqlite: bool, body: dict[str, str]) -> dict[str, Any]:
    begin, lock, mark = ("BEGIN IMMEDIATE", "", "?") if is_sqlite else ("BEGIN", " FOR UPDATE", "%s")

    def sql(text: str, *values: Any) -> Any:
        return connection.execute(text.replace("?", mark), values)

    now = datetime.now(UTC)
    at = now.replace(tzinfo=None).isoformat(" ") if is_sqlite else now
    person, person_ref, order, canteen, book, day = sql(FIND, body["code"]).fetchone()
    ref = "M-" + secrets.token_hex(5)
    answer = {"verdict": "ok", "collect_fen": 1300, "redemption": ref}
    sql(begin)
    _, seq, chain = sql(f"{LOCK}{lock}", book, person).fetchone()
    sql(ATTEMPT, body["scan_id"], person, day, at, at, ref, json.dumps(answer), canteen)
    if sql(SERVE, at, order).rowcount != 1:
        sql("ROLLBACK")
        return {"verdict": "warn"}
    sql(MEAL, ref, body["scan_id"], order, person, day, at, canteen)
    sql(CLAIM, person, f"{day}/lunch", day, ref)
    _post(sql, (book, seq, chain), (ref, person_ref), (day, at))
    sql("COMMIT")
    return answer


def _post(sql: Any, head: tuple[int, int, str], fact: tuple[str, str], now: tuple[date, Any]) -> None:
    (book, seq, chain), (ref, person_ref), (day, at) = head, fact, now
    month, entries, postings, seals = str(day)[:7], list[Any](), list[Any](), list[Any]()
    for number, legs in enumerate((SPLIT, OPERATOR), start=seq + 1):
        content = json.dumps([number, ref, str(day), str(at), legs], separators=(",", ":"))
        digest = hashlib.sha256(content.encode()).hexdigest()
        link = hashlib.sha256((chain + content).encode()).hexdigest()
        entries += [book, number, f"{ref}:{number}", digest, day, month, month, at, ref]
        for line, (account, amount, funder) in enumerate(legs, start=1):
            postings += [book, number, line, account, funder, person_ref, amount, ref]
        seals += [book, number, len(legs), chain, link]
        chain = link
    sql(ENTRIES, *entries)
    sql(POSTINGS, *postings)
    sql(SEALS, *seals)

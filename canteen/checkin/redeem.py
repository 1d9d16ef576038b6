"""Redeem a code: from the scan to the tray, the books and the answer, in a dozen statements.

Two steps. *Prepare* reads without a transaction: who is it, what was ordered, which facts and chances; then it
decides and prices, all in memory. *Commit* takes the locks last (the person, then the end of the canteen's book),
re-checks the person's revision and the order's state, and writes attempt, order, meal, claims and entries together or
not at all. What changed in between (a second scanner, a second canteen, one last chance of the week) shows as a lost
race, and the scan is prepared again on the new state. A refused subsidy never refuses food.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from canteen.checkin import arrival as arrivals
from canteen.checkin.answers import Answer, ScanRequest
from canteen.checkin.arrival import Arrival
from canteen.checkin.code import (
    CARD,
    CARD_LENGTH,
    NUMBER_LENGTH,
    PAGE,
    PAGE_LENGTH,
    ForgedCode,
    Keys,
    plain_digits,
    read_card_code,
    read_page_code,
)
from canteen.checkin.serve import LostRace, Plan, plan, write_meal
from canteen.checkin.tries import MOST_TRIES, tried_too_often
from canteen.checkin.verdict import FED, INTENTS, Halt, decide
from canteen.checkin.write import answer_of, write_attempt
from canteen.foundation.clock import CHINA, service_day
from canteen.foundation.db import Database
from canteen.foundation.errors import Conflict, Invalid
from canteen.foundation.references import has_check_digit, is_reference
from canteen.foundation.secrecy import masked_name

_TRIES = 5


def redeem(database: Database, keys: Keys, request: ScanRequest) -> Answer:
    """Redeem a scan and return the answer; the same scan id returns the first answer.

    Invalid ``checkin.bad_scan`` where the request itself is not well formed.
    """
    with database.looking() as connection:
        return redeem_on(connection, database, keys, request)


def redeem_on(connection: Connection, database: Database, keys: Keys, request: ScanRequest) -> Answer:
    """Redeem a scan, as `redeem` does, on a connection that the edge goes on to look with."""
    _check(request)
    for _ in range(_TRIES):
        prepared = _prepare(connection, keys, request)
        try:
            with database.acting_on(connection):
                return _commit(connection, request, prepared)
        except LostRace:
            continue
        except IntegrityError:
            first = answer_of(connection, request.scan_id)
            if first is not None:
                return first
    raise Conflict("checkin.busy", scan_id=request.scan_id)


def _check(request: ScanRequest) -> None:
    is_long = len(request.code) > 400 or max(len(request.repeats), len(request.person_ref)) > 40
    if not 8 <= len(request.scan_id) <= 40 or is_long or request.intent not in INTENTS:
        raise Invalid("checkin.bad_scan")


def _prepare(
    connection: Connection, keys: Keys, request: ScanRequest
) -> tuple[Arrival | None, str | None, Plan | Halt]:
    day = service_day(request.happened_at)
    try:
        arrival = read_arrival(connection, keys, request, day)
    except ForgedCode:
        return None, None, Halt("bad", "forged_code", {}, ("type_number",))
    if arrival is None:
        return None, None, _unknown(connection, request)
    meal = meal_meant(arrival, request, day)
    decision = decide(arrival, intent=request.intent, meal=meal, day=day, at=request.happened_at)
    if isinstance(decision, Halt):
        return arrival, meal, decision
    return arrival, meal, plan(connection, arrival, decision, day=day, at=request.happened_at)


def read_arrival(connection: Connection, keys: Keys, request: ScanRequest, day: date) -> Arrival | None:
    """Find who stands behind the code of a scan; None where nobody does, `ForgedCode` where it is not ours."""
    code, canteen = plain_digits(request.code), request.canteen_id
    if request.repeats:
        return arrivals.read_by_attempt(connection, scan_id=request.repeats, canteen_id=canteen, day=day)
    if request.person_ref:
        return arrivals.read_by_ref(connection, ref=request.person_ref, canteen_id=canteen, day=day)
    if _is_order(request):
        order_ref = request.code.strip().upper()
        return arrivals.read_by_order(connection, order_ref=order_ref, canteen_id=canteen, day=day)
    if len(code) == PAGE_LENGTH and code.isdigit() and code[0] == PAGE:
        page = read_page_code(keys, code)
        found = arrivals.read_by_ref(connection, ref=page.person_ref, canteen_id=canteen, day=day)
        return found and replace(
            found, code_day=page.service_date, code_meal=page.meal, code_expires_at=page.expires_at
        )
    if len(code) == CARD_LENGTH and code.isdigit() and code[0] == CARD:
        serial = read_card_code(keys, code)
        return arrivals.read_by_card(connection, serial=serial, canteen_id=canteen, day=day)
    if len(code) == NUMBER_LENGTH and has_check_digit(code):
        found = arrivals.read_by_number(
            connection, number=code, canteen_id=canteen, day=day, device=request.device, at=request.received_at
        )
        return None if found is None or _guesses(found, request, day) else found
    return None


def _guesses(found: Arrival, request: ScanRequest, day: date) -> bool:
    """Tell whether a number is not to be believed: too many were wrong, or, told late, it was given to another day."""
    if request.intent == FED:
        return found.code_day != day
    return found.failed_tries >= MOST_TRIES


def _is_order(request: ScanRequest) -> bool:
    return is_reference(request.code.strip().upper(), "D")


def _unknown(connection: Connection, request: ScanRequest) -> Halt:
    code = plain_digits(request.code)
    if len(code) == NUMBER_LENGTH and tried_too_often(connection, device=request.device, at=request.received_at):
        return Halt("bad", "too_many_tries", {}, ("find_by_name",))
    if code.isdigit() and len(code) < PAGE_LENGTH and len(code) not in (CARD_LENGTH, NUMBER_LENGTH):
        return Halt("bad", "incomplete_code", {"length": len(code)}, ("type_number",))
    return Halt("bad", "unknown_code", {}, ("type_number",))


def meal_meant(arrival: Arrival, request: ScanRequest, day: date) -> str | None:
    """Return the meal that is meant: the one served at this time of day, else the code's own if it is for today.

    Who is picked from the list of a meal, or served after all, is served that very meal.
    """
    if (request.repeats or _is_order(request)) and arrival.code_day == day and arrival.code_meal:
        return arrival.code_meal
    local = request.happened_at.astimezone(CHINA)
    now_served = arrival.meal_at(local.hour * 60 + local.minute)
    if now_served is None and arrival.code_day == day:
        return arrival.code_meal
    return now_served


def _commit(
    connection: Connection, request: ScanRequest, prepared: tuple[Arrival | None, str | None, Plan | Halt]
) -> Answer:
    arrival, meal, outcome = prepared
    if isinstance(outcome, Plan):
        return write_meal(connection, request, outcome)
    answer = Answer(
        scan_id=request.scan_id,
        verdict=outcome.verdict,
        reason=outcome.reason,
        params=outcome.params,
        person_masked=masked_name(arrival.name) if arrival else "",
        meal=meal or "",
        actions=outcome.actions,
    )
    write_attempt(connection, request, answer, person_id=arrival.diner.id if arrival else None)
    return answer

"""List every code that the API answers with, for the contract and the docs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple


class Refusal(NamedTuple):
    """Say with which status a code comes, and what it means to a developer."""

    status: int
    meaning: str


REFUSALS: Mapping[str, Refusal] = {
    "http.bad_request": Refusal(400, "The body is no JSON."),
    "access.not_logged_in": Refusal(401, "The token is missing, unknown or over: log in again."),
    "wechat.bad_code": Refusal(403, "WeChat does not know this code, or it was used: call `wx.login` again."),
    "seniors.only_sees": Refusal(403, "The person lets this account look, and orders herself."),
    "http.not_found": Refusal(404, "There is no such address, or the reference in it cannot be one."),
    "orders.no_such_dish": Refusal(404, "An item is not on the menu of that canteen, day and meal."),
    "orders.not_found": Refusal(404, "No such order, or not of a person whom this account may act for."),
    "places.canteen_unknown": Refusal(404, "No such canteen."),
    "seniors.unknown": Refusal(404, "No such person, or this account may not act for the person."),
    "http.method_not_allowed": Refusal(405, "The address exists, the method does not; see the header `Allow`."),
    "api.key_reused": Refusal(409, "The idempotency key was used for another order: make a new key."),
    "api.meal_over": Refusal(409, "That meal is over, so there is no code for it."),
    "orders.allergy": Refusal(409, "A dish would harm the person (`dish`, `allergen`). There is no way around it."),
    "orders.already_ordered": Refusal(409, "The person has an order for that day and meal (`ref`)."),
    "orders.cutoff_passed": Refusal(409, "Ordering has ended (`cutoff_at`): offer the next day, or the telephone."),
    "orders.day_passed": Refusal(409, "That day is over."),
    "orders.full": Refusal(409, "The kitchen cannot cook more for that meal."),
    "orders.mode_not_offered": Refusal(409, "That meal is not served in that way (`mode`)."),
    "orders.no_menu": Refusal(409, "The menu of that meal is not out yet."),
    "orders.not_cancellable": Refusal(409, "The order is served or over (`state`)."),
    "orders.not_served_that_day": Refusal(409, "The canteen does not serve that meal on that day."),
    "orders.price_above_ceiling": Refusal(409, "A dish is dearer than the contract allows; call the canteen."),
    "orders.sold_out": Refusal(409, "A dish is gone (`dish`): show the menu again."),
    "http.too_large": Refusal(413, "The body is larger than 16 KiB."),
    "api.too_far": Refusal(422, "The day lies too far away (`days` at most)."),
    "http.malformed": Refusal(422, "A field is missing or malformed; `errors` names it."),
    "orders.empty": Refusal(422, "Too many portions in one order (`most`)."),
    "http.too_many": Refusal(429, "Too many calls from this address: wait for `Retry-After` seconds."),
    "http.incident": Refusal(500, "Our mistake, and it is noted: show `params.incident` to the user."),
    "api.no_log_in": Refusal(503, "This canteen runs without WeChat."),
    "http.database_away": Refusal(503, "Busy for a moment: try again after `Retry-After` seconds."),
    "wechat.no_answer": Refusal(503, "WeChat does not answer: try again."),
}

EVERYWHERE = ("http.not_found", "http.method_not_allowed", "http.too_many", "http.incident", "http.database_away")
WITH_TOKEN = ("access.not_logged_in",)
WITH_BODY = ("http.bad_request", "http.too_large", "http.malformed")


def by_status(codes: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Group codes by status, each group as one description."""
    ordered = sorted(set(codes), key=lambda code: (REFUSALS[code].status, code))
    for status, group in groupby(ordered, key=lambda code: REFUSALS[code].status):
        yield status, "\n".join(f"- `{code}` {REFUSALS[code].meaning}" for code in group)


def table() -> str:
    """Write all codes as the table of docs/api.md."""
    ordered = sorted(REFUSALS.items(), key=lambda entry: (entry[1].status, entry[0]))
    rows = [f"| {refusal.status} | `{code}` | {refusal.meaning} |" for code, refusal in ordered]
    return "\n".join(["| status | code | what it means, what to do |", "|---|---|---|", *rows])

"""Know who is here, hand the meal over once, and put it in the books in the same act.

Words: a *code* names a person (never an order or a canteen); an *attempt* is one scan with its answer; a *redemption*
is a meal handed over; *tender* is how the own share was paid. Invariants: the same scan id gets the same answer; one
subsidised meal per person, day and period over all canteens (claims, held by the database); no subsidy without a
redemption as evidence; nothing is erased, an undo is a new row and a reversal.
"""

from canteen.checkin.answers import Answer, ScanRequest
from canteen.checkin.code import (
    CARD_LENGTH,
    NUMBER_LENGTH,
    PAGE_LENGTH,
    ForgedCode,
    Keys,
    PageCode,
    public_keys,
    read_card_code,
    read_page_code,
    write_card_code,
    write_page_code,
)
from canteen.checkin.devices import (
    Enrolled,
    KnownDevice,
    devices,
    enrol_device,
    known_device,
    note_sync,
    revoke_device,
)
from canteen.checkin.entries import account_of, drafts_of
from canteen.checkin.exceptions import Anomaly, anomalies, anomaly_counts
from canteen.checkin.find import (
    Eaten,
    MealEaten,
    answer_of_meal,
    card,
    cards_of,
    eaten,
    latest_canteen,
    meal,
    meals_eaten,
    people_in_use,
    person_of_attempt,
    taken_on,
)
from canteen.checkin.guest import Choice, choices, serve_guest
from canteen.checkin.issue import (
    IssuedCard,
    MealCode,
    Number,
    find_number,
    issue_card,
    issue_code,
    keep_number,
    replace_card,
    revoke_card,
)
from canteen.checkin.links import find_link, issue_link, new_token, prune_links
from canteen.checkin.merging import MergeConflict, Merged, merge_conflicts, merge_persons, orders_left_behind
from canteen.checkin.missed import tell_missed
from canteen.checkin.offline import Report, keep
from canteen.checkin.pack import SignedPack, code_hashes, day_pack
from canteen.checkin.qr import qr_png, qr_version
from canteen.checkin.redeem import redeem, redeem_on
from canteen.checkin.rules import dated
from canteen.checkin.settle import Outcome, settle
from canteen.checkin.tender import change_tender, tender_of
from canteen.checkin.undo import undo

__all__ = [
    "CARD_LENGTH",
    "NUMBER_LENGTH",
    "PAGE_LENGTH",
    "Anomaly",
    "Answer",
    "Choice",
    "Eaten",
    "Enrolled",
    "ForgedCode",
    "IssuedCard",
    "Keys",
    "KnownDevice",
    "MealCode",
    "MealEaten",
    "MergeConflict",
    "Merged",
    "Number",
    "Outcome",
    "PageCode",
    "Report",
    "ScanRequest",
    "SignedPack",
    "account_of",
    "anomalies",
    "anomaly_counts",
    "answer_of_meal",
    "card",
    "cards_of",
    "change_tender",
    "choices",
    "code_hashes",
    "dated",
    "day_pack",
    "devices",
    "drafts_of",
    "eaten",
    "enrol_device",
    "find_link",
    "find_number",
    "issue_card",
    "issue_code",
    "issue_link",
    "keep",
    "keep_number",
    "known_device",
    "latest_canteen",
    "meal",
    "meals_eaten",
    "merge_conflicts",
    "merge_persons",
    "new_token",
    "note_sync",
    "orders_left_behind",
    "people_in_use",
    "person_of_attempt",
    "prune_links",
    "public_keys",
    "qr_png",
    "qr_version",
    "read_card_code",
    "read_page_code",
    "redeem",
    "redeem_on",
    "replace_card",
    "revoke_card",
    "revoke_device",
    "serve_guest",
    "settle",
    "taken_on",
    "tell_missed",
    "tender_of",
    "undo",
    "write_card_code",
    "write_page_code",
]

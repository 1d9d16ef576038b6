"""Codes of an older key are good as long as the key is listed; new ones are made under the first."""

from __future__ import annotations

from datetime import date

import pytest

from canteen import checkin
from canteen.checkin.code import ForgedCode, write_card_code, write_page_code
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.references import reference_of
from canteen.foundation.secrecy import development_key
from tests import builders as make

FIRST, SECOND = development_key("CODE_KEYS"), development_key("code two")
CARD, CARD_TWO = development_key("CARD_KEYS"), development_key("card two")
ROTATED = checkin.Keys(code={"2": SECOND, "1": FIRST}, card={"2": CARD_TWO, "1": CARD})
DROPPED = checkin.Keys(code={"2": SECOND}, card={"2": CARD_TWO})
PAGE = checkin.PageCode(reference_of("P", 7), make.MONDAY, "lunch", make.NOON)


def test_a_page_code_is_good_until_its_key_is_dropped() -> None:
    digits = write_page_code(make.KEYS, PAGE)
    assert checkin.read_page_code(ROTATED, digits) == PAGE
    assert digits[1] == "1"
    assert write_page_code(ROTATED, PAGE)[1] == "2"
    with pytest.raises(ForgedCode):
        checkin.read_page_code(DROPPED, digits)


def test_a_printed_card_is_good_until_its_key_is_dropped() -> None:
    digits = write_card_code(make.KEYS, 12_345)
    assert checkin.read_card_code(ROTATED, digits) == 12_345
    assert write_card_code(ROTATED, 12_345) != digits
    with pytest.raises(ForgedCode):
        checkin.read_card_code(DROPPED, digits)


def test_somebody_eats_by_card_and_page_over_a_change_of_keys(database: Database, town: make.Town) -> None:
    with database.transaction(EVERYWHERE) as session:
        person_id = make.a_senior(session, birth=date(1950, 1, 1))
        digits = make.a_code(session, person_id).digits
        card = checkin.issue_card(session, make.KEYS, person_id=person_id, actor="staff:1", at=make.BEFORE)
    assert checkin.redeem(database, DROPPED, make.a_scan(town, digits)).reason == "forged_code"
    assert checkin.redeem(database, ROTATED, make.a_scan(town, digits)).verdict == "ok"
    assert checkin.redeem(database, ROTATED, make.a_scan(town, card.digits)).reason == "already_served"
    assert checkin.redeem(database, DROPPED, make.a_scan(town, card.digits)).reason == "forged_code"

"""Why a meal cost what it did: the senior's own sentence, rules in words, counters, facts as they were known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from canteen import checkin, seniors, subsidy
from canteen.foundation.db import EVERYWHERE
from tests import builders as make


def served(office, **wishes):
    with office.database.transaction(EVERYWHERE) as session:
        person_id = make.a_senior(session, **wishes)
        scan = make.a_scan(office.town, make.a_number(session, person_id))
    return person_id, checkin.redeem(office.database, make.KEYS, scan).redemption_ref


@pytest.fixture
def accountant(office):
    return office.browser("li", "accountant", region="440300000000").client


def test_rules_counters_and_evidence_are_said_in_words(office, accountant):
    _, ref = served(office, categories=["minimum_living"])
    page = accountant.get(f"/accounting/meals/{ref}").text

    for words in ("就餐补贴：重点老人", "用餐前", "低保", "民政〔2020〕1号", "当天 2026-03-02", "财政资金"):
        assert words in page, words
    for code in ("minimum_living", "subsidy/meal", "working_days", "lunch"):
        assert code not in page, code


def test_the_sentence_is_the_one_that_the_chat_says(office, accountant):
    _, ref = served(office)
    with office.database.reading(EVERYWHERE) as session:
        quote = subsidy.Quote.from_json(checkin.meal(session, ref=ref).trace)

    assert "".join(subsidy.why(quote)[:-1]) in accountant.get(f"/accounting/meals/{ref}").text


def test_by_how_much_a_rule_was_missed_is_said(office, accountant):
    _, ref = served(office, birth=date(1958, 5, 1))

    assert "差 3 岁" in accountant.get(f"/accounting/meals/{ref}").text


def test_a_category_entered_afterwards_is_not_what_was_known_then(office, accountant):
    person_id, ref = served(office)
    with office.database.transaction(EVERYWHERE) as session:
        seniors.add_fact(
            session, person_id=person_id, kind="category", value="minimum_living", valid_from=date(2026, 1, 1),
            evidence="迟到的证明", source="test", actor="staff:test", at=make.NOON + timedelta(days=1),
        )  # fmt: skip

    assert "迟到的证明" not in accountant.get(f"/accounting/meals/{ref}").text


def test_a_meal_of_elsewhere_shows_nothing(office):
    _, ref = served(office)

    stranger = office.browser("sun", "accountant", region="440500000000").client

    assert stranger.get(f"/accounting/meals/{ref}").status_code == 404

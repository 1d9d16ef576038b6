from __future__ import annotations

from datetime import UTC, date, datetime

from canteen.http import words


def test_parameters_are_said_as_people_say_them():
    params = {
        "cutoff_at": datetime(2026, 11, 23, 1, 30, tzinfo=UTC),
        "meal": "lunch",
        "service_date": date(2026, 11, 23),
    }

    assert words.refusal("orders.cutoff_passed", params) == "11月23日（周一）午餐已在11月23日 9:30截单。"


def test_a_parameter_that_was_not_given_is_left_out():
    assert words.refusal("orders.sold_out", {}) == "“”已经订完了。"


def test_a_code_without_words_is_said_in_general():
    assert words.refusal("nobody.knows", {}) == words.http("other")


def test_money_is_said_in_yuan():
    assert words.value("own_fen", 1205) == "12.05 元"

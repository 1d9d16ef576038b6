"""A draft is tried on the past: totals, who gains and who loses, kept with the books they cover."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from canteen import settlement
from canteen.foundation.db import EVERYWHERE, Database, Scope
from canteen.foundation.errors import CanteenError
from canteen.ledger.tables import Book
from canteen.settlement import Question, whatif, whatif_runs
from canteen.settlement.tables import WhatIfProgress, WhatIfResult
from canteen.settlement.whatif_tally import MEASURES
from tests import builders as make
from tests.settlement import late
from tests.settlement.late import LATER
from tests.settlement.months import World

FIRST, LAST, UNTIL = date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)
SAME = late.a_text()
DEARER = late.a_text(
    ('gets: {up_to: "5.00"}', 'gets: {up_to: "6.50"}'), ('gets: {fixed: "2.00"}', 'gets: {fixed: "1.00"}')
)
ONCE_A_WEEK = late.a_text(("limits: [{at_most: 1, per: day}]", "limits: [{at_most: 2, per: week}]"))


@pytest.fixture
def world(database: Database) -> World:
    return late.a_week(database)


def answer(database: Database, text: str, *, processes: int = 1, prefix: str = "440304") -> whatif.Answer:
    asked = Question(text, prefix, FIRST, UNTIL)
    return settlement.reprice(database, asked, progress=lambda done, count: None, processes=processes)


def ask(database: Database, text: str = DEARER, scope: Scope = EVERYWHERE) -> str:
    with database.transaction(scope) as session:
        return settlement.ask(
            session, text=text, region_code=make.FUTIAN, first=FIRST, last=LAST, actor="staff:li", at=LATER,
            draft_ref="draft:7",
        )  # fmt: skip


def worked(database: Database, **more: int) -> int:
    return settlement.work(database, clock=lambda: LATER, processes=1, **more)


def view(database: Database, ref: str) -> settlement.RunView:
    with database.reading(EVERYWHERE) as session:
        return settlement.run_view(session, ref=ref)


def sums(row: list[int]) -> tuple[dict[str, int], dict[str, int]]:
    """Read a row as before and after, by measure."""
    before, after = row[2 : 2 + len(MEASURES)], row[2 + len(MEASURES) :]
    return dict(zip(MEASURES, before, strict=True)), dict(zip(MEASURES, after, strict=True))


def test_the_policy_that_stands_tried_as_a_draft_changes_nothing(database, world):
    tally = answer(database, SAME).tally
    assert tally.meals == 20
    for by in ("canteen", "month", "category"):
        for row in tally.rows[by].values():
            before, after = sums(row)
            assert before == after
    assert all(own == drafted for _, own, drafted in tally.people.values())


def test_totals_say_what_the_draft_costs_and_who_gains(database, world):
    tally = answer(database, DEARER).tally
    before, after = sums(tally.rows["month"]["2026-03"])
    assert after["subsidy"] - before["subsidy"] == 5 * 150
    assert (before["operator"], after["operator"]) == (15 * 200, 15 * 100)
    assert {fens[2] - fens[1] for fens in tally.people.values()} == {0, -750}
    assert tally.payers == {"shenzhen-city|government": [17500, 18250, 3000, 1500]}


def test_counters_go_on_as_under_the_draft(database, world):
    before, after = sums(answer(database, ONCE_A_WEEK).tally.rows["month"]["2026-03"])
    assert (before["subsidised"], after["subsidised"]) == (15, 6)


def test_two_processes_find_the_same_as_one(database, world, monkeypatch):
    monkeypatch.setattr(whatif, "AT_ONCE", 5)
    one, two = answer(database, DEARER), answer(database, DEARER, processes=2)
    assert one.tally == two.tally
    assert one.books == two.books


def test_meals_elsewhere_count_for_the_person_and_not_in_the_sums(database, world):
    assert answer(database, DEARER, prefix="440305").tally.meals == 0


def test_what_was_corrected_is_compared_as_it_stands(database, world):
    late.state(database, world.people[0], "death", "deceased", world.days[0])
    late.accept(database, late.proposed(database))
    before, after = sums(answer(database, SAME).tally.rows["month"]["2026-03"])
    assert (before.pop("operator"), after.pop("operator")) == (3000, 2000)
    assert before == after
    assert before["subsidised"] == 10


def test_a_run_is_kept_with_the_draft_and_the_ends_of_the_books(database, world):
    ref = ask(database)
    assert view(database, ref).state == "waiting"
    assert worked(database) == 1
    found = view(database, ref)
    assert (found.state, found.done_count, found.total_count, found.draft_ref) == ("done", 20, 20, "draft:7")
    assert found.content is not None
    assert found.content["draft_digest"] == found.draft_digest
    with database.reading(EVERYWHERE) as session:
        [[_, seq]] = found.content["books"]
        assert seq == session.scalar(select(Book.seq))
        assert [run.ref for run in settlement.runs(session, draft_digest=found.draft_digest)] == [ref]
    assert found.content["people"]["gain"]["count"] == 1
    assert worked(database) == 0


def test_the_same_question_gives_the_same_digest(database, world):
    refs = [ask(database), ask(database)]
    worked(database)
    assert len({view(database, ref).digest for ref in refs}) == 1


def test_a_kept_result_cannot_be_changed(database, world):
    ask(database)
    worked(database)
    with pytest.raises(DatabaseError), database.transaction(EVERYWHERE) as session:
        session.scalars(select(WhatIfResult)).one().content = "{}"


def test_a_run_called_off_while_it_waits_is_never_begun(database, world):
    ref = ask(database)
    with database.transaction(EVERYWHERE) as session:
        settlement.cancel(session, ref=ref, at=LATER)
    assert worked(database) == 0
    assert view(database, ref).state == "cancelled"


def test_a_run_called_off_half_way_stops_and_keeps_nothing(database, world, monkeypatch):
    monkeypatch.setattr(whatif, "AT_ONCE", 5)
    ref = ask(database)
    noted = whatif_runs._note

    def call_off(*args: object) -> None:
        with database.transaction(EVERYWHERE) as session:
            if session.scalars(select(WhatIfProgress.done_count)).one() == 5:
                session.scalars(select(WhatIfProgress)).one().is_cancelled = True
        noted(*args)

    monkeypatch.setattr(whatif_runs, "_note", call_off)
    worked(database)
    found = view(database, ref)
    assert (found.state, found.done_count, found.content) == ("cancelled", 5, None)


def test_a_run_that_a_worker_left_half_way_is_begun_anew(database, world, monkeypatch):
    ref = ask(database)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(whatif_runs, "content_of", killed)
        with pytest.raises(KeyboardInterrupt):
            worked(database)
    assert (view(database, ref).state, view(database, ref).done_count) == ("running", 20)
    worked(database)
    assert view(database, ref).state == "done"


def test_a_run_that_fails_says_so_and_does_not_come_again(database, world, monkeypatch):
    ref = ask(database)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(whatif_runs, "reprice", broken)
    worked(database)
    assert (view(database, ref).state, view(database, ref).note) == ("failed", "unknown")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"text": "policy: x"}, "subsidy.policy_misread"),
        ({"last": date(2026, 2, 1)}, "settlement.period_malformed"),
        ({"last": date(2036, 2, 1)}, "settlement.period_malformed"),
        ({"region_code": "440305000000"}, "settlement.outside_scope"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(database, world, more, code):
    scope = Scope(canteen_ids=frozenset({world.town.canteen_id}), region_prefixes=("440304",))
    asked = {"text": SAME, "region_code": make.FUTIAN, "first": FIRST, "last": LAST, **more}
    with pytest.raises(CanteenError) as refusal, database.transaction(scope) as session:
        settlement.ask(session, **asked, actor="staff:li", at=LATER)
    assert refusal.value.code == code


def test_a_colleague_elsewhere_does_not_see_the_run(database, world):
    ref = ask(database)
    with database.reading(Scope(region_prefixes=("51",))) as session:
        assert settlement.runs(session) == []
        with pytest.raises(CanteenError) as refusal:
            settlement.run_view(session, ref=ref)
    assert refusal.value.code == "settlement.no_such_run"


def test_totals_of_the_workbook_are_formulas_that_hold_their_values(database, world):
    ref = ask(database)
    worked(database)
    found = view(database, ref)
    content = settlement.whatif_workbook(found, {"person": {}})
    values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    assert values.sheetnames == ["按类别", "按食堂", "按月份", "按资金", "多付的人", "少付的人"]
    for name in values.sheetnames[:4]:
        shown, written = values[name], formulas[name]
        last = shown.max_row
        for column in range(2, shown.max_column + 1):
            cells = [shown.cell(row, column).value for row in range(5, last)]
            assert round(sum(cells) - shown.cell(last, column).value, 2) == 0
            assert str(written.cell(last, column).value).startswith("=SUM(")
    assert content == settlement.whatif_workbook(found, {"person": {}})

"""A policy on its way from the draft to the publication: four eyes, floors, and nothing lost."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from canteen import subsidy
from canteen.foundation.db import EVERYWHERE, Scope
from canteen.foundation.errors import CanteenError, Conflict, Invalid, NotFound
from canteen.subsidy.tables import DraftAuthor, PolicyDraft, PublishedPolicy
from tests import builders as make

CITY = "440300000000"
PDF = b"%PDF-1.4 scanned"
TEXT = next(make.POLICIES.rglob("shenzhen-city.yaml")).read_text("utf-8")
CHANGED = TEXT.replace('gets: {up_to: "5.00"}', 'gets: {up_to: "6.00"}')


def a_draft(database, text=CHANGED, *, author="staff:li", region=CITY, complete=True):
    with database.transaction(EVERYWHERE) as session:
        based_on = subsidy.standing_policy(session, subsidy.named_in(text)["policy"])
        begun = subsidy.begin_draft(
            session, text=text, region_code=region, actor=author, at=make.BEFORE, based_on=based_on
        )
        if complete:
            subsidy.attach_scan(session, ref=begun.ref, name="文.pdf", content=PDF, actor=author, at=make.BEFORE)
            save(session, begun, text, number="深民规〔2026〕1号", actor=author)
        return begun.ref


def save(session, draft, text, *, revision=None, number="", actor="staff:li"):
    return subsidy.save_draft(
        session, ref=draft.ref, revision=revision or draft.revision, text=text, document_number=number, actor=actor,
        at=make.BEFORE,
    )  # fmt: skip


def review(database, ref, actor="staff:zhao"):
    with database.transaction(EVERYWHERE) as session:
        revision = subsidy.draft(session, ref=ref).revision
        return subsidy.review_draft(session, ref=ref, revision=revision, actor=actor, at=make.BEFORE)


def publish(database, ref, actor="staff:zhao"):
    with database.transaction(EVERYWHERE) as session:
        return subsidy.publish_draft(session, ref=ref, actor=actor, at=make.BEFORE)


def refusal(call, *args, **kwargs):
    with pytest.raises(CanteenError) as refused:
        call(*args, **kwargs)
    return refused.value.code


def test_a_draft_reviewed_by_a_second_person_is_published_and_supersedes(database, town):
    ref = a_draft(database)
    review(database, ref)
    row = publish(database, ref)

    assert row.digest == hashlib.sha256(CHANGED.encode()).hexdigest()
    with database.reading(EVERYWHERE) as session:
        assert [one.code for one in subsidy.standing_policies(session)] == ["shenzhen-city"]
        assert subsidy.draft(session, ref=ref).published_id == row.id
        assert subsidy.scan_of(session, ref=ref).digest == hashlib.sha256(PDF).hexdigest()


def test_an_author_cannot_review_what_she_wrote(database, town):
    assert refusal(review, database, a_draft(database), "staff:li") == "subsidy.same_eyes"


def test_whoever_changed_a_word_is_an_author_even_after_another_edit(database, town):
    ref = a_draft(database)
    with database.transaction(EVERYWHERE) as session:
        draft = subsidy.draft(session, ref=ref)
        draft = save(session, draft, CHANGED + "# 赵\n", number="深民规〔2026〕1号", actor="staff:zhao")
        save(session, draft, CHANGED, number="深民规〔2026〕1号", actor="staff:li")

    assert refusal(review, database, ref, "staff:zhao") == "subsidy.same_eyes"


@pytest.mark.parametrize(
    "values",
    [
        {"state": "reviewed", "reviewed_by": "staff:li", "reviewed_at": make.BEFORE},
        {"state": "published"},
        {"created_by": "staff:other"},
    ],
)
def test_the_database_itself_refuses_one_pair_of_eyes(database, town, values):
    ref = a_draft(database)
    with pytest.raises(IntegrityError), database.transaction(EVERYWHERE) as session:
        session.execute(update(PolicyDraft).where(PolicyDraft.ref == ref).values(**values))


@pytest.mark.parametrize("values", [{"text": "x"}, {"document_number": "x"}, {"reviewed_by": "staff:sun"}])
def test_the_database_keeps_what_was_reviewed(database, town, values):
    ref = a_draft(database)
    review(database, ref)
    with pytest.raises(IntegrityError), database.transaction(EVERYWHERE) as session:
        session.execute(update(PolicyDraft).where(PolicyDraft.ref == ref).values(**values))


def test_a_draft_cannot_begin_as_reviewed(database, town):
    with pytest.raises(IntegrityError), database.transaction(EVERYWHERE) as session:
        session.add(
            PolicyDraft(
                ref="P-X", region_code=CITY, policy_code="x", name="x", text="x", digest="x", state="reviewed",
                created_by="a", created_at=make.BEFORE, edited_by="a", edited_at=make.BEFORE, reviewed_by="b",
                reviewed_at=make.BEFORE,
            )
        )  # fmt: skip


def test_what_is_published_never_changes(database, town):
    with pytest.raises(DBAPIError), database.transaction(EVERYWHERE) as session:
        session.execute(update(PublishedPolicy).values(text="x"))


def test_an_edit_on_an_old_revision_meets_the_colleagues_edit_and_loses_nothing(database, town):
    ref = a_draft(database, complete=False)
    with database.transaction(EVERYWHERE) as session:
        save(session, subsidy.draft(session, ref=ref), CHANGED + "# 李\n")
    with pytest.raises(Conflict) as conflict, database.transaction(EVERYWHERE) as session:
        save(session, subsidy.draft(session, ref=ref), CHANGED + "# 赵\n", revision=1, actor="staff:zhao")

    assert (conflict.value.code, conflict.value.params["by"]) == ("subsidy.draft_moved", "staff:li")
    with database.reading(EVERYWHERE) as session:
        assert subsidy.draft(session, ref=ref).text == CHANGED + "# 李\n"


def test_the_same_save_sent_twice_is_saved_once(database, town):
    ref = a_draft(database, complete=False)
    with database.transaction(EVERYWHERE) as session:
        first = save(session, subsidy.draft(session, ref=ref), CHANGED + "# 李\n").revision
        again = save(session, subsidy.draft(session, ref=ref), CHANGED + "# 李\n", revision=1).revision

    assert first == again == 2


def test_a_draft_without_number_and_scan_is_not_reviewed(database, town):
    assert refusal(review, database, a_draft(database, complete=False)) == "subsidy.draft_incomplete"


def test_a_draft_whose_example_fails_is_not_reviewed(database, town):
    example = """
examples:
  - id: 张阿姨
    person: {birth: 1950-01-01, hukou: {city: 深圳}}
    meal: {date: 2026-03-02, meal: lunch, price: 15.00}
    expect: {subsidy: 5.00}
"""
    assert refusal(review, database, a_draft(database, CHANGED + example)) == "subsidy.policy_misread"
    review(database, a_draft(database, CHANGED + example.replace("5.00}", "6.00}")))


def test_what_was_reviewed_is_given_back_and_must_be_reviewed_again(database, town):
    ref = a_draft(database)
    review(database, ref)
    with database.transaction(EVERYWHERE) as session:
        subsidy.return_draft(session, ref=ref, actor="staff:zhao", at=make.BEFORE)

    assert refusal(publish, database, ref) == "subsidy.draft_not_reviewed"


def test_a_draft_of_a_policy_that_moved_on_is_not_published(database, town):
    first, second = a_draft(database), a_draft(database, CHANGED + "# 另一份\n")
    review(database, first)
    review(database, second)
    publish(database, first)

    assert refusal(publish, database, second) == "subsidy.policy_moved"


def test_a_dropped_draft_stays_dropped(database, town):
    ref = a_draft(database)
    with database.transaction(EVERYWHERE) as session:
        subsidy.drop_draft(session, ref=ref, actor="staff:li", at=make.BEFORE)

    assert refusal(review, database, ref) == "subsidy.draft_settled"


def test_a_policy_of_another_region_is_not_taken_over(database, town):
    text = CHANGED.replace('region: "440300"', 'region: "440304"').replace("city: 深圳}", "city: 深圳, district: 福田}")
    ref = a_draft(database, text, region=make.FUTIAN)
    review(database, ref)

    assert refusal(publish, database, ref) == "subsidy.policy_elsewhere"


def test_a_draft_for_another_region_than_its_own_is_a_mistake_on_its_line(database, town):
    with database.reading(EVERYWHERE) as session:
        problems = subsidy.check(CHANGED, subsidy.around(session, make.FUTIAN)).problems

    assert [(one.code, one.line) for one in problems] == [("other_region", 4)]


DISTRICT = CHANGED.replace("policy: shenzhen-city", "policy: futian").replace('"440300"', '"440304"')


@pytest.mark.parametrize(
    ("gets", "codes"),
    [
        ('{up_to: "6.00"}', ["floor_not_named"]),
        ('{up_to: "2.00", not_under: shenzhen-city/aged}', ["under_floor"]),
        ('{up_to: "6.00", not_under: shenzhen-city/aged}', []),
    ],
)
def test_a_district_stays_above_the_floor_of_the_city(database, town, gets, codes):
    with database.transaction(EVERYWHERE) as session:
        city = TEXT.replace("payers: {", 'floors: {aged: "3.00"}\npayers: {', 1)
        subsidy.publish(session, text=city, actor="staff:test", at=make.BEFORE)
    text = DISTRICT.replace('{up_to: "6.00"}', gets)
    with database.transaction(EVERYWHERE) as session:
        problems = subsidy.check(text, subsidy.around(session, make.FUTIAN)).problems
        assert [one.code for one in problems] == codes
        if codes:
            assert text.splitlines()[problems[0].line - 1].strip().startswith(("versions:", "gets:"))
            with pytest.raises(Invalid):
                subsidy.publish(session, text=text, actor="staff:test", at=make.BEFORE)


def test_a_floor_that_is_raised_later_names_the_district_policies_that_lie_below(database, town):
    city = TEXT.replace("payers: {", 'floors: {aged: "3.00"}\npayers: {', 1)
    district = DISTRICT.replace('{up_to: "6.00"}', '{up_to: "6.00", not_under: shenzhen-city/aged}')
    with database.transaction(EVERYWHERE) as session:
        for text in (city, district):
            subsidy.publish(session, text=text, actor="staff:test", at=make.BEFORE)
        assert subsidy.fallen_below(session) == []
        raised = city.replace('aged: "3.00"', 'aged: "7.00"')
        subsidy.publish(session, text=raised, actor="staff:test", at=make.BEFORE)
        ((row, problem),) = subsidy.fallen_below(session)
        assert (row.code, problem.code) == ("futian", "under_floor")


@pytest.mark.parametrize(
    ("content", "code"), [(b"GIF89a", "subsidy.scan_kind"), (PDF + b"x" * subsidy.LARGEST_SCAN, "subsidy.scan_size")]
)
def test_a_scan_is_pdf_jpeg_or_png_of_a_limited_size(database, town, content, code):
    ref = a_draft(database, complete=False)
    with database.transaction(EVERYWHERE) as session, pytest.raises(Invalid) as refused:
        subsidy.attach_scan(session, ref=ref, name="x", content=content, actor="a", at=make.BEFORE)

    assert refused.value.code == code


def test_a_draft_out_of_reach_is_not_there(database, town):
    ref = a_draft(database, complete=False)
    with database.reading(Scope(region_prefixes=("4403040",))) as session, pytest.raises(NotFound):
        subsidy.draft(session, ref=ref)


def test_authors_are_noted_once(database, town):
    ref = a_draft(database)
    with database.reading(EVERYWHERE) as session:
        draft = subsidy.draft(session, ref=ref)
        noted = select(func.count()).select_from(DraftAuthor).where(DraftAuthor.draft_id == draft.id)
        assert session.scalar(noted) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: &x [1]\nb: *x\n", "alias_used"),
        ("a: 1e999999999\n", "value_too_long"),
        ("a: " + "[" * 60 + "]" * 60, "too_deep"),
        ("#" * 200_001, "too_long"),
        ("a: [\n", "not_yaml"),
    ],
)
def test_a_text_that_is_dear_to_read_is_refused_before_it_is_read(text, code):
    around = subsidy.Around(subsidy.shipped_register(), subsidy.shipped_calendar())

    assert [one.code for one in subsidy.check(text, around).problems] == [code]


def test_every_process_prices_by_what_was_published_last(database, town):
    with database.transaction(EVERYWHERE) as session:
        person_id = make.a_senior(session)
    assert _subsidy(database, town, person_id) == 500
    ref = a_draft(database)
    review(database, ref)
    publish(database, ref)

    assert _subsidy(database, town, person_id) == 600


def _subsidy(database, town, person_id):
    with database.transaction(EVERYWHERE) as session:
        person = session.get(make.seniors.Person, person_id)
        canteen = make.places.canteen_by_id(session, canteen_id=town.canteen_id)
        meal = subsidy.MealToPrice(make.MONDAY + timedelta(days=1), "lunch", "dine_in", 1500)
        return subsidy.price(session, person=person, canteen=canteen, meal=meal).quote.subsidy_fen

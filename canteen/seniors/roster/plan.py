"""Compare a list with the register, and say what taking it over would do.

Nothing ends because a list is silent. A cell left empty states nothing; a person of the region who is not on the list,
or a category that the list does not repeat, is proposed for somebody to decide.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from canteen import places
from canteen.foundation import canonical
from canteen.foundation.db import vault_of
from canteen.foundation.secrecy import Vault, masked_name, masked_number
from canteen.seniors.registry import require_region
from canteen.seniors.roster.entries import Contact, Entry, RowReader, Terms, filled_rows
from canteen.seniors.roster.gazetteer import Gazetteer
from canteen.seniors.roster.header import Columns, Header, find_header
from canteen.seniors.roster.held import Held, KnownFact, hold_numbers
from canteen.seniors.roster.remembered import ROSTER, told_columns
from canteen.seniors.roster.sheets import Sheet, read_sheets, text_of
from canteen.seniors.roster.words import Problem
from canteen.seniors.statements import holds

NEW, UPDATED, SAME = "new", "updated", "same"
_SHORT, _SHOWN = 8, 40


@dataclass(frozen=True)
class FactStep:
    """Say which fact is to be stated, and which one it supersedes."""

    kind: str
    value: str
    valid_from: date
    valid_until: date | None
    supersedes_id: int | None = None


@dataclass(frozen=True)
class Step:
    """Say what one row does: to nobody yet known, or to a person at a revision."""

    entry: Entry
    person_id: int | None
    revision: int
    facts: tuple[FactStep, ...]
    phone: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    contact: Contact | None = None

    @property
    def action(self) -> str:
        """Name what happens: new, updated or same."""
        if self.person_id is None:
            return NEW
        return UPDATED if self.facts or self.phone or self.address or self.contact else SAME


@dataclass(frozen=True)
class Proposal:
    """Propose to a person who decides: the list says nothing of this one, or of this category."""

    ref: str
    name: str
    category: str | None


@dataclass(frozen=True)
class Reading:
    """Hold a file as it was read; what it would do depends on the register and is found by `compare`."""

    content_digest: str
    sheets: tuple[Sheet, ...]
    sheet: Sheet
    header: Header
    terms: Terms
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    row_count: int


@dataclass(frozen=True)
class Plan:
    """Say what taking a list over would do; the same fingerprint means the same doing."""

    reading: Reading
    steps: tuple[Step, ...]
    problems: tuple[Problem, ...]
    missing: tuple[Proposal, ...]
    unlisted: tuple[Proposal, ...]
    fingerprint: str

    @property
    def counts(self) -> dict[str, int]:
        """Count the rows: new, updated, same, wrong."""
        actions = [step.action for step in self.steps]
        wrong = len({problem.row for problem in self.problems})
        return {NEW: actions.count(NEW), UPDATED: actions.count(UPDATED), SAME: actions.count(SAME), "wrong": wrong}

    def cell(self, problem: Problem) -> str:
        """Return what stands in the cell of a problem; long numbers are masked."""
        place = self.reading.header.places.get(problem.column)
        row = self.reading.sheet.rows[problem.row - 1]
        text = "" if place is None or place >= len(row) else text_of(row[place])
        return masked_number(text) if sum(character.isdigit() for character in text) > _SHORT else text[:_SHOWN]


def read(session: Session, *, content: bytes, region_code: str, known_categories: Mapping[str, str], on: date) -> Plan:
    """Read a list for a region, and say what it would do; changes nothing.

    ``known_categories`` gives the code of each name that a list may use for a category. Refuses
    ``seniors.roster_unreadable``, ``roster_too_long``, ``roster_too_large``, ``roster_no_header``,
    ``roster_column_twice`` and ``outside_scope``; whatever is wrong with single rows stands in the plan.
    """
    require_region(session, region_code)
    gazetteer = Gazetteer(places.region_names(session))
    terms = Terms(on, region_code, known_categories)
    told = told_columns(session, region_code=region_code, list_kind=ROSTER)
    return compare(session, _reading(content, terms, gazetteer, Columns(told=told)))


def compare(session: Session, reading: Reading, *, lock: bool = False) -> Plan:
    """Say what a list would do to the register as it stands now; with a lock it stays so until the act ends."""
    vault = vault_of(session)
    documents = [entry.document for entry in reading.entries]
    indexes, held = hold_numbers(session, documents=documents, region_code=reading.terms.region_code, lock=lock)
    by_index = dict(zip(indexes, reading.entries, strict=True))
    steps, problems = [], list(reading.problems)
    for index, entry in by_index.items():
        wrong = _contradiction(held, index, entry, reading.terms.on)
        if wrong is not None:
            problems.append(wrong)
        else:
            steps.append(_step(vault, held, index, entry, reading.terms.on))
    problems.sort(key=lambda problem: problem.row)
    missing, unlisted = _proposals(held, by_index, reading.terms.on)
    fingerprint = _fingerprint(reading, steps, problems)
    return Plan(reading, tuple(steps), tuple(problems), missing, unlisted, fingerprint)


def _reading(content: bytes, terms: Terms, gazetteer: Gazetteer, columns: Columns) -> Reading:
    sheets = read_sheets(content)
    sheet, header = find_header(sheets, columns)
    reader = RowReader(header, terms, gazetteer)
    rows = list(filled_rows(sheet.rows, header))
    entries = [entry for row, cells in rows if (entry := reader.read(row, cells)) is not None]
    single, twice = _without_twins(entries)
    return Reading(
        content_digest=hashlib.sha256(content).hexdigest(),
        sheets=tuple(sheets),
        sheet=sheet,
        header=header,
        terms=terms,
        entries=tuple(single),
        problems=(*reader.problems, *twice),
        row_count=len(rows),
    )


def _without_twins(entries: Sequence[Entry]) -> tuple[list[Entry], list[Problem]]:
    first: dict[tuple[str, str], Entry] = {}
    twice = []
    for entry in entries:
        key = (entry.document.family, entry.document.number)
        if key in first:
            twice.append(Problem(entry.row, "document", "seniors.roster_twice", (("row", first[key].row),)))
        else:
            first[key] = entry
    return list(first.values()), twice


def _contradiction(held: Held, index: str, entry: Entry, on: date) -> Problem | None:
    person = held.people.get(index)
    if person is None:
        return Problem(entry.row, "document", "seniors.roster_elsewhere") if index in held.elsewhere else None
    if person.name != entry.name:
        differs = (("registered", masked_name(person.name)),)
        return Problem(entry.row, "name", "seniors.roster_name_differs", differs)
    facts = held.facts[person.id]
    if any(fact.kind in ("death", "exit") and holds(fact, on) for fact in facts):
        return Problem(entry.row, "name", "seniors.roster_ended")
    if any(len(_same_category(facts, category, entry, on)) > 1 for category in entry.categories):
        return Problem(entry.row, "valid_from", "seniors.fact_overlaps")
    return None


def _step(vault: Vault, held: Held, index: str, entry: Entry, on: date) -> Step:
    person = held.people.get(index)
    facts = held.facts[person.id] if person else []
    steps: list[FactStep] = []
    for kind, value in (("residence", entry.residence), ("hukou", entry.hukou)):
        steps += _place_steps(facts, kind, value, on)
    for category in entry.categories:
        steps += _category_steps(facts, category, entry, on)
    if person is None:
        return Step(entry, None, 0, tuple(steps), entry.phone, entry.address, entry.contact)
    phone_known = not entry.phone or person.phone_index in vault.indexes("phone", entry.phone)
    address_known = not entry.address or entry.address == held.address_of(vault, person)
    contact_known = entry.contact is None or entry.contact.phone in held.contact_phones(vault, person)
    return Step(
        entry,
        person.id,
        person.revision,
        tuple(steps),
        "" if phone_known else entry.phone,
        "" if address_known else entry.address,
        None if contact_known else entry.contact,
    )


def _place_steps(facts: Sequence[KnownFact], kind: str, value: str | None, on: date) -> list[FactStep]:
    # A wider place than the one known says nothing new: 福田区 of somebody in a street of it.
    if value is None:
        return []
    later = [fact for fact in facts if fact.kind == kind and (fact.valid_until is None or fact.valid_until > on)]
    if not later:
        return [FactStep(kind, value, on, None)]
    standing, *_ = later
    if places.is_within(standing.value, value):
        return []
    if standing.valid_from >= on:
        return [FactStep(kind, value, standing.valid_from, standing.valid_until, standing.id)]
    ended = FactStep(kind, standing.value, standing.valid_from, on, standing.id)
    return [ended, FactStep(kind, value, on, standing.valid_until)]


def _category_steps(facts: Sequence[KnownFact], category: str, entry: Entry, on: date) -> list[FactStep]:
    same = _same_category(facts, category, entry, on)
    if not same:
        return [FactStep("category", category, entry.valid_from or on, entry.valid_until)]
    known = same[0]
    stated = FactStep(
        "category", category, entry.valid_from or known.valid_from, entry.valid_until or known.valid_until, known.id
    )
    unchanged = (stated.valid_from, stated.valid_until) == (known.valid_from, known.valid_until)
    return [] if unchanged else [stated]


def _same_category(facts: Sequence[KnownFact], category: str, entry: Entry, on: date) -> list[KnownFact]:
    begins = entry.valid_from or on
    return [
        fact
        for fact in facts
        if (fact.kind, fact.value) == ("category", category)
        and (fact.valid_until is None or begins < fact.valid_until)
        and (entry.valid_until is None or fact.valid_from < entry.valid_until)
    ]


def _proposals(
    held: Held, by_index: Mapping[str, Entry], on: date
) -> tuple[tuple[Proposal, ...], tuple[Proposal, ...]]:
    listed: dict[int, set[str]] = defaultdict(set)
    for index, entry in by_index.items():
        if index in held.people:
            listed[held.people[index].id].update(entry.categories)
    missing, unlisted = [], []
    for person in held.of_region:
        facts = [fact for fact in held.facts[person.id] if holds(fact, on)]
        if any(fact.kind in ("death", "exit") for fact in facts):
            continue
        if person.id not in listed:
            missing.append(Proposal(person.ref, masked_name(person.name), None))
            continue
        silent = [f.value for f in facts if f.kind == "category" and f.value not in listed[person.id]]
        unlisted += [Proposal(person.ref, masked_name(person.name), category) for category in silent]
    return tuple(missing), tuple(unlisted)


def _fingerprint(reading: Reading, steps: Sequence[Step], problems: Sequence[Problem]) -> str:
    terms = reading.terms
    return canonical.digest(
        {
            "content": reading.content_digest,
            "terms": [terms.on.isoformat(), terms.region_code, sorted(terms.known_categories.items())],
            "steps": [[step.entry.row, step.action, step.person_id, step.revision, len(step.facts)] for step in steps],
            "problems": [problem.sentence for problem in problems],
        }
    )

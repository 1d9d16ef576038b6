"""Compare a list with the register, and say what taking it over would do; nothing is changed.

A full list proposes whom it does not name. A list never shortens by silence: a row without a last day leaves the end
that is known, and a row with a later first day leaves the earlier one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from canteen import seniors
from canteen.eligibility.recheck.rows import Reading, Row, read_rows
from canteen.eligibility.recheck.terms import DEATH, Terms, columns_of
from canteen.foundation import canonical
from canteen.foundation.secrecy import masked_name

roster = seniors.roster

NEW, RENEWED, ENDED, DIED, MISSING = "new", "renewed", "ended", "died", "missing"
ENDING = (ENDED, DIED, MISSING)
_GONE = ("death", "exit")


@dataclass(frozen=True)
class Line:
    """Say what a list does about one person: which fact is to be stated, and which one it supersedes."""

    person_id: int
    ref: str
    name: str
    row: int
    outcome: str
    valid_from: date
    valid_until: date | None
    fact_id: int | None
    until_now: date | None = None


@dataclass(frozen=True)
class Plan:
    """Say what taking a list over would do; the same fingerprint means the same doing."""

    reading: Reading
    lines: tuple[Line, ...]
    problems: tuple[roster.Problem, ...]
    unknown: tuple[Row, ...]
    unchanged_count: int
    standing_count: int
    fingerprint: str

    def count(self, *outcomes: str) -> int:
        """Count the people with one of some outcomes."""
        return sum(line.outcome in outcomes for line in self.lines)

    @property
    def wrong_count(self) -> int:
        """Count the rows that say nothing because something is wrong with them."""
        return len({problem.row for problem in self.problems})

    @property
    def needs_second_person(self) -> bool:
        """Tell whether more than one in twenty of those who stand would end."""
        return self.count(*ENDING) * 20 > self.standing_count


def read(session: Session, *, content: bytes, terms: Terms) -> Plan:
    """Read a list and say what it would do; changes nothing.

    Refuses what `roster.read` refuses of a file; what is wrong with single rows stands in the plan.
    """
    return compare(session, read_rows(content, terms, columns_of(session, terms)))


def compare(session: Session, reading: Reading, *, lock: bool = False) -> Plan:
    """Say what a list would do to the register as it stands now; with a lock it stays so until the act ends."""
    terms = reading.terms
    documents = [row.document for row in reading.rows]
    indexes, held = roster.hold_numbers(session, documents=documents, region_code=terms.region_code, lock=lock)
    found = [(held.people.get(index), row) for index, row in zip(indexes, reading.rows, strict=True)]
    told = _Comparison(held, terms)
    lines = [line for person, row in found if person and not row.is_wrong for line in told.of(person, row)]
    lines += _missing(held, terms, {person.id for person, _ in found if person})
    problems = sorted((*reading.problems, *told.problems), key=lambda problem: problem.row)
    return Plan(
        reading=reading,
        lines=tuple(lines),
        problems=tuple(problems),
        unknown=tuple(row for person, row in found if person is None and not row.is_wrong),
        unchanged_count=told.unchanged,
        standing_count=sum(1 for _ in _standing(held, terms)),
        fingerprint=_fingerprint(reading, lines, problems),
    )


class _Comparison:
    def __init__(self, held: roster.Held, terms: Terms) -> None:
        self.problems: list[roster.Problem] = []
        self.unchanged = 0
        self._held = held
        self._terms = terms
        self._seen: dict[int, int] = {}

    def of(self, person: roster.KnownPerson, row: Row) -> list[Line]:
        """Say what a row does about a person: one line, or none where it changes nothing or contradicts."""
        first = self._seen.setdefault(person.id, row.row)
        if first != row.row:  # Two numbers of one person, whose records were merged.
            self._note(row, "document", "seniors.roster_twice", row=first)
            return []
        facts = self._held.facts[person.id]
        if person.name != row.name:
            registered = masked_name(person.name)
            self._note(row, "name", "seniors.roster_name_differs", registered=registered)
            return []
        line = self._death(person, row, facts) if self._terms.kind == DEATH else self._validity(person, row, facts)
        return [line] if line else []

    def _death(self, person: roster.KnownPerson, row: Row, facts: Sequence[roster.KnownFact]) -> Line | None:
        died_on = row.valid_from or self._terms.list_day
        known = [fact for fact in facts if fact.kind == DEATH]
        if not known:
            return _line(person, row, DIED, died_on, None)
        if known[0].valid_from == died_on:
            self.unchanged += 1
        else:
            registered = known[0].valid_from.isoformat()
            self._note(row, "died_on", "seniors.roster_death_differs", registered=registered)
        return None

    def _validity(self, person: roster.KnownPerson, row: Row, facts: Sequence[roster.KnownFact]) -> Line | None:
        terms = self._terms
        if any(fact.kind in _GONE and seniors.holds(fact, terms.on) for fact in facts):
            self._note(row, "name", "seniors.roster_ended")
            return None
        begins = row.valid_from or terms.list_day
        until = row.valid_until or terms.holds_until
        same = _touched(_of_value(facts, terms), begins, until)
        if len(same) > 1:
            self._note(row, "valid_from", "seniors.fact_overlaps")
            return None
        if not same:
            return self._beginning(person, row, begins, until)
        return self._going_on(person, row, same[0])

    def _beginning(self, person: roster.KnownPerson, row: Row, begins: date, until: date | None) -> Line | None:
        if until is not None and until <= self._terms.on and row.valid_from is None:
            self.unchanged += 1  # It ended, and the register holds nothing of it.
            return None
        if until is not None and until <= begins:
            self._note(row, "valid_to", "seniors.roster_dates_reversed")
            return None
        return _line(person, row, NEW, begins, until)

    def _going_on(self, person: roster.KnownPerson, row: Row, known: roster.KnownFact) -> Line | None:
        begins = min(known.valid_from, row.valid_from or known.valid_from)
        until = row.valid_until or _later(known.valid_until, self._terms.holds_until)
        if (begins, until) == (known.valid_from, known.valid_until):
            self.unchanged += 1
            return None
        if until is not None and until <= begins:
            self._note(row, "valid_to", "seniors.roster_dates_reversed")
            return None
        outcome = ENDED if _is_earlier(until, known.valid_until) else RENEWED
        return _line(person, row, outcome, begins, until, known)

    def _note(self, of: Row, column: str, code: str, **params: str | int) -> None:
        self.problems.append(roster.Problem(of.row, column, code, tuple(sorted(params.items()))))


def _line(
    person: roster.KnownPerson,
    row: Row,
    outcome: str,
    valid_from: date,
    valid_until: date | None,
    known: roster.KnownFact | None = None,
) -> Line:
    return Line(
        person_id=person.id,
        ref=person.ref,
        name=masked_name(person.name),
        row=row.row,
        outcome=outcome,
        valid_from=valid_from,
        valid_until=valid_until,
        fact_id=known.id if known else None,
        until_now=known.valid_until if known else None,
    )


def _of_value(facts: Iterable[roster.KnownFact], terms: Terms) -> list[roster.KnownFact]:
    return [fact for fact in facts if (fact.kind, fact.value) == (terms.kind, terms.value)]


def _touched(facts: Sequence[roster.KnownFact], begins: date, until: date | None) -> list[roster.KnownFact]:
    """Return the facts that hold on some of the days; failing that, the one that ended right before them."""
    met = [
        fact
        for fact in facts
        if (fact.valid_until is None or begins < fact.valid_until) and (until is None or fact.valid_from < until)
    ]
    return met or [fact for fact in facts if fact.valid_until == begins][-1:]


def _later(one: date | None, other: date | None) -> date | None:
    return None if one is None else max(one, other or one)


def _is_earlier(one: date | None, other: date | None) -> bool:
    return one is not None and (other is None or one < other)


def _standing(held: roster.Held, terms: Terms) -> Iterator[tuple[roster.KnownPerson, roster.KnownFact | None]]:
    """Yield whom a full list would have to name: of deaths, everybody who lives."""
    for person in held.of_region:
        holding = [fact for fact in held.facts[person.id] if seniors.holds(fact, terms.on)]
        if any(fact.kind in _GONE for fact in holding):
            continue
        if terms.kind == DEATH:
            yield person, None
            continue
        for fact in _of_value(holding, terms):
            yield person, fact


def _missing(held: roster.Held, terms: Terms, listed: set[int]) -> list[Line]:
    if not terms.is_full:
        return []
    return [
        Line(
            person.id, person.ref, masked_name(person.name), 0, MISSING, fact.valid_from, None, fact.id,
            fact.valid_until,
        )
        for person, fact in _standing(held, terms)
        if fact is not None and person.id not in listed
    ]  # fmt: skip


def _fingerprint(reading: Reading, lines: Sequence[Line], problems: Sequence[roster.Problem]) -> str:
    terms = reading.terms
    stated: Mapping[str, object] = {
        "content": reading.content_digest,
        "terms": [terms.region_code, terms.kind, terms.value, terms.is_full, str(terms.list_day), str(terms.on),
                  str(terms.holds_until)],
        "lines": [[line.row, line.person_id, line.outcome, line.fact_id or 0, str(line.valid_from),
                   str(line.valid_until)] for line in lines],
        "problems": [problem.sentence for problem in problems],
    }  # fmt: skip
    return canonical.digest(stated)

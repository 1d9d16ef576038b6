"""Price a past period again under a draft, shared among the processors.

Every person who ate at a canteen of the region has all meals of the period gone through in the order in which they
happened, since counters follow the person; only meals at canteens of the region are added up. What they are compared
with is what stands in the books. Memory is bounded: a process holds the meals of one range of people at a time.
"""

from __future__ import annotations

import json
import multiprocessing
import multiprocessing.connection
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, func, select

from canteen.checkin.tables import Redemption
from canteen.foundation.db import Database
from canteen.ledger.tables import Book
from canteen.places.tables import Canteen
from canteen.settlement.replay import PastMeal, Period, Replay, Sites, meals_of
from canteen.settlement.standing import Decided, decided
from canteen.settlement.whatif_tally import Side, Tally, side_from, side_of
from canteen.subsidy import (
    Policy,
    Published,
    Quote,
    Rulebook,
    UsedChance,
    known_by,
    read_draft,
    read_histories,
    rulebook,
    with_draft,
)

AT_ONCE = 1_000
MOST_PROCESSES = 8


class Cancelled(Exception):
    """Say that somebody called the run off."""


@dataclass(frozen=True, slots=True)
class Question:
    """Ask what a draft would have given in a region from a day to before another."""

    text: str
    region_prefix: str
    first: date
    until: date


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold the sums, and the ends of the books that they cover."""

    tally: Tally
    books: tuple[tuple[str, int], ...]
    policies: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Share:
    """Hand one range of people to a process."""

    question: Question
    last_id: int
    person_ids: tuple[int, ...]
    canteen_ids: frozenset[int]
    count: int


Progress = Callable[[int, int], None]


def reprice(database: Database, question: Question, *, progress: Progress, processes: int | None = None) -> Answer:
    """Price the period again; ``progress`` hears (done, total) meals and may raise `Cancelled`.

    With one process everything runs in this one. Invalid ``subsidy.policy_misread`` for a draft that cannot be read.
    """
    with database.engine.connect() as connection:
        books, shares = _plan(connection, question)
        published = known_by(connection)
        draft = read_draft(question.text, published)
        regions = {policy.id: policy.region for policy in (*published.policies.values(), draft)}
    done, count, whole = 0, sum(share.count for share in shares), Tally()
    progress(0, count)
    workers = min(processes or _processors(), MOST_PROCESSES, max(len(shares), 1))
    for share, tally in _worked(database, shares, workers):
        whole.merge(tally)
        done += share.count
        progress(done, count)
    return Answer(whole, books, regions)


def _processors() -> int:
    return len(os.sched_getaffinity(0))


def _plan(connection: Connection, question: Question) -> tuple[tuple[tuple[str, int], ...], list[_Share]]:
    """Note the ends of the books, and cut the people into ranges of about a thousand meals."""
    canteens = connection.execute(
        select(Canteen.id, Canteen.ref, Book.seq)
        .join(Book, Book.canteen_id == Canteen.id)
        .where(Canteen.region_code.startswith(question.region_prefix))
        .order_by(Canteen.ref)
    ).all()
    ids = frozenset(row.id for row in canteens)
    last_id = connection.execute(select(func.max(Redemption.id))).scalar() or 0
    counts = connection.execute(
        select(Redemption.person_id, func.count(Redemption.id))
        .where(
            Redemption.canteen_id.in_(ids), Redemption.service_date >= question.first,
            Redemption.service_date < question.until, Redemption.kind == "meal", Redemption.person_id.is_not(None),
            Redemption.id <= last_id,
        )
        .group_by(Redemption.person_id).order_by(Redemption.person_id)
    )  # fmt: skip
    shares = [_Share(question, last_id, tuple(people), ids, count) for people, count in _ranges(counts)]
    return tuple((row.ref, row.seq) for row in canteens), shares


def _ranges(counts: Any) -> Iterator[tuple[list[int], int]]:
    people: list[int] = []
    meals = 0
    for person_id, count in counts:
        people.append(person_id)
        meals += count
        if meals >= AT_ONCE:
            yield people, meals
            people, meals = [], 0
    if people:
        yield people, meals


def _worked(database: Database, shares: Sequence[_Share], workers: int) -> Iterator[tuple[_Share, Tally]]:
    """Work through the shares; whoever stops listening stops the rest."""
    if workers == 1:
        with database.engine.connect() as connection:
            for share in shares:
                yield share, _reprice(connection, share)
        return
    url = database.engine.url.render_as_string(hide_password=False)
    # A process begun anew shares no connection, lock or thread with this one.
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _open, (url,))
    try:
        waiting: dict[Future[Tally], _Share] = {}
        rest = iter(shares)
        for share in rest:
            waiting[pool.submit(_share, share)] = share
            if len(waiting) >= 2 * workers:
                break
        while waiting:
            finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in finished:
                share = waiting.pop(future)
                following = next(rest, None)
                if following is not None:
                    waiting[pool.submit(_share, following)] = following
                yield share, future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_OPENED: list[Connection] = []


def _open(url: str) -> None:
    """Open the database once a process; a worker that is killed takes its processes along."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _OPENED.append(Database(url).engine.connect())


def _end_with_parent() -> None:
    """Wait for the end of the process that began this one: the pipes between siblings would keep it alive for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def _share(share: _Share) -> Tally:
    """Price one range of people in a process of its own, on one consistent state of the database."""
    connection = _OPENED[0]
    try:
        return _reprice(connection, share)
    finally:
        connection.rollback()


def _reprice(connection: Connection, share: _Share) -> Tally:
    question = share.question
    published = known_by(connection)
    book = with_draft(rulebook(published), _draft(question.text, published))
    replay = Replay(book, Sites(connection, published))
    people = list(share.person_ids)
    histories = read_histories(connection, published, people, since=book.counts_from(question.first))
    meals = meals_of(connection, people, Period(question.first, question.until, share.last_id))
    look = _Look(book, share.canteen_ids, decided(connection, people), _canteen_refs(connection))
    for person_id in people:
        look.person = histories[person_id].diner.ref
        replay.run(histories[person_id], meals[person_id], look.given, look.decide)
    return look.tally


@lru_cache(maxsize=2)
def _draft(text: str, published: Published) -> Policy:
    """Read a draft once a process."""
    return read_draft(text, published)


def _canteen_refs(connection: Connection) -> dict[int, str]:
    return {row.id: row.ref for row in connection.execute(select(Canteen.id, Canteen.ref))}


class _Look:
    """Add each meal up as it comes by."""

    def __init__(self, book: Rulebook, canteen_ids: frozenset[int], known: Decided, refs: dict[int, str]) -> None:
        self._book = book
        self._canteen_ids = canteen_ids
        self._known = known
        self._refs = refs
        self._booked: Side | None = None
        self.person = ""
        self.tally = Tally()

    def given(self, meal: PastMeal) -> Mapping[str, int]:
        """Say what each funder gave then; it is asked first, so that the booking is read once."""
        booked = self._booked = self._side(meal)
        given = self._book.drawn(booked.policy, booked.split)
        for code, fen in self._book.drawn(booked.operator_policy, booked.operator_split).items():
            given[code] = given.get(code, 0) + fen
        return given

    def decide(self, meal: PastMeal, again: Quote) -> Sequence[UsedChance]:
        """Add a meal up, and let the counters go on as under the draft."""
        if meal.canteen_id in self._canteen_ids and self._booked is not None:
            keys = self._refs[meal.canteen_id], meal.service_date.isoformat()[:7]
            price = meal.price_fen + meal.delivery_fee_fen
            self.tally.add(keys, self.person, price, self._booked, side_of(again))
        return again.used

    def _side(self, meal: PastMeal) -> Side:
        if meal.ref in self._known.meals or meal.ref in self._known.operators:
            standing = self._known.standing(meal)
            return side_of(standing.meal, standing.operator)
        return side_from(json.loads(meal.trace))

"""Read what one row states about one person, with every reason why it cannot be taken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from canteen import places
from canteen.foundation.errors import CanteenError
from canteen.seniors.idcard import Document, read_document
from canteen.seniors.names import read_name
from canteen.seniors.phones import read_phone
from canteen.seniors.roster.gazetteer import Gazetteer
from canteen.seniors.roster.header import Header
from canteen.seniors.roster.sheets import Cell, text_of
from canteen.seniors.roster.words import KIN, NO_CATEGORY, OPEN_END, Problem

_BETWEEN = re.compile(r"[、,;/|\s]+")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?", re.ASCII)
_SOLID_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_SERIAL = re.compile(r"\d{5}", re.ASCII)
_EXCEL_EPOCH = date(1899, 12, 30)
_SEXES = {"男": "male", "女": "female", "男性": "male", "女性": "female"}
_NUMBER = re.compile(r"[+\d][\d\-\s]{6,}\d")
_RELATION = re.compile("|".join(sorted(KIN, key=len, reverse=True)))
_MARKS = re.compile(r"[()\[\]:,、;\s\-]+")
_Read = TypeVar("_Read")


@dataclass(frozen=True)
class Contact:
    """Name whom to call, as the row states it."""

    name: str
    relation: str
    phone: str = field(repr=False)


@dataclass(frozen=True)
class Entry:
    """Hold what a row states; None and empty texts state nothing."""

    row: int
    name: str
    document: Document
    phone: str = field(default="", repr=False)
    residence: str | None = None
    address: str = field(default="", repr=False)
    hukou: str | None = None
    categories: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    contact: Contact | None = None


@dataclass(frozen=True)
class Terms:
    """Say what a list is read against: the day, the region it is for, and the codes of categories by their names."""

    on: date
    region_code: str
    known_categories: Mapping[str, str]


class RowReader:
    """Read rows one after the other; what is wrong gathers in ``problems``."""

    def __init__(self, header: Header, terms: Terms, gazetteer: Gazetteer) -> None:
        self.problems: list[Problem] = []
        self._places = header.places
        self._terms = terms
        self._gazetteer = gazetteer
        self._row = 0
        self._cells: Sequence[Cell] = ()

    def read(self, row: int, cells: Sequence[Cell]) -> Entry | None:
        """Return what the row states, or None where something is wrong with it."""
        self._row, self._cells = row, cells
        before = len(self.problems)
        name = self._try("name", read_name)
        document = self._try("document", read_document)
        if document is not None:
            self._check_against(document)
        valid_from, valid_until = self._validity()
        stated = {
            "phone": self._optional("phone", read_phone, ""),
            "residence": self._residence(),
            "address": _plain(self._text("residence")),
            "hukou": self._optional("hukou", self._hukou, None),
            "categories": self._categories(),
            "contact": self._contact(),
        }
        if name is None or document is None or len(self.problems) > before:
            return None
        return Entry(row, name, document, valid_from=valid_from, valid_until=valid_until, **stated)  # type: ignore[arg-type]

    def _text(self, column: str) -> str:
        place = self._places.get(column)
        return "" if place is None or place >= len(self._cells) else text_of(self._cells[place])

    def _try(self, column: str, reads: Callable[[str], _Read]) -> _Read | None:
        try:
            return reads(self._text(column))
        except CanteenError as refusal:
            self._note(column, refusal.code, **refusal.params)
            return None

    def _optional(self, column: str, reads: Callable[[str], _Read], nothing: _Read) -> _Read:
        if not self._text(column):
            return nothing
        read = self._try(column, reads)
        return nothing if read is None else read

    def _note(self, column: str, code: str, **params: str | int) -> None:
        self.problems.append(Problem(self._row, column, code, tuple(sorted(params.items()))))

    def _check_against(self, document: Document) -> None:
        if document.birth_on is not None and document.birth_on > self._terms.on:
            self._note("document", "seniors.born_later")
        sex = _plain(self._text("sex"))
        if sex and sex not in _SEXES:
            self._note("sex", "seniors.roster_sex")
        elif sex and document.sex not in (None, _SEXES[sex]):
            self._note("sex", "seniors.roster_sex_differs")
        birth = self._date("birth")
        if birth is not None and document.birth_on not in (None, birth):
            self._note("birth", "seniors.roster_birth_differs")

    def _validity(self) -> tuple[date | None, date | None]:
        valid_from, last_day = self._date("valid_from"), self._date("valid_to")
        if last_day is None:
            return valid_from, None
        if last_day < (valid_from or last_day):
            self._note("valid_to", "seniors.roster_dates_reversed")
        return valid_from, last_day + timedelta(days=1)

    def _date(self, column: str) -> date | None:
        text = _plain(self._text(column))
        if not text or text in OPEN_END:
            return None
        read = read_date(text)
        if read is None:
            self._note(column, "seniors.roster_date")
        return read

    def _categories(self) -> tuple[str, ...]:
        parts = _BETWEEN.split(_plain(self._text("categories")))
        codes = []
        for named in (part for part in parts if part and part not in NO_CATEGORY):
            code = self._terms.known_categories.get(named)
            if code is None:
                self._note("categories", "seniors.roster_category_unknown", category=named)
            else:
                codes.append(code)
        return tuple(dict.fromkeys(codes))

    def _residence(self) -> str | None:
        text, region = self._text("residence"), self._terms.region_code
        found = self._gazetteer.place(text, region) if text else None
        if found is None or places.is_within(region, found):
            return region
        if not places.is_within(found, region):
            self._note("residence", "seniors.roster_outside")
        return found

    def _hukou(self, text: str) -> str | None:
        found = self._gazetteer.place(text, self._terms.region_code)
        if found is None:
            self._note("hukou", "seniors.roster_hukou_unknown")
        return found

    def _contact(self) -> Contact | None:
        stated = _plain(self._text("contact"))
        within = _NUMBER.search(stated)
        number = self._text("contact_phone") or (within[0] if within else "")
        if not stated:
            return None
        if not number:
            self._note("contact", "seniors.roster_contact_phone")
            return None
        words = _NUMBER.sub("", stated)
        relation = _RELATION.search(words)
        name = _MARKS.sub("", words.replace(relation[0], "") if relation else words) or (
            relation[0] if relation else ""
        )
        try:
            return Contact(read_name(name), relation[0] if relation else "", read_phone(number))
        except CanteenError as refusal:
            self._note("contact_phone" if "phone" in refusal.code else "contact", refusal.code)
            return None


def read_date(text: str) -> date | None:
    """Read a day as people and spreadsheets write it: 2026-3-1, 2026年3月1日, 20260301, or the serial number 46082."""
    match = _DATE.fullmatch(text) or _SOLID_DATE.fullmatch(text)
    if match:
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            return None
    return _EXCEL_EPOCH + timedelta(days=int(text)) if _SERIAL.fullmatch(text) else None


def filled_rows(rows: Sequence[Sequence[Cell]], header: Header) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Yield the rows below the headings that state a name or a number, with their numbers."""
    needed = [header.places["name"], header.places["document"]]
    for index, cells in enumerate(rows[header.index + 1 :], start=header.index + 2):
        if any(place < len(cells) and text_of(cells[place]) for place in needed):
            yield index, cells


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()

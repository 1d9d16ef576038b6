"""Read YAML with every value's line, so that a mistake is shown where it stands.

Values are read from the text itself: ``5.00`` is five yuan and never a float, ``2024-05-17`` a day,
``yes`` a yes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar, cast

import yaml

from canteen.foundation import money
from canteen.foundation.errors import Invalid

T = TypeVar("T")

FAST_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_OPEN, _LARGEST = -1, 100_000

_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,9})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH_AND_DAY = re.compile(r"(\d{1,2})-(\d{1,2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Problem:
    """Point at one mistake: file, line, the way to the value, a stable code and its facts."""

    file: str
    line: int
    path: str
    code: str
    params: tuple[tuple[str, str], ...] = ()


_TYPED = frozenset({
    "yuan_expected", "number_expected", "whole_number_expected", "day_expected", "age_expected", "not_a_choice",
    "month_and_day_expected", "years_expected", "region_expected", "text_expected", "negative_amount",
})  # fmt: skip


def _half_width(text: str) -> str:
    """Write full-width digits, letters and signs as the half-width ones that are meant."""
    return unicodedata.normalize("NFKC", text).translate(_SIGNS)


_SIGNS = str.maketrans({"。": ".", "、": ",", "“": '"', "”": '"', "‘": "'", "’": "'", "～": "-", "~": "-", "—": "-",
                        "–": "-", "−": "-"})  # fmt: skip


class MisreadError(Exception):
    """Stop reading the value in hand; the problem is already noted."""


@dataclass
class Sheet:
    """Collect the problems of one file."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def done(self) -> None:
        """Refuse the file if anything was wrong: ``subsidy.policy_misread``."""
        if self.problems:
            ordered = tuple(sorted(self.problems, key=lambda p: (p.line, p.path)))
            raise Invalid("subsidy.policy_misread", problems=ordered)


@dataclass(frozen=True)
class Entry:
    """Wrap one YAML value together with its place in the file."""

    node: yaml.Node
    path: str
    sheet: Sheet

    @property
    def line(self) -> int:
        """Give the line of the value, the first being 1."""
        return int(self.node.start_mark.line) + 1

    def note(self, code: str, **params: object) -> None:
        """Note a problem here and read on; full-width signs in what was found are named as the likely cause."""
        found = str(params.get("found", ""))
        half = _half_width(found)
        if half != found and code in _TYPED:
            code, params = "full_width", {"found": found, "half": half}
        elif "：" in found and code == "mapping_expected":
            code = "colon_expected"
        facts = tuple((name, str(value)) for name, value in params.items())
        self.sheet.problems.append(Problem(self.sheet.file, self.line, self.path, code, facts))

    def refuse(self, code: str, **params: object) -> MisreadError:
        """Note a problem here and give the error to raise."""
        self.note(code, **params)
        return MisreadError(code)

    @property
    def is_scalar(self) -> bool:
        """Ask whether the value is a single word, number or text."""
        return isinstance(self.node, yaml.ScalarNode)

    @property
    def is_list(self) -> bool:
        """Ask whether the value is a list."""
        return isinstance(self.node, yaml.SequenceNode)

    def text(self) -> str:
        """Read a text."""
        if not isinstance(self.node, yaml.ScalarNode) or not self.node.value.strip():
            raise self.refuse("text_expected")
        return str(self.node.value).strip()

    def choice(self, options: Sequence[str]) -> str:
        """Read one of some words."""
        word = self.text()
        if word not in options:
            raise self.refuse("not_a_choice", found=word, options=" | ".join(options))
        return word

    def yes(self) -> bool:
        """Read yes or no."""
        return self.choice(("yes", "no", "true", "false")) in {"yes", "true"}

    def whole(self) -> int:
        """Read a whole number that is not negative."""
        if not _WHOLE.fullmatch(self.text()):
            raise self.refuse("whole_number_expected", found=self.text())
        return int(self.text())

    def positive(self) -> int:
        """Read a whole number of at least one."""
        number = self.whole()
        if number == 0:
            raise self.refuse("nothing_allowed", found=self.text())
        return number

    def fen(self) -> int:
        """Read yuan with at most two decimals as whole fen, never negative."""
        try:
            amount = money.fen(self.text())
        except ValueError:
            raise self.refuse("yuan_expected", found=self.text()) from None
        if amount < 0:
            raise self.refuse("negative_amount", found=self.text())
        return amount

    def fraction(self) -> Fraction:
        """Read an exact number such as ``12.5``, never negative."""
        if self.text().startswith("-"):
            raise self.refuse("negative_amount", found=self.text())
        if not _NUMBER.fullmatch(self.text()):
            raise self.refuse("number_expected", found=self.text())
        return Fraction(self.text())

    def percent(self) -> Fraction:
        """Read a percentage up to 100 as a share of one; the sign may be written or left out."""
        text = self.text()
        number = Entry(self.node, self.path, self.sheet) if not text.endswith("%") else self._without_sign()
        share = number.fraction() / 100
        if share > 1:
            raise self.refuse("over_hundred", found=text)
        return share

    def _without_sign(self) -> Entry:
        node = yaml.ScalarNode(self.node.tag, self.text()[:-1], self.node.start_mark, self.node.end_mark)
        return Entry(node, self.path, self.sheet)

    def day(self) -> date:
        """Read a day such as ``2024-05-17``."""
        try:
            if not _DAY.fullmatch(self.text()):
                raise ValueError
            return date.fromisoformat(self.text())
        except ValueError:
            raise self.refuse("day_expected", found=self.text()) from None

    def month_and_day(self) -> tuple[int, int]:
        """Read the first day of a year, such as ``07-01``; every year must have it."""
        found = _MONTH_AND_DAY.fullmatch(self.text())
        try:
            if found is None:
                raise ValueError
            first = date(2001, int(found[1]), int(found[2]))
        except ValueError:
            raise self.refuse("month_and_day_expected", found=self.text()) from None
        return first.month, first.day

    def items(self) -> Iterator[Entry]:
        """Go through a list; a single value counts as a list of one."""
        if isinstance(self.node, yaml.SequenceNode):
            for i, node in enumerate(self.node.value):
                yield Entry(node, f"{self.path}[{i + 1}]", self.sheet)
        else:
            yield self

    def pairs(self) -> dict[str, Entry]:
        """Read a mapping of any names; a name given twice is a problem."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.refuse("mapping_expected", found=self.node.value if self.is_scalar else "[...]")
        found: dict[str, Entry] = {}
        for key, value in self.node.value:
            name = str(key.value)
            entry = Entry(value, f"{self.path}.{name}" if self.path else name, self.sheet)
            if name in found:
                Entry(key, entry.path, self.sheet).note("given_twice", name=name)
            found[name] = entry
        return found

    def fields(self, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, Entry]:
        """Read a mapping of known names: unknown ones are noted, a missing one stops the reading."""
        found = self.pairs()
        for name in [name for name in found if name not in {*required, *optional}]:
            if "：" in name:
                found[name].note("colon_expected", found=name)
            else:
                found[name].note("unknown_name", name=name, options=", ".join((*required, *optional)))
        missing = [name for name in required if name not in found]
        for name in missing:
            self.note("missing", name=name)
        if missing:
            raise MisreadError("missing")
        return {name: entry for name, entry in found.items() if name in {*required, *optional}}


def each(entries: Iterator[Entry], read: Callable[[Entry], T]) -> tuple[T, ...]:
    """Read every entry, going on after a misread one."""
    results: list[T] = []
    failed = False
    for entry in entries:
        try:
            results.append(read(entry))
        except MisreadError:
            failed = True
    if failed:
        raise MisreadError("some entries are misread")
    return tuple(results)


class Readings:
    """Read parts that do not lean on each other, so that one mistake does not hide the next."""

    def __init__(self) -> None:
        self._failed = False

    def of(self, read: Callable[..., T], *arguments: Any, otherwise: Any = ()) -> T:
        """Read one part, or take note that it failed."""
        try:
            return read(*arguments)
        except MisreadError:
            self._failed = True
            return cast("T", otherwise)

    def done(self) -> None:
        """Stop here if any part was misread."""
        if self._failed:
            raise MisreadError("some parts are misread")


def root(text: str, file: str) -> Entry:
    """Compose a YAML text into its topmost entry; raises `Invalid` where it is no YAML."""
    try:
        node = _composed(text)
        _check_size(node, {})
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _no_yaml(text, file, 1 if mark is None else mark.line + 1, str(error.problem or "")) from None
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise _no_yaml(text, file, line, f"{error.reason}: U+{error.character:04X}") from None
    except RecursionError:
        raise _refused(file, 1, "too_deep") from None
    if node is None:
        raise _refused(file, 1, "empty_file")
    return Entry(node, "", Sheet(file))


def _composed(text: str) -> yaml.Node | None:
    """Compose by libyaml, many times as fast; what it refuses is read again by the reader whose words are known."""
    with suppress(yaml.YAMLError, UnicodeError):
        return yaml.compose(text, Loader=FAST_LOADER)
    return yaml.compose(text, Loader=yaml.SafeLoader)


def _no_yaml(text: str, file: str, line: int, found: str) -> Invalid:
    """Name the two mistakes that typists make most, else say what the reader says."""
    lines = text.splitlines()
    near = lines[line - 1] if 0 < line <= len(lines) else ""
    if "\t" in near[: len(near) - len(near.lstrip())]:
        return _refused(file, line, "tab_found")
    for number in (line, line - 1):
        written = lines[number - 1].partition("#")[0] if 0 < number <= len(lines) else ""
        if "：" in written and ":" not in written:
            return _refused(file, number, "colon_expected", found=written.strip())
    return _refused(file, line, "not_yaml", found=found)


def _refused(file: str, line: int, code: str, **params: str) -> Invalid:
    return Invalid("subsidy.policy_misread", problems=(Problem(file, line, "", code, tuple(params.items())),))


def _check_size(node: yaml.Node | None, sizes: dict[int, int]) -> int:
    """Refuse what refers to itself or unfolds to more than any policy needs; raises RecursionError."""
    if node is None or isinstance(node, yaml.ScalarNode):
        return 1
    known = sizes.get(id(node))
    if known is not None:
        if known == _OPEN:
            raise RecursionError
        return known
    sizes[id(node)] = _OPEN
    parts = [part for pair in node.value for part in pair] if isinstance(node, yaml.MappingNode) else node.value
    size = 1 + sum(_check_size(part, sizes) for part in parts)
    if size > _LARGEST:
        raise RecursionError
    sizes[id(node)] = size
    return size

"""Say in plain dictionaries what the books must hold; nothing here knows the code that keeps them.

Books are named by the key of a canteen or by the code of a purse. The rules are Shenzhen's, with a pot that pays before
the budget: up to 15.00 for people in hardship and from 100, up to 5.00 from 70, nothing to the dead, once a day; 2.00
to the operator for each subsidised meal.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

GOVERNMENT, POT = "440300:government", "440300:gift"
FULL, OPERATOR = 18_00, 2_00
TENDERS = {"cash": "1001", "own_code": "1012.02", "tab": "1122.09", "free": "5401.03"}
Legs = Counter[tuple[str, str]]
Book = int | str


@dataclass
class Person:
    """Hold what the office knows of somebody."""

    ref: str
    card: str
    age: int
    poor_until: date | None = None
    died: date | None = None

    def limit_on(self, day: date) -> int:
        """Return up to how much a meal of a day is subsidised."""
        if self.died is not None and day >= self.died:
            return 0
        is_poor = self.poor_until is not None and day < self.poor_until
        return 15_00 if is_poor or self.age >= 100 else 5_00 if self.age >= 70 else 0


@dataclass
class Meal:
    """Hold a tray: what it moved in its canteen's book, and what of it purses carry."""

    ref: str
    canteen: int
    person: int
    day: date
    at: datetime
    tender: str
    own: int
    told: int
    gift: int = 0
    government: int = 0
    is_extra: bool = False
    legs: Legs = field(default_factory=Counter)


@dataclass
class Order:
    """Hold an order of a person for a day."""

    canteen: int
    price: int
    state: str = "live"


@dataclass(frozen=True)
class Owed:
    """Hold what one leg made a purse owe, in the month that took it."""

    canteen: int
    month: str
    account: str
    funder: str
    fen: int


@dataclass
class Due:
    """Hold what an accepted document makes a purse owe, by account of the canteen's book, and what was paid of it."""

    source: str
    canteen: int
    funder: str
    open: Counter[str]
    kind: str = "statement"

    @property
    def left(self) -> int:
        """Return what is still to be paid."""
        return sum(self.open.values())


@dataclass
class Model:
    """Hold what every book must add up to, and what is needed to know what comes next."""

    people: dict[int, Person]
    held: dict[Book, Legs] = field(default_factory=dict)
    meals: dict[str, Meal] = field(default_factory=dict)
    standing: dict[tuple[int, date], Meal] = field(default_factory=dict)
    orders: dict[tuple[int, date], Order] = field(default_factory=dict)
    closed: set[tuple[int, str]] = field(default_factory=set)
    owed: list[Owed] = field(default_factory=list)
    dues: list[Due] = field(default_factory=list)
    since_count: dict[int, list[tuple[datetime, int]]] = field(default_factory=dict)
    pot: int = 0

    def move(self, book: Book, legs: Legs) -> None:
        """Add legs to a book."""
        held = self.held.setdefault(book, Counter())
        for leg, fen in legs.items():
            held[leg] += fen

    def post(self, meal: Meal, legs: Legs, at: datetime, sign: int = 1) -> None:
        """Add legs of a meal to its canteen's book, in the month that is open for it."""
        moved = Counter({leg: sign * fen for leg, fen in legs.items()})
        self.move(meal.canteen, moved)
        for leg, fen in moved.items():
            meal.legs[leg] += fen
        own = f"{meal.day:%Y-%m}"
        month = f"{at:%Y-%m}" if (meal.canteen, own) in self.closed else own
        self.owed += [
            Owed(meal.canteen, month, account, funder, fen) for (account, funder), fen in moved.items()
            if funder and account.startswith("1122.")
        ]  # fmt: skip

    def serve(
        self, ref: str, person: int, canteen: int, at: datetime, received: datetime, told: int | None = None
    ) -> Meal:
        """Hand a tray over: the first of a day is subsidised, another is not."""
        key = person, at.date()
        if key in self.standing:
            return self._extra(ref, person, canteen, at, received, told=told)
        price, order = FULL, self.orders.get(key)
        if order is not None and order.state == "live":
            price = order.price if order.canteen == canteen else FULL
            order.state = "served" if order.canteen == canteen else "cancelled"
        given = min(price, self.people[person].limit_on(at.date()))
        gift = min(given, self.pot)
        own = price - given
        tender = "cash" if own else "free"
        meal = Meal(ref, canteen, person, at.date(), at, tender, own, own if told is None else told, gift, given - gift)
        self.pot -= gift
        self.post(meal, _meal_legs(meal), received)
        self._keep(meal, received)
        self.standing[key] = meal
        return meal

    def price_of(self, person: int, day: date) -> int:
        """Return the price of what somebody was served, which another tray costs in full."""
        order = self.orders.get((person, day))
        return order.price if order is not None and order.state == "served" else FULL

    def _extra(
        self, ref: str, person: int, canteen: int, at: datetime, received: datetime, *, told: int | None,
        tender: str = "cash",
    ) -> Meal:  # fmt: skip
        own = self.price_of(person, at.date())
        meal = Meal(
            ref, canteen, person, at.date(), at, tender, own, own if told is None else told, is_extra=True
        )  # fmt: skip
        self.post(meal, _meal_legs(meal), received)
        self._keep(meal, received)
        return meal

    def _keep(self, meal: Meal, received: datetime) -> None:
        """Keep to what the counter told: less is let off, more is owed."""
        self.meals[meal.ref] = meal
        if meal.tender == "cash":
            self.since_count.setdefault(meal.canteen, []).append((meal.at, meal.own))
        difference = meal.told - meal.own
        if difference:
            other = "2241.01" if difference > 0 else "5401.03"
            tender = "cash" if meal.tender == "free" and meal.told else meal.tender
            legs: Legs = Counter({(TENDERS[tender], ""): difference})
            legs[other, ""] -= difference
            self.post(meal, legs, received)

    def settle(
        self, ref: str, person: int, canteen: int, at: datetime, received: datetime, told: int, again: str
    ) -> None:
        """Book what a device handed over without network: of two trays the earlier takes the subsidy."""
        rival = self.standing.get((person, at.date()))
        if rival is None or at >= rival.at:
            self.serve(ref, person, canteen, at, received, told)
            return
        self.undo(rival.ref, received)
        self.serve(ref, person, canteen, at, received, told)
        tender = "cash" if rival.tender == "free" and rival.told else rival.tender
        self._extra(again, person, rival.canteen, rival.at, received, told=rival.told, tender=tender)

    def undo(self, ref: str, at: datetime) -> None:
        """Take a tray back with everything that it moved."""
        meal = self.meals.pop(ref)
        self.post(meal, Counter(meal.legs), at, sign=-1)
        self.pot += meal.gift
        meal.gift = meal.government = 0
        if not meal.is_extra:
            del self.standing[meal.person, meal.day]
            order = self.orders.get((meal.person, meal.day))
            if order is not None and order.state == "served":
                order.state = "live"

    def tender(self, ref: str, tender: str, at: datetime) -> None:
        """Let a tray be paid in another way."""
        meal = self.meals[ref]
        if tender != meal.tender and meal.own:
            legs = Counter({(TENDERS[tender], ""): meal.own, (TENDERS[meal.tender], ""): -meal.own})
            self.post(meal, legs, at)
        meal.tender = tender

    def correct(self, person: int, at: datetime) -> int:
        """Take back of a person's meals what is not due as the facts are known now; the budget carries it."""
        count = 0
        for meal in [one for (who, _), one in self.standing.items() if who == person]:
            given = min(meal.gift + meal.government, self.people[person].limit_on(meal.day))
            gift = min(given, meal.gift)
            lost_gift, lost = meal.gift - gift, meal.government - (given - gift)
            if not lost_gift and not lost:
                continue
            count += 1
            legs = Counter({leg: fen for leg, fen in (
                (("1122.04", POT), -lost_gift), (("5001.02", POT), lost_gift),
                (("1122.02", GOVERNMENT), -lost), (("1122.08", GOVERNMENT), lost + lost_gift),
                (("5001.02", GOVERNMENT), -lost_gift),
            ) if fen})  # fmt: skip
            self.post(meal, legs, at)
            self.pot += lost_gift
            meal.gift, meal.government = gift, given - gift
        return count

    def freeze(self, canteen: int, month: str) -> list[Owed]:
        """Take out what is not stated yet of a month."""
        taken = [one for one in self.owed if (one.canteen, one.month) == (canteen, month)]
        self.owed = [one for one in self.owed if (one.canteen, one.month) != (canteen, month)]
        return taken

    def accept(self, source: str, name: str, stated: list[Owed]) -> None:
        """Let each purse take on what a statement makes it owe."""
        for funder in sorted({one.funder for one in stated}):
            accounts = Counter[str]()
            for one in stated:
                accounts[one.account] += one.fen if one.funder == funder else 0
            due = Due(source, stated[0].canteen, funder, accounts)
            if not due.left:
                continue
            donated = -self.held.get(funder, Counter())["2401", funder]
            given = min(max(due.left, 0), donated)
            legs = {("2401", funder): given, ("6001", funder): due.left - given, (f"2302.{name}", funder): -due.left}
            self.move(funder, Counter(legs))
            self.dues.append(due)

    def claw(self, source: str, name: str, meal: Meal, penalty: int) -> int:
        """Want the subsidy of a meal back, and return how much."""
        by_funder: Counter[str] = Counter()
        for (account, funder), fen in meal.legs.items():
            if funder and account.startswith("1122."):
                revenue = "5051.02" if account == "1122.06" else "5001.02"
                self.move(meal.canteen, Counter({(revenue, funder): fen, ("2241.02", funder): -fen}))
                by_funder[funder] += fen
        self.move(meal.canteen, Counter({("5711", ""): penalty, ("2241.03", ""): -penalty}))
        for funder, fen in by_funder.items():
            self.move(funder, Counter({(f"1224.{name}", funder): fen, ("6001", funder): -fen}))
            self.dues.append(Due(source, meal.canteen, funder, Counter({"2241.02": -fen}), "clawback"))
        return by_funder.total()

    def pay(self, due: Due, name: str, fen: int) -> tuple[Legs, Legs]:
        """Let the bank pay a part of a due, and return what it moved in the two books."""
        laid: Counter[str] = Counter()
        if due.kind == "clawback":
            laid["2241.02"] = fen
        else:
            outstanding = sorted(due.open.items())
            laid.update({account: part for account, part in outstanding if part and (part > 0) != (fen > 0)})
            left = fen - laid.total()
            for account, part in outstanding:
                if part and (part > 0) == (fen > 0):
                    laid[account] = min(left, part) if fen > 0 else max(left, part)
                    left -= laid[account]
        due.open.subtract(laid)
        heading = f"1224.{name}" if due.kind == "clawback" else f"2302.{name}"
        received: Legs = Counter({(account, due.funder): -part for account, part in laid.items()})
        received["1002", due.funder] += fen
        paid: Legs = Counter({(heading, due.funder): fen, ("1002", due.funder): -fen})
        self.move(due.canteen, received)
        self.move(due.funder, paid)
        return received, paid

    def give_back(self, due: Due, received: Legs, paid: Legs) -> None:
        """Let the bank return what it had paid."""
        for book, legs in ((due.canteen, received), (due.funder, paid)):
            self.move(book, Counter({leg: -fen for leg, fen in legs.items()}))
        for (account, _), fen in received.items():
            due.open[account] -= fen if account != "1002" else 0


def _meal_legs(meal: Meal) -> Legs:
    given = meal.gift + meal.government
    operator = OPERATOR if given else 0
    legs = {
        (TENDERS[meal.tender], ""): meal.own, ("5001.01", ""): -meal.own,
        ("1122.04", POT): meal.gift, ("5001.02", POT): -meal.gift,
        ("1122.02", GOVERNMENT): meal.government, ("5001.02", GOVERNMENT): -meal.government,
        ("1122.06", GOVERNMENT): operator, ("5051.02", GOVERNMENT): -operator,
    }  # fmt: skip
    return Counter({leg: fen for leg, fen in legs.items() if fen})

"""Ask about the occasion: how the meal was ordered, the site, what was given before, who else already pays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from canteen.subsidy.situation import Situation, age_on


@dataclass(frozen=True, slots=True)
class LayerGiven:
    """Ask whether another layer, tried before, gave something for this meal."""

    layers: tuple[str, ...]
    name: str = "given"

    @property
    def needs(self) -> str:
        """Name the layers."""
        return "/".join(self.layers)

    def holds(self, s: Situation) -> bool:
        """Ask whether one of them gave."""
        return not s.given.isdisjoint(self.layers)

    def seen(self, s: Situation) -> str:
        """Name the layers that gave."""
        return "/".join(sorted(s.given)) or "-"


@dataclass(frozen=True, slots=True)
class OtherScheme:
    """Ask whether one of some named schemes already pays for the person's meals."""

    schemes: frozenset[str]
    needs: str
    name: str = "other_scheme"

    def holds(self, s: Situation) -> bool:
        """Compare by name."""
        return not self.schemes.isdisjoint(s.facts.schemes)

    def seen(self, s: Situation) -> str:
        """Name the person's schemes."""
        return "/".join(sorted(s.facts.schemes)) or "-"


@dataclass(frozen=True, slots=True)
class OrderedAhead:
    """Ask that the meal was ordered at least some days before the service day."""

    days: int
    name: str = "ordered_days_ahead"

    @property
    def needs(self) -> str:
        """Write the number of days."""
        return str(self.days)

    def holds(self, s: Situation) -> bool:
        """Count the days; a walk-in was not ordered."""
        ordered = s.meal.ordered_on
        return ordered is not None and (s.on - ordered).days >= self.days

    def seen(self, s: Situation) -> str:
        """Show the day of the order."""
        return "-" if s.meal.ordered_on is None else s.meal.ordered_on.isoformat()


@dataclass(frozen=True, slots=True)
class SiteLive:
    """Ask that the site has gone live by the service day."""

    name: str = "site_live"
    needs: str = "yes"

    def holds(self, s: Situation) -> bool:
        """Compare the go-live day."""
        return s.site.live_on is not None and s.site.live_on <= s.on

    def seen(self, s: Situation) -> str:
        """Show the go-live day."""
        return "-" if s.site.live_on is None else s.site.live_on.isoformat()


@dataclass(frozen=True, slots=True)
class Headcount:
    """Ask for at least some people."""

    first: int
    name: str = "headcount"

    @property
    def needs(self) -> str:
        """Write the number."""
        return str(self.first)

    def holds(self, s: Situation) -> bool:
        """Compare; an unknown headcount never fits."""
        return s.site.headcount is not None and s.site.headcount >= self.first

    def seen(self, s: Situation) -> str:
        """Show the headcount."""
        return "?" if s.site.headcount is None else str(s.site.headcount)


@dataclass(frozen=True, slots=True)
class Birthday:
    """Ask whether the service day is the person's birthday."""

    name: str = "birthday_today"
    needs: str = "yes"

    def holds(self, s: Situation) -> bool:
        """Ask whether somebody grew a year older overnight."""
        before = age_on(s.facts.birth, s.on - timedelta(days=1))
        return before is not None and before != age_on(s.facts.birth, s.on)

    def seen(self, s: Situation) -> str:
        """Show the day of birth."""
        return "?" if s.facts.birth is None else s.facts.birth.isoformat()

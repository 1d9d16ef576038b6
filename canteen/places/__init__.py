"""Know where things are: the regions of the country, the canteens in them, and the days they serve.

A region is named by a 12-digit code, and everything within it shares the leading digits (`prefix`). A canteen belongs
to one region and one operator; a meal service says when it serves breakfast, lunch or dinner. The calendar is that of
the nation; a day on which one canteen is closed is the canteen's own.
"""

from canteen.places.calendar import (
    Calendar,
    DayRow,
    add_day,
    calendar,
    load_days,
    missing_year,
    remove_day,
)
from canteen.places.canteens import (
    ServiceTerms,
    add_operator,
    canteen,
    canteen_by_id,
    canteens_in,
    canteens_of,
    close_canteen,
    close_day,
    is_open,
    open_canteen,
    price_ceiling,
    reopen_day,
    services,
    set_service,
)
from canteen.places.regions import (
    add_region,
    ancestry,
    children,
    is_code,
    is_within,
    level,
    load_regions,
    padded,
    parent,
    prefix,
    region,
    region_names,
    region_path,
)
from canteen.places.tables import Canteen, MealService, Operator, Region

__all__ = [
    "Calendar",
    "Canteen",
    "DayRow",
    "MealService",
    "Operator",
    "Region",
    "ServiceTerms",
    "add_day",
    "add_operator",
    "add_region",
    "ancestry",
    "calendar",
    "canteen",
    "canteen_by_id",
    "canteens_in",
    "canteens_of",
    "children",
    "close_canteen",
    "close_day",
    "is_code",
    "is_open",
    "is_within",
    "level",
    "load_days",
    "load_regions",
    "missing_year",
    "open_canteen",
    "padded",
    "parent",
    "prefix",
    "price_ceiling",
    "region",
    "region_names",
    "region_path",
    "remove_day",
    "reopen_day",
    "services",
    "set_service",
]

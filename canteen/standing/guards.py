"""Keep in the database what nobody may undo: a pattern as agreed, and a day that somebody has changed."""

from __future__ import annotations

from canteen.foundation.guards import attach, frozen_columns
from canteen.standing.tables import StandingOccurrence, StandingOrder, StandingPause

frozen_columns(StandingOrder.__table__, "ended_at", "ended_by")
frozen_columns(StandingPause.__table__, "ended_at")

_BACK = "NEW.state = 'generated' AND OLD.state <> 'generated' OR OLD.state = 'locked'"
attach(
    StandingOccurrence.__table__,
    "sqlite",
    f"CREATE TRIGGER standing_occurrences_no_way_back BEFORE UPDATE ON standing_occurrences WHEN {_BACK} "
    "BEGIN SELECT RAISE(ABORT, 'kept:standing_occurrences'); END",
    "CREATE TRIGGER standing_occurrences_no_delete BEFORE DELETE ON standing_occurrences "
    "BEGIN SELECT RAISE(ABORT, 'append_only:standing_occurrences'); END",
)
attach(
    StandingOccurrence.__table__,
    "postgresql",
    "CREATE TRIGGER standing_occurrences_no_way_back BEFORE UPDATE ON standing_occurrences FOR EACH ROW "
    f"WHEN ({_BACK}) EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER standing_occurrences_no_delete BEFORE DELETE OR TRUNCATE ON standing_occurrences "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
)

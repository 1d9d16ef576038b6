"""Keep attempts and served meals append only."""

from __future__ import annotations

from canteen.checkin.tables import Redemption, RedemptionUndo, ScanAttempt, TenderChange
from canteen.foundation.guards import append_only

for _table in (ScanAttempt, Redemption, RedemptionUndo, TenderChange):
    append_only(_table.__table__)

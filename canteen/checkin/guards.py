"""Keep attempts, served meals and what devices reported append only; of a device only its state changes."""

from __future__ import annotations

from canteen.checkin.tables import (
    Device,
    DeviceHolder,
    OfflineOutcome,
    OfflineScan,
    Redemption,
    RedemptionUndo,
    ScanAttempt,
    ScanException,
    TenderChange,
)
from canteen.foundation.guards import append_only, frozen_columns

for _table in (ScanAttempt, Redemption, RedemptionUndo, TenderChange, OfflineOutcome, ScanException, DeviceHolder):
    append_only(_table.__table__)
frozen_columns(Device.__table__, "revoked_at", "revoked_by", "seen_at", "skew_ms", "waiting")
# A sealed column is sealed anew when keys rotate.
frozen_columns(OfflineScan.__table__, "code_sealed")

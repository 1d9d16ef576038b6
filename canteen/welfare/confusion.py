"""Take it as a sign when one who used to manage sends what nobody understands, three times in a row."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.foundation.clock import service_day
from canteen.orders.tables import Order
from canteen.welfare.tables import WelfareTask
from canteen.welfare.tasks import open_task

_MANAGED = 5  # Orders by the own chat after which somebody is known to manage.


def notice_confusion(session: Session, *, person_id: int, at: datetime) -> WelfareTask | None:
    """Open a task for a person who ordered by chat before and is not understood now; None for a beginner."""
    wanted = select(func.count(Order.id)).where(Order.person_id == person_id, Order.channel == "wechat")
    if (session.scalar(wanted) or 0) < _MANAGED:
        return None
    day = service_day(at)
    key = f"confused:{person_id}:{day.isoformat()}"
    return open_task(session, key=key, person_id=person_id, kind="confused", since=day, actor="chat", at=at)

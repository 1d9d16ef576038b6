"""Take down what the platform reports by itself: who accepts which notices, and what became of a message it took."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot import grants
from bot.envelope import Incoming
from bot.templates import Templates
from canteen import notices

POPUP, CHANGED, SENT = "subscribe_msg_popup_event", "subscribe_msg_change_event", "subscribe_msg_sent_event"
TEMPLATE_DONE = "TEMPLATESENDJOBFINISH"
EVENTS = frozenset({POPUP, CHANGED, SENT, TEMPLATE_DONE})
_BLOCKED, _LOST = "wechat.blocked", "wechat.not_delivered"


def number(msg_id: str) -> str:
    """Name a message by the number that the platform gave it."""
    return f"wechat:{msg_id}" if msg_id else ""


def note(session: Session, templates: Templates, incoming: Incoming, *, account_id: int, at: datetime) -> None:
    """Note one report; what is malformed in it says nothing."""
    if incoming.event == TEMPLATE_DONE:
        status = incoming.status.casefold()
        code = "sent" if status == "success" else _BLOCKED if "block" in status else _LOST
        _report(session, incoming.msg_number, code, at)
        return
    for place, row in enumerate(incoming.listed):
        if incoming.event == SENT:
            _report(session, row.get("MsgID", ""), "sent" if row.get("ErrorCode") == "0" else _LOST, at)
        else:
            _choose(session, templates, row, account_id, f"{incoming.key}:{place}", at)


def _report(session: Session, msg_id: str, code: str, at: datetime) -> None:
    if msg_id:
        notices.report(session, number=number(msg_id), code=code, at=at)


def _choose(
    session: Session, templates: Templates, row: dict[str, str], account_id: int, key: str, at: datetime
) -> None:
    template_id, said = row.get("TemplateId", "")[:200], row.get("SubscribeStatusString", "").casefold()
    if not template_id:
        return
    if said == "accept":
        grants.accept(
            session, account_id=account_id, template_id=template_id,
            is_long_term=templates.is_long_term(template_id), key=key, at=at,
        )  # fmt: skip
    elif said == "reject":
        grants.end(session, account_id=account_id, template_id=template_id, reason="refused", at=at)

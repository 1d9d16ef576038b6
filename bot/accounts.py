"""Know the followers of our accounts.

An openid is no identity; what it may do comes from binding.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.tables import WechatAccount

_PREFIX = "wechat:"
_HEARD_EVERY = timedelta(minutes=10)


def meet(session: Session, *, appid: str, openid: str, at: datetime) -> WechatAccount:
    """Return the account of an openid; a new one is written down."""
    account = known(session, appid=appid, openid=openid)
    if account is None:
        return _new(session, appid, openid, at)
    if at - account.heard_at > _HEARD_EVERY or not account.follows:
        account.heard_at, account.follows = at, True
    return account


def left(session: Session, account_id: int) -> None:
    """Note that somebody follows us no more."""
    session.get_one(WechatAccount, account_id).follows = False


def known(session: Session, *, appid: str, openid: str) -> WechatAccount | None:
    """Return the account of an openid, None where it was never met."""
    same = select(WechatAccount).where(WechatAccount.appid == appid, WechatAccount.openid == openid)
    return session.scalars(same).one_or_none()


def _new(session: Session, appid: str, openid: str, at: datetime) -> WechatAccount:
    account = WechatAccount(appid=appid, openid=openid, met_at=at, heard_at=at)
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:
        # Another message of the same person was quicker to write the account down.
        found = known(session, appid=appid, openid=openid)
        if found is None:
            raise
        return found
    return account


def opaque(account_id: int) -> str:
    """Name an account the way the canteen knows it: ``wechat:7``."""
    return f"{_PREFIX}{account_id}"


def of_opaque(session: Session, name: str) -> WechatAccount | None:
    """Return the account behind an opaque name, None where it is none of ours."""
    number = name.removeprefix(_PREFIX)
    if not name.startswith(_PREFIX) or not number.isdigit():
        return None
    return session.get(WechatAccount, int(number))

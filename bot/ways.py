"""Know the ways that a notice can reach a follower, and in which order they are tried.

What costs nothing and says the whole sentence comes first, what is scarce comes last: a service message while the
person wrote within two days, a long-term subscription, a template message, a one-time subscription. Where none is open,
or each is refused, the notice falls to the telephone (`canteen.notices`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot import grants, replies
from bot.client import Client, WechatError
from bot.reports import number
from bot.templates import Template, Templates, Way
from canteen import checkin
from canteen.foundation.db import EVERYWHERE, Database

ORDER: tuple[Way, ...] = ("service", "long_term", "template", "one_time")
NO_GRANT = 43101
# The platform's two days, and how much earlier than in truth the last word of an account may be noted.
WINDOW = timedelta(hours=48) + timedelta(minutes=10)
# Pictures only go as service messages.
PICTURE = "meal_code"


@dataclass(frozen=True)
class Reached:
    """Hold the account that a notice goes to."""

    account_id: int
    openid: str
    heard_at: datetime


@dataclass(frozen=True)
class Letter:
    """Hold what is to be said, to whom, and when."""

    to: Reached
    kind: str
    content: Mapping[str, Any]
    at: datetime


Say = Callable[[Letter], str]


class Ways:
    """Say notices by each way; what is answered is the platform's number of the message, empty where it gives none."""

    def __init__(self, database: Database, client: Client, keys: checkin.Keys, templates: Templates) -> None:
        self._database = database
        self._client = client
        self._keys = keys
        self._templates = templates

    def open_to(self, letter: Letter) -> list[tuple[Way, Say]]:
        """List the ways that are open to a notice, the first to try first."""
        found = ((way, self._way(letter, way)) for way in ORDER)
        return [(way, say) for way, say in found if say is not None]

    def forget_grants(self, letter: Letter, way: Way) -> None:
        """Note that the platform knows of no acceptance for what was to be sent by a way."""
        template = self._templates.of(letter.kind, way)
        if template is not None:
            with self._database.transaction(EVERYWHERE) as session:
                grants.end(
                    session, account_id=letter.to.account_id, template_id=template.template_id,
                    reason="platform_knows_none", at=letter.at,
                )  # fmt: skip

    def _way(self, letter: Letter, way: Way) -> Say | None:
        if way == "service":
            return self._service(letter)
        template = None if letter.kind == PICTURE else self._templates.of(letter.kind, way)
        return self._by(template) if template else None

    def _service(self, letter: Letter) -> Say | None:
        if letter.at - letter.to.heard_at > WINDOW:
            return None
        return self._picture if letter.kind == PICTURE else self._text

    def _text(self, letter: Letter) -> str:
        self._client.send_text(letter.to.openid, replies.notice(letter.kind, letter.content))
        return ""

    def _picture(self, letter: Letter) -> str:
        media_id = self._client.upload_image(checkin.qr_png(self._digits(letter.content)))
        self._client.send_image(letter.to.openid, media_id)
        return ""

    def _digits(self, content: Mapping[str, Any]) -> str:
        """Sign the code that was asked for; one that was enqueued by an older version is signed already."""
        if "digits" in content:
            return str(content["digits"])
        day, expires_at = date.fromisoformat(content["day"]), datetime.fromisoformat(content["expires_at"])
        return checkin.write_page_code(
            self._keys, checkin.PageCode(content["person"], day, content["meal"], expires_at)
        )

    def _by(self, template: Template) -> Say:
        def say(letter: Letter) -> str:
            data = template.filled(letter.kind, letter.content)
            if template.way == "template":
                return number(self._client.send_template(letter.to.openid, template.template_id, data))
            return self._subscribed(template, letter, data)

        return say

    def _subscribed(self, template: Template, letter: Letter, data: dict[str, dict[str, str]]) -> str:
        """Use one acceptance up, then send; what the platform refused for another reason is given back.

        Where it did not answer it may have been sent: nothing is given back.
        """
        whose: dict[str, Any] = {"account_id": letter.to.account_id, "template_id": template.template_id}
        is_long_term = template.way == "long_term"
        with self._database.transaction(EVERYWHERE) as session:
            if not grants.take(session, **whose, is_long_term=is_long_term, at=letter.at):
                raise WechatError(NO_GRANT)
        try:
            return number(self._client.send_subscription(letter.to.openid, template.template_id, data))
        except WechatError as error:
            if error.errcode > 0 and error.errcode != NO_GRANT and not is_long_term:
                with self._database.transaction(EVERYWHERE) as session:
                    grants.give_back(session, **whose, at=letter.at)
            raise

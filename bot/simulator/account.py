"""Remember users, conversations, codes, menu and pictures of the account.

One object, one lock: every public method is safe to call from any thread.
The snapshot follows each change.
"""

import base64
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.simulator import markup, windows
from bot.simulator.errcodes import Refusal, WxError
from bot.simulator.records import Attempt, Bubble, Delivery, Media, Scene, Sent, State, User
from bot.simulator.snapshot import Snapshot

_DEMO_USERS = (
    ("senior", "王秀英", "本人 (senior)", "oXf5a6WangXiuYing0senior0001"),
    ("daughter", "李静", "女儿 (daughter)", "oXf5a6LiJing0daughter0000002"),
    ("stranger", "陌生人", "路人 (stranger)", "oXf5a6MoShengRen0stranger003"),
)
_MOST = {"bubbles": 2000, "deliveries": 200, "outbox": 1000, "media": 200, "seconds": 500, "users": 50}
ALWAYS = -1


class Account:
    """Hold the state of the pretended official account."""

    def __init__(self, state_path: Path | None = None) -> None:
        self._lock = threading.RLock()
        self._snapshot = Snapshot(state_path, self._dump)
        self._state = self._restored()

    def save(self) -> None:
        """Write the snapshot now."""
        self._snapshot.save()

    def reset(self) -> None:
        """Forget everything but the demo users."""
        with self._changing() as state:
            last = state.last_seq, state.last_message_id
            self._state = _fresh()
            self._state.last_seq, self._state.last_message_id = last

    # People.

    def users(self) -> list[User]:
        """List the users in the order they came."""
        with self._lock:
            return list(self._state.users.values())

    def user(self, key: str) -> User:
        """Find a user by key; unknown keys are refused."""
        with self._lock:
            if key not in self._state.users:
                raise Refusal("users.unknown", 404)
            return self._state.users[key]

    def by_openid(self, openid: Any, *, mini: bool = False) -> User:
        """Find a user by openid; unknown ones answer 40003."""
        for user in self.users():
            if openid == (user.mini_openid if mini else user.openid):
                return user
        raise WxError(40003)

    def add_user(self, name: str, caption: str = "") -> User:
        """Add one more person with new openids."""
        with self._changing() as state:
            if len(state.users) >= _MOST["users"]:
                raise Refusal("users.too_many")
            number = len(state.users) + 1
            openid = f"oXf5a6{secrets.token_hex(11)}"[:28]
            user = _user(f"user{number}", name[:20] or f"用户 {number}", caption[:30], openid)
            state.users[user.key] = user
            return user

    def follow(self, user: User, *, at: int, scene: str = "") -> None:
        """Make somebody a follower, perhaps by way of a code."""
        with self._changing():
            user.following, user.followed_at, user.scene = True, at, scene

    def unfollow(self, user: User) -> None:
        """End following; windows to write close at once."""
        with self._changing():
            user.following, user.windows = False, []

    def open_window(self, user: User, *, kind: str, at: int) -> None:
        """Let the account write after an act of the user."""
        with self._changing():
            user.windows = windows.opened(user.windows, kind=kind, at=at)

    def spend_window(self, user: User, *, at: int) -> None:
        """Take one message from the user's open windows."""
        with self._changing():
            windows.spend(user.windows, at=at)

    # Conversations.

    def say(self, openid: str, *, side: str, kind: str, content: dict[str, Any], at: int, delivery: int = 0) -> Bubble:
        """Add a line to a conversation."""
        with self._changing() as state:
            bubble = Bubble(self._next_seq(), openid, side, kind, content, at, delivery)
            state.bubbles = [*state.bubbles, bubble][-_MOST["bubbles"] :]
            return bubble

    def bubbles(self, openid: str, *, after: int = 0) -> list[Bubble]:
        """List a conversation, oldest first."""
        with self._lock:
            return [line for line in self._state.bubbles if line.openid == openid and line.seq > after]

    def knows_link(self, user: User, url: str) -> bool:
        """Tell whether the account has shown this address to the user."""
        with self._lock:
            if url in _menu_links(self._state.menu):
                return True
            return any(url in _bubble_links(line) for line in self.bubbles(user.openid))

    def message_id(self) -> int:
        """Give an id that was never used, not even before a restart."""
        with self._changing() as state:
            state.last_message_id = max(state.last_message_id + 1, time.time_ns() // 1000)
            return state.last_message_id

    def event_second(self, openid: str, at: int) -> int:
        """Give a second unused by this user's events, from the one asked on.

        Events carry no id: sender and second tell them apart. A demo clock
        that stands still or goes back would make two taps look like one.
        """
        with self._changing() as state:
            used = state.event_seconds.get(openid, [])
            while at in used:
                at += 1
            state.event_seconds[openid] = [*used, at][-_MOST["seconds"] :]
            return at

    # The log.

    def begin_delivery(self, openid: str, *, title: str, trick: str, at: int) -> int:
        """Open a line in the log, before the first attempt."""
        with self._changing() as state:
            delivery = Delivery(self._next_seq(), openid, title, trick, at, "…", [])
            state.deliveries = [*state.deliveries, delivery][-_MOST["deliveries"] :]
            return delivery.seq

    def end_delivery(self, seq: int, *, verdict: str, attempts: list[Attempt]) -> dict[str, Any]:
        """Close a line in the log with what came of it."""
        with self._changing() as state:
            for delivery in reversed(state.deliveries):
                if delivery.seq == seq:
                    delivery.verdict, delivery.attempts = verdict, attempts
                    return asdict(delivery)
        return {"seq": seq, "verdict": verdict, "attempts": [asdict(attempt) for attempt in attempts]}

    def deliveries(self, *, openid: str | None = None, last: int = 40) -> list[dict[str, Any]]:
        """List the newest deliveries, newest first."""
        with self._lock:
            chosen = [item for item in self._state.deliveries if openid in (None, item.openid)]
            return [asdict(item) for item in reversed(chosen[-last:])]

    def record_sent(self, kind: str, openid: str, body: dict[str, Any], *, at: int, errcode: int) -> Sent:
        """Note a message that the account sent, or was refused."""
        with self._changing() as state:
            sent = Sent(self._next_seq(), kind, openid, body, at, errcode)
            state.outbox = [*state.outbox, sent][-_MOST["outbox"] :]
            return sent

    def outbox(self) -> list[dict[str, Any]]:
        """List what the account sent, oldest first."""
        with self._lock:
            return [asdict(sent) for sent in self._state.outbox]

    def last_notice(self, openid: str, number: Any = None) -> Sent:
        """Return the last notice that a user was sent, or the one of a number."""
        with self._lock:
            for sent in reversed(self._state.outbox):
                is_notice = sent.kind in {"template", "subscribe"} and not sent.errcode and sent.openid == openid
                if is_notice and number in (None, sent.seq):
                    return sent
        raise Refusal("notices.none_sent", 404)

    # Codes, menu, pictures, grants.

    def create_scene(self, scene: str, *, permanent: bool, seconds: int, at: int) -> Scene:
        """Make a code; a permanent one for the same scene is the same code."""
        with self._changing() as state:
            for known in state.scenes.values():
                if permanent and known.permanent and known.scene == scene:
                    return known
            ticket = "gQ" + secrets.token_urlsafe(48)
            token = "02" + secrets.token_urlsafe(12)
            made = Scene(ticket, token, scene, permanent, at, 0 if permanent else at + seconds)
            state.scenes[ticket] = made
            return made

    def scenes(self) -> list[Scene]:
        """List the codes, newest first."""
        with self._lock:
            return list(reversed(self._state.scenes.values()))

    def find_scene(self, code: str) -> Scene | None:
        """Find a code by ticket, address or scene, the newest first."""
        last_part = code.rstrip("/").rsplit("/", 1)[-1].rsplit("ticket=", 1)[-1]
        for known in self.scenes():
            if last_part in {known.ticket, known.token} or known.scene == code:
                return known
        return None

    def menu(self) -> list[dict[str, Any]]:
        """Give the buttons of the custom menu."""
        with self._lock:
            return self._state.menu

    def set_menu(self, buttons: list[dict[str, Any]]) -> None:
        """Replace the custom menu."""
        with self._changing() as state:
            state.menu = buttons

    def add_media(self, data: bytes, content_type: str) -> str:
        """Keep a picture and give its media id."""
        with self._changing() as state:
            media_id = secrets.token_urlsafe(48)
            encoded = base64.b64encode(data).decode("ascii")
            state.media[media_id] = Media(media_id, content_type, encoded)
            while len(state.media) > _MOST["media"]:
                state.media.pop(next(iter(state.media)))
            return media_id

    def media(self, media_id: str) -> tuple[bytes, str] | None:
        """Give a picture and its content type."""
        with self._lock:
            found = self._state.media.get(media_id)
            return (base64.b64decode(found.data), found.content_type) if found else None

    def grant(self, openid: str, template_id: str, count: int) -> None:
        """Accept notices of a template: once more, ALWAYS, or 0 for never."""
        with self._changing() as state:
            key = f"{openid} {template_id}"
            held = state.grants.get(key, 0)
            state.grants[key] = held + count if count > 0 and held > 0 else count

    def spend_grant(self, openid: str, template_id: str) -> None:
        """Take one accepted notice; without one the answer is 43101."""
        with self._changing() as state:
            key = f"{openid} {template_id}"
            held = state.grants.get(key, 0)
            if held == 0:
                raise WxError(43101)
            state.grants[key] = held if held == ALWAYS else held - 1

    # Inside.

    @contextmanager
    def _changing(self) -> Iterator[State]:
        with self._lock:
            yield self._state
        self._snapshot.soon()

    def _next_seq(self) -> int:
        self._state.last_seq += 1
        return self._state.last_seq

    def _dump(self) -> dict[str, Any]:
        with self._lock:
            return self._state.as_json()

    def _restored(self) -> State:
        stored = self._snapshot.load()
        if stored is None:
            return _fresh()
        try:
            return State.from_json(stored)
        except (KeyError, TypeError, AttributeError):
            self._snapshot.put_aside()
            return _fresh()


def _fresh() -> State:
    state = State()
    for key, name, caption, openid in _DEMO_USERS:
        state.users[key] = _user(key, name, caption, openid)
    return state


def _user(key: str, name: str, caption: str, openid: str) -> User:
    padded = openid.ljust(28, "x")
    return User(key, name, caption, padded, "oMp0B7" + padded[6:], "oUn0C8" + padded[6:])


def _menu_links(buttons: list[dict[str, Any]]) -> set[str]:
    inner = [child for button in buttons for child in button.get("sub_button") or []]
    return {str(button.get("url")) for button in [*buttons, *inner] if button.get("url")}


def _bubble_links(bubble: Bubble) -> set[str]:
    content = bubble.content
    found = markup.links(str(content.get("text", "")))
    found |= {str(article.get("url")) for article in content.get("articles", [])}
    return found | ({str(content["url"])} if content.get("url") else set())

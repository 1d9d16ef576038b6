"""Name what the simulator remembers; plain records that fit into JSON."""

from dataclasses import asdict, dataclass, field
from typing import Any

from bot.simulator.windows import Window


@dataclass
class User:
    """Hold one pretended WeChat user and the state of following."""

    key: str
    name: str
    caption: str
    openid: str
    mini_openid: str
    unionid: str
    following: bool = False
    followed_at: int = 0
    scene: str = ""
    windows: list[Window] = field(default_factory=list)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "User":
        """Rebuild a user from the snapshot."""
        windows = [Window(**window) for window in stored.pop("windows", [])]
        return cls(**stored, windows=windows)


@dataclass
class Bubble:
    """Hold one line of a conversation: said by user, account or platform."""

    seq: int
    openid: str
    side: str
    kind: str
    content: dict[str, Any]
    at: int
    delivery: int = 0


@dataclass
class Scene:
    """Hold one QR code made through the interface."""

    ticket: str
    token: str
    scene: str
    permanent: bool
    created_at: int
    expires_at: int

    def is_current(self, at: int) -> bool:
        """Tell whether the code may still be scanned."""
        return self.permanent or at < self.expires_at


@dataclass
class Attempt:
    """Hold one posting to the callback and what came back."""

    number: int
    outcome: str
    status: int
    ms: int
    query: dict[str, str]
    request: str
    reply: str
    note: str = ""


@dataclass
class Delivery:
    """Hold all attempts to hand over one message, for the log panel."""

    seq: int
    openid: str
    title: str
    trick: str
    at: int
    verdict: str
    attempts: list[Attempt]

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Delivery":
        """Rebuild a delivery from the snapshot."""
        attempts = [Attempt(**attempt) for attempt in stored.pop("attempts", [])]
        return cls(**stored, attempts=attempts)


@dataclass
class Sent:
    """Hold one message that the account sent through the interface."""

    seq: int
    kind: str
    openid: str
    body: dict[str, Any]
    at: int
    errcode: int


@dataclass
class Media:
    """Hold one picture, as base64 so that the snapshot can keep it."""

    media_id: str
    content_type: str
    data: str


@dataclass
class State:
    """Hold everything that survives a restart."""

    users: dict[str, User] = field(default_factory=dict)
    bubbles: list[Bubble] = field(default_factory=list)
    scenes: dict[str, Scene] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    outbox: list[Sent] = field(default_factory=list)
    media: dict[str, Media] = field(default_factory=dict)
    grants: dict[str, int] = field(default_factory=dict)
    menu: list[dict[str, Any]] = field(default_factory=list)
    event_seconds: dict[str, list[int]] = field(default_factory=dict)
    last_seq: int = 0
    last_message_id: int = 0

    def as_json(self) -> dict[str, Any]:
        """Give the state as plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "State":
        """Rebuild the state from a snapshot."""
        return cls(
            users={key: User.from_json(value) for key, value in stored["users"].items()},
            bubbles=[Bubble(**value) for value in stored["bubbles"]],
            scenes={key: Scene(**value) for key, value in stored["scenes"].items()},
            deliveries=[Delivery.from_json(value) for value in stored["deliveries"]],
            outbox=[Sent(**value) for value in stored["outbox"]],
            media={key: Media(**value) for key, value in stored["media"].items()},
            grants=stored["grants"],
            menu=stored["menu"],
            event_seconds=stored["event_seconds"],
            last_seq=stored["last_seq"],
            last_message_id=stored["last_message_id"],
        )

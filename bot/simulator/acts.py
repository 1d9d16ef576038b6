"""Act as a user: speak, tap, follow, scan; and show what the account answers.

Each act writes the user's line, hands the message over and writes the reply.
"""

import io
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

import qrcode

from bot.simulator.account import Account
from bot.simulator.clock import DemoClock
from bot.simulator.delivery import UNHEARD, Outcome, Postman, Trick
from bot.simulator.envelope import Reply
from bot.simulator.errcodes import Refusal
from bot.simulator.records import Scene, Sent, User
from bot.simulator.settings import Settings

# Four tones, as speech that nobody can make out.
_VOICE = Path(__file__).with_name("static") / "voice.amr"
FAILURE = "该公众号提供的服务出现故障，请稍后再试"
_TEXT_MOST = 2000

Fields = dict[str, Any]


class Acts:
    """Turn what a person does on the phone into messages on the wire."""

    def __init__(self, settings: Settings, account: Account, clock: DemoClock, postman: Postman) -> None:
        self._settings = settings
        self._account = account
        self._clock = clock
        self._postman = postman

    def text(self, user: User, text: str, *, choice: str = "", trick: Trick = Trick.NONE) -> Fields:
        """Send a text, typed or chosen from a message menu."""
        said = text.strip()[:_TEXT_MOST]
        if not said:
            raise Refusal("text.empty", 400)
        fields: Fields = {"MsgType": "text", "Content": said}
        if choice:
            fields["bizmsgmenuid"] = choice[:128]
        return self._message(user, fields, shown={"text": said}, title=f"文字 text：{said}", trick=trick)

    def voice(self, user: User, text: str, *, trick: Trick = Trick.NONE) -> Fields:
        """Send a voice message; an empty text means it was not recognised."""
        heard = text.strip()[:_TEXT_MOST]
        media_id = self._account.add_media(_VOICE.read_bytes(), "audio/amr")
        fields = {"MsgType": "voice", "MediaId": media_id, "Format": "amr", "Recognition": heard}
        shown = {"text": heard, "seconds": max(1, len(heard) // 4)}
        return self._message(user, fields, shown=shown, title=f"语音 voice：{heard or '(未识别)'}", trick=trick)

    def image(self, user: User, *, trick: Trick = Trick.NONE) -> Fields:
        """Send a sample picture."""
        media_id = self._account.add_media(_sample_picture(), "image/png")
        address = f"{self._settings.own_url}/simulator/media/{media_id}"
        fields = {"MsgType": "image", "PicUrl": address, "MediaId": media_id}
        return self._message(user, fields, shown={"media_id": media_id}, title="图片 image", trick=trick)

    def location(
        self, user: User, *, latitude: float, longitude: float, label: str, trick: Trick = Trick.NONE
    ) -> Fields:
        """Send a place; the platform puts the latitude into Location_X."""
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            raise Refusal("location.out_of_range", 400)
        place = {"Location_X": latitude, "Location_Y": longitude, "Scale": 16, "Label": label[:200]}
        shown = {"text": label[:200], "latitude": latitude, "longitude": longitude}
        return self._message(
            user,
            {"MsgType": "location", **place},
            shown=shown,
            title=f"位置 location：{label[:40]}",
            trick=trick,
        )

    def click(self, user: User, key: str, *, name: str = "", trick: Trick = Trick.NONE) -> Fields:
        """Tap a menu entry."""
        _require_following(user)
        self._account.open_window(user, kind="event", at=self._clock.timestamp())
        fields = {"Event": "CLICK", "EventKey": key[:128]}
        shown = {"text": f"点了菜单「{name or key}」"}
        return self._event(user, fields, shown=shown, title=f"菜单 CLICK：{key}", trick=trick)

    def view(self, user: User, url: str) -> Fields:
        """Open a menu link; the account is told, and cannot answer."""
        _require_following(user)
        fields = {"Event": "VIEW", "EventKey": url[:1024]}
        return self._event(user, fields, shown={"text": "打开了菜单链接"}, title=f"菜单 VIEW：{url}", mute=True)

    def follow(self, user: User, *, scene: Scene | None = None, trick: Trick = Trick.NONE) -> Fields:
        """Follow the account, perhaps by scanning a code."""
        if user.following:
            raise Refusal("users.already_following")
        at = self._clock.timestamp()
        self._account.follow(user, at=at, scene=scene.scene if scene else "")
        self._account.open_window(user, kind="event", at=at)
        fields = {"Event": "subscribe", "EventKey": f"qrscene_{scene.scene}" if scene else ""}
        if scene:
            fields["Ticket"] = scene.ticket
        return self._event(user, fields, shown={"text": "你已关注公众号"}, title="关注 subscribe", trick=trick)

    def unfollow(self, user: User) -> Fields:
        """Stop following; no answer can reach the user any more."""
        _require_following(user)
        self._account.unfollow(user)
        fields = {"Event": "unsubscribe", "EventKey": ""}
        return self._event(user, fields, shown={"text": "你已取消关注"}, title="取消关注 unsubscribe", mute=True)

    def scan(self, user: User, code: str, *, trick: Trick = Trick.NONE) -> Fields:
        """Scan a code of the account, given as ticket, address or scene."""
        at = self._clock.timestamp()
        scene = self._account.find_scene(code.strip())
        if scene is None:
            raise Refusal("scan.unknown_code", 404)
        if not scene.is_current(at):
            raise Refusal("scan.expired_code")
        if not user.following:
            return self.follow(user, scene=scene, trick=trick)
        self._account.open_window(user, kind="event", at=at)
        fields = {"Event": "SCAN", "EventKey": scene.scene, "Ticket": scene.ticket}
        shown = {"text": f"扫了二维码「{scene.scene}」"}
        return self._event(user, fields, shown=shown, title=f"扫码 SCAN：{scene.scene}", trick=trick)

    def accept(self, user: User, template_id: str, *, count: int) -> Fields:
        """Accept or refuse notices of a template: once, always (-1), never (0)."""
        _require_following(user)
        if not template_id or count not in {-1, 0, 1}:
            raise Refusal("accept.invalid", 400)
        self._account.grant(user.openid, template_id, count)
        word = "accept" if count else "reject"
        chosen = {"TemplateId": template_id, "SubscribeStatusString": word, "PopupScene": "0"}
        fields = {"Event": "subscribe_msg_popup_event", "SubscribeMsgPopupEvent": {"List": chosen}}
        shown = {"text": "同意接收通知" if count else "拒绝接收通知"}
        return self._event(user, fields, shown=shown, title=f"订阅通知 {word}")

    def report(self, user: User, sent: Sent, status: str) -> Fields:
        """Tell the account what became of a notice that it sent: ``success``, or ``failed:user block``."""
        if sent.kind == "template":
            fields: Fields = {"Event": "TEMPLATESENDJOBFINISH", "MsgID": sent.seq, "Status": status}
        else:
            is_fine = status == "success"
            told = {"TemplateId": str(sent.body.get("template_id", "")), "MsgID": sent.seq}
            told |= {"ErrorCode": 0 if is_fine else 43101, "ErrorStatus": status}
            fields = {"Event": "subscribe_msg_sent_event", "SubscribeMsgSentEvent": {"List": told}}
        shown = {"text": f"平台回报：{status}"}
        return self._event(user, fields, shown=shown, title=f"回报 {fields['Event']}：{status}", mute=True)

    def report_soon(self, user: User, sent: Sent) -> None:
        """Report that a notice arrived, after the call that sent it was answered."""
        threading.Thread(target=self.report, args=(user, sent, "success"), daemon=True).start()

    def _message(self, user: User, fields: Fields, *, shown: Fields, title: str, trick: Trick) -> Fields:
        _require_following(user)
        at = self._clock.timestamp()
        self._account.open_window(user, kind="message", at=at)
        kind = fields["MsgType"]
        if trick is Trick.UNKNOWN_TYPE:
            fields = {**fields, "MsgType": "hologram"}
        head = self._head(user, at)
        letter = {**head, **fields, "MsgId": self._account.message_id()}
        return self._hand_over(user, letter, kind=kind, shown=shown, title=title, trick=trick)

    def _event(
        self,
        user: User,
        fields: Fields,
        *,
        shown: Fields,
        title: str,
        trick: Trick = Trick.NONE,
        mute: bool = False,
    ) -> Fields:
        if trick is Trick.UNKNOWN_TYPE:
            fields = {**fields, "Event": "hologram"}
        second = self._account.event_second(user.openid, self._clock.timestamp())
        letter = {**self._head(user, second), "MsgType": "event", **fields}
        return self._hand_over(user, letter, kind="event", shown=shown, title=title, trick=trick, mute=mute)

    def _head(self, user: User, at: int) -> Fields:
        return {"ToUserName": self._settings.original_id, "FromUserName": user.openid, "CreateTime": at}

    def _hand_over(
        self,
        user: User,
        letter: Fields,
        *,
        kind: str,
        shown: Fields,
        title: str,
        trick: Trick,
        mute: bool = False,
    ) -> Fields:
        at = self._clock.timestamp()
        seq = self._account.begin_delivery(user.openid, title=title[:120], trick=trick.value, at=at)
        said = self._account.say(user.openid, side="user", kind=kind, content=shown, at=at, delivery=seq)
        outcome = self._postman.deliver(user.openid, letter, trick=trick)
        delivery = self._account.end_delivery(seq, verdict=outcome.verdict, attempts=outcome.attempts)
        if not mute and trick not in UNHEARD:
            self._show(user, outcome, seq)
        replies = self._account.bubbles(user.openid, after=said.seq)
        answers = [asdict(line) for line in replies if line.delivery == seq]
        return {"message": asdict(said), "delivery": delivery, "replies": answers}

    def _show(self, user: User, outcome: Outcome, seq: int) -> None:
        at = self._clock.timestamp()
        reply = outcome.reply
        if outcome.failed or (reply and not self._is_showable(reply)):
            kind, side, content = "failure", "notice", {"text": FAILURE}
        elif reply is None:
            return
        else:
            kind, side, content = reply.kind, "account", reply.content
        self._account.say(user.openid, side=side, kind=kind, content=content, at=at, delivery=seq)

    def _is_showable(self, reply: Reply) -> bool:
        return reply.kind != "image" or self._account.media(reply.content["media_id"]) is not None


def _require_following(user: User) -> None:
    if not user.following:
        raise Refusal("users.not_following")


def _sample_picture() -> bytes:
    drawn = io.BytesIO()
    qrcode.make("sample picture").save(drawn)
    return drawn.getvalue()

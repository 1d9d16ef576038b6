"""Check a custom menu against the limits of the platform.

At most three top entries with five each; names of 16 and 60 bytes, keys of
128 bytes, addresses of 1,024 bytes. Each breach has its own error number.
"""

from typing import Any

from bot.simulator.errcodes import WxError

_WITH_KEY = {
    "click",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
}
_TOP = {"count": 40016, "type": 40017, "name": 40018, "key": 40019, "url": 40020}
_SUB = {"count": 40023, "type": 40024, "name": 40025, "key": 40026, "url": 40027}


def checked(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the buttons of a sound menu; an unsound one is refused."""
    buttons: list[dict[str, Any]] = _counted(body.get("button"), most=3, errors=_TOP)
    for button in buttons:
        _check_button(button)
    return buttons


def _counted(buttons: Any, *, most: int, errors: dict[str, int]) -> list[dict[str, Any]]:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= most:
        raise WxError(errors["count"])
    if not all(isinstance(button, dict) for button in buttons):
        raise WxError(47001)
    return buttons


def _check_button(button: dict[str, Any]) -> None:
    _check_size(button.get("name"), most=16, error=_TOP["name"])
    children = button.get("sub_button")
    if not children:
        _check_action(button, _TOP)
        return
    for child in _counted(children, most=5, errors=_SUB):
        _check_size(child.get("name"), most=60, error=_SUB["name"])
        _check_action(child, _SUB)


def _check_action(button: dict[str, Any], errors: dict[str, int]) -> None:
    kind = button.get("type")
    if kind in _WITH_KEY:
        _check_size(button.get("key"), most=128, error=errors["key"])
    elif kind in {"view", "miniprogram"}:
        url = button.get("url")
        _check_size(url, most=1024, error=errors["url"])
        if not str(url).startswith(("http://", "https://")):
            raise WxError(40055)
    else:
        raise WxError(errors["type"])


def _check_size(value: Any, *, most: int, error: int) -> None:
    if not isinstance(value, str) or not 1 <= len(value.encode()) <= most:
        raise WxError(error)

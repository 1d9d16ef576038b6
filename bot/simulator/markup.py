"""Split the text of a message into plain runs, links and tappable choices.

The platform shows only anchors; every other tag stays as it is written. A link
`weixin://bizmsgmenu?msgmenucontent=..&msgmenuid=..` sends its content when
tapped.
"""

import re
from urllib.parse import parse_qs, urlsplit

_ANCHOR = re.compile(
    r"<a\s[^<>]{0,400}?href\s*=\s*(?P<quote>[\"'])(?P<href>[^\"'<>]{1,1024})(?P=quote)[^<>]{0,400}>"
    r"(?P<label>[^<]{0,600})</a>"
    r"|(?P<bare>https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{1,1024})",
    re.IGNORECASE,
)

Segment = dict[str, str]


def segments(text: str) -> list[Segment]:
    """Give the runs of a text: text alone, with a url, or with a choice."""
    found: list[Segment] = []
    position = 0
    for match in _ANCHOR.finditer(text):
        if match.start() > position:
            found.append({"text": text[position : match.start()]})
        found.append(_linked(match))
        position = match.end()
    if position < len(text):
        found.append({"text": text[position:]})
    return found


def links(text: str) -> set[str]:
    """Give the web addresses that a text leads to."""
    return {segment["url"] for segment in segments(text) if "url" in segment}


def _linked(match: re.Match[str]) -> Segment:
    if match["bare"]:
        return {"text": match["bare"], "url": match["bare"]}
    href = match["href"].replace("&amp;", "&")
    label = match["label"]
    if href.startswith("weixin://bizmsgmenu"):
        wanted = parse_qs(urlsplit(href).query)
        content = wanted.get("msgmenucontent", [label])[0]
        return {"text": label, "choice": content, "id": wanted.get("msgmenuid", [""])[0]}
    if href.startswith(("http://", "https://", "tel:")):
        return {"text": label, "url": href}
    return {"text": label}

"""Draw codes as pictures."""

from __future__ import annotations

import io

import qrcode
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q

_LEVELS = {"M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q}


def qr_png(digits: str, *, error_correction: str = "M", box: int = 10) -> bytes:
    """Return a PNG, black on white, with the quiet zone of four modules that readers need."""
    return _png(_code(digits, error_correction, box))


def qr_version(digits: str, *, error_correction: str = "M") -> int:
    """Return the QR version that these digits need."""
    return int(_code(digits, error_correction, 1).version)


def _code(digits: str, error_correction: str, box: int) -> qrcode.QRCode:
    code = qrcode.QRCode(error_correction=_LEVELS[error_correction], box_size=box, border=4)
    code.add_data(digits)
    code.make(fit=True)
    return code


def _png(code: qrcode.QRCode) -> bytes:
    buffer = io.BytesIO()
    code.make_image(fill_color="black", back_color="white").save(buffer)
    return buffer.getvalue()

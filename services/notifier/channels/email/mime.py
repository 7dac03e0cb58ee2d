"""The body of a mail: multipart/mixed(multipart/alternative(text, html), attachment).

Written by hand because the layout never changes: boundaries come from the delivery, so
that every try has the same bytes, and it takes a tenth of the library's time. Headers
that hold anybody's words are left to the library.
"""

from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterable

ATTACHMENT = "transcript.json"
"""Never a name that somebody chose."""


def body_of(text: str, html: str, attachment: bytes, *, mark: str) -> tuple[str, bytes]:
    """Return the Content-Type and the body. *mark* is hexadecimal.

    No encoded part can hold a boundary: quoted-printable writes an equals sign as
    `=3D`, and base64 has no underscore.
    """
    outer, inner = f"=_0_{mark}", f"=_1_{mark}"
    alternative = _joined(inner, [_text("plain", text), _text("html", html)])
    parts = [
        _part(
            [f'Content-Type: multipart/alternative; boundary="{inner}"'], alternative
        ),
        _part(
            [
                "Content-Type: application/json",
                "Content-Transfer-Encoding: base64",
                f'Content-Disposition: attachment; filename="{ATTACHMENT}"',
            ],
            _base64(attachment),
        ),
    ]
    return f'multipart/mixed; boundary="{outer}"', _joined(outer, parts)


def room_beside(*texts: str, most: int) -> int:
    """Return how many bytes an attachment may have in a body of *most* bytes.

    Quoted-printable writes a byte as three, and a soft line end every 76; base64
    writes 57 bytes as 78.
    """
    taken = sum(len(each.encode("utf-8", "replace")) for each in texts) * 3 * 78 // 75
    return max(0, most - taken) * 57 // 78


def _text(subtype: str, words: str) -> bytes:
    lines = words.encode("utf-8", "replace").replace(b"\n", b"\r\n")
    return _part(
        [
            f'Content-Type: text/{subtype}; charset="utf-8"',
            "Content-Transfer-Encoding: quoted-printable",
        ],
        b2a_qp(lines, istext=True),
    )


def _base64(data: bytes) -> bytes:
    return encodebytes(data).replace(b"\n", b"\r\n")


def _part(fields: Iterable[str], content: bytes) -> bytes:
    return "\r\n".join(fields).encode() + b"\r\n\r\n" + content


def _joined(boundary: str, parts: Iterable[bytes]) -> bytes:
    line = f"--{boundary}".encode()
    inside = b"".join(line + b"\r\n" + part + b"\r\n" for part in parts)
    return inside + line + b"--\r\n"

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


def body_of(
    text: str, html: str | None, attachment: bytes | None, *, mark: str
) -> bytes:
    """Return the body, without what is None. *mark* is hexadecimal.

    No encoded part can hold a boundary: quoted-printable writes an equals sign as
    `=3D`, and base64 has no underscore.
    """
    parts = [_text("plain", text)]
    if html is not None:
        inner = _boundary(1, mark)
        alternative = _joined(inner, [*parts, _text("html", html)])
        head = f'Content-Type: multipart/alternative; boundary="{inner}"'
        parts = [_part([head], alternative)]
    if attachment is not None:
        parts.append(_attached(attachment))
    return _joined(_boundary(0, mark), parts)


def content_type(mark: str) -> str:
    """Return the Content-Type of `body_of` with the same *mark*."""
    return f'multipart/mixed; boundary="{_boundary(0, mark)}"'


def _boundary(depth: int, mark: str) -> str:
    return f"=_{depth}_{mark}"


def _attached(content: bytes) -> bytes:
    return _part(
        [
            "Content-Type: application/json",
            "Content-Transfer-Encoding: base64",
            f'Content-Disposition: attachment; filename="{ATTACHMENT}"',
        ],
        _base64(content),
    )


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

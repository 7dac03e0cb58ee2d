"""Which addresses a tenant's URL may lead to: the public internet, nothing else."""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import idna

_DENIED_V4 = tuple(
    ipaddress.IPv4Network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_DENIED_V6 = tuple(
    ipaddress.IPv6Network(each)
    for each in (
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/32",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
"""`ipaddress.is_global` lets multicast, NAT64 and 6to4 pass; these do not."""

Networks = Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]
NOWHERE: Networks = ()
EVERYWHERE: Networks = (
    ipaddress.IPv4Network("0.0.0.0/0"),
    ipaddress.IPv6Network("::/0"),
)
"""For tests and closed networks."""
PORTS = frozenset({443, 8443})
MAX_URL_CHARS = 2048
_PRINTABLE = re.compile(r"[\x21-\x7e\u00a1-\uffff\U00010000-\U0010ffff]+")
_HOST = re.compile(
    r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*"
)
_NUMERIC_LABEL = re.compile(r"\d+|0x[0-9a-f]*")


class NotAllowedError(ValueError):
    """This URL or address must not be called."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL leads."""

    scheme: str
    host: str
    """ASCII, lower case; a literal IPv6 address without its brackets."""
    port: int
    path: str
    inside: bool = False
    """Whether its scheme or port is only for networks that the operator allows."""

    @property
    def origin(self) -> str:
        """Return the part of the URL that is no secret."""
        return f"{self.scheme}://{self.authority}"

    @property
    def authority(self) -> str:
        """Return the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.scheme == "https" else 80
        return host if self.port == usual else f"{host}:{self.port}"


def networks_of(written: Iterable[str]) -> Networks:
    """Return the networks that an operator's setting names; ValueError for others."""
    return tuple(ipaddress.ip_network(each) for each in written)


def parse_target(url: str, *, allow: Networks = NOWHERE) -> Target:
    """Return where *url* leads, or raise NotAllowedError.

    Where the operator allows networks of their own, http and any port may lead there,
    and `check_address` holds the URL to them.
    """
    if len(url) > MAX_URL_CHARS or not _PRINTABLE.fullmatch(url) or "\\" in url:
        raise NotAllowedError("the URL holds spaces, control characters or backslashes")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise NotAllowedError("the URL cannot be read") from None
    if parts.scheme not in (("https", "http") if allow else ("https",)):
        raise NotAllowedError("only https is allowed")
    if "@" in parts.netloc or "#" in url:
        raise NotAllowedError("no user name and no fragment in the URL")
    port = port or (443 if parts.scheme == "https" else 80)
    inside = parts.scheme != "https" or port not in PORTS
    if inside and not allow:
        raise NotAllowedError("only the ports 443 and 8443 are allowed")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(parts.scheme, _host(host or ""), port, _ascii(path), inside)
    _check_literal(target, allow)
    return target


def check_address(
    address: str, *, target: Target | None = None, allow: Networks = NOWHERE
) -> None:
    """Raise NotAllowedError unless *address* is public, or in a network of *allow*.

    A *target* with a scheme or port for inside must be in one.
    """
    if _is_in(address, allow):
        return
    if (target is not None and target.inside) or not is_public(address):
        raise NotAllowedError("the address is not on the public internet")


def _is_in(address: str, networks: Networks) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None)
    return any((mapped or ip) in network for network in networks)


def is_public(address: str) -> bool:
    """Return whether *address* (as a resolver wrote it) is outside every denied net."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.scope_id is not None:
            return False
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        return not any(ip in network for network in _DENIED_V6)
    return not any(ip in network for network in _DENIED_V4)


def _host(host: str) -> str:
    if ":" in host:
        return host
    try:
        ascii_host = host if host.isascii() else idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        raise NotAllowedError("the host name is not valid") from None
    name = ascii_host.lower().removesuffix(".")
    if len(name) > 253 or not _HOST.fullmatch(name):  # noqa: PLR2004 - RFC 1035
        raise NotAllowedError("the host name is not valid")
    return name


def _check_literal(target: Target, allow: Networks) -> None:
    """Refuse numbers that a resolver would read as an address we did not see."""
    host = target.host
    if ":" in host or _NUMERIC_LABEL.fullmatch(host.rsplit(".", 1)[-1]):
        try:
            literal = str(ipaddress.ip_address(host))
        except ValueError:
            raise NotAllowedError("the host is not a plain address") from None
        check_address(literal, target=target, allow=allow)


def _ascii(path: str) -> str:
    return "".join(
        char if char.isascii() else "".join(f"%{byte:02X}" for byte in char.encode())
        for char in path
    )

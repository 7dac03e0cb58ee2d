"""A tenant's URL leads to the public internet or nowhere: every known way around."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.web.ssrf import (
    EVERYWHERE,
    NotAllowedError,
    check_address,
    is_public,
    networks_of,
    parse_target,
)

REFUSED_URLS = [
    "http://example.com/", "ftp://example.com/", "gopher://example.com/",
    "file:///etc/passwd", "unix:/var/run/docker.sock", "javascript:alert(1)",
    "data:text/plain,x", "//example.com/", "example.com", "", "https://", "https:///x",
    "https://user@example.com/", "https://user:pass@example.com/",
    "https://a@127.0.0.1/", "https://a\\@127.0.0.1/", "https://example.com\\@127.0.0.1/",
    "https://example.com:80/", "https://example.com:22/", "https://example.com:6443/",
    "https://example.com:27017/", "https://example.com:99999/", "https://example.com:x/",
    "https://example.com/#fragment", "https://example.com#@127.0.0.1/",
    "https://127.0.0.1/", "https://127.1/", "https://127.0.1/", "https://2130706433/",
    "https://0x7f000001/", "https://0x7f.1/", "https://0x7f.0.0.1/",
    "https://017700000001/", "https://0177.0.0.1/", "https://0177.1/",
    "https://127.0.0.1./", "https://0/", "https://0.0.0.0/", "https://00.0.0.0/",
    "https://①②⑦.⓪.⓪.①/", "https://１２７.０.０.１/", "https://127。0。0。1/",
    "https://169.254.169.254/latest/meta-data", "https://169.254.43518/",
    "https://2852039166/", "https://0xa9fea9fe/", "https://0251.0376.0251.0376/",
    "https://10.0.0.1/", "https://172.16.0.1/", "https://172.31.255.255/",
    "https://192.168.1.1/", "https://100.64.0.1/", "https://192.0.0.1/",
    "https://198.18.0.1/", "https://224.0.0.1/", "https://255.255.255.255/",
    "https://192.88.99.1/", "https://203.0.113.9/",
    "https://[::1]/", "https://[::]/", "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/", "https://[::ffff:169.254.169.254]/",
    "https://[::127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[64:ff9b:1::1]/",
    "https://[2002:7f00:1::]/", "https://[2001::1]/", "https://[2001:db8::1]/",
    "https://[fe80::1]/", "https://[fe80::1%25eth0]/", "https://[fc00::1]/",
    "https://[fd12:3456::1]/", "https://[fec0::1]/", "https://[ff02::1]/",
    "https://[3fff::1]/", "https://[5f00::1]/", "https://[100::1]/", "https://[::1",
    "https://exa mple.com/", "https://example.com/\r\nHost: x", "https://exam\tple.com/",
    "https://example.com/\x00", "https://exam\nple.com/", " https://example.com/",
    "https://-bad-.example/", "https://a..b/", "https://%31%32%37.0.0.1/",
    "https://example.com/" + "x" * 3000,
]  # fmt: skip

ALLOWED_URLS = {
    "https://hooks.example.com/in": ("hooks.example.com", 443, "/in"),
    "https://hooks.example.com:8443/in?x=1": ("hooks.example.com", 8443, "/in?x=1"),
    "https://HOOKS.Example.COM": ("hooks.example.com", 443, "/"),
    "https://hooks.example.com./in": ("hooks.example.com", 443, "/in"),
    "https://bücher.example/ü": ("xn--bcher-kva.example", 443, "/%C3%BC"),
    "https://8.8.8.8/": ("8.8.8.8", 443, "/"),
    "https://[2606:4700::1111]/": ("2606:4700::1111", 443, "/"),
    "https://_acme.example.com/": ("_acme.example.com", 443, "/"),
}


def test_there_are_more_than_eighty_refused_urls() -> None:
    assert len(REFUSED_URLS) > 80


@pytest.mark.parametrize("url", REFUSED_URLS)
def test_a_url_that_leads_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(NotAllowedError):
        parse_target(url)


@pytest.mark.parametrize(("url", "found"), ALLOWED_URLS.items())
def test_a_plain_public_url_is_taken_apart(
    url: str, found: tuple[str, int, str]
) -> None:
    target = parse_target(url)

    assert (target.host, target.port, target.path) == found


@pytest.mark.parametrize(
    "address",
    [
        "0.1.2.3", "10.9.8.7", "100.127.0.1", "127.0.0.1", "127.255.255.254",
        "169.254.169.254", "172.20.0.1", "192.0.0.8", "192.0.2.1", "192.88.99.1",
        "192.168.0.1", "198.19.0.1", "198.51.100.1", "203.0.113.1", "239.1.1.1",
        "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "100::1", "2001::1",
        "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1", "fe80::1",
        "fe80::1%eth0", "2606:4700::1%eth0", "fec0::1", "ff02::1", "", "localhost",
        "127.1", "0x7f000001",
    ],
)  # fmt: skip
def test_no_answer_of_a_resolver_may_be_inside(address: str) -> None:
    assert is_public(address) is False
    with pytest.raises(NotAllowedError):
        check_address(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8"]
)
def test_a_public_answer_passes(address: str) -> None:
    assert is_public(address) is True
    check_address(address)


@given(
    st.ip_addresses(v=4, network="10.0.0.0/8")
    | st.ip_addresses(v=4, network="127.0.0.0/8")
)
def test_no_private_address_passes_in_any_wrapping(address: object) -> None:
    assert not is_public(str(address))
    assert not is_public(f"::ffff:{address}")
    assert not is_public(f"::{address}")


def test_tests_and_closed_networks_may_allow_the_private() -> None:
    target = parse_target("http://127.0.0.1:9000/hook", allow=EVERYWHERE)

    assert target.origin == "http://127.0.0.1:9000"
    check_address("127.0.0.1", allow=EVERYWHERE)
    with pytest.raises(NotAllowedError):
        parse_target("gopher://127.0.0.1/", allow=EVERYWHERE)


def test_the_origin_never_holds_the_path_where_hooks_keep_their_secret() -> None:
    target = parse_target("https://hooks.example.com/services/T00/B00/s3cr3t?k=v")

    assert target.origin == "https://hooks.example.com"


LOOPBACK = networks_of(["127.0.0.0/8", "::1/128"])


@pytest.mark.parametrize(
    ("url", "address", "passes"),
    [
        ("http://127.0.0.1:9000/", "127.0.0.1", True),
        ("http://hooks.test:9000/", "127.0.0.1", True),
        ("http://hooks.test:9000/", "::ffff:127.0.0.1", True),
        ("http://hooks.test:9000/", "10.0.0.1", False),
        ("http://hooks.test:9000/", "8.8.8.8", False),
        ("https://hooks.test:22/", "8.8.8.8", False),
        ("https://hooks.test/", "8.8.8.8", True),
        ("https://hooks.test/", "169.254.169.254", False),
        ("https://hooks.test/", "127.0.0.1", True),
    ],
)
def test_a_network_that_is_allowed_is_the_only_one_inside(
    url: str, address: str, passes: bool
) -> None:
    target = parse_target(url, allow=LOOPBACK)

    if passes:
        check_address(address, target=target, allow=LOOPBACK)
    else:
        with pytest.raises(NotAllowedError):
            check_address(address, target=target, allow=LOOPBACK)


def test_a_private_literal_outside_the_allowed_network_is_refused() -> None:
    with pytest.raises(NotAllowedError):
        parse_target("http://10.0.0.1:9000/", allow=LOOPBACK)


def test_a_network_that_cannot_be_read_is_an_error_of_the_operator() -> None:
    with pytest.raises(ValueError):
        networks_of(["loopback"])

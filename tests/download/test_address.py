"""Which addresses are public, and what is refused."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huffarchive.download.endpoint import UnsafeAddressError, authority, check_address, is_public

PRIVATE = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1
172.31.255.255 192.0.0.8 192.0.0.9 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.51.100.1
203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:8.8.8.8 64:ff9b::7f00:1 64:ff9b::808:808
64:ff9b:1::1 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1 2001:20::1
2001:db8::1 2002:7f00:1::1 2002:808:808::1 3fff::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0
fec0::1 ff02::1 ff0e::1
127.1 0x7f000001 2130706433 017700000001 127.0.0.01 localhost [::1]
""".split()  # noqa: SIM905
PUBLIC = """
1.1.1.1 8.8.8.8 93.184.216.34 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.167.0.1 223.255.255.254
2606:4700::1111 2001:4860:4860::8888 2a00:1450::1 2003::1 2620:cb:2000::1
""".split()  # noqa: SIM905


@pytest.mark.parametrize("address", [*PRIVATE, "", " ", "8.8.8.8 ", "8.8.8.8\n"])
def test_what_is_not_public(address):
    assert not is_public(address)
    with pytest.raises(UnsafeAddressError, match="not a public address"):
        check_address(address, "www.example.org", 80, ())


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public(address):
    assert is_public(address)
    check_address(address, "www.example.org", 80, ())


@given(st.integers(0, 2**32 - 1))
def test_every_form_that_carries_an_ipv4_address_is_refused(number):
    address = IPv4Address(number)
    for prefix in (0, 0xFFFF << 32, 0x64FF9B << 96):
        assert not is_public(str(IPv6Address(prefix + number)))
    assert not is_public(str(IPv6Address((0x2002 << 112) + (number << 80))))
    if is_public(str(address)):
        assert address.is_global
        assert not address.is_private


@given(st.ip_addresses(v=6))
def test_what_python_calls_private_is_never_public(address):
    if address.is_private or address.is_link_local or address.is_multicast:
        assert not is_public(str(address))


def test_only_the_allowed_host_and_port_may_be_anywhere():
    allowed = {"127.0.0.1:8080", "[::1]:8080", "mirror.lan:80"}
    for host, port in (("127.0.0.1", 8080), ("::1", 8080), ("[::1]", 8080), ("MIRROR.lan", 80)):
        check_address("127.0.0.1", host, port, allowed)
    for host, port in (("127.0.0.1", 8081), ("localhost", 8080), ("127.1", 8080), ("lan", 80)):
        with pytest.raises(UnsafeAddressError):
            check_address("127.0.0.1", host, port, allowed)


def test_the_message_names_the_host_and_its_address():
    with pytest.raises(UnsafeAddressError) as caught:
        check_address("10.0.0.7", "inside.example", 443, ())
    assert str(caught.value) == "inside.example:443 is at 10.0.0.7, not a public address"
    assert authority("::1", 80) == "[::1]:80"

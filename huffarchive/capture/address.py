"""Which network addresses a capture may connect to."""

from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network


class UnsafeAddressError(Exception):
    """A connection was refused because its address is not on the public internet."""


_GLOBAL_UNICAST = ip_network("2000::/3")
"""The one block from which IPv6 addresses of the public internet are handed out (RFC 4291).

Loopback, link-local, unique local, multicast, and the forms that carry an IPv4 address
(mapped, compatible, NAT64) all lie outside it.
"""
_NOT_PUBLIC_6 = tuple(
    map(
        ip_network,
        (
            "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4 carries an IPv4 address
            "3fff::/20",  # documentation
        ),
    )
)
_NOT_PUBLIC_4 = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # protocol assignments; Python's answer changed between versions
            "192.88.99.0/24",  # 6to4 relays
        ),
    )
)


def is_public(address: str) -> bool:
    """Whether this is the address of one host on the public internet.

    `address` is an IP address as a resolver gives it; whatever else it is, it is not public.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        return ip in _GLOBAL_UNICAST and not any(ip in network for network in _NOT_PUBLIC_6)
    assert isinstance(ip, IPv4Address)
    return (
        ip.is_global
        and not ip.is_multicast
        and not ip.is_reserved
        and not any(ip in network for network in _NOT_PUBLIC_4)
    )


def authority(host: str, port: int) -> str:
    """`host:port` in the form in which allowed hosts are compared, e.g. "[::1]:8080"."""
    host = host.strip("[]").lower()
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def check_address(address: str, host: str, port: int, allowed: Collection[str]) -> None:
    """Raise UnsafeAddressError unless `address` is public or `host:port` is among `allowed`.

    `address` is what will be connected to, `host` the name or literal that the URL gave.
    """
    if not is_public(address) and authority(host, port) not in allowed:
        raise UnsafeAddressError(f"{authority(host, port)} is at {address}, not a public address")

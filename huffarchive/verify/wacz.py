"""What a WACZ says of its own files: datapackage.json, their sizes and hashes (WACZ 1.1.1, 5)."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from huffarchive.warc.containers import PACKED

_LIST, _DIGEST = "datapackage.json", "datapackage-digest.json"


def faults(package: zipfile.ZipFile, warcs: list[str]) -> Iterator[tuple[str, str]]:
    """Names of rules and what is wrong, with the package's own account of its files."""
    if not warcs:
        yield "not-warc", "a zip file without WARC files"
    found = [name for name in package.namelist() if name.rpartition("/")[2] == _LIST]
    root = min(found, key=len, default="").removesuffix(_LIST)
    try:
        text = package.read(root + _LIST)
        resources = {str(root + row["path"]): row for row in json.loads(text)["resources"]}
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        yield "wacz-list", f"{_LIST} cannot be read: {error}"
        return
    if root + _DIGEST in package.namelist():
        stated = _json(package.read(root + _DIGEST)).get("hash")
        digest = _digest(stated)
        digest.update(text)
        if (computed := _told(stated, digest)) != stated:
            yield "wacz-hash", f"{_LIST}: listed {stated}, computed {computed}"
    for name in sorted(set(warcs) - resources.keys()):
        yield "wacz-list", f"{name} is not listed"
    for name, row in resources.items():
        try:
            with package.open(name) as member:
                size, stated = 0, row.get("hash")
                digest = _digest(stated)
                while piece := member.read(1 << 20):
                    size += len(piece)
                    digest.update(piece)
        except KeyError:
            yield "wacz-hash", f"{name} is listed and not there"
            continue
        except UNREADABLE as error:
            yield "wacz-hash", f"{name} cannot be read: {error}"
            continue
        if row.get("bytes", size) != size:
            yield "wacz-hash", f"{name}: listed {row['bytes']} bytes, there are {size}"
        elif stated is not None and (computed := _told(stated, digest)) != stated:
            yield "wacz-hash", f"{name}: listed {stated}, computed {computed}"


UNREADABLE = (OSError, RuntimeError, *PACKED)
"""What reading a member of a zip file raises: RuntimeError where it is encrypted."""


def _json(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _digest(stated: object) -> Any:
    name = str(stated).partition(":")[0]
    return hashlib.new(name if name in hashlib.algorithms_guaranteed else "sha256")


def _told(stated: object, digest: Any) -> str:
    name, colon, _ = str(stated).rpartition(":")
    return f"{name}{colon}{digest.hexdigest()}"

"""What a file is by its first bytes, and the WARC files that a WACZ or another zip file holds."""

import hashlib
import lzma
import re
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from typing import IO

from huffarchive.warc.parser import MAX_LINE, begins_record
from huffarchive.warc.stream import MAGIC, is_packed

_CONTAINERS = {
    b"\xfd7zXZ\x00": "an xz file",
    b"BZh": "a bzip2 file",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip file",
    b"Rar!\x1a\x07": "a RAR file",
    b"\x04\x22\x4d\x18": "an LZ4 file",
    b"\x37\xa4\x30\xec": "a zstd dictionary",
}
"""What is no container of records, by its first bytes: nothing is looked for in it."""
_IN_ARCHIVE = re.compile(
    r"(?!__MACOSX/)(?:(?:[^/]+/)?archive/(?:[^/]+/)*[^/.][^/]*"
    r"|(?:[^/]+/)*[^/.][^/]*\.w?arc(?:\.gz|\.zst)?)",
    re.IGNORECASE,
)
_TAR = slice(257, 262)
_TEXT = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*(?:<|\{|\[|%PDF)")
"""How a page, JSON or a PDF begins, which may show records and holds none."""
TEXTS = "a page, records (JSONL) or other text"
PACKED = (zipfile.BadZipFile, EOFError, zlib.error, lzma.LZMAError)
"""What unpacking a member of a zip file raises beside OSError and RuntimeError."""


def other_container(head: bytes) -> str | None:
    """The name of another kind of file than WARC, ARC or WACZ, where its first bytes tell it."""
    plain = _unpacked(head)
    if _TEXT.match(plain):
        return TEXTS
    if plain[_TAR] == b"ustar":
        return "a tar file"
    if plain is not head and is_packed(plain):
        return "a file that was packed twice"
    return next((name for magic, name in _CONTAINERS.items() if head.startswith(magic)), None)


def is_arc(file: IO[bytes]) -> bool:
    """Whether a file begins as an ARC does."""
    file.seek(0)
    return _unpacked(file.read(512)).startswith(b"filedesc://")


def _unpacked(head: bytes) -> bytes:
    if head.startswith(MAGIC):
        with suppress(zlib.error):
            return zlib.decompressobj(31).decompress(head, 512)
    return head


def is_package(file: IO[bytes]) -> bool:
    """Whether a file is a zip file, whatever its name is and whatever stands before it."""
    file.seek(0)
    head = file.read(MAX_LINE)
    if head.startswith(b"PK\x03\x04"):
        return True
    begun = is_packed(head) or begins_record(head.lstrip())
    return not begun and zipfile.is_zipfile(file)


_PACKED = (".gz", ".zst", ".xz", ".bz2", ".lz4", ".7z", ".rar", ".tar", ".tgz", ".tbz2", ".txz")
_PAGES = (".html", ".htm", ".xhtml", ".mht", ".mhtml", ".maff", ".zip", ".wacz")
_TEXT_FILES = (".txt", ".log", ".json", ".jsonl", ".csv", ".tsv", ".xml", ".md", ".cdx", ".cdxj")
"""What is no capture, packed or not."""


def may_hold(name: str) -> bool:
    """Whether captures may be in a file, by its name: packed ones, pages, a WARC's other names; not
    in what a Mac writes beside each file.
    """
    *folders, name = name.lower().split("/")
    if name.startswith("._") or "__macosx" in folders:
        return False
    plain = name
    while plain.endswith(_PACKED):
        plain = plain.rpartition(".")[0]
    odd = ".warc" in name or ".arc." in name or ".wacz" in name
    return (odd or plain != name or name.endswith(_PAGES)) and not plain.endswith(_TEXT_FILES)


def archive_members(package: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The WARC files of a WACZ, also of one that was packed with its folder or by a Mac, or of
    another zip file, by name.

    A name that another member has too is given a number: `archive/x.warc.gz#2`.
    """
    found: dict[str, zipfile.ZipInfo] = {}
    for info in package.infolist():
        if _IN_ARCHIVE.fullmatch(name := info.filename):
            same = sum(other.filename == name for other in found.values())
            found[f"{name}#{same + 1}" if same else name] = info
    return found


def open_member(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    """Open a file of a WACZ; of a packed WARC the members' own checksums are what counts."""
    if info.filename.lower().endswith(".gz"):
        info.CRC = None  # type: ignore[assignment]  # one for all of it would make its end an error
    return package.open(info)


def doubles(package: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo]) -> dict[str, str]:
    """The members that hold what an earlier one holds, each with the name of that.

    Bytes are compared where size and checksum are equal; what cannot be read is like nothing else.
    """
    found: dict[str, str] = {}
    alike: dict[tuple[int, int], list[str]] = {}
    digests: dict[str, bytes] = {}

    def digest(name: str) -> bytes:
        if name not in digests:
            digests[name] = _digest(package, members[name]) or name.encode()
        return digests[name]

    for name, info in members.items():
        others = alike.setdefault((info.file_size, info.CRC), [])
        for other in others:
            if members[other].header_offset == info.header_offset or digest(other) == digest(name):
                found[name] = other
                break
        else:
            others.append(name)
    return found


def _digest(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes | None:
    digest = hashlib.sha256()
    try:
        with package.open(info) as member:
            while piece := member.read(1 << 20):
                digest.update(piece)
    except (*PACKED, RuntimeError, OSError):
        return None
    return digest.digest()

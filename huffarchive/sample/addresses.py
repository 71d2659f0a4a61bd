"""The addresses under which the archive knows an article [E: the table of URL shapes]."""

import re
from urllib.parse import quote, unquote

from huffarchive.editions import HUFFPOST_QC
from huffarchive.sample.entry import Entry
from huffarchive.urls import PageKey

_ID = re.compile(r"_([nbag]|qc)_(\d+|[0-9a-f]{24})(?=\.html|/|$)")
_NUMBER = re.compile(r"/qc/entry/(\d+)/?$")
_SITE = "quebec.huffingtonpost.ca"


def archive_address(key: PageKey, slug: str) -> str:
    """The address of 2021 on."""
    return HUFFPOST_QC.archive_url(key, slug)


def addresses(entry: Entry, slug: str, folder: str | None) -> tuple[str, ...]:
    """Every address that the site's notes give such an article, the oldest form first."""
    kind, ident = entry.key.kind, entry.key.id
    day = entry.published.strftime("%Y/%m/%d")
    name = f"{quote(slug)}_{kind}_{ident}"
    place = quote(folder) if folder else day
    if kind in ("n", "b"):
        path = f"{place}/{name}.html"
        first = f"http://{_SITE}/{path}"
        found = [
            first,
            f"https://{_SITE}/{path}",
            f"{first}?utm_hp_ref=canada-quebec&ir=Canada+Quebec",
            f"http://m.{_SITE}/{path}?m=true",
            f"http://m.huffpost.com/qc/entry/{ident}",
        ]
        if kind == "b":
            found.pop()
    elif kind in ("a", "g"):
        path = f"{place}/{name}/"
        first = f"https://{_SITE}/{path}"
        found = [first, first[:-1], f"{first}?utm_hp_ref=qc-photos", f"https://m.{_SITE}/{path}"]
    else:
        path = f"entry/{name}"
        first = f"https://{_SITE}/{path}"
        found = [first, f"https://m.{_SITE}/{path}", f"{first}?ncid=other_trending"]
    archive = archive_address(entry.key, slug)
    wrapped = quote(first.split("?", maxsplit=1)[0], safe="")
    found += [
        f"http://{_SITE}/{wrapped}",
        f"https://{_SITE}/{wrapped}?utm_hp_ref=quebec-international",
        archive,
        f"{archive}/amp",
    ]
    return tuple(found)


def named(target: str) -> tuple[str, str] | None:
    """Mark and id in a request's target, by the rule of the site's notes; None without one.

    Written apart from `huffarchive.urls`, so that each is a check on the other.
    """
    path = unquote(unquote(target.partition("?")[0]))
    found = _ID.findall(path)
    if found:
        mark, ident = found[-1]
        return mark, ident
    if (number := _NUMBER.search(path)) is not None:
        return "n", number[1]
    return None

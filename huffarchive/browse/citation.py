"""An article as a reference: CSL-JSON, and made from that BibTeX, RIS and a line of text."""

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from huffarchive.sources import SOURCES
from huffarchive.translator import Translator

if TYPE_CHECKING:
    from bibtexparser.model import Entry

TYPES = {
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "json": "application/vnd.citationstyles.csl+json",
}
"""Media type of each form, by the ending of its file."""
_KINDS = {"blog": ("post-weblog", "BLOG")}
_NEWS = ("article-newspaper", "NEWS")
_UNTITLED = {"fr": "[Sans titre]"}
_INVENTED = {"fr": "[Échantillon inventé]"}
_TEX = str.maketrans(
    {char: f"\\{char}" for char in "&%$#_"}
    | {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
_BRACES = str.maketrans({"{": "%7B", "}": "%7D"})


def csl(record: dict[str, Any], publisher: str, *, invented: bool = False) -> dict[str, Any]:
    """The record as an item of CSL-JSON; what is unknown is left out.

    A name of two words is given and family name; any other is taken as it is written, for where a
    longer one is to be parted nothing tells. Without authors the agency stands in their place.
    """
    title = _line(record["headline"]) or _UNTITLED.get(record["language"], "[Untitled]")
    if invented:
        title = f"{_INVENTED.get(record['language'], '[Invented sample]')} {title}"
    item: dict[str, Any] = {
        "id": record["id"],
        "type": _KINDS.get(record["kind"], _NEWS)[0],
        "title": title,
        "author": [_name(_line(each)) for each in record["authors"]]
        or [{"literal": each} for each in (record["agency"],) if each],
        "container-title": publisher,
        "section": record["section"],
        "language": record["language"],
        "issued": _parts(record["date_published"]),
        "URL": record["canonical_url"] or record["url"],
        "accessed": _parts(record["captured_at"]),
        "archive": getattr(SOURCES.get(record["source"]), "title", None),
        "archive_location": "{warc_file}, offset {warc_offset}, length {warc_length}".format(
            **record
        ),
        "note": f"sha256:{record['payload_sha256']}",
    }
    return {name: value for name, value in item.items() if value}


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


def _name(name: str) -> dict[str, str]:
    given, _, family = name.partition(" ")
    whole = not family or " " in family or "," in name
    return {"literal": name} if whole else {"family": family, "given": given}


def _parts(moment: str | None) -> dict[str, list[list[int]]] | None:
    return {"date-parts": [[int(part) for part in moment[:10].split("-")]]} if moment else None


def _day(item: dict[str, Any], name: str, between: str = "-") -> str:
    """A day, a month or a year, as the item has it; "" where it has none."""
    parts = item[name]["date-parts"][0] if name in item else ()
    return between.join(f"{part:02}" for part in parts)


def _ris_day(item: dict[str, Any], name: str) -> str:
    day = _day(item, name, "/")
    return day and day + "/" * (3 - day.count("/"))


def _said(item: dict[str, Any], name: str, say: Translator) -> str:
    day = _day(item, name)
    if len(day) == len("2013-05-01"):
        return say.day(date.fromisoformat(day))
    return say.month(day)


def _note(item: dict[str, Any]) -> str:
    parts = (item.get("archive"), f"WARC: {item['archive_location']}", item["note"])
    return ", ".join(filter(None, parts))


def write(items: list[dict[str, Any]], form: str) -> str:
    """Items of CSL-JSON as text: "bib", "ris" or "json"."""
    if form == "json":
        lines = ",\n".join(json.dumps(item, ensure_ascii=False) for item in items)
        return f"[\n{lines}\n]\n"
    if form == "ris":
        return _as_ris([_ris(item) for item in items])
    from bibtexparser.entrypoint import write_string
    from bibtexparser.library import Library

    return str(write_string(Library([_entry(item) for item in items])))


def _as_ris(items: list[dict[str, Any]]) -> str:
    import rispy

    class Ris(rispy.RisWriter):  # type: ignore[misc]
        def set_header(self, count: int) -> str:  # noqa: ARG002
            """No number before a reference: the format has none."""
            return ""

    return str(rispy.dumps(items, implementation=Ris))


def _entry(item: dict[str, Any]) -> "Entry":
    """An entry of BibTeX in UTF-8: `date` and `urldate` are for biblatex, `year` for BibTeX."""
    from bibtexparser.model import Entry, Field

    issued = _day(item, "issued")
    names = (
        f"{{{each['literal'].translate(_TEX)}}}"
        if "literal" in each
        else f"{each['family']}, {each['given']}".translate(_TEX)
        for each in item.get("author", ())
    )
    fields = {
        "author": " and ".join(names),
        "title": f"{{{item['title'].translate(_TEX)}}}",
        "publisher": item["container-title"].translate(_TEX),
        "date": issued,
        "year": issued[:4],
        "url": item["URL"].translate(_BRACES),
        "urldate": _day(item, "accessed"),
        "langid": {"fr": "french", "en": "english"}.get(item.get("language", ""), ""),
        "note": _note(item).translate(_TEX),
    }
    key = item["id"].replace(":", "-")
    return Entry("misc", key, [Field(name, value) for name, value in fields.items() if value])


def _ris(item: dict[str, Any]) -> dict[str, Any]:
    fields = {
        "type_of_reference": _KINDS["blog"][1] if item["type"] == "post-weblog" else _NEWS[1],
        "id": item["id"],
        "authors": [
            each.get("literal") or f"{each['family']}, {each['given']}"
            for each in item.get("author", ())
        ],
        "title": item["title"],
        "secondary_title": item["container-title"],
        "publisher": item["container-title"],
        "section": item.get("section"),
        "language": item.get("language"),
        "year": _day(item, "issued")[:4],
        "date": _ris_day(item, "issued"),
        "access_date": _ris_day(item, "accessed"),
        "urls": [item["URL"]],
        "notes": [_note(item)],
    }
    return {name: value for name, value in fields.items() if value}


def linked(record: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    """The article as schema.org has it, for JSON-LD."""
    names = (_spoken(each) for each in item.get("author", ()))
    kind = "Person" if record["authors"] else "NewsMediaOrganization"
    found = {
        "@context": "https://schema.org",
        "@type": "BlogPosting" if item["type"] == "post-weblog" else "NewsArticle",
        "headline": item["title"],
        "alternativeHeadline": record["dek"],
        "author": [{"@type": kind, "name": name} for name in names],
        "publisher": {"@type": "NewsMediaOrganization", "name": item["container-title"]},
        "datePublished": record["date_published"],
        "dateModified": record["date_modified"],
        "inLanguage": record["language"],
        "articleSection": record["section"],
        "keywords": record["keywords"],
        "wordCount": record["word_count"],
        "url": item["URL"],
    }
    return {name: value for name, value in found.items() if value}


def _spoken(name: dict[str, str]) -> str:
    return name.get("literal") or f"{name['given']} {name['family']}"


def line(item: dict[str, Any], say: Translator) -> str:
    """One line of text: who, what, where, when, the address, and the capture with its digest."""
    names = (_spoken(each) for each in item.get("author", ()))
    issued, accessed = _said(item, "issued", say), _said(item, "accessed", say)
    parts = [
        ", ".join(names),
        say("cite_title", title=item["title"]),
        item["container-title"],
        issued or say("undated"),
        item["URL"],
    ]
    captured = say("cite_captured", day=accessed) if accessed else ""
    words = item["archive_location"].replace(",", "").split()
    place = say("cite_place", file=words[0], offset=words[2], length=words[4])
    where = ", ".join(filter(None, (captured, item.get("archive"), place, item["note"])))
    return f"{', '.join(filter(None, parts))} ({where})."

"""Variants of the templates of 2014, of AMP and of none: bylines, embeds, pictures, open tags.

The rows of variants.toml say what stands in one place of an ordinary page, and what the record
then has; whatever a row does not name is as without it.
"""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from huffarchive.reading import Reading

ROWS = tomllib.loads(Path(__file__).with_name("variants.toml").read_text("utf-8"))["rows"]
SAID = (
    "Le conseil municipal de Sorel a voté mardi soir un budget qui prévoit deux piscines de plus.",
    "« On ne fera pas de miracle avec douze millions », a prévenu le trésorier, qui quitte en juin.",
    "Les citoyens avaient jusqu'au 3 avril pour envoyer leurs questions, et quarante l'ont fait.",
    "La première pelletée de terre est attendue à l'automne, si le ministère donne son accord.",
)
TITLE = "Sorel aura deux piscines"
PAGES = {
    "2014": (
        '<html><head><title>{title}</title>{head}</head><body class="phoenix entry"><div class="bpage">'
        '<article class="entry"><header>{author}<h1 class="title">{title}</h1>{dek}{times}{visual}'
        '<menu id="social_badges"><ul><li class="share"><span>Partager</span></li></ul></menu></header>'
        '{above}<div class="content" id="mainentrycontent">{start}{0}{1}{mid}{2}{3}{end}</div><footer>'
        '{foot}<div class="follow bottom-tags"><a href="/news/sorel/">Sorel</a></div></footer></article>'
        "</div></body></html>"
    ),
    "amp": (
        '<html amp><head><title>{title}</title>{head}</head><body><main id="main"><article class="entry">'
        '<header class="entry__header"><h1 class="headline">{title}</h1>{dek}{author}{times}{visual}'
        '</header>{above}<section class="entry__content-list js-entry-content">{start}{0}{1}{mid}{2}{3}'
        "{end}</section>{foot}</article></main></body></html>"
    ),
    "generic": (
        "<html><head><title>{title}</title>{head}</head><body><main><h1>{title}</h1>{dek}{author}{times}"
        '{visual}{above}{start}<div class="texte">{0}{1}{mid}{2}{3}{end}</div></main>{foot}</body></html>'
    ),
}
BOTH = ("2014", "amp")
TIME = '<time datetime="2015-03-12T10:00:00-04:00">12/03/2015 10:00</time>'
PLAIN = {
    "2014": {
        "author": '<div class="byline vcard"><a rel="author" href="/paul-roy/">Paul Roy</a></div>',
        "times": f'<div class="times"><span class="posted">Publication: {TIME}</span></div>',
    },
    "amp": {
        "author": '<div class="entry__byline"><div class="entry__byline__author">Paul Roy</div></div>',
        "times": TIME,
    },
    "generic": {"author": '<p class="auteur">Par Paul Roy</p>', "times": f"<p>{TIME}</p>"},
}
SLOTS = dict.fromkeys(("head", "dek", "visual", "above", "foot", "start", "mid", "end"), "")
PLACES = {"start": 0, "mid": 2, "end": 4}
CASES = [
    pytest.param(layout, row, id=f"{layout}: {row['name']}")
    for row in ROWS
    for layout in (BOTH if row["layout"] == "both" else (row["layout"],))
]


@pytest.mark.parametrize(("layout", "row"), CASES)
def test_variant(layout: str, row: dict[str, Any], read_page: Callable[..., Reading]) -> None:
    slots = SLOTS | PLAIN[layout] | {row["slot"]: row["markup"]}
    slots |= dict.fromkeys(row.get("without", ()), "")
    tag = '<div class="cli cli-text"><p>{}</p></div>' if layout == "amp" else "<p>{}</p>\n"
    text = read_page(PAGES[layout].format(*map(tag.format, SAID), title=TITLE, **slots)).text
    assert text is not None
    place = PLACES.get(row["slot"], 0)
    authors = tuple(row.get("authors", ["Paul Roy"]))
    expected = {
        "layout": layout,
        "headline": TITLE,
        "dek": row.get("dek"),
        "authors": authors,
        "agency": row.get("agency"),
        "is_wire": row.get("is_wire", False if authors else None),
        "agency_signature": row.get("agency_signature"),
        "date_published": "2015-03-12T10:00:00-04:00",
        "date_modified": row.get("date_modified"),
        "paragraphs": (*SAID[:place], *row.get("text", ()), *SAID[place:]),
        "warnings": ("unknown_layout",) if layout == "generic" else (),
    }
    pictures = [(i.url.rsplit("/", 1)[-1], i.caption or "", i.credit or "") for i in text.images]
    assert pictures == [tuple(picture) for picture in row.get("images", ())]
    assert {name: getattr(text, name) for name in expected} == expected

"""What stands around every article: HTML pieces, heads, menus, scripts, footers."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from huffarchive.sample.articles import Story
from huffarchive.sample.content import Line, Span, images
from huffarchive.sample.entry import handmade
from huffarchive.sample.gold import canonical


def text(words: str) -> str:
    """Words as character data."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(words: str) -> str:
    """Words as the inside of a double-quoted attribute."""
    return text(words).replace('"', "&quot;").replace("'", "&#x27;")


def runs(line: Line, link_class: str = "") -> str:
    """A line's runs."""
    return "".join(_run(span, link_class) for span in line)


def _run(span: Span, link_class: str) -> str:
    words = text(span.text)
    if span.tag == "span":
        words = f'<span style="font-weight: 400;">{words}</span>'
    elif span.tag is not None:
        words = f"<{span.tag}>{words}</{span.tag}>"
    if span.href is None:
        return words
    css = f' class="{link_class}"' if link_class else ' target="_blank"'
    return f'<a href="{attribute(span.href)}"{css}>{words}</a>'


def table(rows: Iterable[Iterable[str]]) -> str:
    """A table without a head, as editors pasted them."""
    cells = ("".join(f"<td>{text(cell)}</td>" for cell in row) for row in rows)
    return f"<table><tbody>{''.join(f'<tr>{row}</tr>' for row in cells)}</tbody></table>"


def script_json(value: object) -> str:
    """A value as JSON inside a script element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def props(value: object) -> str:
    """A value as JSON inside an attribute, as the site hands it to its scripts."""
    return attribute(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


SECTIONS = (
    ("Nouvelles", "nouvelles"),
    ("Politique", "politique"),
    ("International", "quebec-international"),
    ("Économie", "economie"),
    ("Divertissement", "divertissement"),
    ("Style de vie", "style-de-vie"),
    ("Blogues", "blogues"),
    ("Sports", "sports"),
)
EDITIONS = (
    ("Québec (en français)", "https://quebec.huffingtonpost.ca/?country=QC"),
    ("Canada", "https://www.huffingtonpost.ca/?country=CA"),
    ("France", "https://www.huffingtonpost.fr/?country=FR"),
    ("United States", "https://www.huffpost.com/?country=US"),
    ("Maghreb", "https://www.huffpostmaghreb.com/?country=MG"),
    ("United Kingdom", "https://www.huffingtonpost.co.uk/?country=GB"),
    ("Deutschland", "https://www.huffingtonpost.de/?country=DE"),
    ("Italia", "https://www.huffingtonpost.it/?country=IT"),
)
CORPORATE = (
    ("À propos", "https://www.huffpost.com/static/about-us"),
    ("FAQ", "https://www.huffpost.com/archive/qc/static/frequently-asked-question"),
    ("Conditions d'utilisation", "https://www.huffpost.com/static/user-agreement"),
    ("Politique de confidentialité", "https://www.huffpost.com/static/privacy-policy"),
    ("Politique de commentaires", "https://www.huffpost.com/static/comment-policy"),
    ("Nous joindre", "https://www.huffpost.com/static/contact-us"),
)
_WORDS = ("render", "slot", "track", "unit", "node", "state", "event", "queue", "promise", "zone")


@dataclass
class Frame:
    """One page's surroundings: its own dice, a way to other articles, and its weight."""

    dice: Random
    elsewhere: Callable[[], tuple[str, str]]
    topic: Callable[[str], str]
    """The topic page of a tag."""
    weight: int = 0
    """Bytes that the page should have at least; scripts make up for what is missing."""

    def others(self, count: int) -> list[tuple[str, str]]:
        """Address and title of other articles."""
        return [self.elsewhere() for _ in range(count)]

    def script(self, size: int) -> str:
        """About so many bytes of script that does nothing."""
        parts, length = ["(function(){var q=[];"], 22
        while length < size:
            number = self.dice.getrandbits(40)
            a, b = _WORDS[number % 10], _WORDS[number // 16 % 10]
            part = (
                f"q.push(function(){{var {a}{number % 997}=window.{b}||{{}};"
                f'{b}("{a}-{number:010x}",{number % 8191});}});'
            )
            parts.append(part)
            length += len(part)
        return f'<script type="text/javascript">\n{"".join(parts)}}})();\n</script>'

    def ad(self, name: str) -> str:
        """The inside of an advertising slot."""
        return (
            f'<div class="advertisement"><div id="ad-{name}" class="ad-{name} ad-spot--gam'
            f' ad-spot--gam-{name}"></div>\n<script type="text/javascript">\n  HPGam.cmd.push('
            f'function(){{\n\t\treturn HPGam.render("{name}", "entry_{name}", false);\n  }});\n'
            "</script>\n</div>"
        )

    def menu(self) -> str:
        """The menu at the left, with everything that the site's scripts hang on each item."""
        items = []
        places = [(n, f"https://quebec.huffingtonpost.ca/news/{s}/") for n, s in SECTIONS]
        for place, (name, href) in enumerate((*places, *EDITIONS)):
            items.append(
                f'<a class="left-nav__menu__item left-nav__menu__item--linked" href="{href}"'
                f' data-vars-item-name="{attribute(name)}" data-vars-item-type="text"'
                f' data-vars-unit-name="site_header" data-vars-unit-type="nav_bar"'
                f' data-vars-target-content-id="{href}" data-vars-target-content-type="feed"'
                f' data-vars-type="web_internal_link" data-vars-position-in-subunit="{place}"'
                f' data-vars-subunit-name="hamburger_nav">{text(name)}</a>'
            )
        state = props({"editionInfo": {"id": "qc", "name": "Québec"}, "menu": dict(places)})
        return (
            '<div data-rapid="marko-sec" class="js-cet-unit-site-header" id="left-nav"><div'
            ' aria-labelledby="left-nav-heading" class="left-nav left-nav--news" role="dialog">'
            '<div class="left-nav__body js-cet-subunit"><h2 id="left-nav-heading" class="sr-only">'
            f'Menu principal</h2><div class="js-react-hydrator" data-component-name="LeftNavTop"'
            f' data-component-props="{state}"><button class="left-nav__editions-menu__toggle">'
            f'Édition Québec</button></div><nav class="left-nav__menu">{"".join(items)}</nav>'
            "</div></div></div>"
        )

    def trending(self, title: str, count: int) -> str:
        """A zone of other articles outside the main column."""
        cards = "".join(
            f'<div class="card card--standard"><a class="card__headline card__headline--long"'
            f' href="{attribute(href)}" data-vars-item-type="text"><h3'
            ' class="card__headline__text">'
            f"{text(name)}</h3></a></div>"
            for href, name in self.others(count)
        )
        return (
            '<section class="zone zone--trending zone--bottomRecirc js-cet-subunit"><div'
            f' class="zone__title"><h2 class="zone__title__text">{title}</h2></div><div'
            f' class="zone__content">{cards}</div></section>'
        )

    def footer(self, before: str = "") -> str:
        """The footer of the present software."""
        links = "".join(
            f'<a href="{href}" class="site-footer__link site-footer__corp-link">{text(name)}</a>'
            for name, href in CORPORATE
        )
        return (
            '<div data-rapid="marko-sec" class="footer-wrapper" id="footer"><footer'
            ' id="site-footer"'
            f' class="site-footer news"><div class="site-footer__wrapper">{before}<div'
            f' class="site-footer__content">{links}</div><div class="site-footer__branding"><div'
            ' class="site-footer__branding__copyright">©2021 BuzzFeed, Inc. Tous droits réservés.'
            '</div><div class="site-footer__branding__legal">Le Huffington Post</div></div></div>'
            "</footer></div>"
        )

    def messages(self) -> str:
        """The strings of the interface, as the site ships them to its scripts."""
        strings = {
            "ABOUT": "À propos",
            "ADVERTISEMENT": "Publicité",
            "BEFORE_YOU_GO": "Avant de partir",
            "CLOSE": "Close",
            "SUGGEST_A_CORRECTION": "Envoyer une correction",
            "RELATED": "Articles connexes",
            "SEE_ALSO": "À LIRE AUSSI",
            "ALSO_ON": "INOLTRE SU HUFFPOST",
        }
        value = script_json({"locale": "fr-CA", "messages": strings})
        return f'<script id="intl-messages" type="application/json">{value}</script>'

    def pad(self, markup: str) -> str:
        """The page brought to its weight by scripts before the end of its body."""
        missing = self.weight - len(markup.encode())
        if missing <= 0:
            return markup
        head, end, tail = markup.rpartition("</body>")
        return f"{head}{self.script(missing)}{end}{tail}"


def utc(moment: datetime) -> str:
    """A moment as today's software writes it: UTC, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def meta(name: str, content: str | None, *, key: str = "property", value: str = "content") -> str:
    """A meta element, or nothing where there is nothing to say."""
    if content is None:
        return ""
    end = "></meta>" if value == "content" else ">"
    return f'<meta {key}="{name}" {value}="{attribute(content)}"{end}'


def person(name: str, bio: str | None) -> dict[str, object]:
    """An author as JSON-LD has it."""
    return {
        "@context": "http://schema.org",
        "@type": "Person",
        "description": bio or "",
        "name": name,
        "url": f"https://www.huffpost.com/archive/qc/author/{handmade(name)}",
    }


def news_article(story: Story) -> dict[str, object]:
    """The page's JSON-LD."""
    entry = story.entry
    names = story.authors or tuple(filter(None, (story.mark.declared,)))
    if not names and story.byline and story.agency:
        names = (story.byline.removeprefix("Par "),)
    authors = [person(name, story.bio) for name in names]
    pictures = images(story.blocks)
    value: dict[str, object] = {
        "@context": "http://schema.org",
        "author": authors,
        "creator": authors,
        "dateCreated": utc(entry.published),
        "dateModified": utc(story.modified),
        "datePublished": utc(entry.published),
        "description": story.description or "",
        "headline": story.headline,
        "inLanguage": "fr-CA",
        "keywords": [handmade(word) for word in story.keywords] + ["type: news"],
        "mainEntityOfPage": {"@type": "WebPage", "@id": canonical(story)},
        "publisher": {
            "@type": "NewsMediaOrganization",
            "name": "HuffPost",
            "url": "https://www.huffpost.com",
        },
        "url": canonical(story),
        "@type": "NewsArticle",
        "articleSection": story.section,
    }
    if pictures:
        value["image"] = {"@type": "ImageObject", "url": pictures[0].url, "width": 1200}
    return value


def json_ld(story: Story) -> str:
    """The script element with the JSON-LD, whole or cut as a careless template cuts it."""
    if story.data == "missing":
        return ""
    body = script_json(news_article(story))
    if story.data == "broken":
        body = body[: len(body) * 2 // 3] + "\n"
    return f'<script type="application/ld+json">{body}</script>'


def head(story: Story, *, amp: bool = False) -> str:
    """The head's inside for the software of 2019 on."""
    entry, address = story.entry, canonical(story)
    pictures = images(story.blocks)
    image = pictures[0].url if pictures else None
    tags = ",".join(story.keywords)
    parts = [
        f"<title>{text(story.headline)} | HuffPost {'Archive' if amp else 'Québec'}</title>",
        meta("description", story.description, key="name"),
        meta("keywords", tags, key="name"),
        meta("fb:app_id", "46744042133"),
        meta("og:title", story.social),
        meta("og:type", "article"),
        meta("og:image", image),
        meta("og:url", address),
        meta("og:site_name", "HuffPost Québec"),
        meta("og:locale", "fr_CA"),
        meta("og:description", story.description),
        meta("article:tag", tags),
        meta("article:section", story.section),
        meta("twitter:card", "summary_large_image", key="name"),
        meta("twitter:title", story.social, key="name"),
        meta("article:published_time", utc(entry.published)),
        meta("article:modified_time", utc(story.modified)),
        meta("al:ios:url", f"huffpostnews:///?editionID=qc&entryID=qc_{entry.key.id}"),
        meta("robots", "max-snippet:-1,max-image-preview:large", key="name"),
    ]
    if address is not None:
        parts.append(f'<link rel="canonical" href="{attribute(address)}"></link>')
        if not amp:
            parts.append(f'<link rel="amphtml" href="{attribute(address)}/amp"></link>')
    return "".join(parts) + json_ld(story)

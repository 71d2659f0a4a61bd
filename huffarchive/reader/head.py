"""What a page's head says: meta elements, canonical address, title."""

from dataclasses import dataclass

from lxml import html

from huffarchive.reader.typography import clean_field, in_order


@dataclass(frozen=True)
class Head:
    """The head's entries; meta names in lower case, each with its values in order."""

    metas: dict[str, tuple[str, ...]]
    canonical: str | None
    amphtml: str | None
    title: str | None

    def meta(self, *names: str) -> str | None:
        """The first value of the first of these names that has one."""
        return next((self.metas[name][0] for name in names if name in self.metas), None)


def head_of(tree: html.HtmlElement) -> Head:
    """Read a page's head, wherever its elements stand.

    Old pages of the software write `<meta name="og:…" value="…">`: name or property, content or
    value, all are read.
    """
    metas: dict[str, list[str]] = {}
    links: dict[str, str] = {}
    title: str | None = None
    for element in tree.iter("meta", "link", "title"):
        if element.tag == "title":
            title = title or clean_field(element.text)
        elif element.tag == "link":
            rel, href = (element.get("rel") or "").lower(), element.get("href")
            if href and rel in ("canonical", "amphtml"):
                links.setdefault(rel, in_order(href))
        elif name := _name(element):
            value = clean_field(element.get("content") or element.get("value"))
            if value:
                metas.setdefault(name.lower(), []).append(value)
    return Head(
        {name: tuple(values) for name, values in metas.items()},
        links.get("canonical"),
        links.get("amphtml"),
        title,
    )


def _name(element: html.HtmlElement) -> str | None:
    """What a meta element tells of: only the section is known by schema.org's microdata."""
    name = element.get("property") or element.get("name")
    part = element.get("itemprop")
    return name or (part if part == "articleSection" else None)

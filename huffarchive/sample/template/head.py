"""The head of a page: meta elements and JSON-LD."""

from datetime import UTC, datetime

from huffarchive.sample.content import images
from huffarchive.sample.gold import canonical
from huffarchive.sample.slugs import handmade
from huffarchive.sample.story import Story
from huffarchive.sample.template.html import attribute, script_json, text


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

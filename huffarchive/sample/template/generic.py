"""A page that no known template made: a special project, hand-built."""

from huffarchive.sample.content import (
    Block,
    Embed,
    Figure,
    Heading,
    Listing,
    Paragraph,
    Promotion,
    PullQuote,
    Quotation,
    Related,
    Signature,
    Table,
)
from huffarchive.sample.gold import iso
from huffarchive.sample.story import Story
from huffarchive.sample.template.frame import Frame
from huffarchive.sample.template.head import meta
from huffarchive.sample.template.html import attribute, runs, table, text


def page(story: Story, frame: Frame) -> str:
    """The whole page."""
    body = "\n".join(part for part in map(_block, story.blocks) if part)
    second = f'<p class="chapo">{text(story.second)}</p>' if story.second else ""
    signed = f'<p class="signature">{text(story.byline)}</p>' if story.byline else ""
    others = "".join(
        f'<li><a href="{href}">{text(title)}</a></li>' for href, title in frame.others(4)
    )
    published = iso(story.entry.published)
    return frame.pad(
        f'<!doctype html>\n<html lang="fr">\n<head><meta charset="utf-8"><title>'
        f"{text(story.headline)}</title>\n{meta('description', story.description, key='name')}\n"
        f"{meta('article:section', story.section)}\n"
        f"{meta('article:published_time', published)}\n"
        f"{meta('keywords', ', '.join(story.keywords), key='name')}\n"
        f'<link rel="stylesheet" href="/projets/style.css">{frame.script(9000)}</head>\n<body>\n'
        '<header class="bandeau"><a href="https://quebec.huffingtonpost.ca/">Retour</a></header>\n'
        f"<main>\n<article>\n<h1>{text(story.headline)}</h1>\n{second}\n{signed}\n<time"
        f' datetime="{published}"></time>\n{body}\n</article>\n</main>\n<nav class="suite"><h2>'
        f"Nos autres dossiers</h2><ul>{others}</ul></nav>\n<footer>© HuffPost Québec</footer>\n"
        f"{frame.script(6000)}</body>\n</html>\n"
    )


def _block(block: Block) -> str:
    match block:
        case Paragraph(line):
            return f"<p>{runs(line)}</p>"
        case Signature(words):
            return f"<p>{text(words)}</p>"
        case Heading(words):
            return f"<h2>{text(words)}</h2>"
        case Listing(items):
            return f"<ul>{''.join(f'<li>{runs(item)}</li>' for item in items)}</ul>"
        case Quotation(lines):
            inner = "".join(f"<p>{runs(line)}</p>" for line in lines)
            return f"<blockquote>{inner}</blockquote>"
        case Table(rows):
            return table(rows)
        case Promotion(line):
            return f"<p>{runs(line)}</p>"
        case Figure(image):
            caption = f"<figcaption>{text(image.caption)}</figcaption>" if image.caption else ""
            return f'<figure><img src="{attribute(image.url)}" alt="">{caption}</figure>'
        case Embed(_, url):
            return f'<iframe src="{url}"></iframe>'
        case PullQuote(words, who):
            return f'<aside class="exergue">{text(words)} <cite>{text(who)}</cite></aside>'
        case Related(label, links):
            inner = "".join(f'<li><a href="{href}">{text(n)}</a></li>' for href, n in links)
            return f'<aside class="a-lire"><h3>{text(label)}</h3><ul>{inner}</ul></aside>'
        case _:
            return ""

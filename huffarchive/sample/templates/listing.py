"""Pages that are no articles, and an article that no known template made."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from huffarchive.sample.articles import Story
from huffarchive.sample.content import (
    CLOSURE_EN,
    CLOSURE_FR,
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
from huffarchive.sample.templates.frame import SECTIONS, Frame, attribute, meta, runs, table, text

_FAQ = "https://www.huffpost.com/archive/qc/static/frequently-asked-question"


@dataclass(frozen=True)
class Item:
    """One article in a list."""

    address: str
    title: str
    excerpt: str
    at: datetime


def listing(title: str, address: str, items: list[Item], frame: Frame, *, old: bool) -> str:
    """A topic's or an author's page, in the layout of 2014 or in the archive's."""
    return (_old if old else _new)(title, address, items, frame)


def _head(title: str, address: str) -> str:
    return (
        f'<meta charset="utf-8"><title>{text(title)}</title><link rel="canonical"'
        f' href="{attribute(address)}" /><meta property="og:type" content="blog"/><meta'
        f' property="og:title" content="{attribute(title)}" /><meta property="og:url"'
        f' content="{attribute(address)}" />'
    )


def _old(title: str, address: str, items: list[Item], frame: Frame) -> str:
    entries = "".join(
        '<div class="entry"><div class="entry_right"><h2 class="title"><a'
        f' href="{attribute(item.address)}">{text(item.title)}</a></h2><div class="entry_content">'
        f'<p>{text(item.excerpt)}</p></div><span class="date">{item.at.strftime("%d.%m.%Y")}</span>'
        "</div></div>\n"
        for item in items
    )
    return (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"\n'
        ' "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n<html lang="fr">\n<head>'
        f'{_head(title, address)}<meta name="robots" content="noindex" />{frame.script(3000)}'
        "</head>\n"
        f'<body><div id="wrapper_inner"><div id="all_news_header">\n<h1>{text(title)}</h1></div>\n'
        '<div class="grid two_thirds flush_top" id="news_content"><div'
        f' id="blog_entries">\n{entries}'
        f'</div></div>\n<div class="pagination"><a href="{attribute(address)}?page=2">Suivant'
        "</a></div>"
        f'<div class="grid third flush_top" id="sidebar_right">{frame.trending("Les plus lus", 2)}'
        "</div></div></body></html>\n"
    )


def _new(title: str, address: str, items: list[Item], frame: Frame) -> str:
    closure = CLOSURE_EN if len(title) % 3 == 0 else CLOSURE_FR
    cards = "".join(
        '<div class="card card--standard js-card" data-rapid="card"><div class="card__headlines">'
        f'<a class="card__headline" href="{attribute(item.address)}"><h3'
        f' class="card__headline__text">{text(item.title)}</h3></a></div><div'
        f' class="card__description">{text(item.excerpt)}</div></div>'
        for item in items
    )
    return (
        f'<!doctype html><html lang="fr"><head>{_head(title, address)}{frame.script(3000)}'
        "</head><body"
        f' class="archive topic news qc">{frame.menu()}<div class="archive-notice">'
        f"<p>{text(closure)}"
        f'</p></div><main id="main"><h1 class="page__title">{text(title)}</h1><section class="zone'
        f' zone--latest">{cards}</section><a class="pagination__next-link"'
        f' href="{attribute(address)}?page=2">Suivant</a></main>{frame.footer()}</body></html>'
    )


def front(items: list[Item], frame: Frame) -> str:
    """The front page."""
    topics = "".join(
        f'<li><a href="https://quebec.huffingtonpost.ca/news/{slug}/">{text(name)}</a></li>'
        for name, slug in SECTIONS
    )
    body = listing("HuffPost Québec", "https://quebec.huffingtonpost.ca/", items, frame, old=False)
    return body.replace(
        '<main id="main">', f'<nav class="rubriques"><ul>{topics}</ul></nav><main id="main">'
    )


def feed(items: list[Item]) -> str:
    """An RSS feed."""
    rows = "".join(
        f"<item><title>{text(item.title)}</title><link>{text(item.address)}</link><description>"
        f"{text(item.excerpt)}</description><pubDate>{format_datetime(item.at)}</pubDate></item>\n"
        for item in items
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>HuffPost Québec'
        "</title><link>http://quebec.huffingtonpost.ca/</link><description>Nouvelles"
        "</description>\n"
        f"{rows}</channel></rss>\n"
    )


def static(frame: Frame) -> str:
    """The page of frequent questions."""
    return (
        f'<!doctype html><html lang="fr"><head>{_head("Foire aux questions", _FAQ)}</head><body'
        f' class="static qc">{frame.menu()}<main id="main"><h1>Foire aux questions</h1><h2>Le site'
        " est-il encore mis à jour?</h2><p>Non. Les pages restent en ligne, mais plus personne"
        " ne les"
        " modifie.</p><h2>Comment signaler une erreur?</h2><p>Écrivez à support@huffpost.com.</p>"
        f"</main>{frame.footer()}</body></html>"
    )


def missing(frame: Frame) -> str:
    """The page that says that there is no page."""
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Page introuvable |'
        " HuffPost"
        '</title><meta name="robots" content="noindex"></head><body class="error error-404 qc">'
        f'{frame.menu()}<main id="main"><h1 class="error__title">Erreur 404</h1><p'
        ' class="error__message">Désolé, la page que vous cherchez est introuvable. Elle a'
        " peut-être"
        f" été déplacée ou supprimée.</p></main>{frame.footer()}</body></html>"
    )


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

"""The AMP page: AMP's elements, and the labels that its viewer leaves in the text."""

from huffarchive.sample.articles import Story
from huffarchive.sample.content import (
    MODAL,
    Advertisement,
    Block,
    Embed,
    Figure,
    Heading,
    Listing,
    LiveBlog,
    Newsletter,
    Paragraph,
    Promotion,
    PullQuote,
    Quotation,
    Related,
    Signature,
    Slideshow,
    Table,
)
from huffarchive.sample.templates.archive import phrase
from huffarchive.sample.templates.frame import (
    CORPORATE,
    SECTIONS,
    Frame,
    attribute,
    head,
    runs,
    table,
    text,
)


def page(story: Story, frame: Frame) -> str:
    """The whole page."""
    places: dict[str, str] = {}
    for piece in story.pieces:
        places[piece.place] = places.get(piece.place, "") + phrase(piece)
    top = "".join(places.get(place, "") for place in ("before_main", "modal"))
    inner = "".join(places.get(place, "") for place in ("main_top", "in_header"))
    last = "".join(places.get(place, "") for place in ("entry_footer", "below"))
    end = "".join(places.get(place, "") for place in ("after_sticky", "footer", "end"))
    body = "".join(_block(block, index) for index, block in enumerate(story.blocks))
    menu = "".join(
        f'<li><a href="https://quebec.huffingtonpost.ca/news/{slug}/">{text(name)}</a></li>'
        for name, slug in SECTIONS
    )
    links = "".join(f'<a class="footer__link" href="{href}">{text(n)}</a>' for n, href in CORPORATE)
    second = f'<div class="dek">{text(story.second)}</div>' if story.second else ""
    filler = "".join(
        f".c{i}{{margin:{frame.dice.randrange(40)}px;color:#{frame.dice.randrange(16**6):06x}}}"
        for i in range(180)
    )
    return frame.pad(
        '<!doctype html><html amp lang="fr"><head><meta charset="utf-8"><script async'
        ' src="https://cdn.ampproject.org/v0.js"></script><meta name="viewport"'
        f' content="width=device-width">{head(story, amp=True)}<style amp-boilerplate>body{{-amp-'
        f'start:8s}}</style><style amp-custom>{filler}</style></head><body class="amp entry news'
        f' qc"><amp-sidebar id="sidebar" layout="nodisplay" side="left"><ul>{menu}</ul>'
        "</amp-sidebar>"
        '<header class="amp-header"><a href="https://quebec.huffingtonpost.ca/">HuffPost Québec'
        "</a>"
        f'</header>{top}<main class="main" id="main">{inner}<header class="entry__header"><h1'
        f' class="headline">{text(story.headline)}</h1>{second}<div class="entry__byline">'
        f'{_byline(story)}</div></header><article class="entry__content"><section'
        ' class="entry__content-list"'
        f' id="entry-body">{body}</section>{last}</article></main>{_related(frame)}<amp-sticky-ad'
        ' layout="nodisplay"><amp-ad width="320" height="50" type="doubleclick"></amp-ad>'
        f'</amp-sticky-ad><footer class="amp-footer">{links}{end}</footer></body></html>'
    )


def _byline(story: Story) -> str:
    if story.mark.logo:
        return (
            f'<amp-img class="wire-partner__logo {story.mark.logo}" width="80" height="20">'
            "</amp-img>"
        )
    if story.byline is None:
        return '<span class="author-punc space">|</span>'
    return f'<div class="entry__byline__author">{text(story.byline)}</div>'


def _block(block: Block, index: int) -> str:
    match block:
        case Paragraph(line):
            return _text(f"<p>{runs(line)}</p>")
        case Signature(words):
            return _text(f"<p>{text(words)}</p>")
        case Heading(words, strong):
            inner = text(words)
            return _text(f"<p><strong>{inner}</strong></p>" if strong else f"<h2>{inner}</h2>")
        case Listing(items, ordered):
            tag = "ol" if ordered else "ul"
            return _text(f"<{tag}>{''.join(f'<li>{runs(item)}</li>' for item in items)}</{tag}>")
        case Quotation(lines):
            inner = "".join(f"<p>{runs(line)}</p>" for line in lines)
            return _text(f"<blockquote>{inner}</blockquote>")
        case Table(rows):
            return _text(table(rows))
        case Promotion(line):
            return _text(f"<p><em>{runs(line)}</em></p>")
        case Figure(image):
            return _figure(image.url, image.caption, image.credit, "")
        case Slideshow(images, title):
            slides = "".join(
                _figure(i.url, i.caption, i.credit, f"({place:02d} of{len(images)})")
                for place, i in enumerate(images, 1)
            )
            heading = f'<div class="slideshow__title">{text(title)}</div>' if title else ""
            return f'<div class="cli cli-slideshow">{heading}{slides}</div>'
        case PullQuote(words, who):
            return (
                '<blockquote class="cli cli-pullquote"><p class="cli-pullquote__quote">'
                f'{text(words)}</p><div class="cli-pullquote__attribution">{text(who)}</div>'
                "</blockquote>"
            )
        case Embed(provider, url):
            return (
                f'<div class="cli cli-embed"><amp-iframe src="{url}" width="560" height="315"'
                f' class="amp-{provider}"></amp-iframe></div>'
            )
        case Advertisement(label):
            shown = f'<div class="advertisement__label">{label}</div>' if label else ""
            return (
                f'<div class="cli cli-advertisement">{shown}<amp-ad width="300" height="250"'
                f' type="doubleclick" data-slot="/7646/inline-{index}"></amp-ad></div>'
            )
        case Related(label, links):
            inner = "".join(f'<li><a href="{href}">{text(name)}</a></li>' for href, name in links)
            return (
                f'<aside class="cli cli-related-articles"><h2 class="cli-related-articles__title">'
                f"{text(label)}</h2><ul>{inner}</ul></aside>"
            )
        case Newsletter() | LiveBlog():
            return ""


def _text(inner: str) -> str:
    return f'<div class="primary-cli cli cli-text">{inner}</div>'


def _figure(url: str, caption: str | None, credit: str | None, counter: str) -> str:
    shown = f'<span class="slideshow__counter">{counter}</span>' if counter else ""
    if caption:
        shown += f'<figcaption class="cli-image__caption">{text(caption)}</figcaption>'
    shown += f'<button class="cli-image__modal" on="tap:lightbox">{MODAL}</button>'
    if credit:
        shown += f'<div class="cli-image__credit"><span class="credit">{text(credit)}</span></div>'
    return (
        f'<figure class="cli cli-image"><amp-img src="{attribute(url)}" width="720" height="479"'
        f' layout="responsive" alt="{attribute(caption or "")}"></amp-img>{shown}</figure>'
    )


def _related(frame: Frame) -> str:
    inner = "".join(f'<li><a href="{href}">{text(name)}</a></li>' for href, name in frame.others(3))
    return f'<section class="amp-trending"><h2>Tendances</h2><ul>{inner}</ul></section>'

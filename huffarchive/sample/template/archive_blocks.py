"""The blocks of an article as the archive's software shows them (`cli`: content list item)."""

from huffarchive.sample.content import (
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
from huffarchive.sample.story import Story
from huffarchive.sample.template.frame import Frame
from huffarchive.sample.template.html import attribute, props, runs, table, text

LINK = "js-entry-link cet-internal-link"


def block(piece: Block, story: Story, frame: Frame, index: int) -> str:
    """One block of the body."""
    match piece:
        case Paragraph(line):
            return _text(f"<p>{runs(line, LINK)}</p>")
        case Signature(words):
            return _text(f"<p>{text(words)}</p>")
        case Heading(words, strong):
            inner = text(words)
            return _text(f"<p><strong>{inner}</strong></p>" if strong else f"<h2>{inner}</h2>")
        case Listing(items, ordered):
            tag = "ol" if ordered else "ul"
            inner = "".join(f"<li>{runs(item, LINK)}</li>" for item in items)
            return _text(f"<{tag}>{inner}</{tag}>")
        case Quotation(lines):
            inner = "".join(f"<p>{runs(line, LINK)}</p>" for line in lines)
            return _text(f"<blockquote>{inner}</blockquote>")
        case Table(rows):
            return _text(table(rows))
        case Promotion(line):
            return _text(f"<p><em>{runs(line, LINK)}</em></p>")
        case Figure(image):
            first = (
                ""
                if any(isinstance(b, Paragraph) for b in story.blocks[:index])
                else " cli-image--header-media"
            )
            return _figure(
                image.url, image.caption, image.credit, f"cli cli-image js-no-inject{first}"
            )
        case Slideshow():
            return _slideshow(piece)
        case PullQuote(words, who):
            return (
                '<blockquote class="cli cli-pullquote"><div class="cli-pullquote__placeholder">'
                "</div>"
                '<div class="cli-pullquote__content"><p class="cli-pullquote__quote accent-cli">'
                f'{text(words)}</p><div class="cli-pullquote__attribution caption-cli">'
                f"{text(who)}</div></div></blockquote>"
            )
        case Embed(provider, url, words):
            return _embed(provider, url, words)
        case Advertisement(label):
            shown = f'<div class="advertisement__label">{label}</div>' if label else ""
            return (
                '<div class="cli cli-advertisement advertisement-holder"><div class="advertisement-'
                f'sticky-wrapper">{shown}{frame.ad(f"inline-{index}")}</div></div>'
            )
        case Related(label, links):
            return _related(label, links)
        case Newsletter(words):
            return _newsletter(words)
        case LiveBlog(ident):
            return (
                f'<div class="cli cli-liveblog js-liveblog" data-liveblog-id="{ident}"><div'
                f' class="js-react-hydrator" data-component-name="LiveBlog" data-component-props="'
                f'{props({"id": ident, "entries": []})}"><div class="liveblog__entries"></div>'
                "</div></div>"
            )


def _text(inner: str) -> str:
    return f'<div class="primary-cli cli cli-text ">{inner}</div>'


def _figure(url: str, caption: str | None, credit: str | None, css: str) -> str:
    alt = attribute(caption or "")
    shown = (
        f'<figcaption class="cli-image__caption caption-cli">{text(caption)}</figcaption>'
        if caption
        else ""
    )
    if credit:
        shown += (
            f'<div class="cli-image__credit" aria-label="Crédit photo : {attribute(credit)}"><div'
            f' class="credit-container"><span class="credit">{text(credit)}</span></div></div>'
        )
    return (
        f'<figure class="{css}"><div class="img-sized"><div class="img-sized__placeholder"'
        ' style="width:720px"><div style="padding-top:66.5%"></div></div><picture><source'
        f' type="image/webp" srcSet="{attribute(url)}&amp;format=webp"/><img class="img-sized__img'
        f' landscape" alt="{alt}" width="720" height="479" src="{attribute(url)}"/></picture></div>'
        f'<div class="cli-image__spacer"></div><div class="cli-image__source-wrapper">{shown}</div>'
        "</figure>"
    )


def _slideshow(piece: Slideshow) -> str:
    title = f'<div class="slideshow__title">{text(piece.title)}</div>' if piece.title else ""
    slides = "".join(
        '<div class="slideshow__slide slide">'
        + _figure(image.url, image.caption, image.credit, "slide__figure")
        + "</div>"
        for image in piece.images
    )
    state = props({"count": len(piece.images), "captions": [i.caption for i in piece.images]})
    return (
        '<div class="cli cli-slideshow js-no-inject"><div class="js-react-hydrator"'
        f' data-component-name="Slideshow" data-component-props="{state}">{title}<div'
        f' class="slideshow__slides">{slides}</div></div></div>'
    )


def _embed(provider: str, url: str, words: str) -> str:
    if words:
        inner = (
            f'<blockquote class="twitter-tweet"><p lang="fr" dir="ltr">{text(words)}</p>'
            f'<a href="{url}"></a></blockquote><script async'
            ' src="//platform.twitter.com/widgets.js">'
            "</script>"
        )
    elif provider == "twitter":
        inner = f'<blockquote class="twitter-tweet"><a href="{url}"></a></blockquote>'
    else:
        inner = f'<iframe src="{url}" width="560" height="315" frameborder="0"></iframe>'
    return f'<div class="cli cli-embed cli-embed--{provider} js-no-inject"><div>{inner}</div></div>'


def _related(label: str, links: tuple[tuple[str, str], ...]) -> str:
    if len(links) == 1:
        href, title = links[0]
        return _text(
            f'<p><strong>{text(label)} </strong><a href="{href}" class="{LINK}">{text(title)}'
            "</a></p>"
        )
    inner = "".join(
        f'<a class="cli-related-articles__link {LINK}" href="{href}"><h3'
        f' class="cli-related-articles__headline">{text(title)}</h3><div'
        ' class="cli-related-articles__image img-sized"><picture><img class="img-sized__img"'
        ' loading="lazy" alt="" width="210" height="120"'
        ' src="https://img.huffingtonpost.com/asset/'
        f'thumb-{abs(len(title)):03d}.jpeg?ops=210_120"/></picture></div></a>'
        for href, title in links
    )
    return (
        '<aside class="cli cli-related-articles js-cet-subunit"><div'
        ' class="cli-related-articles__content-wrapper"><h2 class="cli-related-articles__title">'
        f'{text(label)}</h2><div class="cli-related-articles_container">{inner}</div></div></aside>'
    )


def _newsletter(words: str) -> str:
    return (
        '<section aria-label="Infolettre" class="newsletter newsletter--inline js-cet-subunit"><div'
        f' class="newsletter__contents"><div class="newsletter__description">{text(words)}</div>'
        '<form class="newsletter__input"><input type="email" name="email_address"'
        ' placeholder="adresse@courriel.com"/><input type="submit" value="S\'ABONNER"/></form>'
        "</div>"
        "</section>"
    )

"""The read-only archive of 2021 on, in its two variants; the software of 2019 to 2023."""

from huffarchive.sample.articles import Story
from huffarchive.sample.content import (
    CLOSE,
    Advertisement,
    Block,
    Embed,
    Figure,
    Heading,
    Listing,
    LiveBlog,
    Newsletter,
    Paragraph,
    Piece,
    Promotion,
    PullQuote,
    Quotation,
    Related,
    Signature,
    Slideshow,
    Table,
)
from huffarchive.sample.entry import handmade
from huffarchive.sample.templates.frame import (
    Frame,
    attribute,
    head,
    props,
    runs,
    script_json,
    table,
    text,
)

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


def page(story: Story, frame: Frame) -> str:
    """The whole page."""
    recipe, ident = story.entry.recipe, story.entry.key.id
    shape = {"live": "liveblog", "gallery": "slideshow"}.get(recipe.shape, "standard")
    settings = script_json({"edition": "qc", "resourceType": "entry", "slug": story.slug})
    body = "".join(block(piece, story, frame, index) for index, piece in enumerate(story.blocks))
    return frame.pad(
        '<!doctype html><html lang="fr"><head><meta name="viewport" content="width=device-width,'
        f' initial-scale=1.0"><meta charset="UTF-8">{head(story)}<script type="text/javascript">'
        f"\nwindow.HUFFPOST = {settings};</script>{frame.script(3000)}<style>.entry{{margin:0}}"
        f'</style></head><body class="entry {shape} {handmade(story.section)} news qc"'
        ' data-locale="fr_CA"><div id="fb-root"></div><div class="body-wrap"><a href="#main"'
        f' tabindex="0" class="skip-to-content">Aller au contenu principal</a>{_modal(story)}'
        f"{frame.script(1500)}{frame.menu()}{_at(story, 'before_main')}"
        '<main role="main" tabindex="-1" class="main" id="main">'
        f"{_at(story, 'main_top')}{_header(story)}"
        f'<article mt-import="{ident}" class="entry__content js-page-content-top"><aside'
        ' class="entry__left-rail rail rail--left js-cet-unit-left" id="left-rail"><div'
        ' class="share-bar share-bar--side hidden"><div class="social-buttons"></div></div></aside>'
        '<div class="entry__content-and-right-rail-container"><div class="entry__content-list-'
        'container js-cet-unit-buzz_body"><section data-rapid="marko-sec"'
        ' class="entry__content-list'
        ' js-main-content-list" id="entry-body"><span id="percent-trigger"></span><section'
        f' class="entry__content-list js-entry-content js-cet-subunit">{body}</section></section>'
        '<section class="entry__extra js-extra-content-list" id="entry-extra"></section>'
        f"{_footer(story)}</div>{_rail(frame)}</div></article>{_sticky(story, frame)}"
        f"{_at(story, 'after_sticky')}"
        f'<div class="below-entry-content js-cet-unit-buzz_bottom">{_at(story, "below")}'
        f'<div id="related">{frame.trending("Plus dans " + text(story.section), 4)}</div></div>'
        f"</main>{frame.footer(_at(story, 'footer'))}{_at(story, 'end')}{frame.messages()}"
        f"{frame.script(2500)}</div></body></html>"
    )


def _header(story: Story) -> str:
    tags = ""
    if len(story.headline) % 5 < 2:
        names = (story.section, *story.keywords)
        tags = "".join(f'<span class="entry__tag">{text(name)}</span>' for name in names)
        tags = f'<div class="label"><div class="label__content entry__tags">{tags}</div></div>'
    second = f'<div class="dek">{text(story.second)}</div>' if story.second else ""
    return (
        '<div data-rapid="marko-sec" class="js-cet-unit-buzz_head entry-head-container"'
        ' id="entry-header"><header class="entry__header entry__header--no-top-media">'
        f'{_at(story, "in_header")}<div class="top-header js-cet-subunit">{tags}<h1'
        ' class="headline">'
        f'{text(story.headline)}</h1></div>{second}<div class="bottom-header js-cet-subunit"><div'
        f' class="bottom-header__left">{byline(story)}</div><div class="bottom-header__right"><div'
        ' class="share-bar share-bar--header"><a class="social-buttons__icons__item" aria-label='
        '"Partager sur facebook" href="https://facebook.com/share.php"><svg width="22"></svg></a>'
        "</div></div></div></header></div>"
    )


def byline(story: Story) -> str:
    """Who signed it: names that are links, or an agency's name, or its logo."""
    if story.mark.logo:
        alt = f' alt="{attribute(story.agency or "")}"' if len(story.headline) % 2 else ' alt=""'
        return (
            f'<div class="entry__wirepartner"><img class="wire-partner__logo {story.mark.logo}"'
            f' src="https://img.huffingtonpost.com/logos/{story.mark.logo.lower()}.png"{alt}/>'
            "</div>"
        )
    if story.byline is None:
        return ""
    inner = text(story.byline)
    for name in () if story.agency else story.authors:
        href = f"https://www.huffpost.com/archive/qc/author/{handmade(name)}"
        inner = inner.replace(
            text(name),
            f'<a class="{LINK}" href="{href}" aria-label="Par {attribute(name)}"><span'
            f' aria-hidden="true">{text(name)}<div class="social-buttons"><div'
            ' class="social-buttons__icons"></div></div></span></a>',
        )
    return (
        '<div class="entry__byline"><div class="author-list"><div'
        f' class="entry__byline__author">{inner}</div></div></div>'
    )


def _footer(story: Story) -> str:
    cards = "".join(
        '<div class="author-card"><div class="author-card__container"><h2'
        ' class="author-card__name">'
        f'<a class="{LINK}" href="https://www.huffpost.com/archive/qc/author/{handmade(name)}">'
        f'{text(name)}</a></h2><p class="author-card__mini-bio">{text(story.bio)}</p></div></div>'
        for name in story.authors
        if story.bio
    )
    cards = f'<div class="entry__author-cards">{cards}</div>' if cards else ""
    corrections = "".join(
        f'<section class="{p.css} js-cet-subunit"><button'
        ' data-vars-item-name="SUGGEST_A_CORRECTION">'
        f"{text(p.text)}</button></section>"
        for p in story.pieces
        if p.place == "corrections"
    )
    return (
        '<section class="entry-footer" id="entry-footer"><div class="share-bar share-bar--footer">'
        f"</div>{cards}{corrections}{_at(story, 'entry_footer')}</section>"
    )


def _rail(frame: Frame) -> str:
    return (
        '<aside class="entry__right-rail rail rail--right js-cet-unit-right"><div'
        f' class="right-rail-sticky">{frame.ad("sidebar-1")}<div id="rightRailTrending">'
        f"{frame.trending('Tendances', 3)}</div></div></aside>"
    )


def _sticky(story: Story, frame: Frame) -> str:
    closing = "".join(
        f'<div class="{p.css}">{p.text} <svg class="ad-bottom-right-sticky__close-icon"'
        ' width="20"></svg></div>'
        for p in story.pieces
        if p.text == CLOSE
    )
    return (
        '<div class="bottom-right-sticky-container"><a class="bottom-right-sticky__logo__link"'
        ' href="https://www.huffpost.com"><svg></svg></a><div class="advertisement'
        f' ad-bottom-right-sticky">{frame.ad("tb")}</div>{closing}</div>'
    )


def _modal(story: Story) -> str:
    inner = _at(story, "modal")
    return (
        '<div class="js-react-hydrator" data-component-name="Modal" data-component-props="{}"><div'
        ' id="modal" class="modal" role="presentation"><div class="modal__inner"><button'
        f' class="modal__close yr-no-track">×</button><div class="modal__title">{inner}</div><div'
        ' class="modal__subtitle"></div></div></div></div>'
    )


def _at(story: Story, place: str) -> str:
    return "".join(phrase(piece) for piece in story.pieces if piece.place == place)


def phrase(piece: Piece) -> str:
    """One of the site's phrases, with the links that it names."""
    inner = text(piece.text)
    for words, href in (
        ("support@huffpost.com", "mailto:support@huffpost.com"),
        ("notre FAQ", "https://www.huffpost.com/archive/qc/static/frequently-asked-question"),
        ("send us an email", "mailto:support@huffpost.com"),
    ):
        inner = inner.replace(words, f'<a href="{href}">{words}</a>')
    tag = "p" if len(piece.css) % 2 else "div"
    return f'<div class="{piece.css}"><{tag}>{inner}</{tag}></div>'

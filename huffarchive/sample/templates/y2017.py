"""The software of 2016 to April 2019: `content-list-component`, `meta` with `value`."""

from huffarchive.sample.articles import Story
from huffarchive.sample.content import (
    CORRECTION,
    DISCLAIMER,
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
    images,
)
from huffarchive.sample.entry import handmade
from huffarchive.sample.gold import canonical, shown
from huffarchive.sample.templates.frame import (
    EDITIONS,
    SECTIONS,
    Frame,
    attribute,
    meta,
    runs,
    table,
    text,
)


def page(story: Story, frame: Frame) -> str:
    """The whole page."""
    entry, address = story.entry, canonical(story) or ""
    published = shown(story, entry.published)
    visible = published.strftime("%d/%m/%Y %H:%M %Z")
    updated = story.modified.strftime("%d/%m/%Y %H:%M %Z")
    later = (
        f' <span class="timestamp__date--modified">Actualisé {updated}</span>'
        if story.modified > entry.published
        else ""
    )
    second = f'<h2 class="headline__subtitle">{text(story.second)}</h2>' if story.second else ""
    body = "".join(_block(block, frame) for block in story.blocks)
    tags = "".join(
        f'<a class="tag" href="{frame.topic(word)}">{text(word)}</a> ' for word in story.keywords
    )
    editions = "".join(
        f'<a class="dropdown__column__row" data-edition="{i}" href="{href}">{text(name)}</a> '
        for i, (name, href) in enumerate(EDITIONS)
    )
    menu = "".join(
        f'<li class="nav__item"><a href="http://quebec.huffingtonpost.ca/news/{slug}/"'
        f' data-beacon="{{&quot;p&quot;:{{&quot;lnid&quot;:&quot;{slug}&quot;}}}}">'
        f"{text(name.upper())}</a></li> "
        for name, slug in SECTIONS
    )
    return frame.pad(
        f'<!DOCTYPE html> <html lang="fr-CA"> <head> {_head(story)} {frame.script(4000)}</head> '
        "<body"
        f' class="desktop b-page section--{handmade(story.section)} standard qc"'
        ' data-locale="fr_CA"> <div class="advertisement asset_inserts"></div> <div class="main">'
        f' <header class="header js-header"> <div class="editions">{editions}</div> <nav'
        f' class="nav"><ul>{menu}</ul></nav> </header> <article class="entry"> <header'
        ' class="entry__header"> <span class="entry__header__label">'
        f"{text(story.section.upper())} </span>"
        f' <div class="headline"> <h1 class="headline__title">{text(story.headline)}</h1> {second}'
        f' </div> <div class="timestamp"> <span class="timestamp__date--published">{visible}</span>'
        f'{" |" if later else ""}{later} </div> <div class="share-bar share-bar--horizontal"'
        f' data-sharingtitle="{attribute(story.headline)}" data-sharingurl="{attribute(address)}">'
        ' <ul class="share-bar__list"> <li class="share-bar__item facebook"></li> </ul> </div>'
        f" {_byline(story)} </header>"
        f' <div class="entry__content js-entry-content"> <div class="entry__body js-entry-body">'
        f' <div class="post-contents yr-entry-text">{body}</div>{_disclaimer(story)} <div'
        f' class="tag-cloud js-tag-cloud"> <h2>Plus:</h2> {tags}</div> <div'
        ' class="entry-corrections'
        ' js-entry-corrections"> <a class="suggest-correction" href="javascript:void(0)"'
        f' id="suggest-correction-link">{CORRECTION}</a> </div> <div class="below-entry'
        f' js-below-entry"> {_below(frame)} </div> </div> <div class="js-right-rail right-rail">'
        f' {frame.ad("right_rail_flex")} <div class="follow-us"> <div class="follow-us__header">'
        "SUIVEZ-NOUS</div> <p><span>Recevez les meilleurs articles et blogues par courriel."
        f'</span></p> </div> </div> </div> </article> {frame.script(5000)}<footer class="footer">'
        ' <div class="footer__copyright">Copyright &#xA9; 2017 TheHuffingtonPost.com, Inc. Tous'
        " droits réservés.</div> </footer> </div> </body> </html>"
    )


def _head(story: Story) -> str:
    entry, address = story.entry, canonical(story)
    clock = "%Y-%m-%d %H:%M:%S %z"
    pictures = images(story.blocks)

    def named(name: str, content: str | None) -> str:
        return meta(name, content, key="name", value="value")

    tags = ",".join(story.keywords)
    parts = [
        f"<title>{text(story.headline)} | Le Huffington Post Québec</title>",
        '<meta charset="utf-8">',
        named("viewport", "width=1000"),
        named("description", story.description),
        named("keywords", tags),
        named("og:title", story.social),
        named("og:type", "article"),
        named("og:image", pictures[0].url if pictures else None),
        named("og:url", address),
        named("og:site_name", "Le Huffington Post Québec"),
        named("og:locale", "fr_CA"),
        named("og:description", story.description),
        named("article:tag", tags),
        named("article:section", story.section),
        named("sailthru.date", shown(story, entry.published).strftime(clock)),
        named("article:published_time", shown(story, entry.published).strftime(clock)),
        named("article:modified_time", shown(story, story.modified).strftime(clock)),
        f'<link href="http://m.huffpost.com/qc/entry/qc_{entry.key.id}" media="handheld">',
        f'<link href="{attribute(address or "")}" rel="canonical">',
    ]
    return " ".join(part for part in parts if part)


def _byline(story: Story) -> str:
    if story.mark.logo:
        logo = story.mark.logo
        return (
            '<div class="byline"> <div class="wire-partner-component"> <img class="'
            f'{logo}" src="http://s.m.huffpost.com/assets/wires/{logo.lower()}.png"> </div> </div>'
        )
    if story.byline is None:
        return '<div class="byline"> </div>'
    inner = text(story.byline)
    for name in () if story.agency else story.authors:
        href = f"http://quebec.huffingtonpost.ca/author/{handmade(name)}/"
        inner = inner.replace(
            text(name),
            f'<a class="author-card__details__link" href="{href}"><span'
            f' class="author-card__details__name">{text(name)}</span></a>',
        )
    if story.agency or not story.authors:
        inner = f'<span class="author-card__details__name">{inner}</span>'
    bio = f'<span class="author-card__microbio"> {text(story.bio)} </span>' if story.bio else ""
    return (
        '<div class="byline"> <div class="byline__authors"> <div class="author-card"> <div'
        f' class="author-card__details"> <span class="author-card__details-container">{inner}'
        f'<span class="author-card__social-container"></span></span>{bio} </div> </div> </div> '
        "</div>"
    )


def _disclaimer(story: Story) -> str:
    if story.entry.recipe.desk != "blog":
        return ""
    return f' <div class="contributor-disclaimer"><p>{text(DISCLAIMER)}</p></div>'


def _below(frame: Frame) -> str:
    items = "".join(
        f'<div class="below-entry__story"> <a href="{href}">{text(title)}</a> </div> '
        for href, title in frame.others(3)
    )
    return f'<div class="below-entry__content"> <h3>À NE PAS MANQUER</h3> {items}</div>'


def _block(block: Block, frame: Frame) -> str:
    match block:
        case Paragraph(line):
            return _text(f"<p>{runs(line)}</p>")
        case Signature(words):
            return _text(f"<p>{text(words)}</p>")
        case Heading(words, strong):
            inner = text(words)
            return _text(f"<p><strong>{inner}</strong></p>" if strong else f"<h3>{inner}</h3>")
        case Listing(items, ordered):
            tag = "ol" if ordered else "ul"
            return _text(f"<{tag}>{' '.join(f'<li>{runs(item)}</li>' for item in items)}</{tag}>")
        case Quotation(lines):
            inner = " ".join(f"<p>{runs(line)}</p>" for line in lines)
            return _text(f"<blockquote>{inner}</blockquote>")
        case Table(rows):
            return _text(table(rows))
        case Promotion(line):
            return _text(f"<p><strong>{runs(line)}</strong></p>")
        case Figure(image):
            return _figure(image.url, image.caption, image.credit)
        case Slideshow(slides, title):
            heading = f'<div class="slideshow__title">{text(title)}</div> ' if title else ""
            inner = " ".join(_figure(i.url, i.caption, i.credit) for i in slides)
            return f'<div class="content-list-component slideshow"> {heading}{inner} </div> '
        case PullQuote(words, who):
            return (
                f'<blockquote class="content-list-component pull-quote"> <span class="quote">'
                f'{text(words)}</span> <span class="attribution">{text(who)}</span> </blockquote> '
            )
        case Embed(_, url, words):
            inner = f'<iframe src="{url}"></iframe>'
            if words:
                inner = f'<blockquote class="twitter-tweet"><p>{text(words)}</p></blockquote>'
            return f'<div class="content-list-component embed-asset"><span>{inner}</span></div> '
        case Advertisement(label):
            shown_label = f'<div class="advertisement__label">{label}</div>' if label else ""
            return f'<div class="ad_spot">{shown_label}{frame.ad("mid_article")}</div> '
        case Related(label, links):
            inner = " ".join(f'<li><a href="{href}">{text(n)}</a></li>' for href, n in links)
            return (
                f'<div class="content-list-component related-content"> <h4>{text(label)}</h4> <ul>'
                f"{inner}</ul> </div> "
            )
        case Newsletter(words):
            return f'<div class="newsletter-signup js-newsletter"> <p>{text(words)}</p> </div> '
        case LiveBlog(ident):
            return f'<div class="content-list-component liveblog" id="{ident}"></div> '


def _text(inner: str) -> str:
    return f'<div class="content-list-component bn-content-list-text text">{inner}</div> '


def _figure(url: str, caption: str | None, credit: str | None) -> str:
    below = f'<div class="image__credit js-image-credit"> {text(credit)} </div> ' if credit else ""
    if caption:
        below += (
            f'<figcaption class="image__caption js-image-caption"> {text(caption)} </figcaption> '
        )
    return (
        '<figure class="content-list-component image"> <img class="image__src"'
        f' src="{attribute(url)}"> {below}</figure> '
    )

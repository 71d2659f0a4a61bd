"""The layout of 2014 to 2016: `#mainentrycontent`, lazy pictures, dates in `time`."""

from datetime import datetime

from huffarchive.sample.articles import Story
from huffarchive.sample.content import (
    CORRECTION,
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
from huffarchive.sample.templates.frame import SECTIONS, Frame, attribute, runs, table, text

_BLANK = "http://s1.huffpost.com/images/blank.gif"


def page(story: Story, frame: Frame) -> str:
    """The whole page."""
    address = canonical(story) or ""
    blocks = list(story.blocks)
    first = blocks.pop(0) if blocks and isinstance(blocks[0], Figure) else None
    main = _picture(first) if isinstance(first, Figure) else ""
    modified = story.modified
    updated = (
        f'<span class="updated">\n Mise à jour: {_time(modified)}\n </span>\n'
        if modified > story.entry.published
        else ""
    )
    menu = "".join(
        f'<li><a href="http://quebec.huffingtonpost.ca/news/{slug}/">{text(name.upper())}</a>'
        "</li>\n"
        for name, slug in SECTIONS
    )
    return frame.pad(
        '<!DOCTYPE html>\n<!-- Mobile redirect: 80 -->\n<!--[if lt IE 7]> <html class="no-js'
        ' lt-ie7"> <![endif]-->\n<!--[if gt IE 9]><!--> <html lang="fr" class="no-js modern">'
        f"<!--<![endif]-->\n<head>\n{_head(story, address)}\n{frame.script(6000)}\n</head>\n<body"
        f' class="phoenix entry">\n<nav id="topnav"><ul>\n{menu}</ul></nav>\n{_three(frame)}'
        '<!-- main entry body -->\n<section class="main group">\n<div class="column entry">\n'
        f'<article class="entry">\n<header>\n{_author(story)}<!-- Title -->\n<h1 class="title">'
        f'{text(story.headline)}</h1>\n<!-- Article Byline Information -->\n<div class="headline'
        ' group">\n<div class="times" >\n<span class="posted">\n Publication: '
        f"{_time(shown(story, story.entry.published))}\n </span>\n{updated}</div>\n</div>\n{main}"
        f'<menu id="social_badges" class="social-bar group floating"><section class="social-badge"'
        f' data-url="/ajax/social.php?id={story.entry.key.id}"><ul class="shares group"><li'
        ' class="share facebook"><span class="facebook-share-btn label">Partager</span></li><li'
        ' class="share twitter"><span class="twitter-tweet-btn label">Tweeter</span></li></ul>'
        "</section></menu>\n</header>\n<!-- Article Text Body -->\n<!-- Entry main text -->\n"
        f'<div class="content" id="mainentrycontent">\n<!-- Entry Text -->\n{_body(blocks, frame)}'
        f'</div>\n<footer>\n{_tags(story, frame)}<section class="contribute group">\n<h3><a'
        f' id="submissions_send_correction" href="#">{CORRECTION}</a></h3>\n</section>\n'
        '<form class="newsletter-form"><label>Recevez notre infolettre quotidienne</label><input'
        ' type="text"/></form>\n</footer>\n</article>\n'
        f'{_around(frame)}{_comments(frame)}</div>\n<div class="column right-rail">'
        f'{frame.ad("right_rail")}</div>\n</section>\n{frame.script(5000)}<footer id="footer">'
        "<p>Copyright © 2015 TheHuffingtonPost.com, Inc. | Tous droits réservés</p></footer>\n"
        "</body>\n</html>\n"
    )


def _head(story: Story, address: str) -> str:
    pictures = images(story.blocks)
    words = ", ".join([*story.headline.lower().split(), handmade(story.section)])
    pairs = [
        f"<title>{text(story.headline)}</title>",
        "<meta http-equiv='Content-Type' content='text/html; charset=utf-8' />",
        "<meta http-equiv='X-UA-Compatible' content='IE=Edge,chrome=1' />",
        f'<meta name="keywords" content="{attribute(words)}"/>',
        f'<meta name="category" content="{attribute(story.section)}" />',
        '<meta http-equiv="Content-Language" content="fr_CA" />',
        '<meta property="og:site_name" content="Le Huffington Post"/>',
        f'<meta property="og:title" content="{attribute(story.social)}"/>',
        '<meta property="og:type" content="article"/>',
        f'<meta property="og:url" content="{attribute(address)}"/>',
        '<meta property="og:locale" content="fr_CA"/>',
        f'<meta name="sailthru.tags" content="{attribute(",".join(story.keywords))}">',
        f'<meta property="article:section" content="{attribute(story.section)}"/>',
        f'<link rel="canonical" href="{attribute(address)}">',
    ]
    if story.description is not None:
        described = attribute(story.description)
        pairs.append(f'<meta name="description" content="{described}"/>')
        pairs.append(f'<meta property="og:description" content="{described}"/>')
    if pictures:
        pairs.append(f'<meta property="og:image" content="{attribute(pictures[0].url)}" />')
    return "\n".join(pairs)


def _time(moment: datetime) -> str:
    machine = moment.isoformat(timespec="seconds")
    return f'<time datetime="{machine}">\n {moment.strftime("%d/%m/%Y %H:%M %Z")} </time>'


def _author(story: Story) -> str:
    if story.byline is None:
        return ""
    inner = text(story.byline)
    for name in story.authors or (story.byline,):
        inner = inner.replace(
            text(name),
            f'<a rel="author" href="/author/{handmade(name)}/"><span class="name fn">{text(name)}'
            "</span></a>",
        )
    bio = f'<p class="bio">{text(story.bio)}</p>\n' if story.bio else ""
    return (
        '<!-- Author Information -->\n<div class="author original">\n<figure>\n<img'
        ' src="http://s.huffpost.com/contributors/headshot.jpg" alt="" />\n</figure>\n<div'
        f' class="byline vcard group reporter">\n<div class="info">\n{inner}\n</div>\n{bio}<ul'
        ' class="social group">\n<li class="email"><button>Courriel</button></li>\n</ul>\n</div>\n'
        "</div>\n"
    )


def _body(blocks: list[Block], frame: Frame) -> str:
    parts: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph) and block.after_break:
            joined = parts.pop().removesuffix("</p>\r\n\r\n")
            parts.append(f"{joined}<br /><br />\r\n{runs(block.line)}</p>\r\n\r\n")
        else:
            parts.append(_block(block, frame))
    return "".join(parts)


def _block(block: Block, frame: Frame) -> str:
    match block:
        case Paragraph(line):
            return f"<p>{runs(line)}</p>\r\n\r\n"
        case Signature(words):
            return f"<p>{text(words)}</p>\r\n\r\n"
        case Heading(words, strong):
            inner = text(words)
            return f"<p><strong>{inner}</strong></p>\r\n\r\n" if strong else f"<h3>{inner}</h3>\r\n"
        case Listing(items, ordered):
            tag = "ol" if ordered else "ul"
            inner = "\r\n".join(f"<li>{runs(item)}</li>" for item in items)
            return f"<{tag}>\r\n{inner}\r\n</{tag}>\r\n"
        case Quotation(lines):
            inner = "\r\n".join(f"<p>{runs(line)}</p>" for line in lines)
            return f"<blockquote>{inner}</blockquote>\r\n"
        case Table(rows):
            return f"{table(rows)}\r\n"
        case Promotion(line):
            return f"<p><b>{runs(line)}</b></p>\r\n\r\n"
        case Figure():
            return _picture(block)
        case Slideshow(slides, title, placeholder):
            heading = f'<h2 class="slideshow-title">{text(title)}</h2>\n' if title else ""
            waiting = f'<div class="slideshow-loading">{placeholder}</div>\n' if placeholder else ""
            inner = "".join(
                f'<li class="slide">{_lazy(i.url)}<div class="caption">{text(i.caption or "")}'
                "</div>"
                + (f'<div class="credit">{text(i.credit)}</div>' if i.credit else "")
                + "</li>\n"
                for i in slides
            )
            return (
                f"<!--HH--236SLIDEEXPAND--{len(slides)}{len(inner)}--HH-->\n{heading}{waiting}<ul"
                f' class="slideshow">\n{inner}</ul>\n'
            )
        case PullQuote(words, who):
            return (
                f'<blockquote class="pull-quote"><span class="quote">{text(words)}</span>'
                f'<span class="attribution">{text(who)}</span></blockquote>\r\n'
            )
        case Embed(_, url):
            return f'<center><iframe width="570" height="320" src="{url}"></iframe></center>\r\n'
        case Advertisement(label):
            shown_label = f'<div class="ad_label">{label}</div>' if label else ""
            return (
                f'<div id="modulous_mid_article" class="ad_spot">{shown_label}{frame.ad("mid")}'
                "</div>\n"
            )
        case Related(label, links):
            inner = "\n".join(f'<li><a href="{href}">{text(n)}</a></li>' for href, n in links)
            return f'<div class="related-articles"><h4>{text(label)}</h4>\n<ul>{inner}</ul></div>\n'
        case Newsletter() | LiveBlog():
            return ""


def _picture(figure: Figure) -> str:
    image = figure.image
    shown_text = "".join(
        f'<div class="entry_image_caption large-image-caption">{text(words)}</div> '
        for words in (image.caption, image.credit)
        if words
    )
    return (
        f'<div class="main-visual group embedded-image">\n{_lazy(image.url)}\n{shown_text}</div>\n'
    )


def _lazy(url: str) -> str:
    return (
        f'<img src="{_BLANK}" data-img-path="{attribute(url)}" alt="HUFFPOST QUEBEC"'
        ' class="async-img-load" />'
    )


def _tags(story: Story, frame: Frame) -> str:
    inner = "".join(
        f'<span class="entrytag">\n<a href="{frame.topic(word)}">{text(word)}</a>\n</span>\n'
        for word in story.keywords
    )
    return (
        f'<div class="follow bottom-tags" >\n<h2>Plus:</h2>\n<span class="group">\n{inner}'
        "</span>\n</div>\n"
    )


def _three(frame: Frame) -> str:
    items = "".join(
        f'<li class="three-up-item"><article><strong><a href="{href}">{text(title)}</a></strong>'
        '<time class="off" datetime="2015-01-12 14:31:18" pubdate>2015-01-12 14:31:18</time>'
        "</article></li>\n"
        for href, title in frame.others(3)
    )
    return f'<section id="threeup"><ul>\n{items}</ul></section>\n'


def _around(frame: Frame) -> str:
    items = "".join(
        f'<p><a target="_hplink" href="{href}">{text(title)}</a></p>'
        for href, title in frame.others(2)
    )
    return f'<section class="around-the-web" >\n<h3>Sur le web</h3>\n{items}</section>\n'


def _comments(frame: Frame) -> str:
    names = ("Rejean_du_59", "lucie-b", "Montrealais22")
    said = ("Toujours la même histoire...", "Bien dit!", "Et nos impôts là-dedans?")
    items = "".join(
        f'<div class="comment"><span class="comment_author">{name}</span>'
        f"<p>{frame.dice.choice(said)}"
        "</p></div>\n"
        for name in names
    )
    return f'<div id="conversations-huffpost-web"><h3>Conversations</h3>\n{items}</div>\n'

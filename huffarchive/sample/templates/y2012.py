"""The launch layout, 2012 and 2013: `entry_body_text`, vcards, dates in a `title`."""

from huffarchive.sample.articles import Story
from huffarchive.sample.content import (
    CORRECTION,
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
    Slideshow,
    Table,
    images,
)
from huffarchive.sample.entry import handmade
from huffarchive.sample.gold import canonical, iso, shown
from huffarchive.sample.templates.frame import SECTIONS, Frame, attribute, runs, table, text

_REACTIONS = (
    "Étonnant",
    "Inspirant",
    "Drôle",
    "Inquiétant",
    "Chaud",
    "Fou",
    "Important",
    "Bizarre",
)
_SOURCES = {"AP": "Associated Press", "AFP": "Agence France-Presse"}


def page(story: Story, frame: Frame) -> str:
    """The whole page."""
    address = canonical(story) or ""
    blocks = list(story.blocks)
    first = blocks.pop(0) if blocks and isinstance(blocks[0], Figure) else None
    picture = _picture(first) if isinstance(first, Figure) else ""
    body = "".join(_block(block) for block in blocks)
    menu = "".join(
        f'<a href="http://quebec.huffingtonpost.ca/news/{slug}/" class="black">{text(name.upper())}'
        "</a>\n"
        for name, slug in SECTIONS
    )
    votes = "".join(
        f'<a href="#" id="link_vote_{i}" onclick="HPFacebookVoteV2.onVote({i}); return false;"'
        f' title="{name}">{name}<br/></a>\n'
        for i, name in enumerate(_REACTIONS)
    )
    return frame.pad(
        '\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"\n'
        ' "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n<html'
        ' xmlns="http://www.w3.org/1999/xhtml" xml:lang="fr" lang="fr">\n<head >\n'
        f'{_head(story, address)}\n{frame.script(7000)}\n</head>\n<body>\n<div id="wrapper">\n<div'
        f' id="top_nav">\n{menu}</div>\n<div id="wrapper_inner">\n<!-- Design style from perl code:'
        ' -->\n<div class="grid two_thirds flush_top" id="news_content">\n<!--ASKCRAWL-->\n<div'
        ' id="news_entries">\n<div class="entry" id="entry_12345">\n<div class="col entry_right'
        " full"
        ' hnews hentry item">\n<h1 class="title-news entry-title">\n '
        f'{text(story.headline)}\n</h1>\n{picture}{_byline(story)}<div class="reaction_pannel_v3'
        f' facebookvote_v2">\n{votes}</div>\n{_follow(story, frame)}<div class="entry_content'
        ' news_no_design">\n<div class="sidebarHeader">\n<div class="facebook-like-box float_left">'
        '<h4>partagez cet article</h4></div>\n<div class="share_boxes_header">Recevez les alertes'
        f'</div>\n</div>\n<div class="entry_body_text entry-content">\n<div></div>\n{body}<div'
        ' class="clear"></div>\n<div class="sbm-main margin_5_0 clearfix"><div'
        ' class="sbm_menu_text">'
        'SUIVEZ LE HUFFPOST</div><div id="submissions_shortcuts"><a href="javascript:void(0);"'
        f' class="subm_link" id="submissions_send_correction">{CORRECTION}</a></div></div>\n'
        "</div>\n"
        f"</div>\n{_comments()}</div>\n</div>\n</div>\n</div>\n{_side(frame)}</div>\n<div"
        ' id="footer"><p>Copyright © 2012 TheHuffingtonPost.com, Inc.</p></div>\n'
        f"{frame.script(5000)}</div>\n</body>\n</html>\n"
    )


def _head(story: Story, address: str) -> str:
    words = ", ".join([*story.headline.lower().split(), handmade(story.section)])
    pictures = images(story.blocks)
    parts = [
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />',
        f'<link rel="canonical" href="{attribute(address)}" />',
        f'<meta name="keywords" content="{attribute(words)}" />',
        '<meta property="og:type" content="article" />',
        f'<meta property="og:url" content="{attribute(address)}" />',
        '<meta property="og:site_name" content="Le Huffington Post"/>',
        f'<meta property="og:title" content="{attribute(story.social)}" />',
        f'<meta name="category" content="{attribute(story.section)}" />',
        f'<meta property="article:section" content="{attribute(story.section)}"/>',
        f"<title>{text(story.headline)}</title>",
    ]
    if story.description is not None:
        parts.append(f'<meta name="description" content="{attribute(story.description)}" />')
    if pictures:
        parts.append(f'<meta property="og:image" content="{attribute(pictures[0].url)}" />')
    return "\n".join(parts)


def _byline(story: Story) -> str:
    published = shown(story, story.entry.published)
    author = who = ""
    if story.byline is not None:
        name = story.authors[0] if story.authors else story.byline.removeprefix("Par ")
        author = (
            '<span class="bold color_1A1A1A author vcard"><a class="fn"'
            f' href="#">{text(story.byline)}'
            '</a></span> <span class="vborder-dashed margin_0_5">&nbsp;</span>\n'
        )
        who = f'<div class="get-alerts">RECEVEZ LES NOUVELLES DE {text(name.upper())}</div>\n'
    source = ""
    if (agency := story.agency) is not None and (story.mark.logo or story.byline is None):
        name = _SOURCES.get(agency, agency)
        source = (
            '<span class="vborder-dashed margin_0_5">&nbsp;</span>\n<span class="'
            f'{handmade(agency)} source-org vcard"><span class="org fn hidden">{text(name)}'
            "</span><img"
            ' width="18" height="18" src="http://s.huffpost.com/images/v/wire.png"'
            f' alt="{agency}" />'
            "</span>\n"
        )
    updated = ""
    if story.modified > story.entry.published:
        updated = (
            f' <span class="modified" title="{iso(story.modified)}">Mis à jour: '
            f"{story.modified.strftime('%d/%m/%Y %H:%M')}</span>\n"
        )
    return (
        f'<div class="comments_datetime relative v05">\n<p>\n{author}<span class="updated"'
        f' title="{iso(published)}">Publication: {published.strftime("%d/%m/%Y %H:%M")}</span>\n'
        f"{updated}{source}</p>\n{who}</div>\n"
    )


def _follow(story: Story, frame: Frame) -> str:
    tags = "\n, \n".join(
        f'<a href="{frame.topic(word)}" >\n {text(word)}\n </a>' for word in story.keywords
    )
    return (
        '<div class="read_more with_verticals clearfix">\n<div class="float_left'
        ' follow_tags_headline">'
        'Suivre</div>\n<div class="float_left follow_tags_cont_regular">\n<span>\n'
        f"{tags}</span>\n</div>\n</div>\n"
    )


def _block(block: Block) -> str:
    match block:
        case Paragraph(line):
            return f"<p>{runs(line)}</p>\n"
        case Signature(words):
            return f"<p>{text(words)}</p>\n"
        case Heading(words, strong):
            inner = text(words)
            return f"<p><strong>{inner}</strong></p>\n" if strong else f"<h3>{inner}</h3>\n"
        case Listing(items, ordered):
            tag = "ol" if ordered else "ul"
            inner = "\n".join(f"<li>{runs(item)}</li>" for item in items)
            return f"<{tag}>\n{inner}\n</{tag}>\n"
        case Quotation(lines):
            inner = "\n".join(f"<p>{runs(line)}</p>" for line in lines)
            return f"<blockquote>{inner}</blockquote>\n"
        case Table(rows):
            return f"{table(rows)}\n"
        case Promotion(line):
            return f"<p><em>{runs(line)}</em></p>\n"
        case Figure():
            return _picture(block)
        case Slideshow(slides, title, placeholder):
            heading = f'<p class="slideshow_header">{text(title)}</p>\n' if title else ""
            inner = "".join(
                f'<div class="slide"><img src="{attribute(i.url)}" alt="" /><div'
                f' class="slide_caption">{text(i.caption or "")}</div>'
                + (f'<div class="slide_credit">{text(i.credit)}</div>' if i.credit else "")
                + "</div>\n"
                for i in slides
            )
            waiting = f'<div class="slideshow_loading">{placeholder or ""}</div>\n'
            return f'{heading}<div class="entry_slideshow">{waiting}{inner}</div>\n'
        case PullQuote(words, who):
            return (
                f'<div class="pullquote"><span>{text(words)}</span> <span>{text(who)}</span>'
                "</div>\n"
            )
        case Embed(_, url):
            return f'<center><object width="570"><embed src="{url}"></embed></object></center>\n'
        case Related(label, links):
            inner = "<br />\n".join(f'<a href="{href}">{text(n)}</a>' for href, n in links)
            return f'<div class="big_related"><strong>{text(label)}</strong><br />\n{inner}</div>\n'
        case _:
            return ""


def _picture(figure: Figure) -> str:
    image = figure.image
    shown_text = "".join(
        f'<div class="img_{name} arial_11">{text(words)}</div>\n'
        for name, words in (("caption", image.caption), ("credit", image.credit))
        if words
    )
    return (
        f'<div class="margin_bottom_10 relative">\n<img width="570" src="{attribute(image.url)}"'
        f' alt="Huffpost Quebec" />\n{shown_text}</div>\n'
    )


def _comments() -> str:
    return (
        '<div id="comments"><h3>Commentaires</h3>\n<div class="comment_body"><a class="author fn"'
        ' href="#">Gaston_L</a><p>On aura tout vu!</p></div>\n</div>\n'
    )


def _side(frame: Frame) -> str:
    items = "".join(
        f'<div class="most_popular_entry"><a href="{href}">{text(title)}</a></div>\n'
        for href, title in frame.others(4)
    )
    names = "".join(
        f'<div class="blogger"><span class="author">{name}</span></div>\n'
        for name in ("Jocelyne Vadeboncoeur", "Armand Thériault-Dubois")
    )
    return (
        '<div class="grid third flush_top" id="sidebar_right">\n<h3 class="uppercase">Les plus lus'
        f"</h3>\n{items}<h3>Nos blogueurs</h3>\n{names}</div>\n"
    )

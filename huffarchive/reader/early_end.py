"""Text behind its container, which one end tag too many has closed: put back into it.

A browser shows such text where it would stand without the tag, though its tree has it outside the
container (HTML, section 13.2.6.4.7): a `</div>` of an embed that was pasted by hand is enough.
"""

from itertools import islice

from lxml import html

from huffarchive.reader.layout import Layout, Part
from huffarchive.reader.text import words_of
from huffarchive.reading import ChromeKind as K

_LONG = 40
"""Letters of what says more than a label."""
_FOLLOWING = 500
"""Elements behind a container, at one level, that are looked at: a bound on the time."""
_PAST = frozenset((Part.HEADER, Part.HEADLINE, Part.OUT, K.COMMENTS, K.TAGS, K.CORRECTION_LINK))
"""Where one of these begins the text has ended; other chrome stands within a text too."""
_BELOW = frozenset(("footer", "nav", "header"))


def put_back(column: html.HtmlElement, layout: Layout) -> None:
    """Move the text that follows the last container of a column's text into that container."""
    container = layout.last_container(column)
    if container is None:
        return
    waiting: list[html.HtmlElement] = []
    for level in [container, *container.iterancestors()]:
        if level.tag == "body":
            return
        if level.tail:
            behind = html.Element("div")
            level.addnext(behind)
            behind.tail, level.tail = level.tail, None
        for element in list(islice(level.itersiblings(), _FOLLOWING)):
            role = layout.role(element)
            if role in _PAST or element.tag in _BELOW:
                return
            waiting.append(element)
            said = role is Part.TEXT or (element.tag == "p" and role is None)
            if (said and len(words_of(element)) > _LONG) or len(element.tail or "") > _LONG:
                container.extend(waiting)
                waiting.clear()

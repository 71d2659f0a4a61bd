"""Slugs as the site made them."""

import re
import unicodedata


def imported(title: str) -> str:
    """The slug of imported wire copy: 25 characters of the title, accented letters deleted [D]."""
    return re.sub(r"[^a-z0-9-]", "", title.lower()[:25].replace(" ", "-"))


def handmade(title: str) -> str:
    """The slug an editor makes: transliterated, whole words, up to 68 characters."""
    text = title.lower().replace("œ", "oe").replace("æ", "ae")
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    words = re.sub(r"['’]", "", text)
    slug = "-".join(re.findall(r"[a-z0-9]+", words))
    return slug if len(slug) <= 68 else slug[:68].rsplit("-", 1)[0]

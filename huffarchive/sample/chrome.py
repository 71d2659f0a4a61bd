"""The site's own phrases, and where a page puts them."""

from dataclasses import dataclass

BANNER = (
    "Cet article fait partie des archives en ligne du HuffPost Québec, qui a fermé"
    " ses portes en 2021."
)
NOTICE = (
    "Cet article fait partie des archives en ligne du HuffPost Canada, qui ont fermé en 2021."
    " Si vous avez des questions ou des préoccupations, veuillez consulter notre FAQ ou contacter"
    " support@huffpost.com."
)
CLOSURE_FR = (
    "HuffPost Canada a fermé ses portes en 2021 et ce site est maintenu en tant qu'archive"
    " en ligne. Si vous avez des questions ou des préoccupations, veuillez consulter notre FAQ ou"
    " contacter"
    " support@huffpost.com."
)
CLOSURE_EN = (
    "HuffPost Canada closed in 2021 and this site is maintained as an online archive. If you have"
    " questions or concerns, please check our FAQ or contact support@huffpost.com."
)
DISCLAIMER = (
    "This post was published on the now-closed HuffPost Contributor platform. Contributors control"
    " their own work and posted freely to our site. If you need to flag this entry as abusive, send"
    " us an email."
)
CLOSE = "Close"
CORRECTION = "Envoyer une correction"
AD_LABELS = ("Publicité", "ADVERTISEMENT", "Advertisement")
LOADING = "Loading Slideshow..."
MODAL = "Open Image Modal"
ELSEWHERE = "INOLTRE SU HUFFPOST"
AROUND = {
    "archive": ("Tendances", "Menu principal", "Édition Québec", "Partager sur facebook"),
    "archive-v1": ("Tendances", "Menu principal", "Édition Québec"),
    "amp": (MODAL, "Tendances", "|"),
    "2017": ("À NE PAS MANQUER", "SUIVEZ-NOUS", "Plus:"),
    "2014": ("Sur le web", "Conversations", "Recevez notre infolettre quotidienne", "Bien dit!"),
    "2012": ("On aura tout vu!", "SUIVEZ LE HUFFPOST", "Les plus lus", "Nos blogueurs"),
    "generic": ("Nos autres dossiers", "Retour"),
}
"""Texts that stand around an article, by template: a few to look for where they do not belong."""


@dataclass(frozen=True)
class Piece:
    """One phrase of the site on one page."""

    kind: str
    """Kind in the record's `chrome`."""
    text: str
    place: str
    """before_main, main_top, in_header, modal, after_sticky, entry_footer, below, footer, end."""
    css: str
    """Class that it carries; nobody knows the real one, so it differs from page to page."""


BANNER_PLACES = ("before_main", "before_main", "main_top", "in_header", "modal")
NOTICE_PLACES = ("after_sticky", "after_sticky", "entry_footer", "below", "footer", "end")
CLASSES = (
    "archive-banner",
    "edition-closed",
    "js-archive-message archive-message",
    "entry__notice",
    "hp-closed-edition__text",
    "site-message site-message--archive",
    "msg",
)

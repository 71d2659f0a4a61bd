"""What the site says of itself on its pages: phrases in French and English, as patterns.

A pattern is matched against a whole block of text, in any case. Those seen on real pages are the
archive's banner and notices, the disclaimer, the labels and the first promotional lines; the rest
are their likely variants.
"""

import re

from huffarchive.editions.edition import ChromePhrase, Where

_PAPER = r"(?:le |the )?(?:HuffPost|Huffington\s?Post)(?:\s(?:Qu[ée]bec|Canada))?"
_ASK_FR = (
    r"Si vous avez des questions ou des pr[ée]occupations, (?:veuillez|merci de) "
    r"(?:consulter|v[ée]rifier|lire) notre (?:FAQ|foire aux questions) ou "
    r"(?:nous )?(?:contacter|[ée]crire [àa]) support@huffpost\.com\.?"
)
_ASK_EN = (
    r"If you have (?:any )?questions or concerns, please (?:check|see|consult|read) our FAQ or "
    r"contact support@huffpost\.com\.?"
)
_PART_FR = (
    rf"Cet article fait partie des archives en ligne d[ue] {_PAPER}, qui (?:a|ont) ferm[ée]s? "
    r"(?:ses portes )?en 2021\.?"
)
_PART_EN = (
    rf"This (?:article|entry|page|story) (?:exists as|is) part of the online archives? (?:for|of) "
    rf"{_PAPER}, which closed (?:its doors )?in 2021\.?"
)
_CLOSED_FR = (
    rf"{_PAPER} a ferm[ée] ses portes en 2021 et ce site est maintenu en tant qu.archives? "
    r"en ligne\.?"
)
_CLOSED_EN = (
    rf"{_PAPER} closed (?:its doors )?in 2021 and this site is maintained as an online archive\.?"
)
_CONTRIBUTOR_EN = (
    r"This post was published on the now-closed HuffPost Contributor platform\."
    r"(?: Contributors control their own work and posted freely to our site\.)?"
    r"(?: If you need to flag this entry as abusive,? (?:please )?send us an email\.?)?"
)
_CONTRIBUTOR_FR = (
    r"Ce (?:billet|texte|blogue?|message|post) a [ée]t[ée] publi[ée] sur la plate-?forme "
    r"(?:des )?(?:contributeurs|blogueurs)[^.]{0,80}\."
    r"(?: Les (?:contributeurs|blogueurs)[^.]{0,160}\.)?"
    r"(?: Si vous (?:devez|souhaitez|voulez) signaler[^.]{0,120}\.?)?"
)
_NETWORK = (
    r"(?:Facebook|Twitter|Instagram|Pinterest|YouTube|Google\+|Google Plus|Tumblr|Snapchat"
    r"|Flipboard|LinkedIn|TikTok|Threads|Bluesky|Mastodon|WhatsApp|Telegram|Messenger|Vine|Reddit"
    r"|Apple News)"
)
_ON_NETWORKS = (
    rf"(?:(?:notre|la) page )?{_NETWORK}"
    rf"(?:(?:, | et (?:sur )?|, sur | ou (?:sur )?| and | or )(?:(?:notre|la) page )?{_NETWORK})*"
)
_FOLLOW = (
    rf"(?:[»›>]\s?)?(?:Suivez|Rejoignez|Retrouvez|Aimez)(?:-nous)?(?: [^.!?:]{{1,90}}?)?,? "
    rf"(?:sur|on) {_ON_NETWORKS}(?: d[ue] {_PAPER})?(?: ?:? ?\(?@\w{{2,30}}\)?)?"
)
_HANDLE = r"@\w{2,30}"
_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_OWN_MAIL = r"[\w.+-]+@(?:[\w-]+\.)*(?:huffpost|huffingtonpost)\w*\.\w+(?:\.\w+)?"
_REACHED = rf"(?:{_HANDLE}|{_MAIL})"
_NAMED = r"(?-i:[A-ZÀ-Þ])[\w.-]+"
_WRITER = (
    r"(?:l'auteure?|les auteur[es]*|(?:la|le|notre|nos|les) (?:journalistes?|r[ée]dacteurs?"
    r"|r[ée]dactrices?|r[ée]daction|chroniqueu(?:r|se)|[ée]quipe)|the (?:author|reporter|writer))"
)
_REACH = (
    r"(?:Pour (?:joindre|rejoindre|contacter|[ée]crire [àa]|communiquer avec|suivre)|Joindre"
    r"|Contacter|Contactez|Joignez|[ÉE]crivez [àa]|Contact|To (?:contact|reach)|Email)"
)
_BELOW = r"(?:apr[èe]s|sous|plus bas|ci-dessous|ci-bas|en[- ]dessous|plus loin|below|after|under)"
_THING = (
    r"(?:(?:de |d')?(?:l'|la |le |les |cette |ce |ces |the |this )?(?:photos?|images?|vid[ée]os?"
    r"|galerie|diaporama|carte|graphique|infographie|sondage|tweets?|messages?|encadr[ée]|extrait"
    r"|slideshow|gallery|maps?|chart|poll|infographic|jump)[^.!?]{0,40})"
)
_ADVERT = (
    r"(?:(?:de )?(?:l'|la |cette |the |an )?(?:publicit[ée]s?|pubs?|annonces?|ads?"
    r"|advertisements?))"
)
_PIECE = r"(?:l'article|le texte|le billet|cet article|ce texte|l'entrevue|l'histoire|le r[ée]cit)"
_GOES_ON = (
    rf"(?:{_PIECE} (?:continue|se poursuit|reprend)"
    r"|(?:la )?suite(?: (?:de (?:l'article|cet article|ce texte|l'entrevue)|du (?:texte|billet)))?"
    r"(?: (?:est|se trouve))?|(?:the )?(?:story|article|post|text|interview|list) continues)"
)
_READ_ON = (
    r"(?:(?:Lire|Lisez|Voir|Voyez|Continue[rz]|Poursui(?:vre|vez)) (?:[àa] lire )?"
    r"(?:la|votre) (?:suite|lecture)(?: de (?:l'|cet )article| du texte)?"
    rf"(?: {_BELOW}(?: {_THING}| {_ADVERT})?)?"
    r"|(?:Scroll down|Keep scrolling|(?:Faites )?d[ée]fil(?:ez|er))"
    r"(?: (?:vers le bas|for|to|pour|down)[^.!?]{0,80})?"
    r"|(?:Continue|Keep) reading(?: (?:the main story|below|this article))?)"
)
_OPEN = r"(?:[(\[*»›>→▸►▼↓•–—-]{1,3} ?)?"
_SHUT = r"(?: ?(?:[:…»›>→▸►▶▼↓|)\]*–—-]{1,3}|\.{1,3}|!))?"
_BEFORE = r"(?:[^.!?]{1,120}[?!.:,] ?)?"
_OURS = rf"(?=.{{0,160}}\b(?:notre|nos|our|{_PAPER}))"
_NEWSLETTER = (
    rf"{_BEFORE}{_OPEN}(?:Abonnez-vous|Inscrivez-vous|Sign up|Subscribe|Recevez|Get"
    r"|Cliquez (?:ici|sur ce lien) pour (?:vous (?:abonner|inscrire)|recevoir))"
    rf"(?:{_OURS}|(?= [àa] l'infolettre\W*\Z))[^.!?]{{0,120}}"
    r"(?:infolettre|newsletter|bulletin|inbox|courriel|bo[îi]te de r[ée]ception)s?"
    r"[^.!?]{0,120}[.!]?"
)
_APP = (
    rf"{_BEFORE}{_OPEN}(?:(?:T[ée]l[ée]chargez|D[ée]couvrez|Installez|Essayez|Obtenez|Utilisez"
    rf"|Procurez-vous|Download|Get){_OURS}[^.!?]{{0,80}}\b(?:applications?|applis?|apps?)\b"
    rf"|(?:(?:L'|La )(?:application|appli|app)s?(?: \w+)? d[ue] {_PAPER}|(?:Notre|Nos|Our) "
    r"(?:application|appli|app)s?(?: \w+)?) (?:est|sont|is|are))[^.!?]{0,140}[.!]?"
)
_DISCLAIMER = (
    r"(?!.{0,500}\b(?:a|ont) (?:dit|d[ée]clar|pr[ée]cis|affirm|indiqu|ajout|expliqu|soutenu))"
    r"[(*]?(?:(?:Toutes )?(?:les )?(?:opinions?|id[ée]es|propos|points de vue|vues)[^.]{0,60} "
    r"(?:exprim|[ée]mis|contenu|pr[ée]sent[ée]|tenu|v[ée]hicul)\w*[^.]{0,140}"
    r"(?:n'engagent|sont|ne (?:refl[èe]tent|repr[ée]sentent|sauraient|correspondent))[^.]{0,240}"
    r"|(?:Ce|Cet|Cette|Les|Le) (?:texte|billet|blogue?|article|lettre|opinion|chronique|tribune)s?"
    r"[^.]{0,80} (?:n'engage|ne (?:refl[èe]te|repr[ée]sente)"
    r"|refl[èe]tent? (?:seulement |uniquement )?(?:les? (?:opinion|vue|point|id[ée]e)s?|l'opinion))"
    r"[^.]{0,240}"
    r"|(?:The )?(?:views|opinions|ideas)[^.]{0,60} (?:expressed|stated|presented)[^.]{0,140}"
    r"(?:are|do not|don't|belong)[^.]{0,240})\.?(?: (?:Elles?|Ils?|They|This) [^.]{0,200}\.?)?[)*]?"
)
_SUBSCRIBE = (
    r"(?:Abonnez-vous|Inscrivez-vous|Joignez-vous)(?: [^.!?:]{1,90}?)? "
    rf"(?:sur|à|on) {_ON_NETWORKS}(?: d[ue] {_PAPER})?"
)
_LIKE = (
    rf"(?:Follow|Like|Join|Find) (?:us|{_PAPER}[^.!?]{{0,60}}|[^.!?]{{1,60}}?) on {_ON_NETWORKS}"
)
_HERE = r"(?:The )?(?:HuffPost|Huffington Post)(?: Canada)?"
_ICI = r"(?:le )?(?:HuffPost|Huffington\s?Post)(?: Qu[ée]bec| Canada)?"
_ALSO = (
    r"(?:[ÀA]|Et) (?:lire|voir|[ée]couter|d[ée]couvrir|consulter)"
    rf"(?: (?:aussi|[ée]galement|ailleurs))?(?: sur (?:{_ICI}|le web))?"
    r"|(?:Lire|Voir|Lisez|Voyez|Regardez|[ÉE]coutez|D[ée]couvrez) (?:aussi|[ée]galement)"
    rf"(?: sur {_ICI})?|Plus (?:sur|de) {_ICI}"
    r"|Sur le m[êe]me (?:sujet|th[èe]me)|Articles? (?:reli[ée]s?|connexes?|li[ée]s?)"
    r"|Also (?:read|see|watch)"
    r"|Dans la m[êe]me cat[ée]gorie|Ailleurs sur le web|Plus de nouvelles"
    rf"|(?-i:SUR LE WEB|ON THE WEB)|Also on {_HERE}|Related(?: (?:stories|articles|coverage))?"
    rf"|(?:See|Read|Watch) (?:also|more)|More (?:from|on|in) {_HERE}"
    r"|Around the web|You may (?:also )?like|What's hot|Popular in the community"
)
_ALSO_LOUD = (
    r"(?:[ÀA] )?(?:LIRE|VOIR|[ÉE]COUTER|LISEZ|VOYEZ|REGARDEZ|[ÉE]COUTEZ) (?:AUSSI|[ÉE]GALEMENT)"
    r"|(?:READ|SEE|WATCH) (?:ALSO|MORE)|ALSO (?:READ|SEE|WATCH)"
)
"""The same in capitals: a colon is enough behind it."""


def _phrase(kind: str, pattern: str, where: Where = Where.WHOLE, sign: str = "") -> ChromePhrase:
    loose = pattern.replace("'", "['’]").replace(" ", r"\s")
    return ChromePhrase(kind, loose, where, sign)


def _signed(kind: str, pattern: str, *signs: str) -> tuple[ChromePhrase, ...]:
    """A whole block's phrase that is looked for only where one of these words stands."""
    return tuple(_phrase(kind, pattern, sign=sign) for sign in signs)


SITE: tuple[ChromePhrase, ...] = (
    _phrase("faq_footer", rf"(?:{_PART_FR} )?{_ASK_FR}", Where.INSIDE, "support@"),
    _phrase("faq_footer", rf"(?:{_PART_EN} )?{_ASK_EN}", Where.INSIDE, "support@"),
    _phrase("archive_banner", _PART_FR, Where.INSIDE, "2021"),
    _phrase("archive_banner", _PART_EN, Where.INSIDE, "2021"),
    _phrase("closure_notice", rf"{_CLOSED_FR}(?: {_ASK_FR})?", Where.INSIDE, "2021"),
    _phrase("closure_notice", rf"{_CLOSED_EN}(?: {_ASK_EN})?", Where.INSIDE, "2021"),
    _phrase("contributor_disclaimer", _CONTRIBUTOR_EN, Where.INSIDE, "now-closed"),
    _phrase("contributor_disclaimer", _CONTRIBUTOR_FR, Where.INSIDE, "sur la plate"),
)
"""Sentences that name the paper's end or its platform: chrome wherever they stand."""

LABELS: tuple[ChromePhrase, ...] = (
    _phrase("close_widget", r"Close|Fermer|[×✕✖]|Close ad|Fermer la publicit[ée]"),
    _phrase(
        "correction_link",
        r"(?:Envoyer|Proposer|Sugg[ée]rer|Signaler|Soumettre) une (?:correction|erreur)"
        r"|(?:Suggest|Send|Submit) (?:a )?corrections?",
    ),
    _phrase("image_modal_label", r"Open Image Modal|Ouvrir (?:la fen[êe]tre|l'image)[\w ]{0,20}"),
    _phrase(
        "ad_label",
        r"(?:[–—-] ?)?(?:Advertisement|Publicit[ée])(?: ?[–—-])?"
        r"|La suite apr[èe]s (?:la|cette) publicit[ée]|Annoncez(?:-vous)? ici|Advertise here",
    ),
    *_signed("tags", r"(?:Tags|Mots[ -]cl[ée]s) ?: ?[^.!?:]{2,200}", "tags", "mots"),
    *_signed("share", r"\d[\d ]{0,9} (?:vues|views)", "vues", "views"),
    *_signed(
        "navigation", r"[ÉE]couter (?:l'|cet )article|Listen to (?:this|the) article", "article"
    ),
    _phrase(
        "slideshow_placeholder",
        r"Loading Slideshow ?(?:\.{2,3}|…)?|(?:<!--)?HH--\w+--\d+--HH(?:-->)?"
        r"|Chargement du diaporama ?(?:\.{2,3}|…)?",
    ),
    _phrase(
        "slide_counter",
        r"\(\d{1,3} ?(?:of|de|sur|/) ?\d{1,3}\)|\d{1,3} of \d{1,3}",
    ),
    # Elsewhere it may be a critic's mark.
    _phrase("slide_counter", r"\d{1,3} ?/ ?\d{1,3}", Where.SLIDES),
    _phrase("newsletter", r"Recevez les nouvelles (?:de |du |d').{1,60}|Get .{1,40} Alerts"),
    *_signed("newsletter", _NEWSLETTER, "infolettre", "newsletter", "courriel", "inbox", "ception"),
    _phrase("newsletter", rf"(?:Abonnez-vous|Subscribe) (?:[àa]u?|to) {_PAPER}[.!]?"),
    *_signed("ad_label", rf"{_OPEN}{_GOES_ON} {_BELOW} {_ADVERT}{_SHUT}", "pub", "annonce", " ad"),
    *_signed(
        "navigation",
        rf"{_OPEN}(?:{_GOES_ON} {_BELOW}(?: {_THING})?|{_READ_ON}){_SHUT}",
        *("suite", "continue", "poursui", "reprend", "lecture", "scroll", "file", "reading"),
    ),
    *_signed(
        "author_card",
        rf"{_REACH} (?:{_WRITER}|{_PAPER})(?: {_NAMED}){{0,4}}[^.!?@]{{0,60}}{_REACHED}"
        rf"(?:[^.!?@]{{0,40}}{_REACHED})*[.!]?",
        "@",
    ),
    *_signed("author_card", rf"{_BEFORE}[^.!?@]{{0,100}}{_OWN_MAIL}[^.!?@]{{0,60}}[.!]?", "@huff"),
    *_signed(
        "contributor_disclaimer",
        _DISCLAIMER,
        *("auteur", "author", "writer", "blogueu", "contribut", "huff", "daction", "signataire"),
    ),
    _phrase("promo", rf"(?:[^.!?]{{1,60}}\? )?{_FOLLOW}(?:[.,!]? {_SUBSCRIBE})?[.!]?"),
    _phrase("promo", rf"{_SUBSCRIBE}(?:[.,!]? {_FOLLOW})?[.!]?"),
    _phrase("promo", rf"{_LIKE}[.!]?"),
    _phrase("promo", r"[»›>] Suivez en direct [^.!?]{0,80}:?"),
    _phrase("promo", r"(?:Aimez|Likez|Like) (?:notre|la|our) page(?: Facebook)?[^.!?]{0,60}[.!]?"),
    *_signed("promo", _APP, "app"),
    _phrase(
        "promo",
        rf"Pour (?:suivre|lire|voir|consulter|recevoir|ne rien manquer|plus)[^.!?:]{{0,80}}"
        rf"{_PAPER}[^.!?:]{{0,40}}cliquez(?:[- ](?:ici|sur ce lien))[.!]?",
    ),
    *_signed(
        "promo",
        rf"(?:Pour (?:lire|voir|consulter)|Retrouvez|Lisez|Consultez)(?: tous| toutes)?(?: les| d')"
        r" ?(?:autres )?(?:billets|textes|blogues|chroniques|articles)"
        rf"(?: de {_NAMED}(?: {_NAMED}){{0,3}})?"
        r",? (?:cliquez )?(?:ici|sur ce lien|en cliquant ici)[.!]?",
        *("ici", "ce lien"),
    ),
    _phrase("promo", r"Become a fan|Devenez fan|Devenir fan"),
    _phrase(
        "comments",
        r"(?:\d[\d ,]* )?(?:Commentaires?|Comments?)(?: \(\d+\))?|Conversations|Leave a comment"
        r"|Commenter",
    ),
    _phrase(
        "share",
        r"Partage[rz](?: (?:(?:cet|cette|ce|l') ?(?:article|histoire|texte|billet|page|nouvelle)"
        r"|sur .{1,30}))?"
        r"|Share(?: this(?: (?:story|article|page|post))?)?|Tweet(?:er|ez)?|Imprimer",
    ),
    _phrase("navigation", r"Retour [àa] l'accueil|Go to homepage|Previous story|Next story"),
    _phrase("related", rf"{_OPEN}(?:{_ALSO}|Inoltre su HuffPost){_SHUT}"),
    *_signed(
        "related",
        rf"{_OPEN}(?:(?:{_ALSO}) ?(?:[»›→▸►▶]|>{{1,3}})|(?-i:{_ALSO_LOUD}) ?[:|–—-]) ?"
        r"[^.!?]{3,120}[?!]?",
        *("aussi", "galement", "also", "more"),
    ),
)
"""Labels and lines that are chrome where they are the whole of a block."""

EDGES: tuple[ChromePhrase, ...] = (
    _phrase("promo", rf"{_FOLLOW}[.,!]? {_SUBSCRIBE}(?: |$)", Where.START),
    _phrase("promo", rf"{_SUBSCRIBE}[.,!]? {_FOLLOW}(?: |$)", Where.START),
    _phrase("related", rf"{_OPEN}(?:Plus|More) ?: ?", Where.LEAD),
    _phrase("related", rf"{_OPEN}(?:{_ALSO})(?: ?[:…»›>→▸►▶▼↓|–—-]{{1,3}})? ?", Where.LEAD),
    _phrase(
        "author_card",
        rf"{_OPEN}(?:(?:(?:Suivez|Suivre|Follow)[^.!?@]{{0,80}}?|Sur )?(?:Twitter|Instagram"
        r"|Facebook|Courriel|E-?mail|[ÉE]crivez-(?:moi|lui|nous)|Suivez-(?:moi|la|le|nous)|Contact)"
        rf"[^.!?@]{{0,40}}?(?:{_REACHED}|(?:https?://)?(?:www\.)?twitter\.com/\w+)"
        rf"|{_HANDLE}|{_OWN_MAIL})"
        rf"(?:(?: ?[|/•·,–-] ?| et | ou | and )[^.!?@]{{0,40}}?{_REACHED})*[.!]?",
        Where.END,
    ),
    _phrase(
        "author_card",
        rf"{_OPEN}(?:(?:Vous pouvez )?(?:suivre|joindre|contacter|[ée]crire [àa])|Suivez|Joignez"
        rf"|Contactez|[ÉE]crivez [àa]|Follow) (?:{_WRITER}|{_NAMED}(?: {_NAMED}){{0,3}})"
        rf"[^.!?@]{{0,40}}(?:Twitter|Facebook|Instagram|{_REACHED})[^.!?]{{0,60}}[.!]?",
        Where.END,
    ),
)
"""Promotional lines that run together with the paragraph after them, the words with which a line
begins that is otherwise made of links to other pieces, and how to reach who wrote the piece."""

ALERTS = re.compile(
    r"(?:Recevez les nouvelles (?:de |d['’])|Get (?:email )?(?:alerts|updates) from )"
    r"(?P<name>(?!votre |notre |vos |nos |la |le |les |l['’]|the |your )\S+ \S.{0,50})",
    re.IGNORECASE,
)
"""The line that offers the news of somebody: who wrote the piece, where nothing else says so."""

PHRASES = (*SITE, *LABELS, *EDGES)

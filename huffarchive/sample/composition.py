"""Composition: sentences from the bank, and the blocks of one article in its newsroom's type."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from huffarchive.article import Image
from huffarchive.sample.content import (
    COMMON,
    Bank,
    Block,
    Line,
    Newsroom,
    Span,
    Typography,
    bank,
    plain,
)

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w*?)(\d*)(\*?)(?:\.(\w+))?(?::(\d+)-(\d+))?\}")
_CONTRACTIONS = {" de le ": " du ", " de les ": " des ", " à le ": " au ", " à les ": " aux "}
_CONTRACTED = re.compile("|".join(_CONTRACTIONS))
_ELIDED = re.compile(r"\b([Dd])e (?=[aeiouâéèêîôûAEIOUÉÈÊ])")
_DEFAULTS = {"n": (6, 64), "m": (12, 480)}
_ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


_VOWELS = "aeiouyàâéèêëîïôöùûœAEIOUÀÂÉÈÊËÎÏÔÖÙÛŒ"


def joined(phrase: str) -> str:
    """The phrase after "de": "du maire", "d'Alma", "de la loi"."""
    for article, contracted in (("le ", "du "), ("les ", "des "), ("Le ", "du "), ("Les ", "des ")):
        if phrase.startswith(article):
            return contracted + phrase[len(article) :]
    return f"d'{phrase}" if phrase[:1] in _VOWELS else f"de {phrase}"


def to_the(phrase: str) -> str:
    """The phrase after "à": "au maire", "à Alma", "aux voisins"."""
    for article, contracted in (("le ", "au "), ("les ", "aux ")):
        if phrase.startswith(article):
            return contracted + phrase[len(article) :]
    return f"à {phrase}"


@dataclass(frozen=True)
class Person:
    """Somebody who never lived."""

    first: str
    last: str
    woman: bool
    title: str
    """With its article where it has one: "la ministre des Transports", "climatologue"."""
    age: int

    @property
    def name(self) -> str:
        """First name and last."""
        return f"{self.first} {self.last}"

    def form(self, form: str | None) -> str:
        """One of the forms that templates ask for."""
        il = "elle" if self.woman else "il"
        return {
            None: self.name,
            "nom": self.last,
            "court": f"{'Mme' if self.woman else 'M.'} {self.last}",
            "il": il,
            "Il": il.capitalize(),
            "e": "e" if self.woman else "",
            "sauf": "sauve" if self.woman else "sauf",
            "titre": self.title,
            "Titre": self.title[:1].upper() + self.title[1:],
            "age": str(self.age),
            "de": joined(self.name),
        }[form]


class Facts:
    """What one article is about: drawn when first named, the same ever after."""

    def __init__(self, rng: Random, bank: Bank) -> None:
        self.rng = rng
        self.bank = bank
        self._facts: dict[str, str | Person] = {}
        self._drawn: dict[str, set[str]] = {}

    def tell(self, template: str) -> str:
        """Fill a template in, in neutral typography."""
        while (found := _CHOICE.search(template)) is not None:
            choice = self.rng.choice(found[1].split("|"))
            template = template[: found.start()] + choice + template[found.end() :]
        text = re.sub(r"\s+", " ", _SLOT.sub(self._fill, template)).strip()
        text = _CONTRACTED.sub(lambda found: _CONTRACTIONS[found[0]], text)
        return _ELIDED.sub(r"\1'", text)

    def agree(self, headline: str) -> None:
        """Take the country that a headline names for a fact."""
        for value in self.bank.slots.get("pays", ()):
            if value.split("|", 1)[0] in headline.replace("Egypte", "Égypte"):
                self._facts["pays"] = value

    def person(self, name: str) -> Person:
        """The person of this name ("p1", "q2"), introduced if need be."""
        if name not in self._facts:
            self._facts[name] = self._introduce(abroad=name.startswith("q"))
        found = self._facts[name]
        assert isinstance(found, Person)
        return found

    def value(self, name: str, form: str | None = None) -> str:
        """A fact that is no person, in one of its forms."""
        return self._form(self._fact(name), name.rstrip("0123456789"), form)

    def _fill(self, found: re.Match[str]) -> str:
        kind, digits, fresh, form, low, high = found.groups()
        if low is not None:
            return self._number(kind, int(low), int(high))
        if kind in _DEFAULTS and not digits:
            return self._number(kind, *_DEFAULTS[kind])
        if kind in ("p", "q"):
            return self.person(kind + (digits or "1")).form(form)
        if kind == "en_day":
            return self.rng.choice(_ENGLISH_DAYS)
        if kind[:1].isupper():
            kind, form = kind.lower(), form or "cap"
        name = kind + digits + (f"*{len(self._facts)}" if fresh else "")
        return self._form(self._fact(name), kind, form)

    def _number(self, name: str, low: int, high: int) -> str:
        if not name or name not in self._facts:
            number = self.rng.randint(low, high)
            years = low >= 1900 and high < 2100
            text = str(number) if years or number < 1000 or low >= 1000 else f"{number:,}"
            text = text.replace(",", " ")
            if not name:
                return text
            self._facts[name] = text
        return str(self._facts[name])

    def _fact(self, name: str) -> str:
        if name not in self._facts:
            kind = name.split("*", maxsplit=1)[0].rstrip("0123456789")
            values = self.bank.slots.get(kind) or bank(COMMON).slots[kind]
            drawn = self._drawn.setdefault(kind, set())
            left = [value for value in values if value not in drawn] or list(values)
            self._facts[name] = value = self.rng.choice(left)
            drawn.add(value)
        found = self._facts[name]
        assert isinstance(found, str)
        return found

    def _form(self, value: str, kind: str, form: str | None) -> str:
        forms = value.split("|")
        if form is None:
            return forms[0]
        names = self.bank.forms.get(kind, ())
        if form in names:
            return forms[names.index(form)]
        if form == "de":
            return joined(forms[0])
        if form == "a":
            return to_the(forms[0])
        if form == "Adv":
            return f"À {forms[0]}"
        assert form in ("cap", "Cap"), f"no form {form!r} of {value!r}"
        return forms[0][:1].upper() + forms[0][1:]

    def _introduce(self, *, abroad: bool) -> Person:
        rng = self.rng
        woman = rng.random() < 0.5
        known, suffix = bank(COMMON), " abroad" if abroad else ""
        first = rng.choice(known[("women" if woman else "men") + suffix])
        last = rng.choice(known["surnames" + suffix])
        title = rng.choice(self.bank["titles"]).split("|")[woman]
        return Person(first, last, woman, title, rng.randint(18, 84))


Pointer = Callable[[], tuple[str, str]]
"""Draws the address and the title of some other article."""

TRANSLATED = "Ce texte initialement publié sur le HuffPost États-Unis a été traduit de l'anglais."
MORE_TO_COME = ("Plus de détails à venir", "Plus de détails à venir.", "Plus de détails à venir...")
_ABROAD = (
    "https://www.youtube.com/watch?v={0:08x}abc",
    "https://twitter.com/exemple{0:x}/status/{1}",
    "https://www.exemple.qc.ca/dossiers/{1}/",
    "http://statistiques.exemple.gc.ca/tableau?id={1}&lang=fr",
)


class Composer:
    """Writes one article, block by block; never the same sentence twice."""

    def __init__(self, facts: Facts, room: Newsroom, dice: Random, elsewhere: Pointer) -> None:
        self.facts, self.room, self.dice, self.elsewhere = facts, room, dice, elsewhere
        self.type: Typography = dice.choice(room.type)
        self.blocks: list[Block] = []
        self._unused: dict[str, list[str]] = {}
        self._said: set[str] = set()

    def t(self, kind: str) -> str:
        """A sentence of a kind, in the newsroom's type, that the article does not hold yet.

        Where a kind has no more to say, the narrative goes on; captions alone may repeat.
        """
        for attempt in range(40):
            kind = "body" if attempt == 12 and kind != "captions" else kind
            if not self._unused.get(kind):
                templates = list(self.facts.bank[kind])
                if kind in ("body", "quotes"):
                    templates += [t for t in bank(COMMON)[kind] if self.dice.random() < 0.5]
                self.dice.shuffle(templates)
                self._unused[kind] = templates
            sentence = self.type.set(self.facts.tell(self._unused[kind].pop()))
            if sentence not in self._said:
                break
        self._said.add(sentence)
        return sentence

    def lead(self, *, linked: bool) -> None:
        """The first paragraph, with a dateline where the newsroom writes one."""
        text = self.t("leads")
        if self.room.dateline and self.dice.random() < 0.75:
            text = f"{self._dateline()} - {text}"
        self.paragraph(text, linked=linked)

    def paragraph(self, text: str, *, linked: bool = False) -> None:
        """A paragraph, perhaps with a link or a stressed run of words in it."""
        self.blocks.append(Block("paragraph", (self._runs(text, linked=linked),)))

    def heading(self, bold: float = 0) -> None:
        """A heading inside the article, with a chance that it is a paragraph in bold."""
        line = (Span(self.t("subheads")),)
        self.blocks.append(Block("heading", (line,), bold > 0 and self.dice.random() < bold))

    def body(self, count: int, *, linked: bool, headings: bool) -> None:
        """So many paragraphs, of narrative and quotes, with headings where they are due."""
        for place in range(count):
            if headings and place and place % 4 == 0 and place < count - 1:
                self.heading(bold=0.35)
            text = " ".join(self.t("body") for _ in range(self.dice.choice((1, 1, 2, 2, 3))))
            if self.dice.random() < 0.3:
                quote = self.t("quotes")
                text = f"{text} {quote}" if self.dice.random() < 0.5 else f"{quote} {text}"
            elif self.dice.random() < 0.3:
                self.paragraph(self.t("quotes"))
            self.paragraph(text, linked=linked and self.dice.random() < 0.4)

    def broken(self) -> None:
        """Break one paragraph in mid-sentence, as the importers of wire copy did."""
        long = [
            i for i, b in enumerate(self.blocks) if b.kind == "paragraph" and len(b.lines[0]) == 1
        ]
        if long:
            index = max(long, key=lambda i: len(plain(self.blocks[i].lines[0])))
            words = plain(self.blocks[index].lines[0]).split(" ")
            cut = self.dice.randrange(len(words) // 3, 2 * len(words) // 3 + 1)
            parts = (" ".join(words[:cut]), " ".join(words[cut:]))
            self.blocks[index : index + 1] = [
                Block("paragraph", ((Span(part),),)) for part in parts
            ]

    def run_together(self) -> None:
        """Put three paragraphs into one element, two line breaks between them."""
        for index in range(len(self.blocks) - 2):
            three = self.blocks[index : index + 3]
            if all(block.kind == "paragraph" for block in three):
                for offset in (1, 2):
                    self.blocks[index + offset] = replace(three[offset], marked=True)
                return

    def enrich(self, index: int, block: Block) -> None:
        """Put a block after the index-th paragraph (or at the end)."""
        seen = -1
        for place, there in enumerate(self.blocks):
            seen += there.kind == "paragraph"
            following = self.blocks[place + 1 : place + 2]
            joined = any(after.kind == "paragraph" and after.marked for after in following)
            if seen >= index and there.kind == "paragraph" and not joined:
                self.blocks.insert(place + 1, block)
                return
        self.blocks.append(block)

    def listing(self, count: int, *, ordered: bool) -> Block:
        """A list of so many items."""
        items = [self.type.set(self.facts.tell(self._item())) for _ in range(count)]
        return Block("list", tuple((Span(item),) for item in dict.fromkeys(items)), ordered)

    def quotation(self) -> Block:
        """A block quote."""
        return Block("quotation", ((Span(self.t("quotes")),),))

    def table(self) -> Block:
        """A small table of places and numbers."""
        head = self.dice.choice(bank(COMMON)["table heads"]).split(";")
        rows = [tuple(head)]
        for index in range(1, self.dice.randrange(4, 7)):
            name = self.facts.tell(f"{{v{index}}}")
            rows.append((name, *(str(self.dice.randrange(3, 900)) for _ in head[1:])))
        return Block("table", rows=tuple(rows))

    def pull_quote(self) -> Block | None:
        """Words between quotation marks that stand in the text already."""
        opening, closing = (mark.strip() for mark in self.type.quotes)
        for block in self.blocks:
            if block.kind == "paragraph":
                text = plain(block.lines[0])
                start = text.find(opening)
                end = text.find(closing, start + 1)
                if start >= 0 and end - start > 25:
                    name = self.facts.person("p1").name
                    return Block("pull_quote", text=text[start : end + 1], label=name)
        return None

    def embed(self, *, spoken: bool) -> Block:
        """A video, or a message of another site (its words visible only if `spoken`)."""
        number = self.dice.randrange(10**8, 10**9)
        if spoken:
            words = f"{self.facts.tell('{v1}')} sous la loupe, photo à l'appui #{number % 1000}"
            url = f"https://twitter.com/exemple/status/{number}"
            return Block("embed", text=words, label="twitter", url=url)
        provider = self.dice.choice(("youtube", "twitter", "facebook", "instagram"))
        return Block("embed", label=provider, url=f"https://www.{provider}.com/embed/{number}")

    def image(
        self,
        kind: str = "captions",
        *,
        english: bool = False,
        caption: bool = True,
        credit: bool = True,
    ) -> Image:
        """A picture, its caption in the newsroom's French or as a foreign desk wrote it."""
        words = None
        if english:
            words = self.facts.tell(self.dice.choice(self.facts.bank["english"]))
        elif caption:
            words = self.t(kind)
        name = f"{self.dice.randrange(16**12):012x}{self.dice.randrange(16**12):012x}"
        url = f"https://img.huffingtonpost.com/asset/{name}.jpeg?ops=1200_630"
        return Image(url, words, self.dice.choice(self.room.credits) if credit else None)

    def photos(self, *, repeated: bool) -> None:
        """An English caption and a credit ahead of the French body, the caption perhaps again."""
        first = self.image(english=True)
        figures = [Block("figure", images=(first,))]
        if repeated:
            again = replace(first, url=self.image().url)
            figures.append(Block("figure", images=(again,)))
        self.blocks[:0] = figures

    def slideshow(self, count: int, title: str | None = None, hint: str = "") -> None:
        """A slide show of so many pictures at the end."""
        credit = self.dice.random() < 0.7
        kinds = [self.dice.choice(("captions", "body", "body")) for _ in range(count)]
        images = tuple(self.image(kind, credit=credit) for kind in kinds)
        unique = {image.caption: image for image in images}
        shown = Block("slideshow", images=tuple(unique.values()), label=title, text=hint)
        self.blocks.append(shown)

    def teasers(self, count: int) -> None:
        """A series: short paragraphs, each with a link to the piece that it announces."""
        templates = list(bank(COMMON)["teasers"])
        self.dice.shuffle(templates)
        for template in templates[:count]:
            self.paragraph(self.type.set(self.facts.tell(template)), linked=True)

    def related(self, count: int) -> Block:
        """Other articles, under a label."""
        links = dict(self.elsewhere() for _ in range(count))
        label = self.dice.choice(bank(COMMON)["related labels"])
        return Block("related", label=label, links=tuple(links.items()))

    def promotion(self) -> Block:
        """A line that asks to follow the site; what stands in <> is its link."""
        spans: list[Span] = []
        for part in self.dice.choice(bank(COMMON)["promotions"]).split("<"):
            linked, closed, rest = part.partition(">")
            if closed:
                spans += [Span(linked, "https://www.facebook.com/HuffPostQuebec/"), Span(rest)]
            else:
                spans.append(Span(part))
        return Block("promotion", (tuple(span for span in spans if span.text),))

    def close(self, signature: str | None) -> None:
        """Sign the copy."""
        if signature:
            self.blocks.append(Block("signature", ((Span(signature),),)))

    def advertise(self, label: str | None, *, every: int) -> None:
        """An advertising slot after every so many paragraphs."""
        count = sum(block.kind == "paragraph" for block in self.blocks)
        for index in range(count - 2, 0, -1):
            if index % every == 1:
                self.enrich(index, Block("advertisement", label=label))

    def _item(self) -> str:
        return self.dice.choice(self.facts.bank["items"])

    def _dateline(self) -> str:
        if "pays" in self.facts.bank.slots:
            return self.facts.value("pays", "ligne")
        place = "hote" if "hote" in self.facts.bank.slots else "v1"
        city = self.facts.value(place).upper()
        return f"{city}, {self.dice.choice(('Qc', 'Québec'))}" if self.dice.random() < 0.2 else city

    def _runs(self, text: str, *, linked: bool) -> Line:
        words = text.split(" ")
        if len(words) < 9 or not (linked or self.dice.random() < 0.06):
            return (Span(text),)
        length = self.dice.randrange(2, 5)
        start = self.dice.randrange(2, len(words) - length - 1)
        before, run, after = words[:start], words[start : start + length], words[start + length :]
        href: str | None = None
        tag: str | None = self.dice.choice(("em", "strong", "span"))
        if linked:
            tag = None
            number = self.dice.randrange(10**6, 10**9)
            href = (
                self.elsewhere()[0]
                if self.dice.random() < 0.5
                else self.dice.choice(_ABROAD).format(number, number % 99991)
            )
        return (
            Span(" ".join(before) + " "),
            Span(" ".join(run), href, tag),
            Span(" " + " ".join(after)),
        )

"""The language of a text, by the small words that none can do without."""

import re
from collections import Counter

_SMALL = {
    "fr": "le la les des du une un est et dans pour que qui sur au aux avec par il elle ce cette "
    "de en a à ou se on tout lui ils elles soit était sera être ses son sa pas ne plus sont ont "
    "été mais nous vous leur ces d'un d'une qu'il c'est",
    "en": "the of and to in is that for was with as his her it on at by from are this they have "
    "has not were which their had but who will he she",
    "es": "de en a la el los las una un del que y es por con para se su al como más pero sus lo "
    "fue",
    "it": "di a in la il gli della di che una è per con non del sono più nel alla dei ha anche",
    "de": "der die das und ist von mit den dem nicht ein eine auf für des sich auch es im zu",
    "pt": "de em a o os as uma um do da dos que e é por com para não se na no mais foi",
}
_LANGUAGES = {name: frozenset(words.split()) for name, words in _SMALL.items()}
_WORD = re.compile(r"[a-zà-öø-ÿœ]+(?:'[a-zà-öø-ÿœ]+)?")
_ENOUGH = 3
_READ = 4_000


def language_of(text: str, usual: str) -> str | None:
    """ISO 639-1 code of the text's language; None when it is too short to tell.

    Told by counts of small words: at least three, and half as many again as the next language's;
    for `usual`, the edition's language, more than the next one's will do.
    """
    words = Counter(_WORD.findall(text[:_READ].lower().replace("’", "'")))
    counts = sorted(
        (
            (sum(words[word] for word in small & words.keys()), name)
            for name, small in _LANGUAGES.items()
        ),
        key=lambda pair: (-pair[0], pair[1]),
    )
    (most, name), (next_most, _) = counts[0], counts[1]
    sure = most > next_most if name == usual else most * 2 >= next_most * 3
    return name if most >= _ENOUGH and sure else None

"""JSONL files of invented records, of any number."""

import json
import random
import re
from itertools import product
from pathlib import Path

from huffarchive.article import SCHEMA_VERSION, Article, Chrome, Image

COMMON = re.findall(
    r"\w+",
    "le la les un une gouvernement Québec Montréal été santé ministre élève forêt neige hôpital "
    "projet ville depuis selon mardi œuvre ça où août naïf",
)
_SYLLABLES = re.findall(
    r"\w+", "ba ché di fo lu mé na pi ro sa té vou gra pli tran neu ois cam bel"
)
RARE = ["".join(parts) for parts in product(_SYLLABLES, repeat=3)]
"""6,859 words; as in any language, the later the rarer."""
AUTHORS = [
    f"{RARE[at].capitalize()} {RARE[at + 1].capitalize()}" for at in range(0, len(RARE) - 1, 3)
]
"""2,286 names; a few sign much, most sign little."""
SECTIONS = ["Nouvelles", "Politique", *(word.capitalize() for word in RARE[50:80])]


def words(chance: random.Random, count: int) -> list[str]:
    """Words of a text: two in three common, the others by Zipf's law."""
    return [
        chance.choice(COMMON)
        if chance.random() < 0.66
        else RARE[min(int(chance.paretovariate(0.5)) - 1, len(RARE) - 1)]
        for _ in range(count)
    ]


def article(number: int, version: int = 0) -> Article:
    """An invented article; the same number and version give the same one."""
    chance = random.Random(f"{number}/{version}")
    paragraphs = [" ".join(words(chance, 60)) + "." for _ in range(10)]
    text = "\n\n".join(paragraphs)
    year = 2012 + number % 10
    month, day = 1 + number // 10 % 12, 1 + number // 120 % 28
    agency = ("AFP", "La Presse Canadienne", None)[number % 3]
    signed = [AUTHORS[min(int(chance.paretovariate(0.4)) - 1, len(AUTHORS) - 1)] for _ in range(2)]
    return Article(
        schema_version=SCHEMA_VERSION,
        id=f"qc:n:{number}",
        edition="qc",
        kind="news",
        legacy_id=str(number),
        url=f"https://www.huffpost.com/archive/qc/entry/titre_n_{number}",
        canonical_url=None,
        aliases=[],
        headline=f"Titre numéro {number}, version {version}",
        dek=None,
        description=paragraphs[0],
        authors=list(dict.fromkeys(signed[: 1 + number % 2])) if agency is None else [],
        byline_raw=None,
        agency=agency,
        agency_signature=None,
        section=chance.choice(SECTIONS),
        keywords=["neige", "ville"],
        language="fr",
        date_published=None if number % 50 == 0 else f"{year}-{month:02}-{day:02}T08:30:00-05:00",
        date_published_raw=None,
        date_modified=None,
        text=text,
        paragraphs=paragraphs,
        word_count=len(text.split()),
        images=[Image(f"https://img.example/{number}.jpg", "Une forêt", None)],
        links=[],
        chrome=[Chrome("archive_banner", "Cet article fait partie des archives.")],
        source="live",
        captured_at=f"2026-0{1 + version}-02T03:04:05+00:00",
        http_status=200,
        warc_file="qc-20260102030405-00001.warc.gz",
        warc_offset=number * 1000,
        warc_length=900,
        warc_record_id=f"<urn:uuid:{number}-{version}>",
        payload_sha1="sha1:" + "A" * 32,
        payload_sha256="0" * 64,
        previous_id=None,
        layout="archive",
        extractor="test",
        warnings=[],
        is_wire=agency is not None,
        agency_read_from=None,
        date_read_from=None,
        capture_choice=None,
    )


def write(folder: Path, count: int, revised: int = 0, files: int = 2) -> list[Path]:
    """Files of `count` articles in a scattered order; the first `revised` stand in a later file again."""
    numbers = list(range(1, count + 1))
    random.Random(1).shuffle(numbers)
    paths = []
    for part in range(files):
        path = folder / f"qc-20260102030405-0000{part + 1}.jsonl"
        with path.open("wb") as file:
            for number in numbers[part::files]:
                file.write(article(number).to_json())
        paths.append(path)
    if revised:
        path = folder / "qc-20260202030405-00009.jsonl"
        with path.open("wb") as file:
            for number in range(1, revised + 1):
                file.write(article(number, 1).to_json())
        paths.append(path)
    return paths


def rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]

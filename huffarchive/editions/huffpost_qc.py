"""HuffPost Québec, 2012-02-08 to 2021-03-09."""

from huffarchive.editions.edition import Edition, Host
from huffarchive.editions.huffpost import AGENCIES, PICTURE_HOSTS
from huffarchive.editions.phrases import PHRASES

HUFFPOST_QC = Edition(
    code="qc",
    name="HuffPost Québec",
    language="fr",
    timezone="America/Toronto",
    hosts=(
        Host("quebec.huffingtonpost.ca"),
        Host("m.quebec.huffingtonpost.ca"),
        Host("m.huffpost.com", "/qc/"),
        Host("www.huffpost.com", "/archive/qc/"),
    ),
    archive_entry="https://www.huffpost.com/archive/qc/entry/{slug}_{kind}_{id}",
    pictures=PICTURE_HOSTS,
    homes=("", "/archive/qc", "/qc"),
    chrome=PHRASES,
    agencies=AGENCIES,
    own_names=(
        "huffpost",
        "le huffpost",
        "huffpost québec",
        "le huffpost québec",
        "huffington post",
        "le huffington post",
        "the huffington post",
        "le huffington post québec",
        "huffington post québec",
        "huffpost canada",
        "huffington post canada",
        "la rédaction",
        "rédaction",
        "quebec.huffingtonpost.ca",
    ),
    url_list="huffpost_qc.tsv",
    published=((2012, 104_782), (2013, 100_558), (2014, 125_961), (2015, 31_367), (2016, 27_563)),
)

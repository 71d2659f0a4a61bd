"""HuffPost Canada, 2011-05-26 to 2021-03-09: the nearest sister of HuffPost Québec."""

from huffarchive.editions.edition import Edition, Host
from huffarchive.editions.huffpost import AGENCIES, PICTURE_HOSTS
from huffarchive.editions.phrases import PHRASES

HUFFPOST_CA = Edition(
    code="ca",
    name="HuffPost Canada",
    language="en",
    timezone="America/Toronto",
    hosts=(
        Host("www.huffingtonpost.ca"),
        Host("m.huffingtonpost.ca"),
        Host("m.huffpost.com", "/ca/"),
        Host("www.huffpost.com", "/archive/ca/"),
    ),
    archive_entry="https://www.huffpost.com/archive/ca/entry/{slug}_{kind}_{id}",
    pictures=PICTURE_HOSTS,
    homes=("", "/archive/ca", "/ca"),
    chrome=PHRASES,
    agencies=AGENCIES,
    own_names=(
        "huffpost",
        "huffpost canada",
        "huffington post",
        "huffington post canada",
        "the huffington post",
        "the huffington post canada",
        "huffpost staff",
        "huffpost canada staff",
    ),
    url_list="huffpost_ca.txt",
)

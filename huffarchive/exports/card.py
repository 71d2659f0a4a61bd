"""The card of a data set for the Hugging Face Hub."""

import json

from huffarchive.exports.account import Account

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def card(account: Account, derived: dict[str, str]) -> str:
    """The README.md of a data set: YAML that the Hub and `datasets` read, then text."""
    size = next((name for limit, name in _SIZES if account.articles < limit), "1M<n<10M")
    languages = "".join(f"- {name}\n" for name in account.languages or ("fr",))
    years = "\n".join(f"| {year or 'unknown'} | {count:,} |" for year, count in account.years)
    agencies = "\n".join(f"| {name} | {count:,} |" for name, count in account.agencies)
    unread = ""
    if account.unread:
        unread = (
            f"; of {account.unread:,} the page could not be read: an article stands here in the "
            "latest version that could"
        )
    sources = ", ".join(f"{name} {count:,}" for name, count in account.sources)
    fields = "\n".join(
        f"| `{name}` | {_cell(text)} |" for name, text in (account.fields | derived).items()
    )
    return f"""---
pretty_name: {json.dumps(account.title, ensure_ascii=False)}
language:
{languages}license: other
license_name: rights-reserved
size_categories:
- {size}
task_categories:
- text-generation
- text-classification
tags:
- news
- web-archive
configs:
- config_name: default
  data_files:
  - split: train
    path: data/train-*.parquet
---

# {account.title}

{account.articles:,} articles with {account.words:,} words, the latest version of each
({account.versions:,} versions were captured{unread}). {account.provenance}

Captures by source: {sources or "none"}.

## Load it

```python
from datasets import load_dataset

articles = load_dataset("parquet", data_files="data/*.parquet", split="train")
```

## Articles by year of publication

| year | articles |
| --- | ---: |
{years}

## Own copy and agencies

| agency | articles |
| --- | ---: |
{agencies}

## Fields

| field | what it is |
| --- | --- |
{fields}

## Where it comes from

The pages were captured politely (robots.txt, Crawl-delay) and kept as WARC/1.1 files, byte for
byte. A record is a pure function of its capture: whoever has the WARC files can make this data set
again with `scrapy extract` and `scrapy export huggingface`, and `scrapy verify` checks that they
agree.

## Rights

{account.rights}

## Limits

Texts are as the site published them, with its mistakes; names of people are in them. `warnings`
says which records were hard to read. What the site removed before it was captured is not here.
"""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

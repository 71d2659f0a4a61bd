"""The rules, a module for each thing that they look at; importing it declares all of them."""

from huffarchive.verify.rules import (  # noqa: F401
    cdxj,
    container,
    digests,
    grammar,
    http,
    jsonl,
    ledger,
    links,
    presence,
    values,
)

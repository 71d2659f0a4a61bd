"""The rules, a module for each thing that they look at; importing it declares all of them."""

from huffarchive.verify.rules import (
    fields,  # noqa: F401
    grammar,  # noqa: F401
    http,  # noqa: F401
    jsonl,  # noqa: F401
    ledger,  # noqa: F401
    links,  # noqa: F401
    pages,  # noqa: F401
    values,  # noqa: F401
)

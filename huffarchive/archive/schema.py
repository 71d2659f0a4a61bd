"""The JSON Schema of a record, from the record's own types and docstrings."""

from dataclasses import fields
from typing import Any

from itemadapter import ItemAdapter

from huffarchive.article import SCHEMA_VERSION, Article, Chrome, Image


def schema() -> dict[str, Any]:
    """The schema, draft 2020-12: every key is required and no other is allowed."""
    found = ItemAdapter.get_json_schema(Article)
    found["required"] = [field.name for field in fields(Article)]
    found["additionalProperties"] = False
    for name, part in (("images", Image), ("chrome", Chrome)):
        item = found["properties"][name]["items"]
        item["required"] = [field.name for field in fields(part)]
        item["additionalProperties"] = False
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"huffarchive article {SCHEMA_VERSION}",
        **found,
    }

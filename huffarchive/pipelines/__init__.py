"""Item pipelines: a visit's exchanges to the WARC, its record to the JSONL, then the commit."""

from huffarchive.pipelines.jsonl import JsonlPipeline
from huffarchive.pipelines.warc import WarcPipeline

__all__ = ["JsonlPipeline", "WarcPipeline"]

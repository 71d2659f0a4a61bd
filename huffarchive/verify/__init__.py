"""Everything that can be checked on disk: WARC files, their links, JSONL, ledger."""

from huffarchive.verify.finding import Finding, Severity
from huffarchive.verify.rule import RULES, Rule
from huffarchive.verify.survey import Survey

__all__ = ["RULES", "Finding", "Rule", "Severity", "Survey"]

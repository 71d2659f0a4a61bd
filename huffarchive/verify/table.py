"""The rules as a table for the documentation."""

from huffarchive.verify.rule import RULES, Rule, Scope

TITLES = {
    Scope.FILE: "The file around its records",
    Scope.RECORD: "Each record",
    Scope.HTTP: "The HTTP messages",
    Scope.LINK: "Records and what they say of each other",
    Scope.JSONL: "JSONL against WARC",
    Scope.CDXJ: "Indexes beside our WARC files",
    Scope.LEDGER: "Ledger against files",
}


def table() -> str:
    """Every rule by what it looks at, in Markdown; docs/verify.md holds it, and a test compares."""
    parts = []
    for scope, title in TITLES.items():
        parts.append(f"### {title}\n")
        parts.append("| rule | what must hold | source | severity |\n| --- | --- | --- | --- |")
        parts += [_row(rule) for rule in RULES.values() if rule.scope is scope]
        parts.append("")
    return "\n".join(parts)


def _row(rule: Rule) -> str:
    severity = str(rule.severity)
    if rule.ours is not None and rule.ours is not rule.severity:
        severity += f"; {rule.ours} in our own archive"
    return f"| `{rule.name}` | {rule.says} | {rule.source} | {severity} |"

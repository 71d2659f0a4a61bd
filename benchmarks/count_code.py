"""Counts code, folder by folder: `python benchmarks/count_code.py [FOLDER …] [--modules]`.

A code line is one that holds a token of the program: blank lines, comments and docstrings are not
counted, whoever wrote them and however long. Without a folder: the package, its tests, trials
and benchmarks. `--modules` adds a line for each module, the longest first.
"""

import argparse
import ast
import io
import tokenize
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

LONG = 40
"""Code lines of a function from which on it is counted as long."""
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
_NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


@dataclass(frozen=True, slots=True)
class Module:
    """What one file holds."""

    path: Path
    code: int
    text: int
    """Lines of comments and docstrings."""
    classes: int
    long: int
    """Functions of more than LONG code lines."""


def measure(path: Path) -> Module:
    """Count one file."""
    source = path.read_text("utf-8")
    tree = ast.parse(source)
    strings = _bare_strings(tree)
    code: set[int] = set()
    comments: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        lines = range(token.start[0], token.end[0] + 1)
        if token.type == tokenize.COMMENT:
            comments.update(lines)
        elif token.type not in _NO_CODE:
            code.update(lines)
    code -= strings
    functions = [node for node in ast.walk(tree) if isinstance(node, _FUNCTION)]
    long = sum(
        len(code & set(range(node.lineno, (node.end_lineno or 0) + 1))) > LONG for node in functions
    )
    classes = sum(isinstance(node, ast.ClassDef) for node in ast.walk(tree))
    return Module(path, len(code), len((comments - code) | strings), classes, long)


def _bare_strings(tree: ast.Module) -> set[int]:
    """Lines of docstrings, those below attributes among them."""
    return {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or 0) + 1)
    }


def _row(name: str, modules: list[Module]) -> str:
    code, text = sum(m.code for m in modules), sum(m.text for m in modules)
    share = text / (text + code) if code else 0.0
    largest = max(modules, key=lambda m: m.code)
    cells = (
        f"{len(modules):>7}{code:>8}{share:>7.0%}",
        f"{sum(m.classes for m in modules):>9}{sum(m.long for m in modules):>6}",
        f"   {largest.code} {largest.path.name}",
    )
    return f"{name:<28}" + "".join(cells)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--modules", action="store_true", help="a line for each module, too")
    options = parser.parse_args()
    folders = options.folders or [Path("huffarchive"), Path("tests"), Path("benchmarks")]
    print(f"{'folder':<28}modules    code  prose  classes  >{LONG}   largest")
    for root in folders:
        groups: dict[str, list[Module]] = defaultdict(list)
        for path in sorted(root.rglob("*.py")):
            inside = path.relative_to(root).parts
            group = str(root / inside[0]) if len(inside) > 1 else str(root)
            groups[group].append(measure(path))
        for name, modules in groups.items():
            print(_row(name, modules))
            if options.modules:
                for module in sorted(modules, key=lambda m: -m.code):
                    print(f"    {module.code:>4}  {module.path}")
        if groups:
            print(_row(f"{root}, all", [m for group in groups.values() for m in group]))


if __name__ == "__main__":
    main()

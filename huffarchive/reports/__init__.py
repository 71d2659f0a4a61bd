"""The report: one self-contained HTML page about an archive, in French or English."""

from importlib.metadata import version

from huffarchive.reports.corpus_stats import Facts
from huffarchive.reports.missing import files, missing, outcomes, reading, runs
from huffarchive.reports.saved import brief, sources, when
from huffarchive.translator import Translator

_SECTIONS = (brief, when, sources, missing, outcomes, reading, runs, files)


def render(facts: Facts, language: str) -> str:
    """The report as HTML: no script, no request, the same bytes for the same facts.

    `language` is "fr" or "en". ImportError names pygal or jinja2 when it is not installed.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    say = Translator(language)
    environment = Environment(
        loader=PackageLoader("huffarchive.reports", "template"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html").render(
        language=language,
        say=say,
        name=facts.edition.name,
        sample=facts.sample,
        moment=say.moment(facts.made),
        sections=[section(facts, say) for section in _SECTIONS],
        version=version("huffarchive"),
    )

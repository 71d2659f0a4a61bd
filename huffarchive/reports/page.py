"""The page: sections set into one HTML file that needs nothing else."""

from importlib.metadata import version

from huffarchive.reports.facts import Facts
from huffarchive.reports.gaps import missing, outcomes
from huffarchive.reports.quality import reading
from huffarchive.reports.running import files, runs
from huffarchive.reports.saved import brief, sources, when
from huffarchive.reports.voice import LANGUAGES, Voice

__all__ = ["LANGUAGES", "render"]

_SECTIONS = (brief, when, sources, missing, outcomes, reading, runs, files)


def render(facts: Facts, language: str) -> str:
    """The report as HTML: no script, no request, the same bytes for the same facts.

    `language` is "fr" or "en". ImportError names pygal or jinja2 when it is not installed.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    say = Voice(language)
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
        moment=say.numerals.moment(facts.made),
        sections=[section(facts, say) for section in _SECTIONS],
        version=version("huffarchive"),
    )

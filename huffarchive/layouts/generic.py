"""A page of no known template: nothing is known of its elements but what every page shares."""

from huffarchive.layouts.layout import Layout
from huffarchive.layouts.part import Part

GENERIC = Layout(
    name="generic",
    markers=(),
    needed=0,
    column=("//body",),
    rules={"footer": Part.OUT, "header": Part.HEADER},
)

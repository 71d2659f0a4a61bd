"""The reading room: search, articles beside their captures, versions; Datasette serves it."""

"""huffarchive saves the archived articles of HuffPost Québec before they are gone."""

__version__ = "0.1.0"

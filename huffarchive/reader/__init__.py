"""From a page to what it says: pure, the same answer for the same bytes."""

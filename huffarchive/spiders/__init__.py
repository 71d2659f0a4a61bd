"""One spider per edition, over one base."""

"""What is wanted, what became of it, and how far each file is committed: one SQLite file."""

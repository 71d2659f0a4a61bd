"""Fuzzing: what reads other people's bytes, given bytes that nobody thought of."""

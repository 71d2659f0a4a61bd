"""Trials of the storage: power cuts, storage faults, kills, and mutants that they must catch."""

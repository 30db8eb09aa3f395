"""Renewal problems to time the optimiser on, and rivals to time beside it."""

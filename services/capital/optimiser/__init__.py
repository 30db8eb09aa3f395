"""Renewal plans: the problem, its model, the search and the independent check. Pure."""

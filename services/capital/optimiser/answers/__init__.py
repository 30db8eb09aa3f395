"""Answers about plans: what limits cost, why there is none, the price of a no, what if."""

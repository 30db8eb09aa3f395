"""The product beside its ceilings: each benchmark runs both in one go and gives a ratio."""

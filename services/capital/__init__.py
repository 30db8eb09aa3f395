"""Capital: whose money there is, what may be bought with it, and the plan that makes the most of it."""

"""Capital: whose money there is, what it may buy, and the plan that makes the most of it."""

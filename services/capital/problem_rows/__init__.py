"""The rows of a renewal problem, from their messages."""

"""Fleet's data in PostgreSQL. One method, one statement, written out in full."""

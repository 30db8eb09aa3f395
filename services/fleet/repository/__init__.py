"""Fleet's data in PostgreSQL, by what it is about. One method, one statement, written out in full."""

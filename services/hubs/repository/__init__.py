"""Hubs, jobs, vehicles and measurements in PostgreSQL. One method, one statement, written out."""

"""Plumbing, written once and used by every service. Knows no service."""

"""Make-ready hubs: what to prepare next, on which bay, by when, and what they get through."""

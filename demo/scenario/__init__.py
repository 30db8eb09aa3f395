"""A scenario: what its files say, and the vehicles made from them."""

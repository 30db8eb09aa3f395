"""Plans and bounds for mixed-integer programmes that fall into blocks tied by a few rows."""

"""Plans solved: jobs taken up, solver processes watched, plans examined before they count."""

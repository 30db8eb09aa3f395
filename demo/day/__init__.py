"""Plays a day: vehicles go out and come back, operatives make them ready, some break down."""

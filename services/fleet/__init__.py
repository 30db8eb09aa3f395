"""Fleet: one truthful register of vehicles, where each stands and when each is to be replaced."""

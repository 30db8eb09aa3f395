"""Values every service may use. Imports the standard library and nothing else."""

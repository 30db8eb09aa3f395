"""What `./dev check` and `./dev proto` run: this repository's own rules, as programs."""

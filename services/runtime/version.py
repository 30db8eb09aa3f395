"""Which version this is; `./dev check` holds it equal to pyproject.toml's."""

from typing import Final

VERSION: Final = "0.1.0"

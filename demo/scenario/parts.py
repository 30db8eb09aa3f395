"""What every part of a scenario is made of."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
FinancialYear = Annotated[int, Field(ge=2000, le=2200)]
Organisation = Annotated[str, Field(pattern="^[A-Z0-9]{3,6}$")]


class Part(BaseModel):
    """A part of a scenario: unknown fields are refused, and nothing changes once read."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Provenance(Part):
    """Where figures come from: published sources by key, or made up."""

    source: Literal["published", "synthetic"]
    keys: tuple[str, ...] = ()
    note: str = ""

    @property
    def label(self) -> str:
        """One line to keep beside the figure: "synthetic", "published (S8, S9)"."""
        keys = f" ({', '.join(self.keys)})" if self.keys else ""
        note = f": {self.note}" if self.note else ""
        return f"{self.source}{keys}{note}"

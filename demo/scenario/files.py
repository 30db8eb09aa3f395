"""A scenario as its YAML files say it: read strictly, so that a slip in a file is named."""

from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final, Self

import yaml
from pydantic import Field, model_validator

from demo.process import ROOT
from demo.scenario.capital import Catalogue, Envelope
from demo.scenario.parts import Count, FinancialYear, Organisation, Part, Provenance
from demo.scenario.trust import Trust

SCENARIOS: Final = ROOT / "scenarios"


class System(Part):
    code: Organisation
    name: str


class Systems(Part):
    provenance: Provenance
    list: tuple[System, ...]


class PlanRequest(Part):
    holder: Organisation
    name: str
    first_financial_year: FinancialYear
    years: Annotated[int, Field(ge=1, le=20)]
    seconds: Annotated[int, Field(ge=1, le=1800)]
    gap_ppm: Count = 0
    seed: Count = 0


class Scenario(Part):
    """Everything, read and put together. `digest` tells one set of files from another."""

    digest: str
    title: str
    notice: str
    day: date
    seed: int
    systems: Systems
    trusts: tuple[Trust, ...]
    catalogue: Catalogue
    envelopes: tuple[Envelope, ...]
    plan: PlanRequest
    sources: dict[str, str]

    @model_validator(mode="after")
    def _sources_are_known(self) -> Self:
        unknown = {key for one in provenances(self) for key in one.keys} - set(self.sources)
        if unknown:
            raise ValueError(f"no source of that key: {', '.join(sorted(unknown))}")
        return self


def provenances(part: Part) -> Iterator[Provenance]:
    """Yield every provenance in a part and below it."""
    for value in part.__dict__.values():
        values = value if isinstance(value, tuple) else (value,)
        for one in values:
            if isinstance(one, Provenance):
                yield one
            elif isinstance(one, Part):
                yield from provenances(one)


def load(place: Path) -> Scenario:
    """Read the scenario in a directory; other files are named relative to scenario.yaml."""
    top = place / "scenario.yaml"
    raw = yaml.safe_load(top.read_text(encoding="utf-8"))
    files = [top, *(place / name for name in (*raw["trusts"], raw["catalogue"], raw["capital"]))]
    texts = [file.read_bytes() for file in files]
    *trusts, catalogue, capital = (yaml.safe_load(text) for text in texts[1:])
    named = {"trusts": trusts, "catalogue": catalogue, "envelopes": capital["envelopes"]}
    del raw["capital"]
    return Scenario(digest=sha256(b"\0".join(texts)).hexdigest(), **{**raw, **named})


def named(name: str) -> Scenario:
    """Read one of scenarios/ by name. Raises FileNotFoundError with the names there are."""
    if not (SCENARIOS / name / "scenario.yaml").exists():
        known = sorted(found.parent.name for found in SCENARIOS.glob("*/scenario.yaml"))
        raise FileNotFoundError(f"no scenario {name}; there are: {', '.join(known)}")
    return load(SCENARIOS / name)

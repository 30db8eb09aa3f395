"""Where capital tells what happened."""

from typing import Final

ENVELOPES: Final = "capital.envelope.v1"
PLANS: Final = "capital.plan.v1"
RENEWALS: Final = "capital.renewal.v1"

"""`python -m demo.token`: an access token for local use, signed with the key of `./dev up`."""

import argparse
import sys
from datetime import UTC, datetime, timedelta
from typing import Final

from demo.state import KEYS
from services.runtime.auth.issue import Grant, Issuer
from services.runtime.auth.permissions import ROLES

HOURS: Final = 12


def main() -> int:
    parser = argparse.ArgumentParser(prog="token", description=__doc__)
    parser.add_argument("--subject", default="me@localhost", help="who it is for")
    parser.add_argument(
        "--role", action="append", default=[], choices=sorted(ROLES), help="may be repeated"
    )
    parser.add_argument("--org", action="append", default=[], help="ODS code to act for; repeated")
    parser.add_argument("--read-org", action="append", default=[], help="ODS code to read besides")
    parser.add_argument("--hours", type=float, default=HOURS, help=f"how long it holds ({HOURS})")
    given = parser.parse_args()
    if not given.role or not given.org:
        parser.error(
            "give at least one --role and one --org, such as --role fleet.viewer --org RYA"
        )
    grant = Grant(
        subject=given.subject,
        roles=given.role,
        orgs=given.org,
        read_orgs=given.read_org,
        lasts=timedelta(hours=given.hours),
    )
    print(Issuer(KEYS).token(grant, datetime.now(UTC)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""One untrusted field → one domain value, or Malformed naming the field. Decides nothing else."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp

from services.kernel.errors import Malformed
from services.kernel.ids import OdsCode, Vin, Vrm
from services.kernel.screening import patient_data_in
from services.runtime.scope import ODS_CODE

CANONICAL_UUID: Final = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE
)
ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# Vehicles and money of other centuries are typing errors.
YEARS: Final = range(1950, 2200)
EARLIEST: Final = datetime(YEARS.start, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(YEARS.stop, 1, 1, tzinfo=UTC)
# How far a caller's clock may run ahead of ours.
AHEAD: Final = timedelta(minutes=5)
NANOS_PER_SECOND: Final = 1_000_000_000

# DVLA INF104, and the Northern Ireland series (I or Z among the letters); without spaces.
UK_VRM: Final = re.compile(
    r"""
      [A-HJ-PR-Y]{2} \d{2} [A-HJ-PR-Z]{3}              # current, since September 2001: BX71ABC
    | [A-HJ-NP-TV-Y] [1-9]\d{0,2} [A-HJ-PR-Z]{3}       # prefix, 1983 to 2001, and Q: P123ABC
    | [A-HJ-PR-Z]{3} [1-9]\d{0,2} [A-HJ-NP-TV-Y]       # suffix, 1963 to 1983: ABC123P
    | [A-Z]{1,2} [1-9]\d{0,3} | [A-Z]{3} [1-9]\d{0,2}  # dateless: AB1234, ABC123
    | [1-9]\d{0,3} [A-Z]{1,2} | [1-9]\d{0,2} [A-Z]{3}  # dateless, reversed: 1234AB, 123ABC
    | (?=[A-Z]*[IZ]) [A-Z]{2,3} [1-9]\d{0,3}           # Northern Ireland: ABZ1234
    | [1-9]\d{0,3} (?=[A-Z]*[IZ]) [A-Z]{2,3}           # Northern Ireland, reversed: 1234ABZ
    """,
    re.VERBOSE | re.ASCII,
)
# ISO 3779. Position 9 is a check digit in North America only, so none is asked of European VINs.
VIN: Final = re.compile(r"[A-HJ-NPR-Z0-9]{17}", re.ASCII)

JOINERS: Final = frozenset({"\u200c", "\u200d"})


class PatientData(Malformed):
    """Free text that looks like a patient's data; it is neither stored nor repeated."""

    reason = "PATIENT_DATA"

    def __init__(self, field: str, kind: str) -> None:
        super().__init__(field, f"seems to hold patient data ({kind}); leave it out", kind=kind)
        self.metadata["field"] = field


def parse_uuid(field: str, text: str) -> UUID:
    if not CANONICAL_UUID.fullmatch(text):
        raise Malformed(field, "must be a UUID")
    return UUID(text)


def parse_optional_uuid(field: str, text: str) -> UUID | None:
    return parse_uuid(field, text) if text else None


def parse_date(field: str, text: str) -> date:
    """Read YYYY-MM-DD of the years 1950 to 2199."""
    if not ISO_DATE.fullmatch(text):
        raise Malformed(field, "use YYYY-MM-DD")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Malformed(field, "no such day in the calendar") from None
    if day.year not in YEARS:
        raise Malformed(field, f"must lie in {YEARS.start} to {YEARS.stop - 1}")
    return day


def parse_optional_date(field: str, text: str) -> date | None:
    return parse_date(field, text) if text else None


def parse_timestamp(field: str, timestamp: Timestamp) -> datetime:
    """Read an instant of the years 1950 to 2199, cut to microseconds."""
    if not 0 <= timestamp.nanos < NANOS_PER_SECOND:
        raise Malformed(field, "not a valid timestamp")
    if not EARLIEST.timestamp() <= timestamp.seconds < LATEST.timestamp():
        raise Malformed(field, "not a valid timestamp")
    return timestamp.ToDatetime(tzinfo=UTC)


def parse_instant(field: str, timestamp: Timestamp, now: datetime) -> datetime:
    """Read when something happened: empty is now, five minutes from now the latest."""
    if not timestamp.seconds and not timestamp.nanos:
        return now
    instant = parse_timestamp(field, timestamp)
    if instant > now + AHEAD:
        raise Malformed(field, "must not be in the future")
    return instant


def parse_text(field: str, text: str, max_characters: int | None = None) -> str:
    """Read a line of text that must say something: in NFC, trimmed, screened for patient data."""
    line = _screened(field, _normalised(field, text, max_characters))
    if not line:
        raise Malformed(field, "must not be blank")
    return line


def parse_note(field: str, text: str, max_characters: int | None = None) -> str:
    """Read text that may be empty and may have several lines, screened like parse_text."""
    lines = text.replace("\r\n", "\n").split("\n")
    note = "\n".join(_normalised(field, line, None) for line in lines).strip()
    _check_length(field, note, max_characters)
    return _screened(field, note)


def parse_identifier(field: str, text: str, max_characters: int | None = None) -> str:
    """Read a name or number that must be readable alike by all: no character that does not show."""
    identifier = _normalised(field, text, max_characters)
    if not identifier:
        raise Malformed(field, "must not be blank")
    if any(letter in JOINERS for letter in identifier):
        raise Malformed(field, "unsupported character")
    return identifier


def parse_ods_code(field: str, text: str) -> OdsCode:
    if not ODS_CODE.fullmatch(text):
        raise Malformed(field, "not an ODS organisation code")
    return OdsCode(text)


def parse_optional_ods_code(field: str, text: str) -> OdsCode | None:
    return parse_ods_code(field, text) if text else None


def parse_vrm(field: str, text: str) -> Vrm:
    """Read a UK registration mark; spaces and case do not matter."""
    mark = text.replace(" ", "").upper()
    if not mark.isascii():
        raise Malformed(field, "unsupported character")
    if not UK_VRM.fullmatch(mark):
        raise Malformed(field, "not a UK registration")
    return Vrm(mark)


def parse_vin(field: str, text: str) -> Vin:
    """Read a vehicle identification number; case does not matter."""
    number = text.strip().upper()
    if not VIN.fullmatch(number):
        raise Malformed(field, "17 characters, without I, O and Q")
    return Vin(number)


def _normalised(field: str, text: str, max_characters: int | None) -> str:
    if any(unicodedata.category(letter) == "Cc" for letter in text):
        raise Malformed(field, "contains a control character")
    # Marks that turn the reading direction, or do not show, make one text look like another.
    if any(unicodedata.category(letter) == "Cf" and letter not in JOINERS for letter in text):
        raise Malformed(field, "unsupported character")
    normalised = unicodedata.normalize("NFC", text).strip()
    _check_length(field, normalised, max_characters)
    return normalised


def _check_length(field: str, text: str, max_characters: int | None) -> None:
    if max_characters is not None and len(text) > max_characters:
        raise Malformed(field, f"at most {max_characters} characters")


def _screened(field: str, text: str) -> str:
    kind = patient_data_in(text)
    if kind is not None:
        raise PatientData(field, kind)
    return text

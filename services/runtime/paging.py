"""Pages by key: a token says after which row to go on, and of which query it is."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Final, Protocol, Self, TypeAlias, TypeVar, cast
from uuid import UUID

from google.protobuf.message import Message

from services.kernel.errors import Malformed

T = TypeVar("T")
KeyValue: TypeAlias = str | int | UUID | date | datetime | None

DEFAULT_SIZE: Final = 50
MAX_SIZE: Final = 500
MAX_TOKEN_CHARACTERS: Final = 500
INT64: Final = range(-(2**63), 2**63)


class PageTokenInvalid(Malformed):
    reason = "PAGE_TOKEN_INVALID"

    def __init__(self) -> None:
        super().__init__("page_token", "does not belong to this query")


class Paged(Protocol):
    """A request of a list."""

    page_size: int
    page_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a list was asked for. `after` is the sort key of the last row seen; None at the start.

    Ask the database for `limit` rows after that key, one more than the page holds, and let
    `cut` return the page and the token of the next.
    """

    size: int
    after: tuple[KeyValue, ...] | None
    query: str

    @classmethod
    def of(cls, request: Message, key: Sequence[type]) -> Self:
        """Read the page of a list request; `key` are the types of the sort key's columns.

        0 is a page of 50; at most 500. Raises PageTokenInvalid for a token of another query.
        """
        paged = cast(Paged, request)
        if not 0 <= paged.page_size <= MAX_SIZE:
            raise Malformed("page_size", f"must be ≥ 0 and ≤ {MAX_SIZE}")
        query = _query(request)
        after = _after(paged.page_token, query, key) if paged.page_token else None
        return cls(size=paged.page_size or DEFAULT_SIZE, after=after, query=query)

    @property
    def limit(self) -> int:
        return self.size + 1

    def cut(
        self, rows: Sequence[T], key: Callable[[T], tuple[KeyValue, ...]]
    ) -> tuple[list[T], str]:
        """Return the rows of the page and the next page's token, empty when this is the last."""
        shown = list(rows[: self.size])
        if len(rows) <= self.size:
            return shown, ""
        return shown, self._token(key(shown[-1]))

    def _token(self, key: tuple[KeyValue, ...]) -> str:
        values = [value if isinstance(value, int | None) else _written(value) for value in key]
        text = json.dumps([self.query, *values], separators=(",", ":"))
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _query(request: Message) -> str:
    """Return what tells this query from every other: the request without its page."""
    asked = type(request)()
    asked.CopyFrom(request)
    asked.ClearField("page_size")
    asked.ClearField("page_token")
    name = request.DESCRIPTOR.full_name.encode()
    return sha256(name + asked.SerializeToString(deterministic=True)).hexdigest()[:16]


def _written(value: str | UUID | date | datetime) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _after(token: str, query: str, key: Sequence[type]) -> tuple[KeyValue, ...]:
    if len(token) > MAX_TOKEN_CHARACTERS:
        raise PageTokenInvalid
    try:
        padded = token + "=" * (-len(token) % 4)
        of_query, *values = json.loads(urlsafe_b64decode(padded.encode("ascii")))
        if of_query == query and len(values) == len(key):
            return tuple(_read(value, kind) for value, kind in zip(values, key, strict=True))
    except (OverflowError, TypeError, ValueError):
        raise PageTokenInvalid from None
    raise PageTokenInvalid


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise PageTokenInvalid
    # What lies at the ends of the calendar overflows here, not in the database's driver.
    return instant.astimezone(UTC)


def _read(value: object, kind: type) -> KeyValue:
    if value is None:
        return None
    if kind is int:
        if not isinstance(value, int) or isinstance(value, bool) or value not in INT64:
            raise PageTokenInvalid
        return value
    if not isinstance(value, str) or "\0" in value:
        raise PageTokenInvalid
    return READERS[kind](value)


READERS: Final[dict[type, Callable[[str], KeyValue]]] = {
    str: str,
    UUID: UUID,
    date: date.fromisoformat,
    datetime: _instant,
}

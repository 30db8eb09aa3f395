"""Page tokens: of one query, and of no other."""

from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from makeready.fleet.v1 import fleet_service_pb2 as pb

from services.kernel.errors import Malformed
from services.runtime.paging import Page, PageTokenInvalid

VEHICLE = UUID("12345678-1234-4234-8234-123456789abc")
KEY = (str, UUID)


def a_token(request: pb.ListVehiclesRequest) -> str:
    rows = [("RYA", VEHICLE)] * 3
    return Page.of(request, KEY).cut(rows, key=lambda row: row)[1]


def test_a_page_of_no_size_holds_fifty_and_asks_for_one_more() -> None:
    page = Page.of(pb.ListVehiclesRequest(), KEY)

    assert (page.size, page.limit, page.after) == (50, 51, None)


def test_the_last_page_has_no_token() -> None:
    page = Page.of(pb.ListVehiclesRequest(page_size=2), KEY)

    assert page.cut([("RYA", VEHICLE)], key=lambda row: row) == ([("RYA", VEHICLE)], "")


def test_a_token_says_after_which_row_the_same_query_goes_on() -> None:
    request = pb.ListVehiclesRequest(trust="RYA", page_size=2)

    request.page_token = a_token(request)
    request.page_size = 500

    assert Page.of(request, KEY).after == ("RYA", VEHICLE)


def test_keys_of_every_kind_read_back() -> None:
    key = ("RYA", 7, VEHICLE, date(2026, 4, 1), datetime(2026, 4, 1, 12, tzinfo=UTC), None)
    kinds = (str, int, UUID, date, datetime, date)
    request = pb.ListVehiclesRequest(page_size=1)

    request.page_token = Page.of(request, kinds).cut([key, key], key=lambda row: row)[1]

    assert Page.of(request, kinds).after == key


def test_a_token_of_another_filter_is_refused() -> None:
    token = a_token(pb.ListVehiclesRequest(trust="RYA", page_size=2))

    with pytest.raises(PageTokenInvalid, match=r"^page_token does not belong to this query$"):
        Page.of(pb.ListVehiclesRequest(trust="RX1", page_token=token), KEY)


def test_a_token_of_another_method_is_refused() -> None:
    token = a_token(pb.ListVehiclesRequest(page_size=2))

    with pytest.raises(PageTokenInvalid):
        Page.of(pb.ListReplacementCyclesRequest(page_token=token), KEY)


def _forged(*values: str) -> str:
    query = Page.of(pb.ListVehiclesRequest(), KEY).query
    text = f'["{query}",{",".join(values)}]'
    return urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "é",
        "????",
        "bnVsbA",
        "W10",
        _forged('"RYA"'),
        _forged('"RYA"', "7"),
        _forged('"RYA"', '"no uuid"'),
        _forged('"a\\u0000b"', f'"{VEHICLE}"'),
        _forged("[]", f'"{VEHICLE}"'),
        _forged('"' + "x" * 600 + '"', f'"{VEHICLE}"'),
    ],
)
def test_a_forged_token_is_refused(token: str) -> None:
    with pytest.raises(PageTokenInvalid):
        Page.of(pb.ListVehiclesRequest(page_token=token), KEY)


@pytest.mark.parametrize(
    "instant", ["2026-04-01T12:00:00", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"]
)
def test_a_forged_instant_past_the_database_is_refused(instant: str) -> None:
    query = Page.of(pb.ListVehiclesRequest(), (datetime,)).query
    token = urlsafe_b64encode(f'["{query}","{instant}"]'.encode()).decode()

    with pytest.raises(PageTokenInvalid):
        Page.of(pb.ListVehiclesRequest(page_token=token), (datetime,))


def test_a_forged_number_past_the_database_is_refused() -> None:
    query = Page.of(pb.ListVehiclesRequest(), (int,)).query
    token = urlsafe_b64encode(f'["{query}",{2**63}]'.encode()).decode()

    with pytest.raises(PageTokenInvalid):
        Page.of(pb.ListVehiclesRequest(page_token=token), (int,))


@pytest.mark.parametrize("size", [-1, 501])
def test_a_page_holds_at_most_five_hundred(size: int) -> None:
    with pytest.raises(Malformed, match=r"^page_size: must be ≥ 0 and ≤ 500$"):
        Page.of(pb.ListVehiclesRequest(page_size=size), KEY)

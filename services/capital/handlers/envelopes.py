"""Whose money there is: allocated, revised, listed."""

from services.capital.domain.envelope import (
    Envelope,
    EnvelopeAllocated,
    EnvelopeNotFound,
    allocated,
)
from services.capital.handlers.topics import ENVELOPES
from services.capital.repository.envelopes import EnvelopeFilter, EnvelopeRepository
from services.capital.wire.envelopes import envelope_event
from services.runtime.paging import Page
from services.runtime.rpc.etags import EtagMismatch, check_etag
from services.runtime.tx import Tx


async def allocate_envelope(tx: Tx, given: Envelope, etag: str) -> Envelope:
    tx.scope.require_org(given.holder)
    envelopes = EnvelopeRepository(tx)
    current = await envelopes.find_for_update(given.holder, given.fund, given.financial_year)
    _require_read(current, etag)
    fact = allocated(current, given)
    if isinstance(fact, EnvelopeAllocated):
        await envelopes.add(fact.envelope)
    else:
        await envelopes.revise(fact.envelope)
    key = str(fact.envelope.id)
    tx.publish(ENVELOPES, key, fact.envelope.holder, envelope_event(fact), tx.now)
    return fact.envelope


async def list_envelopes(tx: Tx, wanted: EnvelopeFilter, page: Page) -> tuple[list[Envelope], str]:
    if wanted.trust is not None:
        tx.scope.require_read_org(wanted.trust)
    rows = await EnvelopeRepository(tx).page(wanted, page)
    return page.cut(rows, lambda row: (row.financial_year, row.holder, row.fund))


def _require_read(current: Envelope | None, etag: str) -> None:
    """Refuse who revises what is not there, or allocates again without having read what is."""
    if current is None and etag:
        raise EnvelopeNotFound("no envelope of this holder, fund and year")
    if current is None:
        return
    if not etag:
        raise EtagMismatch(
            "there is an envelope of this holder, fund and year; read it, then revise it",
            expected="none",
            current=str(current.version),
        )
    check_etag(etag, current.version)

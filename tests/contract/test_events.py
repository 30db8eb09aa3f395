"""Every event that is promised exists, is one message with a key, and comes back as it went."""

import re

import pytest
import yaml
from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor
from google.protobuf.unknown_fields import UnknownFieldSet

from demo.process import ROOT
from tests.contract.fuzz import Fuzzer
from tests.contract.golden import EVENTS, SEED, bytes_of


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_an_event_comes_back_as_it_went(event: Descriptor) -> None:
    sent = Fuzzer(SEED).plausible(event)

    read = message_factory.GetMessageClass(event).FromString(sent.SerializeToString())

    assert read == sent
    assert sent.ByteSize() > 0


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_bytes_once_published_can_still_be_read(event: Descriptor) -> None:
    published = bytes_of(event)

    read = message_factory.GetMessageClass(event).FromString(published)

    assert read.ByteSize() > 0
    assert not UnknownFieldSet(read)
    assert read.SerializeToString(deterministic=True) == published


def test_every_event_stands_in_the_table_of_events() -> None:
    table = (ROOT / "docs" / "events.md").read_text()

    assert [event.name for event in EVENTS if event.name not in table] == []


def test_every_topic_in_the_table_is_created_from_topics_yaml() -> None:
    table = (ROOT / "docs" / "events.md").read_text()
    topics = yaml.safe_load((ROOT / "deploy" / "kafka" / "topics.yaml").read_text())["topics"]

    assert {topic["name"] for topic in topics} == set(re.findall(r"`(\w+\.[\w-]+\.v\d)`", table))

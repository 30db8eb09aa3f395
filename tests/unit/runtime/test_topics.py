"""The file of topics: one place for all, each with what is its own."""

from pathlib import Path

from services.runtime import topics

ROOT = Path(__file__).parents[3]

FILE = """
replication: 3
config: {min.insync.replicas: 2, retention.ms: 1000, unclean.leader.election.enable: false}
topics:
  - {name: fleet.vehicle.v1, partitions: 6}
  - {name: capital.plan.v1, partitions: 3, config: {retention.ms: 2000}}
"""


def test_a_topic_has_the_common_settings_and_its_own_over_them(tmp_path: Path) -> None:
    file = tmp_path / "topics.yaml"
    file.write_text(FILE)

    fleet, capital = topics.read(file)

    assert (fleet.name, fleet.partitions, fleet.replication) == ("fleet.vehicle.v1", 6, 3)
    assert fleet.config["retention.ms"] == "1000"
    assert capital.config["retention.ms"] == "2000"
    assert fleet.config["unclean.leader.election.enable"] == "false"


def test_a_single_broker_is_asked_for_no_more_replicas_than_it_has(tmp_path: Path) -> None:
    file = tmp_path / "topics.yaml"
    file.write_text(FILE)

    [fleet, _] = topics.read(file, replication=1)

    assert (fleet.replication, fleet.config["min.insync.replicas"]) == (1, "1")


def test_our_topics_keep_what_a_projection_is_built_from() -> None:
    declared = topics.read(ROOT / "deploy" / "kafka" / "topics.yaml")

    assert {topic.name for topic in declared} >= {"fleet.vehicle.v1", "hubs.job.v1"}
    assert all(topic.replication == 3 for topic in declared)
    assert {topic.config["min.insync.replicas"] for topic in declared} == {"2"}

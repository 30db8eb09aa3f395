"""When a reader counts as stuck: work and none done for a minute, or no partitions for two."""

from aiokafka import TopicPartition

from services.runtime.progress import Progress, Standing

PARTITION = TopicPartition("t", 0)


def stands(position: int, end: int | None) -> dict[TopicPartition, Standing]:
    return {PARTITION: Standing(position, end)}


def test_a_reader_with_work_that_does_not_move_is_stuck_after_a_minute() -> None:
    progress = Progress(0)
    progress.observe(stands(5, 9), 1, is_assigned=True)

    assert progress.observe(stands(5, 9), 60, is_assigned=True) is None
    assert progress.observe(stands(5, 9), 62, is_assigned=True) == "t/0 stands at 5, with 4 to read"


def test_a_reader_that_moves_or_has_nothing_to_do_is_well() -> None:
    progress = Progress(0)
    progress.observe(stands(5, 9), 1, is_assigned=True)
    progress.observe(stands(6, 9), 50, is_assigned=True)

    assert progress.observe(stands(6, 9), 100, is_assigned=True) is None
    assert progress.observe(stands(9, 9), 105, is_assigned=True) is None
    assert progress.observe(stands(9, 9), 500, is_assigned=True) is None


def test_not_knowing_how_much_there_is_counts_as_work() -> None:
    progress = Progress(0)
    progress.observe(stands(5, None), 1, is_assigned=True)

    assert progress.observe(stands(5, None), 62, is_assigned=True) is not None


def test_a_standby_without_partitions_is_well_and_one_that_never_joins_is_not() -> None:
    standby, outsider = Progress(0), Progress(0)

    assert standby.observe({}, 500, is_assigned=True) is None
    assert outsider.observe({}, 119, is_assigned=False) is None
    assert outsider.observe({}, 121, is_assigned=False) == "no assignment for 120 s"


def test_a_partition_given_away_is_forgotten() -> None:
    progress = Progress(0)
    progress.observe(stands(5, 9), 1, is_assigned=True)
    progress.observe({}, 30, is_assigned=True)

    assert progress.observe(stands(5, 9), 80, is_assigned=True) is None

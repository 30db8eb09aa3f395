-- What batches of several partitions of one topic do first, in one round trip and one transaction.
-- Takes the place of take_in, which the release before this one calls.

CREATE FUNCTION take_in_together(
    reader      text,
    source      text,
    shards      integer[],
    stand_at    bigint[],
    move_to     bigint[],
    event_ids   uuid[],
    digests     bytea[],
    event_keys  text[],
    run_keys    text[],
    run_firsts  bigint[],
    run_lasts   bigint[],
    OUT fresh    uuid[],
    OUT keys     text[],
    OUT versions bigint[],
    OUT parked   boolean[],
    OUT advanced text[]
) RETURNS SETOF record
    LANGUAGE plpgsql AS
$$
DECLARE
    claimed integer;
BEGIN
    -- For this and all that follows in the transaction: to plan for arrays that are known costs more
    -- than small batches themselves, and saves more than it costs with large ones.
    PERFORM set_config(
        'plan_cache_mode',
        CASE
            WHEN cardinality(event_ids) > 50 THEN 'force_custom_plan'
            ELSE 'force_generic_plan'
        END,
        true
    );

    IF cardinality(shards) > 1 THEN
        -- In one order, so that two readers of the same partitions cannot deadlock.
        PERFORM
           FROM consumer_offset
          WHERE consumer = reader
            AND topic = source
            AND partition = ANY (shards)
          ORDER BY partition
            FOR UPDATE;
    END IF;

    UPDATE consumer_offset AS place
       SET next_offset = batch.moves_to, moved_at = now()
      FROM unnest(shards, stand_at, move_to) AS batch (shard, stands_at, moves_to)
     WHERE place.consumer = reader
       AND place.topic = source
       AND place.partition = batch.shard
       AND place.next_offset = batch.stands_at;
    GET DIAGNOSTICS claimed = ROW_COUNT;
    IF claimed < cardinality(shards) THEN
        RETURN;
    END IF;

    -- A statement of its own, so that it sees what the last holder of the partitions committed.
      WITH noted AS (
               INSERT INTO inbox (consumer, event_id, digest)
               SELECT reader, event.event_id, event.digest
                 FROM unnest(event_ids, digests) AS event (event_id, digest)
                   ON CONFLICT DO NOTHING
               RETURNING event_id
           ), novel AS (
               SELECT coalesce(array_agg(event_id), '{}') AS event_ids
                 FROM noted
           ), place AS (
               SELECT key, version, parked_reason IS NOT NULL AS is_parked
                 FROM inbox_position
                WHERE consumer = reader
                  AND topic = source
                  AND key = ANY (event_keys)
           ), moved AS (
               -- With nothing seen before, a key just before its run will stand at its end.
               UPDATE inbox_position AS place
                  SET version = run.last
                 FROM unnest(run_keys, run_firsts, run_lasts) AS run (key, first, last)
                WHERE place.consumer = reader
                  AND place.topic = source
                  AND place.key = ANY (run_keys)
                  AND place.key = run.key
                  AND place.version = run.first - 1
                  AND place.parked_reason IS NULL
                  AND (SELECT cardinality(novel.event_ids) FROM novel)
                      = cardinality(take_in_together.event_ids)
               RETURNING place.key
           )
    SELECT (SELECT novel.event_ids FROM novel),
           coalesce(array_agg(place.key), '{}'),
           coalesce(array_agg(place.version), '{}'),
           coalesce(array_agg(place.is_parked), '{}'),
           (SELECT coalesce(array_agg(moved.key), '{}') FROM moved)
      INTO fresh, keys, versions, parked, advanced
      FROM place;
    RETURN NEXT;
END
$$;
COMMENT ON FUNCTION take_in_together IS
    'Move partitions of a topic from stand_at to move_to, note events, say what was known and advance the runs that follow on; no row, and nothing to be committed, when another reader has moved one of them.';

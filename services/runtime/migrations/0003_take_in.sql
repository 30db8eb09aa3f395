-- What every batch of events does first, in one round trip.

CREATE FUNCTION take_in(
    reader      text,
    source      text,
    shard       integer,
    stands_at   bigint,
    moves_to    bigint,
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
BEGIN
    UPDATE consumer_offset
       SET next_offset = moves_to, moved_at = now()
     WHERE consumer = reader
       AND topic = source
       AND partition = shard
       AND next_offset = stands_at;
    IF NOT FOUND THEN
        RETURN;
    END IF;

    -- Statements of their own, so that they see what the last holder of the partition committed.
    WITH noted AS (
        INSERT INTO inbox (consumer, event_id, digest)
        SELECT reader, event.event_id, event.digest
          FROM unnest(event_ids, digests) AS event (event_id, digest)
            ON CONFLICT DO NOTHING
        RETURNING event_id
    )
    SELECT coalesce(array_agg(event_id), '{}')
      INTO fresh
      FROM noted;

    SELECT coalesce(array_agg(place.key), '{}'),
           coalesce(array_agg(place.version), '{}'),
           coalesce(array_agg(place.parked_reason IS NOT NULL), '{}')
      INTO keys, versions, parked
      FROM inbox_position AS place
     WHERE place.consumer = reader
       AND place.topic = source
       AND place.key = ANY (event_keys);

    advanced := '{}';
    -- With nothing seen before, a key that stands just before its run will stand at its end.
    IF cardinality(fresh) = cardinality(event_ids) THEN
        WITH moved AS (
            UPDATE inbox_position AS place
               SET version = run.last
              FROM unnest(run_keys, run_firsts, run_lasts) AS run (key, first, last)
             WHERE place.consumer = reader
               AND place.topic = source
               AND place.key = ANY (run_keys)
               AND place.key = run.key
               AND place.version = run.first - 1
               AND place.parked_reason IS NULL
            RETURNING place.key
        )
        SELECT coalesce(array_agg(key), '{}')
          INTO advanced
          FROM moved;
    END IF;
    RETURN NEXT;
END
$$;
COMMENT ON FUNCTION take_in IS
    'Move a partition from stands_at to moves_to, note events, say what was known and advance the runs that follow on; no row when another reader has moved the partition.';

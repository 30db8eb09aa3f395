-- Batches of several partitions counted in one row of a trust, each waiting for the commit before it.

ALTER TABLE freshness ADD COLUMN shard smallint NOT NULL DEFAULT 0 CHECK (shard BETWEEN 0 AND 15);
ALTER TABLE freshness DROP CONSTRAINT freshness_pkey;
ALTER TABLE freshness ADD PRIMARY KEY (trust, topic, shard);
COMMENT ON COLUMN freshness.shard IS
    'Which of sixteen counts a batch adds to; what is known is their sum, and the latest of them.';

-- What the service does when it has time, and what it tells about itself.

-- How far a pass over the shadow and tombstone rows of a table has come, in blocks.
CREATE TABLE IF NOT EXISTS electric.collector_progress (
    relation oid PRIMARY KEY,
    shadow_block int8 NOT NULL DEFAULT 0,
    tombstone_block int8 NOT NULL DEFAULT 0
);
-- Which transactions had ended when the log was at a position. One entry a call of the collector, at most one a minute.
CREATE TABLE IF NOT EXISTS electric.log_marks (
    lsn pg_lsn PRIMARY KEY,
    oldest_running int8 NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);
REVOKE ALL ON electric.collector_progress, electric.log_marks FROM PUBLIC;

-- Shadow rows of a part of the table whose rows are gone since before `oldest`. Returns the number of rows removed.
CREATE OR REPLACE FUNCTION electric.collect_part(relation regclass, oldest int8, blocks int) RETURNS int8
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off
AS $$
DECLARE
    parts jsonb := electric.table_parts(relation);
    progress electric.collector_progress;
    last int8;
    removed int8;
    total int8;
BEGIN
    INSERT INTO electric.collector_progress (relation) VALUES (relation) ON CONFLICT DO NOTHING;
    SELECT * INTO progress FROM electric.collector_progress p WHERE p.relation = collect_part.relation FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    last := pg_relation_size((parts ->> 'shadow')::regclass) / current_setting('block_size')::int;
    IF progress.shadow_block >= last THEN
        progress.shadow_block := 0;
    END IF;
    EXECUTE electric.filled('DELETE FROM {{shadow}} WHERE ctid = ANY (ARRAY(
        SELECT s.ctid FROM {{shadow}} s WHERE s.ctid >= $1 AND s.ctid < $2 AND s._tags = ''{}'' AND s._last_modified < $3
        AND NOT EXISTS (SELECT FROM {{table}} m WHERE {{shadow_is_row}}) FOR UPDATE SKIP LOCKED))', parts)
    USING format('(%s,0)', progress.shadow_block)::tid, format('(%s,0)', progress.shadow_block + blocks)::tid, oldest;
    GET DIAGNOSTICS total = ROW_COUNT;
    last := pg_relation_size((parts ->> 'tombstone')::regclass) / current_setting('block_size')::int;
    IF progress.tombstone_block >= last THEN
        progress.tombstone_block := 0;
    END IF;
    -- Tombstones do not say when they were written, but Postgres does. Those of rows that are back are of no use to anybody.
    EXECUTE electric.filled('DELETE FROM {{tombstone}} WHERE ctid = ANY (ARRAY(
        SELECT s.ctid FROM {{tombstone}} s WHERE s.ctid >= $1 AND s.ctid < $2
        AND (age(s.xmin) > $3 OR EXISTS (SELECT FROM {{table}} m WHERE {{shadow_is_row}}))
        AND NOT EXISTS (SELECT FROM {{shadow}} m WHERE {{shadow_is_row}} AND m._last_modified >= $4 AND m._tags = ''{}'') FOR UPDATE SKIP LOCKED))', parts)
    USING format('(%s,0)', progress.tombstone_block)::tid, format('(%s,0)', progress.tombstone_block + blocks)::tid,
          least((pg_snapshot_xmax(pg_current_snapshot())::text)::int8 - oldest, 2147483646)::int, oldest;
    GET DIAGNOSTICS removed = ROW_COUNT;
    UPDATE electric.collector_progress p SET shadow_block = progress.shadow_block + blocks, tombstone_block = progress.tombstone_block + blocks
    WHERE p.relation = collect_part.relation;
    RETURN total + removed;
END $$;

-- Removes what is kept of deleted rows when no client can need it any more: `before` is a position in the log that every client that may
-- still send writes had reached when it was last seen. Looks at `blocks` blocks of each table a call, so call it now and then; a table's
-- end is followed by its beginning. Returns the number of rows removed.
CREATE OR REPLACE FUNCTION electric.collect_garbage(before pg_lsn, blocks int DEFAULT 128) RETURNS int8
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    oldest int8;
    removed int8 := 0;
    one record;
BEGIN
    SELECT m.oldest_running INTO oldest FROM electric.log_marks m WHERE m.lsn <= before ORDER BY m.lsn DESC LIMIT 1;
    DELETE FROM electric.log_marks m WHERE m.oldest_running < oldest;
    IF NOT EXISTS (SELECT FROM electric.log_marks m WHERE m.made_at > now() - interval '1 minute') THEN
        -- The transactions first, the position second: what ended by then is in the log by now.
        WITH snapshot AS MATERIALIZED (SELECT (pg_snapshot_xmin(pg_current_snapshot())::text)::int8 AS oldest_running)
        INSERT INTO electric.log_marks (lsn, oldest_running)
        SELECT pg_current_wal_insert_lsn(), oldest_running FROM snapshot
        ON CONFLICT DO NOTHING;
    END IF;
    IF oldest IS NULL THEN
        RETURN 0; -- nothing is known of the time before the first mark
    END IF;
    FOR one IN SELECT e.oid::regclass AS relation FROM electric.electrified e JOIN pg_class c ON c.oid = e.oid LOOP
        IF NOT EXISTS (SELECT FROM electric.deletion_batches b WHERE b.relation = one.relation) THEN
            removed := removed + electric.collect_part(one.relation, oldest, blocks);
        END IF;
    END LOOP;
    RETURN removed;
END $$;

-- The slot that the log is read from; always one row. state: ready, missing (never made or dropped: clients must sync again), lost (fell
-- too far behind and Postgres gave up on it), at risk (will be lost at the next checkpoints unless it moves on).
CREATE OR REPLACE VIEW electric.replication_health AS
    SELECT expected.slot_name,
           CASE WHEN s.slot_name IS NULL THEN 'missing'
                WHEN s.wal_status = 'lost' THEN 'lost'
                WHEN s.wal_status = 'unreserved' THEN 'at risk'
                ELSE 'ready' END AS state,
           coalesce(s.active, false) AS is_active,
           s.wal_status,
           to_jsonb(s) ->> 'invalidation_reason' AS reason, -- Postgres 17 and later
           s.restart_lsn,
           s.confirmed_flush_lsn,
           pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn)::int8 AS retained_bytes,
           s.safe_wal_size AS remaining_bytes -- before it is lost; NULL: no limit is set
    FROM (SELECT (SELECT value FROM electric.service_state WHERE name = 'slot_name') AS slot_name) AS expected
    LEFT JOIN pg_replication_slots s ON s.slot_name = expected.slot_name AND s.database = current_database();

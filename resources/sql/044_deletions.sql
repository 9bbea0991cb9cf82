-- Deletions of many rows at once. To write a tombstone and a shadow row for each would cost some twenty times what the DELETE itself
-- does. Their values are put aside instead, all of a statement in a few compressed arrays, and brought to their places afterwards: by
-- the service when it has time, and before a client's write is merged into the table.
--
-- Until then the shadow rows of the deleted rows still have their tags; a row that is not in its table has none, whatever they say.

CREATE TABLE IF NOT EXISTS electric.deletion_batches (
    id int8 PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    relation oid NOT NULL,
    xid int8 NOT NULL,
    tag electric.tag NOT NULL
);
REVOKE ALL ON electric.deletion_batches FROM PUBLIC;

-- Brings the newest batch of a table to its place, the newest first so that the last deletion of a row decides. False: some of its rows
-- are being written by others, so it has to be tried again. Locks shadow rows only as far as nobody else has them: nobody waits for us
-- in a circle.
CREATE OR REPLACE FUNCTION electric.settle_batch(relation regclass, batch int8) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
    parts jsonb := electric.table_parts(relation) || jsonb_build_object(
        'gone', electric.filled('SELECT o.* FROM {{deleted}} d, unnest({{arrays}}) AS o ({{columns}}) WHERE d._batch = $1', electric.table_parts(relation)));
    places tid[];
    is_incomplete boolean;
BEGIN
    EXECUTE electric.filled('SELECT array_agg(locked.place) FROM (
            SELECT s.ctid AS place FROM ({{gone}}) o JOIN {{shadow}} s ON {{old_is_shadow}} WHERE s._tags <> ''{}''
            AND NOT EXISTS (SELECT FROM {{table}} m WHERE {{old_is_row}}) FOR UPDATE OF s SKIP LOCKED) AS locked', parts)
    INTO places USING batch;
    -- Whoever put such a row back before it was locked is seen by this statement; whoever does so later waits for the lock.
    EXECUTE electric.filled('WITH gone AS MATERIALIZED ({{gone}}), cleared AS (
            UPDATE {{shadow}} s SET _tags = ''{}'', _last_modified = b.xid, _is_a_delete_operation = true, _resolved = true,
                _tag = CASE WHEN (b.tag).source_id IS NULL THEN ROW(greatest((b.tag)."timestamp", {{newest}}), NULL)::electric.tag ELSE b.tag END
            FROM electric.deletion_batches b
            WHERE b.id = $1 AND s.ctid = ANY ($2) AND NOT EXISTS (SELECT FROM {{table}} m WHERE {{shadow_is_row}})
            RETURNING s.*)
        INSERT INTO {{tombstone}} ({{columns}})
        SELECT {{old_columns}} FROM gone o JOIN cleared s ON {{old_is_shadow}}
        UNION ALL
        SELECT {{old_columns}} FROM gone o
        WHERE NOT EXISTS (SELECT FROM {{shadow}} s WHERE {{old_is_shadow}}) AND NOT EXISTS (SELECT FROM {{table}} m WHERE {{old_is_row}})
        ON CONFLICT ({{keys}}) DO {{keep_values}}', parts)
    USING batch, coalesce(places, '{}');
    EXECUTE electric.filled('SELECT EXISTS (SELECT FROM ({{gone}}) o JOIN {{shadow}} s ON {{old_is_shadow}} WHERE s._tags <> ''{}''
            AND NOT EXISTS (SELECT FROM {{table}} m WHERE {{old_is_row}}))', parts)
    INTO is_incomplete USING batch;
    IF is_incomplete THEN
        RETURN false;
    END IF;
    EXECUTE electric.filled('DELETE FROM {{deleted}} WHERE _batch = $1', parts) USING batch;
    DELETE FROM electric.deletion_batches WHERE id = batch;
    RETURN true;
END $$;

-- Brings all put-aside deletions of a table to their places. The service calls it first in every transaction that merges writes of
-- clients into the table. One look at a nearly empty table when there are none. False: as in settle_batch().
CREATE OR REPLACE FUNCTION electric.settle_deletions_of(relation regclass) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    batch int8;
BEGIN
    LOOP
        SELECT b.id INTO batch FROM electric.deletion_batches b WHERE b.relation = settle_deletions_of.relation ORDER BY b.id DESC LIMIT 1 FOR UPDATE;
        IF batch IS NULL THEN
            -- The one found may have been settled by another session while we waited.
            IF NOT EXISTS (SELECT FROM electric.deletion_batches b WHERE b.relation = settle_deletions_of.relation) THEN
                RETURN true;
            END IF;
        ELSIF NOT electric.settle_batch(relation, batch) THEN
            RETURN false;
        END IF;
    END LOOP;
END $$;

-- The same in small portions for a service that has time: at most one batch of each table. True: nothing is left.
CREATE OR REPLACE FUNCTION electric.settle_deletions() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    pending record;
    batch int8;
BEGIN
    FOR pending IN SELECT b.relation, max(b.id) AS id FROM electric.deletion_batches b GROUP BY b.relation LOOP
        SELECT b.id INTO batch FROM electric.deletion_batches b WHERE b.id = pending.id FOR UPDATE SKIP LOCKED;
        IF batch IS NOT NULL THEN
            PERFORM electric.settle_batch(pending.relation, batch);
        END IF;
    END LOOP;
    RETURN NOT EXISTS (SELECT FROM electric.deletion_batches);
END $$;

-- Whose write this is, and its tag. Every transaction has one tag; the triggers of 040_table_triggers.sql put it on the rows that it
-- touches.

-- Is the current transaction a client's write that the service carries out? It says so with a secret that only its role can read, so
-- that neither session_replication_role = replica nor a setting that anybody can change is taken for it.
CREATE OR REPLACE FUNCTION electric.is_client_write() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    given text := current_setting('electric.client_write', true);
BEGIN
    IF given IS NULL OR given = '' THEN
        RETURN false;
    END IF;
    -- Hashed, so that the time of the comparison tells nothing.
    RETURN electric.text_hash(given) = (SELECT electric.text_hash(value) FROM electric.service_state WHERE name = 'write_secret');
END $$;

-- Rows that earlier statements of this transaction tagged get the later time as well: a transaction has one time.
CREATE OR REPLACE FUNCTION electric.retag_transaction(earlier timestamptz, later timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    shadow regclass;
    changes text;
BEGIN
    FOR shadow IN
        SELECT DISTINCT part::oid::regclass
        FROM unnest(string_to_array(current_setting('electric.transaction_shadows', true), ',')) AS part
        WHERE part <> ''
    LOOP
        SELECT coalesce(string_agg(format(', %1$I = CASE WHEN %1$I = $1 THEN $2 ELSE %1$I END', attname), ''), '')
        INTO changes
        FROM pg_attribute
        WHERE attrelid = shadow AND attnum > 0 AND NOT attisdropped AND starts_with(attname, '_tag_');
        EXECUTE format('UPDATE %s SET _tag = $2, _tags = CASE WHEN cardinality(_tags) = 0 THEN _tags ELSE ARRAY[$2]::electric.tag[] END%s
                        WHERE _last_modified = $3 AND _tag = $1', shadow, changes)
        USING ROW(earlier, NULL)::electric.tag, ROW(later, NULL)::electric.tag, (pg_current_xact_id()::text)::int8;
    END LOOP;
    UPDATE electric.deletion_batches SET tag = ROW(later, NULL) WHERE xid = (pg_current_xact_id()::text)::int8;
END $$;

-- The tag for rows that the running statement touched. `newest` is the newest time that their columns carry already: a write of
-- Postgres must not lose to what it overwrote (spec: its time is the transaction's start, or later when a client's clock is ahead).
CREATE OR REPLACE FUNCTION electric.write_tag(newest timestamptz, shadow regclass) RETURNS electric.tag
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    known timestamptz;
    shadows text := coalesce(current_setting('electric.transaction_shadows', true), '');
    mark text := shadow::oid::text || ',';
BEGIN
    IF electric.is_client_write() THEN
        RETURN ROW(current_setting('electric.client_time')::timestamptz, current_setting('electric.client_id'))::electric.tag;
    END IF;
    known := coalesce(nullif(current_setting('electric.transaction_time', true), '')::timestamptz, date_trunc('milliseconds', now()));
    IF newest > known THEN
        IF shadows <> '' THEN
            PERFORM electric.retag_transaction(known, newest);
        END IF;
        known := newest;
        PERFORM set_config('electric.transaction_time', to_char(known AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') || '+00', true);
    END IF;
    IF position(',' || mark IN ',' || shadows) = 0 THEN
        PERFORM set_config('electric.transaction_shadows', shadows || mark, true);
    END IF;
    RETURN ROW(known, NULL)::electric.tag;
END $$;

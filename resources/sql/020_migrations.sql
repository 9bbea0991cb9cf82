-- Versions of migrations and the capture of DDL. Called by the migrations proxy and by electric.electrify(), inside the transaction of
-- the migration.

-- Gives the transaction a version, unless it has one of the same or a higher priority.
CREATE OR REPLACE PROCEDURE electric.assign_migration_version(version text, priority int DEFAULT 0)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO electric.migration_versions AS known (version, priority)
    VALUES (assign_migration_version.version, assign_migration_version.priority)
    ON CONFLICT (txid, txts) DO UPDATE SET version = excluded.version, priority = excluded.priority
    WHERE excluded.priority > known.priority;
END $$;

-- For people: names the migration that the current transaction makes.
CREATE OR REPLACE PROCEDURE electric.migration_version(version text)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ CALL electric.assign_migration_version(version, 32767) $$;

-- Stores a statement for clients; without a text, the statement that is running. The first in a transaction gives it a version made of
-- the time, always in UTC.
CREATE OR REPLACE PROCEDURE electric.capture_ddl(query text DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    moment text := to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISS_MS');
    proposed text := moment;
    attempt int := 0;
BEGIN
    IF NOT EXISTS (SELECT FROM electric.migration_versions v
                   WHERE v.txid = pg_current_xact_id() AND v.txts = electric.transaction_microseconds()) THEN
        WHILE EXISTS (SELECT FROM electric.migration_versions v WHERE v.version = proposed) LOOP
            attempt := attempt + 1;
            proposed := moment || '_' || attempt;
        END LOOP;
        CALL electric.assign_migration_version(proposed, 0);
    END IF;
    INSERT INTO electric.ddl_commands (query) VALUES (coalesce(capture_ddl.query, current_query()))
    ON CONFLICT ON CONSTRAINT ddl_table_unique_migrations DO NOTHING;
END $$;

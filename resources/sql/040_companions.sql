-- What an electrified table T carries: a shadow table (tags), a tombstone table (last values of deleted rows), a table of deletions
-- that are still to be brought there (044_deletions.sql), and triggers (042_table_triggers.sql).

CREATE OR REPLACE PROCEDURE electric.make_companion_tables(relation regclass)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
DECLARE
    parts jsonb := electric.table_parts(relation);
    own_columns text := electric.column_list(relation, ', %1$I', '');
    one record;
BEGIN
    -- Half of each page is left free, so that the next version of a row fits beside it and no index has to be told.
    EXECUTE electric.filled(
        'CREATE TABLE IF NOT EXISTS {{shadow}} (
            _tags electric.tag[] DEFAULT ''{}'', _last_modified int8, _is_a_delete_operation boolean DEFAULT false, _tag electric.tag,
            _observed_tags electric.tag[], _modified_columns_bit_mask boolean[], _resolved boolean, _currently_reordering boolean', parts)
        || coalesce((SELECT string_agg(format(', %I %s', '__reordered_' || name, type), '') FROM electric.table_columns(relation) WHERE NOT is_key), '')
        || (SELECT string_agg(CASE WHEN is_key THEN format(', %I %s NOT NULL', name, type) ELSE format(', %I electric.tag', '_tag_' || name) END, '')
            FROM electric.table_columns(relation))
        || electric.filled(', PRIMARY KEY ({{keys}})) WITH (fillfactor = 50)', parts);
    EXECUTE electric.filled('CREATE TABLE IF NOT EXISTS {{tombstone}} (', parts)
        || (SELECT string_agg(format('%I %s%s', name, type, CASE WHEN is_not_null THEN ' NOT NULL' ELSE '' END), ', ') FROM electric.table_columns(relation))
        || electric.filled(', PRIMARY KEY ({{keys}}))', parts);
    EXECUTE electric.filled('CREATE TABLE IF NOT EXISTS {{deleted}} (_batch int8 PRIMARY KEY', parts)
        || (SELECT string_agg(format(', %I %s[]', '__v_' || name, type), '') FROM electric.table_columns(relation)) || ')';
    FOR one IN SELECT * FROM electric.table_columns(relation) LOOP -- what databases of the original lack, and columns added past Electric
        CALL electric.add_companion_column(relation, one.name, one.type, one.is_key);
    END LOOP;
    EXECUTE electric.filled('ALTER TABLE {{shadow}} SET (fillfactor = 50)', parts);
    IF (SELECT relreplident FROM pg_class WHERE oid = (parts ->> 'shadow')::regclass) <> 'f' THEN
        EXECUTE electric.filled('ALTER TABLE {{shadow}} REPLICA IDENTITY FULL', parts);
    END IF;
    IF (SELECT relreplident FROM pg_class WHERE oid = relation) <> 'f' THEN
        EXECUTE electric.filled('ALTER TABLE {{table}} REPLICA IDENTITY FULL', parts);
    END IF;
END $$;

CREATE OR REPLACE PROCEDURE electric.add_companion_column(relation regclass, column_name text, column_type text, is_key boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
DECLARE
    parts jsonb := electric.table_parts(relation);
    array_name text := '__v_' || column_name;
BEGIN
    IF NOT is_key THEN
        EXECUTE format('ALTER TABLE %s ADD COLUMN IF NOT EXISTS %I %s, ADD COLUMN IF NOT EXISTS %I electric.tag',
            parts ->> 'shadow', '__reordered_' || column_name, column_type, '_tag_' || column_name);
    END IF;
    EXECUTE format('ALTER TABLE %s ADD COLUMN IF NOT EXISTS %I %s', parts ->> 'tombstone', column_name, column_type);
    EXECUTE format('ALTER TABLE %s ADD COLUMN IF NOT EXISTS %I %s[]', parts ->> 'deleted', array_name, column_type);
    -- Where Postgres was built with LZ4, whose compression costs less than the log that it saves.
    IF EXISTS (SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) THEN
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET COMPRESSION lz4', parts ->> 'deleted', array_name);
    ELSE
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STORAGE EXTERNAL', parts ->> 'deleted', array_name);
    END IF;
END $$;

-- After ADD COLUMN on an electrified table (by the migrations proxy): the companions follow. `action` is always "add".
CREATE OR REPLACE PROCEDURE electric.alter_shadow_table(table_schema text, table_name text, action text, column_name text, column_type text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    relation regclass := electric.named_table(table_schema, table_name);
BEGIN
    CALL electric.add_companion_column(relation, column_name, column_type, false);
    CALL electric.install_triggers(relation);
END $$;

-- Everything that goes with a table; run again whenever these files change.
CREATE OR REPLACE PROCEDURE electric.install_table(relation regclass)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    CALL electric.make_companion_tables(relation);
    CALL electric.disable_legacy_triggers(relation);
    CALL electric.install_triggers(relation);
    CALL electric.publish(relation);
    CALL electric.publish((electric.table_parts(relation) ->> 'shadow')::regclass);
END $$;

-- Takes triggers, publication and replica identity off a table that stays.
CREATE OR REPLACE PROCEDURE electric.uninstall_table(relation regclass)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
DECLARE
    place text := electric.qualified_name(relation);
    one text;
BEGIN
    FOREACH one IN ARRAY electric.trigger_names() LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS %I ON %s', one, place);
    END LOOP;
    IF EXISTS (SELECT FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
               WHERE p.pubname = 'electric_publication' AND r.prrelid = relation) THEN
        EXECUTE format('ALTER PUBLICATION electric_publication DROP TABLE %s', place);
    END IF;
    EXECUTE format('ALTER TABLE %s REPLICA IDENTITY DEFAULT', place);
END $$;

-- Removes what is kept of a table, which may be gone itself.
CREATE OR REPLACE PROCEDURE electric.forget_table(table_schema text, table_name text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
DECLARE
    kind text;
BEGIN
    FOREACH kind IN ARRAY ARRAY['shadow', 'tombstone', 'deleted'] LOOP
        EXECUTE format('DROP TABLE IF EXISTS %s', electric.companion_name(kind, table_schema, table_name));
    END LOOP;
    FOREACH kind IN ARRAY ARRAY['ins', 'upd', 'del', 'trn', 'row', 'ref'] LOOP
        EXECUTE format('DROP ROUTINE IF EXISTS %s', electric.function_name(kind, table_schema, table_name));
    END LOOP;
    DELETE FROM electric.deletion_batches b USING electric.electrified e
    WHERE e.schema_name = table_schema AND e.table_name = forget_table.table_name AND b.relation = e.oid;
    DELETE FROM electric.collector_progress p USING electric.electrified e
    WHERE e.schema_name = table_schema AND e.table_name = forget_table.table_name AND p.relation = e.oid;
    DELETE FROM electric.electrified e WHERE e.schema_name = table_schema AND e.table_name = forget_table.table_name;
END $$;

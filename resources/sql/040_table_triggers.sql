-- What an electrified table T carries: a shadow table (tags), a tombstone table (last values of deleted rows), and four
-- statement-level triggers that keep both when SQL sessions write. Their functions are generated for each table, so that their plans
-- are cached and no column is looked up by name while rows pass. Cost: linear in the rows of the statement.
--
-- The service's own writer marks its transactions (electric.is_client_write()) and writes shadow and tombstone rows of the rows that it
-- merges by itself; what its statements cause further on (cascades, users' triggers) is tagged here with the client's tag.
--
-- Everybody locks the row of T first and its shadow row second.

CREATE OR REPLACE FUNCTION electric.shadow_name(table_schema text, table_name text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT format('electric.%I', 'shadow__' || table_schema || '__' || table_name) $$;

CREATE OR REPLACE FUNCTION electric.tombstone_name(table_schema text, table_name text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT format('electric.%I', 'tombstone__' || table_schema || '__' || table_name) $$;

-- The columns of a table in order, whether each is in the primary key, and its type as DDL writes it.
CREATE OR REPLACE FUNCTION electric.table_columns(relation regclass)
RETURNS TABLE (name text, is_key boolean, type text, is_not_null boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT a.attname::text, coalesce(a.attnum = ANY (i.indkey), false), format_type(a.atttypid, a.atttypmod), a.attnotnull
    FROM pg_attribute a
    LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
    WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum
$$;

-- A list made from the columns: `pattern` is given to format() for each, with the name as its first argument.
CREATE OR REPLACE FUNCTION electric.column_list(relation regclass, pattern text, separator text, keys boolean DEFAULT NULL)
RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(string_agg(format(pattern, c.name), separator ORDER BY ordinality), '')
    FROM electric.table_columns(relation) WITH ORDINALITY AS c (name, is_key, type, is_not_null, ordinality)
    WHERE keys IS NULL OR c.is_key = keys
$$;

CREATE OR REPLACE PROCEDURE electric.make_companion_tables(table_schema text, table_name text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    relation regclass := format('%I.%I', table_schema, table_name)::regclass;
    keys text := electric.column_list(relation, '%I', ', ', true);
    parked text;
    tagged text;
    plain text;
BEGIN
    SELECT coalesce(string_agg(format('%I %s', '__reordered_' || name, type), ', '), '') INTO parked
    FROM electric.table_columns(relation) WHERE NOT is_key;
    SELECT string_agg(CASE WHEN is_key THEN format('%I %s NOT NULL', name, type) ELSE format('%I electric.tag', '_tag_' || name) END, ', '),
           string_agg(format('%I %s%s', name, type, CASE WHEN is_not_null THEN ' NOT NULL' ELSE '' END), ', ')
    INTO tagged, plain
    FROM electric.table_columns(relation);
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS %s (
            _tags electric.tag[] DEFAULT ''{}'', _last_modified int8, _is_a_delete_operation boolean DEFAULT false, _tag electric.tag,
            _observed_tags electric.tag[], _modified_columns_bit_mask boolean[], _resolved boolean, _currently_reordering boolean,
            %s %s, PRIMARY KEY (%s))',
        electric.shadow_name(table_schema, table_name), parked || CASE WHEN parked = '' THEN '' ELSE ',' END, tagged, keys);
    EXECUTE format('ALTER TABLE %s REPLICA IDENTITY FULL', electric.shadow_name(table_schema, table_name));
    EXECUTE format('CREATE TABLE IF NOT EXISTS %s (%s, PRIMARY KEY (%s))', electric.tombstone_name(table_schema, table_name), plain, keys);
END $$;

-- Writes the trigger functions and triggers of a table anew.
CREATE OR REPLACE PROCEDURE electric.install_triggers(table_schema text, table_name text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $install$
DECLARE
    relation regclass := format('%I.%I', table_schema, table_name)::regclass;
    shadow text := electric.shadow_name(table_schema, table_name);
    tombstone text := electric.tombstone_name(table_schema, table_name);
    suffix text := '___' || table_schema || '__' || table_name;
    keys text := electric.column_list(relation, '%I', ', ', true);
    all_columns text := electric.column_list(relation, '%I', ', ');
    values_kept text := electric.column_list(relation, '%1$I = excluded.%1$I', ', ', false);
    new_keys text := electric.column_list(relation, 'n.%I', ', ', true);
    old_all text := electric.column_list(relation, 'o.%I', ', ');
    new_is_shadow text := electric.column_list(relation, 's.%1$I = n.%1$I', ' AND ', true);
    old_is_shadow text := electric.column_list(relation, 's.%1$I = o.%1$I', ' AND ', true);
    new_is_old text := electric.column_list(relation, 'n.%1$I = o.%1$I', ' AND ', true);
    tag_names text := '';
    newest text := '';
    tags_excluded text := '';
    tags_on_insert text := '';
    tags_on_update text := '';
    is_new_key text;
    head constant text := $head$
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- Plans are kept for the session, so they must be right for one row and for a million: the transition tables are paired by hashing, a shadow
-- row is found by its key (LATERAL … LIMIT 1 leaves no other way).
SET enable_seqscan = off SET enable_mergejoin = off SET enable_nestloop = off SET jit = off -- whose threshold the penalties would pass
AS $body$
DECLARE
    newest timestamptz;
    tag electric.tag;
    xid int8;
    places tid[]; -- of shadow rows; ours while their rows of T are locked
BEGIN
    IF pg_trigger_depth() = 1 AND electric.is_client_write() THEN
        RETURN NULL;
    END IF;
$head$;
BEGIN
    SELECT format('o.%I IS NULL', name) INTO is_new_key FROM electric.table_columns(relation) WHERE is_key LIMIT 1;
    SELECT coalesce(string_agg(format(', %I', '_tag_' || name), ''), ''),
           coalesce(string_agg(format(', %1$I = excluded.%1$I', '_tag_' || name), ''), ''),
           coalesce(string_agg(format(', CASE WHEN s._tags IS NULL OR n.%1$I IS NOT NULL THEN tag ELSE s.%2$I END', name, '_tag_' || name), ''), ''),
           coalesce(string_agg(format(', CASE WHEN s._tags IS NULL OR CASE WHEN %3$s THEN n.%1$I IS NOT NULL ELSE n.%1$I IS DISTINCT FROM o.%1$I END
                                       THEN tag ELSE s.%2$I END', name, '_tag_' || name, is_new_key), ''), ''),
           coalesce('greatest(' || string_agg(format('(s.%I)."timestamp"', '_tag_' || name), ', ') || ')', 'NULL')
    INTO tag_names, tags_excluded, tags_on_insert, tags_on_update, newest
    FROM electric.table_columns(relation) WHERE NOT is_key;

    EXECUTE format($f$CREATE OR REPLACE FUNCTION electric.%I()$f$, 'ins' || suffix) || head || format($f$
    SELECT max(%1$s) INTO newest FROM new_rows n CROSS JOIN LATERAL (SELECT * FROM %2$s s WHERE %3$s LIMIT 1) s;
    tag := electric.write_tag(newest, %4$L);
    xid := (pg_current_xact_id()::text)::int8;
    INSERT INTO %2$s AS kept (%5$s, _tags, _last_modified, _is_a_delete_operation, _tag, _resolved%6$s)
    SELECT %7$s, ARRAY[tag], xid, false, tag, true%8$s
    FROM new_rows n LEFT JOIN LATERAL (SELECT * FROM %2$s s WHERE %3$s LIMIT 1) s ON true
    ON CONFLICT (%5$s) DO UPDATE SET _tags = excluded._tags, _last_modified = excluded._last_modified, _is_a_delete_operation = false,
        _tag = excluded._tag, _resolved = true, _modified_columns_bit_mask = NULL, _observed_tags = NULL%9$s;
    RETURN NULL;
END $body$$f$, newest, shadow, new_is_shadow, shadow, keys, tag_names, new_keys, tags_on_insert, tags_excluded);

    EXECUTE format($f$CREATE OR REPLACE FUNCTION electric.%I()$f$, 'upd' || suffix) || head || format($f$
    IF NOT EXISTS (SELECT FROM new_rows) THEN
        RETURN NULL;
    END IF;
    SELECT max(%1$s) INTO newest FROM new_rows n CROSS JOIN LATERAL (SELECT * FROM %2$s s WHERE %3$s LIMIT 1) s;
    tag := electric.write_tag(newest, %4$L);
    xid := (pg_current_xact_id()::text)::int8;
    INSERT INTO %2$s AS kept (%5$s, _tags, _last_modified, _is_a_delete_operation, _tag, _resolved%6$s)
    SELECT %7$s, ARRAY[tag], xid, false, tag, true%8$s
    FROM new_rows n LEFT JOIN old_rows o ON %10$s LEFT JOIN LATERAL (SELECT * FROM %2$s s WHERE %3$s LIMIT 1) s ON true
    ON CONFLICT (%5$s) DO UPDATE SET _tags = excluded._tags, _last_modified = excluded._last_modified, _is_a_delete_operation = false,
        _tag = excluded._tag, _resolved = true, _modified_columns_bit_mask = NULL, _observed_tags = NULL%9$s;
    -- A changed primary key is a delete of the old one.
    IF EXISTS (SELECT FROM old_rows o WHERE NOT EXISTS (SELECT FROM new_rows n WHERE %10$s)) THEN
        INSERT INTO %11$s (%12$s) SELECT %13$s FROM old_rows o WHERE NOT EXISTS (SELECT FROM new_rows n WHERE %10$s)
        ON CONFLICT (%5$s) DO %14$s;
        UPDATE %2$s SET _tags = '{}', _tag = tag, _last_modified = xid, _is_a_delete_operation = true
        WHERE ctid = ANY (ARRAY(SELECT s.at FROM old_rows o CROSS JOIN LATERAL (SELECT s.ctid AS at FROM %2$s s WHERE %15$s LIMIT 1) s
                                WHERE NOT EXISTS (SELECT FROM new_rows n WHERE %10$s)));
    END IF;
    RETURN NULL;
END $body$$f$, newest, shadow, new_is_shadow, shadow, keys, tag_names, new_keys, tags_on_update, tags_excluded, new_is_old, tombstone, all_columns,
        old_all, CASE WHEN values_kept = '' THEN 'NOTHING' ELSE 'UPDATE SET ' || values_kept END, old_is_shadow);

    EXECUTE format($f$CREATE OR REPLACE FUNCTION electric.%I()$f$, 'del' || suffix) || head || format($f$
    IF NOT EXISTS (SELECT FROM old_rows) THEN
        RETURN NULL;
    END IF;
    SELECT max(%1$s), array_agg(s.at) INTO newest, places
    FROM old_rows o CROSS JOIN LATERAL (SELECT s.ctid AS at, s.* FROM %2$s s WHERE %3$s LIMIT 1) s;
    tag := electric.write_tag(newest, %4$L);
    xid := (pg_current_xact_id()::text)::int8;
    INSERT INTO %5$s (%6$s) SELECT %7$s FROM old_rows o ON CONFLICT (%8$s) DO %9$s;
    UPDATE %2$s SET _tags = '{}', _tag = tag, _last_modified = xid, _is_a_delete_operation = true, _resolved = true
    WHERE ctid = ANY (places);
    RETURN NULL;
END $body$$f$, newest, shadow, old_is_shadow, shadow, tombstone, all_columns, old_all, keys,
        CASE WHEN values_kept = '' THEN 'NOTHING' ELSE 'UPDATE SET ' || values_kept END);

    -- TRUNCATE gives no rows to a trigger; deleting them first keeps tags right and tells clients. The truncation then meets an empty table.
    EXECUTE format($f$CREATE OR REPLACE FUNCTION electric.%I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    DELETE FROM %s;
    RETURN NULL;
END $body$$f$, 'trn' || suffix, relation::text);

    EXECUTE format('CREATE OR REPLACE TRIGGER electric_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows
                    FOR EACH STATEMENT EXECUTE FUNCTION electric.%I()', relation::text, 'ins' || suffix);
    EXECUTE format('CREATE OR REPLACE TRIGGER electric_update AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
                    FOR EACH STATEMENT EXECUTE FUNCTION electric.%I()', relation::text, 'upd' || suffix);
    EXECUTE format('CREATE OR REPLACE TRIGGER electric_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows
                    FOR EACH STATEMENT EXECUTE FUNCTION electric.%I()', relation::text, 'del' || suffix);
    EXECUTE format('CREATE OR REPLACE TRIGGER electric_truncate BEFORE TRUNCATE ON %s
                    FOR EACH STATEMENT EXECUTE FUNCTION electric.%I()', relation::text, 'trn' || suffix);
    -- Also for sessions that set session_replication_role = replica: their writes must reach clients with right tags.
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER electric_insert, ENABLE ALWAYS TRIGGER electric_update,
                    ENABLE ALWAYS TRIGGER electric_delete, ENABLE ALWAYS TRIGGER electric_truncate', relation::text);
END $install$;

-- After ADD COLUMN on an electrified table (by the migrations proxy): the companions follow. `action` is always "add".
CREATE OR REPLACE PROCEDURE electric.alter_shadow_table(table_schema text, table_name text, action text, column_name text, column_type text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ADD COLUMN IF NOT EXISTS %I %s, ADD COLUMN IF NOT EXISTS %I electric.tag',
        electric.shadow_name(table_schema, table_name), '__reordered_' || column_name, column_type, '_tag_' || column_name);
    EXECUTE format('ALTER TABLE %s ADD COLUMN IF NOT EXISTS %I %s',
        electric.tombstone_name(table_schema, table_name), column_name, column_type);
    CALL electric.install_triggers(table_schema, table_name);
END $$;

-- Statement-level triggers that keep shadow rows and tombstones when SQL sessions write. Their functions are generated for each table, so
-- that their plans are cached and no column is looked up by name while rows pass. Cost: linear in the rows of the statement.
--
-- The service's own writer marks its transactions (electric.is_client_write()) and writes shadow and tombstone rows of the rows that it
-- merges by itself. What its statements cause further on is tagged here, with the client's tag: what users' triggers write (a greater
-- trigger depth) and what foreign keys delete or change (the same depth: tables with such keys take part in client writes as well; for
-- the writer's own rows this comes to what it writes itself, whichever is first).
--
-- Everybody locks the row of T first, its shadow row second and its tombstone last.

-- Postgres fires triggers in the order of their names; ours go before users'.
CREATE OR REPLACE FUNCTION electric.trigger_names() RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT ARRAY['00_electric_insert', '00_electric_update', '00_electric_delete', '00_electric_truncate', '00_electric_applied_row',
                   'electric_insert', 'electric_update', 'electric_delete', 'electric_truncate'] $$;

-- For statements on many rows the planner may choose freely again, and gets the memory to do so.
CREATE OR REPLACE FUNCTION electric.plan_for_many() RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
    SELECT set_config('enable_seqscan', 'on', true), set_config('enable_nestloop', 'on', true), set_config('enable_mergejoin', 'on', true),
           set_config('work_mem', greatest(pg_size_bytes(current_setting('work_mem')) / 1024, 65536) || 'kB', true)
$$;

-- Does the table have a foreign key by which deleting rows elsewhere deletes (c) or changes (n, d; a on update) its rows?
CREATE OR REPLACE FUNCTION electric.is_cascaded_to(relation regclass, operation text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM pg_constraint c WHERE c.conrelid = relation AND c.contype = 'f'
                   AND CASE operation WHEN 'delete' THEN c.confdeltype = 'c' ELSE c.confdeltype IN ('n', 'd') OR c.confupdtype IN ('c', 'n', 'd') END)
$$;

-- Makes a trigger function from its body.
CREATE OR REPLACE PROCEDURE electric.make_trigger_function(name text, body text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    EXECUTE format(
        'CREATE OR REPLACE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
         -- Plans for few rows are kept for the session, so they must be right for large tables too: the transition tables are paired by
         -- hashing, a shadow row is found by its key (LATERAL … LIMIT 1 leaves no other way).
         SET enable_seqscan = off SET enable_mergejoin = off SET enable_nestloop = off SET jit = off -- whose threshold the penalties would pass
         AS %L', name, '#variable_conflict use_column
<<write>>
DECLARE
    is_client boolean := coalesce(current_setting(''electric.client_write'', true), '''') <> '''' AND electric.is_client_write();
    newest timestamptz;
    tag electric.tag;
    xid int8;
    row_count int8;
    done int8;
    places tid[]; -- of shadow rows; ours while their rows of T are locked
    parts int8;
BEGIN' || body || E'\nEND');
END $$;

CREATE OR REPLACE FUNCTION electric.insert_trigger_body(parts jsonb, relation regclass) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $fn$
    SELECT electric.filled($body$
    IF write.is_client AND pg_trigger_depth() = 1 THEN
        RETURN NULL;
    END IF;
    write.row_count := (SELECT count(*) FROM new_rows);
    IF write.row_count = 0 THEN
        RETURN NULL;
    END IF;
    write.tag := electric.write_tag(NULL, {{shadow_literal}});
    write.xid := (pg_current_xact_id()::text)::int8;
    INSERT INTO {{shadow}} ({{keys}}, _tags, _last_modified, _is_a_delete_operation, _tag, _resolved{{tag_columns}})
    SELECT {{new_keys}}, ARRAY[write.tag], write.xid, false, write.tag, true{{tag_for_all}} FROM new_rows n
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS done = ROW_COUNT;
    IF write.done < write.row_count THEN -- some keys were there before
        IF write.row_count > 100 THEN
            PERFORM electric.plan_for_many();
        END IF;
        EXECUTE {{newest_of_new}} INTO write.newest;
        write.tag := electric.write_tag(write.newest, {{shadow_literal}});
        EXECUTE {{retag_inserted}} USING write.tag, write.xid;
    END IF;{{announce}}
    RETURN NULL;$body$,
        parts || jsonb_build_object(
            'tag_for_all', electric.column_list(relation, ', write.tag', '', false),
            'newest_of_new', quote_literal(electric.filled('SELECT max({{newest}}) FROM new_rows n JOIN {{shadow}} s ON {{new_is_shadow}}', parts)),
            'retag_inserted', quote_literal(electric.filled(
                'UPDATE {{shadow}} s SET _tags = ARRAY[$1], _last_modified = $2, _is_a_delete_operation = false, _tag = $1, _resolved = true,
                     _modified_columns_bit_mask = NULL, _observed_tags = NULL', parts)
                || electric.column_list(relation, ', %2$I = CASE WHEN n.%1$I IS NOT NULL THEN $1 ELSE s.%2$I END', '', false)
                || electric.filled(' FROM new_rows n WHERE {{new_is_shadow}}', parts))))
$fn$;

CREATE OR REPLACE FUNCTION electric.update_trigger_body(parts jsonb, relation regclass) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $fn$
    SELECT electric.filled($body$
    IF write.is_client AND pg_trigger_depth() = 1{{unless_cascaded}} THEN
        RETURN NULL;
    END IF;
    write.row_count := (SELECT count(*) FROM new_rows);
    IF write.row_count = 0 THEN
        RETURN NULL;
    END IF;
    write.xid := (pg_current_xact_id()::text)::int8;
    IF write.row_count <= 100 THEN
        SELECT max({{newest}}) INTO write.newest
        FROM (SELECT {{new_keys}} FROM new_rows n UNION SELECT {{old_keys}} FROM old_rows o) n
        CROSS JOIN LATERAL (SELECT * FROM {{shadow}} s WHERE {{new_is_shadow}} LIMIT 1) s;
        write.tag := electric.write_tag(write.newest, {{shadow_literal}});
        INSERT INTO {{shadow}} AS kept ({{keys}}, _tags, _last_modified, _is_a_delete_operation, _tag, _resolved{{tag_columns}})
        SELECT {{new_keys}},
               CASE WHEN NOT write.is_client OR s._tags IS NULL THEN ARRAY[write.tag]
                    WHEN write.tag = ANY (s._tags) THEN s._tags ELSE array_append(s._tags, write.tag) END,
               write.xid, false, write.tag, true{{tag_for_changed}}
        FROM new_rows n LEFT JOIN old_rows o ON {{new_is_old}} LEFT JOIN LATERAL (SELECT * FROM {{shadow}} s WHERE {{new_is_shadow}} LIMIT 1) s ON true
        ON CONFLICT ({{keys}}) DO UPDATE SET _tags = excluded._tags, _last_modified = excluded._last_modified, _is_a_delete_operation = false,
            _tag = excluded._tag, _resolved = true, _modified_columns_bit_mask = NULL, _observed_tags = NULL{{tags_excluded}};
    ELSE
        PERFORM electric.plan_for_many();
        EXECUTE {{newest_of_both}} INTO write.newest;
        write.tag := electric.write_tag(write.newest, {{shadow_literal}});
        EXECUTE {{retag_updated}} USING write.tag, write.xid, write.is_client;
        GET DIAGNOSTICS done = ROW_COUNT;
        IF write.done < write.row_count THEN -- other keys, or rows that nobody wrote since the table was electrified
            EXECUTE {{retag_moved}} USING write.tag, write.xid;
            EXECUTE {{tag_untagged}} USING write.tag, write.xid;
        END IF;
    END IF;
    -- A changed primary key is a delete of the old one.
    IF EXISTS (SELECT FROM old_rows o LEFT JOIN new_rows n ON {{new_is_old}} WHERE {{is_gone_key}}) THEN
        EXECUTE {{clear_moved}} USING write.tag, write.xid;
        EXECUTE {{bury_moved}};
    END IF;{{announce}}
    RETURN NULL;$body$,
        parts || jsonb_build_object(
            'unless_cascaded', CASE WHEN electric.is_cascaded_to(relation, 'update') THEN ' AND false' ELSE '' END,
            'is_gone_key', format('n.%I IS NULL', (SELECT name FROM electric.table_columns(relation) WHERE is_key LIMIT 1)),
            'tag_for_changed', electric.column_list(relation, ', CASE WHEN s._tags IS NULL OR CASE WHEN ' || replace(parts ->> 'is_new_key', '%', '%%')
                || ' THEN n.%1$I IS NOT NULL ELSE n.%1$I IS DISTINCT FROM o.%1$I END THEN write.tag ELSE s.%2$I END', '', false),
            'newest_of_both', quote_literal(electric.filled('SELECT max({{newest}})
                FROM (SELECT {{new_keys}} FROM new_rows n UNION SELECT {{old_keys}} FROM old_rows o) n JOIN {{shadow}} s ON {{new_is_shadow}}', parts)),
            'retag_updated', quote_literal(electric.filled(
                'UPDATE {{shadow}} s SET _tags = CASE WHEN NOT $3 THEN ARRAY[$1] WHEN $1 = ANY (s._tags) THEN s._tags ELSE array_append(s._tags, $1) END,
                     _last_modified = $2, _is_a_delete_operation = false, _tag = $1, _resolved = true, _modified_columns_bit_mask = NULL, _observed_tags = NULL', parts)
                || electric.column_list(relation, ', %2$I = CASE WHEN n.%1$I IS DISTINCT FROM o.%1$I THEN $1 ELSE s.%2$I END', '', false)
                || electric.filled(' FROM new_rows n JOIN old_rows o ON {{new_is_old}} WHERE {{new_is_shadow}}', parts)),
            'retag_moved', quote_literal(electric.filled(
                'UPDATE {{shadow}} s SET _tags = ARRAY[$1], _last_modified = $2, _is_a_delete_operation = false, _tag = $1, _resolved = true,
                     _modified_columns_bit_mask = NULL, _observed_tags = NULL', parts)
                || electric.column_list(relation, ', %2$I = CASE WHEN n.%1$I IS NOT NULL THEN $1 ELSE s.%2$I END', '', false)
                || electric.filled(' FROM new_rows n WHERE {{new_is_shadow}} AND NOT EXISTS (SELECT FROM old_rows o WHERE {{new_is_old}})', parts)),
            'tag_untagged', quote_literal(electric.filled(
                'INSERT INTO {{shadow}} ({{keys}}, _tags, _last_modified, _is_a_delete_operation, _tag, _resolved{{tag_columns}})
                 SELECT {{new_keys}}, ARRAY[$1], $2, false, $1, true', parts) || electric.column_list(relation, ', $1', '', false)
                || electric.filled(' FROM new_rows n WHERE NOT EXISTS (SELECT FROM {{shadow}} s WHERE {{new_is_shadow}}) ON CONFLICT DO NOTHING', parts)),
            'clear_moved', quote_literal(electric.filled(
                'UPDATE {{shadow}} s SET _tags = ''{}'', _tag = $1, _last_modified = $2, _is_a_delete_operation = true, _resolved = true FROM old_rows o
                 WHERE {{old_is_shadow}} AND NOT EXISTS (SELECT FROM new_rows n WHERE {{new_is_old}})', parts)),
            'bury_moved', quote_literal(electric.filled(
                'INSERT INTO {{tombstone}} ({{columns}}) SELECT {{old_columns}} FROM old_rows o WHERE NOT EXISTS (SELECT FROM new_rows n WHERE {{new_is_old}})
                 ON CONFLICT ({{keys}}) DO {{keep_values}}', parts))))
$fn$;

-- How many batches deleted rows make, so that one is about 64 MB as the table stores it. `row_count` matters for large tables only.
CREATE OR REPLACE FUNCTION electric.deletion_parts(relation regclass, row_count int8) RETURNS int8
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT greatest(1, ceil(pg_table_size(relation) * least(1, row_count / greatest(c.reltuples, row_count, 1)) / 64000000))::int8
    FROM pg_class c WHERE c.oid = relation
$$;

CREATE OR REPLACE FUNCTION electric.delete_trigger_body(parts jsonb, relation regclass) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $fn$
    SELECT electric.filled($body$
    IF write.is_client AND pg_trigger_depth() = 1{{unless_cascaded}} THEN
        RETURN NULL;
    END IF;
    write.row_count := (SELECT count(*) FROM (SELECT FROM old_rows LIMIT 1001) o);
    IF write.row_count = 0 THEN
        RETURN NULL;
    END IF;
    write.xid := (pg_current_xact_id()::text)::int8;
    IF write.row_count <= 1000 THEN
        SELECT max({{newest}}), array_agg(s.at) INTO write.newest, write.places
        FROM old_rows o CROSS JOIN LATERAL (SELECT s.ctid AS at, s.* FROM {{shadow}} s WHERE {{old_is_shadow}} LIMIT 1) s;
        write.tag := electric.write_tag(write.newest, {{shadow_literal}});
        UPDATE {{shadow}} SET _tags = '{}', _tag = write.tag, _last_modified = write.xid, _is_a_delete_operation = true, _resolved = true
        WHERE ctid = ANY (write.places);
        INSERT INTO {{tombstone}} ({{columns}}) SELECT {{old_columns}} FROM old_rows o ON CONFLICT ({{keys}}) DO {{keep_values}};
        RETURN NULL;
    END IF;
    PERFORM electric.plan_for_many();
    write.tag := electric.write_tag(NULL, {{shadow_literal}});
    -- The log tells the transaction's tag by a shadow row: one is enough.
    EXECUTE {{mark_one}} USING write.tag, write.xid;
    IF pg_table_size({{oid}}) > 64000000 THEN
        write.row_count := (SELECT count(*) FROM old_rows);
    END IF;
    write.parts := electric.deletion_parts({{oid}}, write.row_count);
    BEGIN
        FOR part IN 0 .. write.parts - 1 LOOP
            INSERT INTO electric.deletion_batches (relation, xid, tag) VALUES ({{oid}}, write.xid, write.tag) RETURNING id INTO write.done;
            EXECUTE {{put_aside}} USING write.done, write.parts, part;
        END LOOP;
    EXCEPTION WHEN program_limit_exceeded THEN -- values too large for an array
        EXECUTE {{clear_all}} USING write.tag, write.xid;
        EXECUTE {{bury_all}};
    END;
    RETURN NULL;$body$,
        parts || jsonb_build_object(
            'unless_cascaded', CASE WHEN electric.is_cascaded_to(relation, 'delete') THEN ' AND false' ELSE '' END,
            'oid', relation::oid::text,
            'mark_one', quote_literal(electric.filled(
                'UPDATE {{shadow}} s SET _tag = $1, _last_modified = $2 FROM (SELECT * FROM old_rows LIMIT 1) o WHERE {{old_is_shadow}}', parts)),
            'put_aside', quote_literal(electric.filled(
                'INSERT INTO {{deleted}} (_batch, {{arrays}}) SELECT $1, {{aggregates}} FROM old_rows o
                 WHERE $2 = 1 OR abs(hash_record_extended(ROW({{old_keys}}), 0) % $2) = $3', parts)),
            'clear_all', quote_literal(electric.filled(
                'UPDATE {{shadow}} s SET _tags = ''{}'', _tag = $1, _last_modified = $2, _is_a_delete_operation = true, _resolved = true
                 FROM old_rows o WHERE {{old_is_shadow}}', parts)),
            'bury_all', quote_literal(electric.filled(
                'INSERT INTO {{tombstone}} ({{columns}}) SELECT {{old_columns}} FROM old_rows o ON CONFLICT ({{keys}}) DO {{keep_values}}', parts))))
$fn$;

-- TRUNCATE gives no rows to a trigger; deleting them first keeps tags right and tells clients. The truncation then meets empty tables. It is
-- allowed only if it takes every table with it that refers to this one, so those are emptied in the same statement: foreign keys are
-- looked at when it ends.
CREATE OR REPLACE FUNCTION electric.empty_table() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    deletions text;
BEGIN
    WITH RECURSIVE emptied (relation) AS (
        SELECT TG_RELID UNION SELECT c.conrelid FROM emptied JOIN pg_constraint c ON c.confrelid = emptied.relation AND c.contype = 'f')
    SELECT string_agg(format('d%s AS (DELETE FROM %s)', relation, electric.qualified_name(relation)), ', ') INTO deletions FROM emptied;
    EXECUTE format('WITH %s SELECT', deletions);
    RETURN NULL;
END $$;

-- Writes the trigger functions and triggers of a table anew.
CREATE OR REPLACE PROCEDURE electric.install_triggers(relation regclass)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $install$
DECLARE
    place text := electric.qualified_name(relation);
    own_schema text;
    own_name text;
    parts jsonb := electric.table_parts(relation);
    one text;
BEGIN
    SELECT n.nspname, c.relname INTO own_schema, own_name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation;
    parts := parts || jsonb_build_object('shadow_literal', quote_literal(parts ->> 'shadow'), 'announce', electric.announcement(relation));
    CALL electric.make_reference_function(relation);
    CALL electric.make_trigger_function(electric.function_name('ins', own_schema, own_name), electric.insert_trigger_body(parts, relation));
    CALL electric.make_trigger_function(electric.function_name('upd', own_schema, own_name), electric.update_trigger_body(parts, relation));
    CALL electric.make_trigger_function(electric.function_name('del', own_schema, own_name), electric.delete_trigger_body(parts, relation));

    FOREACH one IN ARRAY electric.trigger_names() LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS %I ON %s', one, place);
    END LOOP;
    EXECUTE format('CREATE TRIGGER "00_electric_insert" AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows
                    FOR EACH STATEMENT EXECUTE FUNCTION %s()', place, electric.function_name('ins', own_schema, own_name));
    EXECUTE format('CREATE TRIGGER "00_electric_update" AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
                    FOR EACH STATEMENT EXECUTE FUNCTION %s()', place, electric.function_name('upd', own_schema, own_name));
    EXECUTE format('CREATE TRIGGER "00_electric_delete" AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows
                    FOR EACH STATEMENT EXECUTE FUNCTION %s()', place, electric.function_name('del', own_schema, own_name));
    EXECUTE format('CREATE TRIGGER "00_electric_truncate" BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION electric.empty_table()', place);
    -- Also for sessions that set session_replication_role = replica: their writes must reach clients with right tags.
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER "00_electric_insert", ENABLE ALWAYS TRIGGER "00_electric_update",
                    ENABLE ALWAYS TRIGGER "00_electric_delete", ENABLE ALWAYS TRIGGER "00_electric_truncate"', place);
END $install$;

-- Electrification: checks, the DDL that clients get, and everything that the table then carries.

-- Names of columns that take part in the primary key or in a foreign key.
CREATE OR REPLACE FUNCTION electric.linking_columns(relation regclass) RETURNS SETOF int2
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT unnest(c.conkey) FROM pg_constraint c WHERE c.conrelid = relation AND c.contype IN ('p', 'f')
    UNION SELECT unnest(c.confkey) FROM pg_constraint c WHERE c.confrelid = relation AND c.contype = 'f'
$$;

-- What kind of table it is, where it is and what it is called.
CREATE OR REPLACE PROCEDURE electric.check_table(relation regclass, place text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    class pg_class;
    kind text;
BEGIN
    SELECT * INTO class FROM pg_class WHERE oid = relation;
    kind := CASE WHEN class.relispartition THEN 'a partition'
                 WHEN class.relkind <> 'r' THEN CASE class.relkind
                     WHEN 'p' THEN 'a partitioned table' WHEN 'v' THEN 'a view' WHEN 'm' THEN 'a materialized view'
                     WHEN 'f' THEN 'a foreign table' WHEN 'S' THEN 'a sequence' WHEN 'i' THEN 'an index' ELSE 'a composite type' END END;
    IF kind IS NOT NULL THEN
        RAISE EXCEPTION '% is %; only an ordinary table can be electrified', place, kind
            USING ERRCODE = 'wrong_object_type', HINT = 'Keep the rows that apps need in an ordinary table and electrify that.';
    END IF;
    IF class.relpersistence <> 'p' THEN
        RAISE EXCEPTION '% is %, so its changes are not in the log that Electric reads', place,
            CASE class.relpersistence WHEN 't' THEN 'temporary' ELSE 'unlogged' END
            USING ERRCODE = 'feature_not_supported',
                  HINT = CASE class.relpersistence WHEN 't' THEN 'Create it as a permanent table.' ELSE format('Make it permanent with ALTER TABLE %s SET LOGGED.', place) END;
    END IF;
    IF class.relnamespace <> 'public'::regnamespace THEN
        RAISE EXCEPTION '% is not in the schema "public"; only tables of the default schema can be electrified', place
            USING ERRCODE = 'feature_not_supported', HINT = format('Move it with ALTER TABLE %s SET SCHEMA public.', place);
    END IF;
    IF octet_length(class.relname) > 44 THEN
        RAISE EXCEPTION 'the name of % is longer than 44 bytes', place
            USING ERRCODE = 'name_too_long',
                  HINT = format('The names of the objects that go with it would not be unique. Shorten it with ALTER TABLE %s RENAME TO ….', place);
    END IF;
    IF EXISTS (SELECT FROM pg_inherits WHERE inhrelid = relation OR inhparent = relation) THEN
        RAISE EXCEPTION '% inherits from another table or is inherited from', place
            USING ERRCODE = 'feature_not_supported', HINT = 'Separate the tables with ALTER TABLE … NO INHERIT ….';
    END IF;
END $$;

-- Keys and constraints.
CREATE OR REPLACE PROCEDURE electric.check_constraints(relation regclass, place text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found text;
    parent text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_index WHERE indrelid = relation AND indisprimary) THEN
        RAISE EXCEPTION '% has no PRIMARY KEY', place
            USING ERRCODE = 'invalid_table_definition', HINT = format('Give it one with ALTER TABLE %s ADD PRIMARY KEY (…).', place);
    END IF;
    SELECT conname INTO found FROM pg_constraint WHERE conrelid = relation AND contype = 'p' AND condeferrable;
    IF found IS NOT NULL THEN
        RAISE EXCEPTION 'the PRIMARY KEY of % is DEFERRABLE: %', place, quote_ident(found)
            USING ERRCODE = 'feature_not_supported', HINT = 'Make it anew without DEFERRABLE.';
    END IF;

    -- By type, for newer versions of Postgres list more kinds here (18: NOT NULL).
    SELECT string_agg(format('%I (%s)', conname, CASE contype WHEN 'c' THEN 'CHECK' WHEN 'u' THEN 'UNIQUE' ELSE 'EXCLUDE' END),
                      ', ' ORDER BY contype, conname) INTO found
    FROM pg_constraint
    WHERE conrelid = relation AND contype IN ('c', 'u', 'x');
    IF found IS NOT NULL THEN
        RAISE EXCEPTION '% has constraints that cannot hold while apps are offline: %', place, found
            USING ERRCODE = 'feature_not_supported',
                  HINT = format('Only PRIMARY KEY, FOREIGN KEY and NOT NULL are supported. Remove them with ALTER TABLE %s DROP CONSTRAINT ….', place);
    END IF;
    SELECT string_agg(quote_ident(c.relname), ', ' ORDER BY c.relname) INTO found
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = relation AND i.indisunique AND NOT i.indisprimary;
    IF found IS NOT NULL THEN
        RAISE NOTICE '% has unique indexes: %', place, found
            USING DETAIL = 'Apps that are offline cannot know of each other''s rows; what they write against such an index is refused and undone.';
    END IF;

    SELECT string_agg(format('%I (%s) to %s', c.conname,
                             (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.position)
                              FROM unnest(c.conkey) WITH ORDINALITY AS k (number, position)
                              JOIN pg_attribute a ON a.attrelid = relation AND a.attnum = k.number),
                             electric.qualified_name(c.confrelid)), ', ' ORDER BY c.conname),
           min(electric.qualified_name(c.confrelid))
    INTO found, parent
    FROM pg_constraint c
    WHERE c.conrelid = relation AND c.contype = 'f' AND c.confrelid <> relation
      AND NOT EXISTS (SELECT FROM electric.electrified e WHERE e.oid = c.confrelid);
    IF found IS NOT NULL THEN
        RAISE EXCEPTION '% has foreign keys to tables that are not electrified: %', place, found
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format('Electrify those first, in the same transaction if you like: CALL electric.electrify(%L).', parent);
    END IF;
END $$;

CREATE OR REPLACE PROCEDURE electric.check_columns(relation regclass, place text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found text;
    enum_type text;
BEGIN
    SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum) INTO found
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
      AND NOT (t.typtype = 'e'
               OR (t.typnamespace = 'pg_catalog'::regnamespace
                   AND (t.typname IN ('bool', 'bytea', 'date', 'float4', 'float8', 'int2', 'int4', 'int8', 'jsonb', 'text', 'time',
                                      'timestamp', 'timestamptz', 'uuid', 'varchar')
                        -- Postgres pads it, an app does not: fit for a value, not for telling rows apart.
                        OR t.typname = 'bpchar' AND a.attnum NOT IN (SELECT electric.linking_columns(relation)))));
    IF found IS NOT NULL THEN
        RAISE EXCEPTION '% has columns of types that clients cannot hold: %', place, found
            USING ERRCODE = 'feature_not_supported',
                  HINT = format('Supported are bool, bytea, date, float4, float8, int2, int4, int8, jsonb, text, time, timestamp, timestamptz, uuid, varchar, enums, and char(n) outside of keys. Change them with ALTER TABLE %s ALTER COLUMN … TYPE ….', place);
    END IF;

    SELECT string_agg(labels.text, '; ' ORDER BY labels.attnum), min(labels.type) INTO found, enum_type
    FROM (SELECT a.attnum, format_type(t.oid, NULL) AS type, format('%I: %s', a.attname, string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder)) AS text
          FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_enum e ON e.enumtypid = t.oid
          WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped AND e.enumlabel !~* '^[a-z][a-z_0-9]*$'
          GROUP BY a.attnum, a.attname, t.oid) AS labels;
    IF found IS NOT NULL THEN
        RAISE EXCEPTION '% uses enum labels that clients cannot hold, in %', place, found
            USING ERRCODE = 'feature_not_supported',
                  HINT = format('Labels must begin with a letter and go on with letters, digits and underscores. Rename them with ALTER TYPE %s RENAME VALUE … TO ….', enum_type);
    END IF;

    SELECT string_agg(format('%I %s', attname, CASE WHEN attidentity <> '' THEN 'IDENTITY' WHEN attgenerated <> '' THEN 'GENERATED' ELSE 'DEFAULT' END),
                      ', ' ORDER BY attnum) INTO found
    FROM pg_attribute
    WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped AND (atthasdef OR attidentity <> '' OR attgenerated <> '');
    IF found IS NOT NULL THEN
        RAISE EXCEPTION '% has columns whose values Postgres makes, but apps make their rows without it: %', place, found
            USING ERRCODE = 'feature_not_supported',
                  HINT = format('Remove that with ALTER TABLE %s ALTER COLUMN … DROP DEFAULT (or DROP IDENTITY, DROP EXPRESSION).', place);
    END IF;

    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attname COLLATE "C") INTO found
    FROM pg_attribute
    WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped
      AND (octet_length(attname) > 51
           OR starts_with(attname, '_tag_') OR starts_with(attname, '__reordered_')
           OR attname IN ('_tags', '_last_modified', '_is_a_delete_operation', '_tag', '_observed_tags', '_modified_columns_bit_mask',
                          '_resolved', '_currently_reordering'));
    IF found IS NOT NULL THEN
        RAISE EXCEPTION '% has column names that Electric needs for itself, or that are longer than 51 bytes: %', place, found
            USING ERRCODE = 'reserved_name', HINT = format('Rename them first with ALTER TABLE %s RENAME COLUMN … TO ….', place);
    END IF;
END $$;

-- The statements that make the table at a client: one for each enum type, then one text with the table and its indexes.
CREATE OR REPLACE FUNCTION electric.client_ddl(relation regclass) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    definition text;
BEGIN
    RETURN QUERY
        SELECT format('CREATE TYPE %s AS ENUM (%s)', format_type(t.oid, NULL),
                      (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))
        FROM (SELECT a.atttypid, min(a.attnum) AS first FROM pg_attribute a
              WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped GROUP BY a.atttypid) used
        JOIN pg_type t ON t.oid = used.atttypid AND t.typtype = 'e'
        ORDER BY used.first;

    SELECT format(E'CREATE TABLE %s (\n%s\n)', relation::text, string_agg('    ' || line, E',\n' ORDER BY place, rank)) INTO definition
    FROM (
        SELECT 1 AS place, a.attnum::int8 AS rank,
               format('%I %s%s', a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END) AS line
        FROM pg_attribute a
        WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
        UNION ALL
        SELECT CASE c.contype WHEN 'p' THEN 2 ELSE 3 END, c.oid::int8, format('CONSTRAINT %I %s', c.conname, pg_get_constraintdef(c.oid))
        FROM pg_constraint c
        WHERE c.conrelid = relation AND c.contype IN ('p', 'f')
    ) lines;

    SELECT definition || coalesce(string_agg(E';\n\n' || pg_get_indexdef(i.indexrelid), '' ORDER BY i.indexrelid), '') INTO definition
    FROM pg_index i
    WHERE i.indrelid = relation AND NOT i.indisprimary;
    RETURN NEXT definition;
END $$;

-- electrify('t'), electrify('s.t'), electrify('s', 't'). One name without a dot is taken as it is; with a dot it is read as SQL would.
CREATE OR REPLACE FUNCTION electric.named_table(name1 text, name2 text) RETURNS regclass
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    parts text[];
    place text;
BEGIN
    IF name1 IS NULL THEN
        RAISE EXCEPTION 'no table is named' USING ERRCODE = 'null_value_not_allowed', HINT = 'Write for example CALL electric.electrify(''items'').';
    END IF;
    IF name2 IS NOT NULL THEN
        parts := ARRAY[name1, name2];
    ELSIF position('.' IN name1) = 0 THEN
        parts := ARRAY['public', CASE WHEN name1 LIKE '"%"' THEN (parse_ident(name1))[1] ELSE name1 END];
    ELSE
        parts := parse_ident(name1);
        IF cardinality(parts) > 2 THEN
            RAISE EXCEPTION 'the name % has more than two parts', name1 USING ERRCODE = 'invalid_name';
        END IF;
    END IF;
    place := format('%I.%I', parts[1], parts[2]);
    IF to_regclass(place) IS NULL THEN
        RAISE EXCEPTION 'relation "%.%" does not exist', parts[1], parts[2] USING ERRCODE = 'undefined_table';
    END IF;
    RETURN to_regclass(place);
END $$;

CREATE OR REPLACE PROCEDURE electric.electrify(name1 text, name2 text DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    relation regclass := electric.named_table(name1, name2);
    own_schema text;
    own_name text;
    place text := electric.qualified_name(relation);
    statement text;
    child regclass;
BEGIN
    SELECT c.relnamespace::regnamespace::text, c.relname INTO own_schema, own_name FROM pg_class c WHERE c.oid = relation;
    IF EXISTS (SELECT FROM electric.electrified e WHERE e.oid = relation) THEN
        RAISE NOTICE 'table % is electrified already', place;
        RETURN;
    END IF;
    EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', place);
    CALL electric.check_table(relation, place);
    CALL electric.check_columns(relation, place);
    CALL electric.check_constraints(relation, place);
    FOR statement IN SELECT * FROM electric.client_ddl(relation) LOOP
        CALL electric.capture_ddl(statement);
    END LOOP;
    CALL electric.forget_table(own_schema, own_name); -- left by a dropped table
    INSERT INTO electric.electrified (schema_name, table_name, oid) VALUES (own_schema, own_name, relation);
    CALL electric.install_table(relation);
    FOR child IN
        SELECT DISTINCT c.conrelid::regclass FROM pg_constraint c JOIN electric.electrified e ON e.oid = c.conrelid
        WHERE c.confrelid = relation AND c.contype = 'f' AND c.conrelid <> relation
    LOOP
        CALL electric.install_triggers(child); -- they announce its rows from now on
    END LOOP;
END $$;

-- What the migrations proxy makes of ALTER TABLE … ENABLE ELECTRIC; the name is quoted and qualified.
CREATE OR REPLACE PROCEDURE electric.enable(table_name text)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ CALL electric.electrify(table_name) $$;

-- Takes everything off a table that electrifying put there; its rows stay. Clients keep what they have of it, and get no more.
CREATE OR REPLACE PROCEDURE electric.unelectrify(table_schema text, table_name text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    relation regclass := electric.named_table(table_schema, table_name);
    place text := electric.qualified_name(relation);
    children text;
BEGIN
    IF NOT EXISTS (SELECT FROM electric.electrified e WHERE e.oid = relation) THEN
        RAISE NOTICE 'table % is not electrified', place;
        RETURN;
    END IF;
    SELECT string_agg(DISTINCT electric.qualified_name(c.conrelid), ', ') INTO children
    FROM pg_constraint c JOIN electric.electrified e ON e.oid = c.conrelid
    WHERE c.confrelid = relation AND c.contype = 'f' AND c.conrelid <> relation;
    IF children IS NOT NULL THEN
        RAISE EXCEPTION '% cannot do without Electric: electrified tables have foreign keys to it: %', place, children
            USING ERRCODE = 'dependent_objects_still_exist', HINT = 'Disable those first, in the same transaction if you like.';
    END IF;
    CALL electric.capture_ddl(format('DROP TABLE %s', place)); -- what it amounts to for clients' schema
    CALL electric.uninstall_table(relation);
    CALL electric.forget_table(table_schema, table_name);
END $$;

-- What the migrations proxy makes of ALTER TABLE … DISABLE ELECTRIC; the name is quoted and qualified.
CREATE OR REPLACE PROCEDURE electric.disable(table_name text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found record;
BEGIN
    SELECT n.nspname::text AS schema_name, c.relname::text AS name INTO found
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = electric.named_table(table_name, NULL);
    CALL electric.unelectrify(found.schema_name, found.name);
END $$;

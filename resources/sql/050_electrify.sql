-- Electrification: checks, the DDL that clients get, and everything that the table then carries.

CREATE OR REPLACE PROCEDURE electric.check_electrifiable(relation regclass)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    class pg_class;
    place text;
    found text;
BEGIN
    SELECT * INTO class FROM pg_class WHERE oid = relation;
    place := format('%I.%I', class.relnamespace::regnamespace::text, class.relname);
    IF class.relkind <> 'r' OR class.relispartition THEN
        RAISE EXCEPTION '% is not an ordinary table, so it cannot be electrified', place
            USING ERRCODE = 'wrong_object_type', HINT = 'Views, foreign tables, partitioned tables and partitions are not supported.';
    END IF;
    IF class.relnamespace <> 'public'::regnamespace THEN
        RAISE EXCEPTION '% is not in the schema "public"; only tables of the default schema can be electrified', place
            USING ERRCODE = 'feature_not_supported', HINT = format('Move it with ALTER TABLE %s SET SCHEMA public.', place);
    END IF;
    IF class.relpersistence <> 'p' THEN
        RAISE EXCEPTION '% is temporary or unlogged, so its changes are not in the log', place
            USING ERRCODE = 'feature_not_supported', HINT = format('Make it permanent with ALTER TABLE %s SET LOGGED.', place);
    END IF;
    IF octet_length(class.relname) > 44 THEN
        RAISE EXCEPTION 'the name of % is longer than 44 bytes', place
            USING ERRCODE = 'name_too_long', HINT = 'The names of the objects that go with it would not be unique. Rename the table first.';
    END IF;
    IF EXISTS (SELECT FROM pg_inherits WHERE inhrelid = relation OR inhparent = relation) THEN
        RAISE EXCEPTION '% takes part in table inheritance', place USING ERRCODE = 'feature_not_supported';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_index WHERE indrelid = relation AND indisprimary) THEN
        RAISE EXCEPTION '% has no PRIMARY KEY', place
            USING ERRCODE = 'invalid_table_definition', HINT = format('Give it one with ALTER TABLE %s ADD PRIMARY KEY (…).', place);
    END IF;

    SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum) INTO found
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
      AND NOT (t.typtype = 'e'
               OR (t.typnamespace = 'pg_catalog'::regnamespace
                   AND t.typname IN ('bool', 'bytea', 'date', 'float4', 'float8', 'int2', 'int4', 'int8', 'jsonb', 'text', 'time',
                                     'timestamp', 'timestamptz', 'uuid', 'varchar')
                   AND (t.typname <> 'varchar' OR a.atttypmod = -1)));
    IF found IS NOT NULL THEN
        RAISE EXCEPTION '% has columns of types that clients cannot hold: %', place, found
            USING ERRCODE = 'feature_not_supported',
                  HINT = 'Supported are bool, bytea, date, float4, float8, int2, int4, int8, jsonb, text, time, timestamp, timestamptz, uuid, varchar without a length, and enums.';
    END IF;

    SELECT string_agg(format('%I of %s', e.enumlabel, t.typname), ', ') INTO found
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_enum e ON e.enumtypid = t.oid
    WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped AND e.enumlabel !~* '^[a-z][a-z_0-9]*$';
    IF found IS NOT NULL THEN
        RAISE EXCEPTION '% uses enum labels that clients cannot hold: %', place, found
            USING ERRCODE = 'feature_not_supported', HINT = 'Labels must begin with a letter and go on with letters, digits and underscores.';
    END IF;

    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO found
    FROM pg_attribute
    WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped AND (atthasdef OR attidentity <> '' OR attgenerated <> '');
    IF found IS NOT NULL THEN
        RAISE EXCEPTION '% has columns with a DEFAULT, an identity or a generation expression: %', place, found
            USING ERRCODE = 'feature_not_supported', HINT = 'Clients make their rows without Postgres. Remove it with ALTER TABLE … ALTER COLUMN … DROP DEFAULT (DROP IDENTITY, DROP EXPRESSION).';
    END IF;

    SELECT string_agg(format('%I (%s)', conname, CASE contype WHEN 'c' THEN 'CHECK' WHEN 'u' THEN 'UNIQUE' WHEN 'x' THEN 'EXCLUDE' ELSE contype::text END),
                      ', ' ORDER BY contype, conname) INTO found
    FROM pg_constraint
    WHERE conrelid = relation AND contype IN ('c', 'u', 'x');
    IF found IS NOT NULL THEN
        RAISE EXCEPTION '% has constraints that cannot hold while apps are offline: %', place, found
            USING ERRCODE = 'feature_not_supported', HINT = format('Only PRIMARY KEY, FOREIGN KEY and NOT NULL are supported. Remove them with ALTER TABLE %s DROP CONSTRAINT ….', place);
    END IF;

    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO found
    FROM pg_attribute
    WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped
      AND (octet_length(attname) > 51
           OR starts_with(attname, '_tag_') OR starts_with(attname, '__reordered_')
           OR attname IN ('_tags', '_last_modified', '_is_a_delete_operation', '_tag', '_observed_tags', '_modified_columns_bit_mask',
                          '_resolved', '_currently_reordering'));
    IF found IS NOT NULL THEN
        RAISE EXCEPTION '% has column names that Electric needs for itself, or longer than 51 bytes: %', place, found
            USING ERRCODE = 'reserved_name', HINT = 'Rename these columns first.';
    END IF;

    SELECT string_agg(DISTINCT c.confrelid::regclass::text, ', ') INTO found
    FROM pg_constraint c
    WHERE c.conrelid = relation AND c.contype = 'f' AND c.confrelid <> relation
      AND NOT EXISTS (SELECT FROM electric.electrified e WHERE e.oid = c.confrelid);
    IF found IS NOT NULL THEN
        RAISE EXCEPTION '% has foreign keys to tables that are not electrified: %', place, found
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Electrify those first, in the same transaction if you like.';
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

CREATE OR REPLACE PROCEDURE electric.publish(relation text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_publication WHERE pubname = 'electric_publication')
       AND NOT EXISTS (SELECT FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
                       WHERE p.pubname = 'electric_publication' AND r.prrelid = relation::regclass) THEN
        EXECUTE format('ALTER PUBLICATION electric_publication ADD TABLE %s', relation);
    END IF;
END $$;

CREATE OR REPLACE PROCEDURE electric.electrify(name1 text, name2 text DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    relation regclass := electric.named_table(name1, name2);
    own_schema text;
    own_name text;
    statement text;
BEGIN
    SELECT c.relnamespace::regnamespace::text, c.relname INTO own_schema, own_name FROM pg_class c WHERE c.oid = relation;
    IF EXISTS (SELECT FROM electric.electrified e WHERE e.oid = relation) THEN
        RAISE NOTICE 'table %.% is electrified already', own_schema, own_name;
        RETURN;
    END IF;
    EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', relation::text);
    CALL electric.check_electrifiable(relation);
    FOR statement IN SELECT * FROM electric.client_ddl(relation) LOOP
        CALL electric.capture_ddl(statement);
    END LOOP;
    EXECUTE format('ALTER TABLE %s REPLICA IDENTITY FULL', relation::text);
    DELETE FROM electric.electrified e WHERE e.schema_name = own_schema AND e.table_name = own_name; -- left by a dropped table
    EXECUTE format('DROP TABLE IF EXISTS %s, %s', electric.shadow_name(own_schema, own_name), electric.tombstone_name(own_schema, own_name));
    INSERT INTO electric.electrified (schema_name, table_name, oid) VALUES (own_schema, own_name, relation);
    CALL electric.make_companion_tables(own_schema, own_name);
    CALL electric.install_triggers(own_schema, own_name);
    CALL electric.publish(relation::text);
    CALL electric.publish(electric.shadow_name(own_schema, own_name));
END $$;

-- What the migrations proxy makes of ALTER TABLE … ENABLE ELECTRIC; the name is quoted and qualified.
CREATE OR REPLACE PROCEDURE electric.enable(table_name text)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ CALL electric.electrify(table_name) $$;

CREATE OR REPLACE PROCEDURE electric.disable(table_name text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION 'DISABLE ELECTRIC is not supported yet' USING ERRCODE = 'feature_not_supported';
END $$;

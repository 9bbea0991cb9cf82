-- Names of what goes with an electrified table, and what generated code is put together from.

CREATE OR REPLACE FUNCTION electric.qualified_name(relation regclass) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation $$;

-- `kind` is shadow, tombstone or deleted. Names of more than 63 bytes, which only databases of the original have, are cut as Postgres does.
CREATE OR REPLACE FUNCTION electric.companion_name(kind text, table_schema text, table_name text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT format('electric.%I', (kind || '__' || table_schema || '__' || table_name)::name) $$;

CREATE OR REPLACE FUNCTION electric.shadow_name(table_schema text, table_name text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT electric.companion_name('shadow', table_schema, table_name) $$;

CREATE OR REPLACE FUNCTION electric.tombstone_name(table_schema text, table_name text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT electric.companion_name('tombstone', table_schema, table_name) $$;

-- A function generated for a table.
CREATE OR REPLACE FUNCTION electric.function_name(kind text, table_schema text, table_name text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('electric.%I', CASE WHEN octet_length(plain) <= 63 THEN plain ELSE kind || '___' || md5(table_schema || '.' || table_name) END)
    FROM (SELECT kind || '___' || table_schema || '__' || table_name AS plain) AS names
$$;

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

-- A list made from the columns: `pattern` is given to format() for each: %1$ is its name, %2$ the name of its tag, %3$ of its array.
CREATE OR REPLACE FUNCTION electric.column_list(relation regclass, pattern text, separator text, keys boolean DEFAULT NULL)
RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(string_agg(format(pattern, c.name, '_tag_' || c.name, '__v_' || c.name), separator ORDER BY ordinality), '')
    FROM electric.table_columns(relation) WITH ORDINALITY AS c (name, is_key, type, is_not_null, ordinality)
    WHERE keys IS NULL OR c.is_key = keys
$$;

-- Puts parts into the places of a text that name them: {{keys}}.
CREATE OR REPLACE FUNCTION electric.filled(template text, parts jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    result text;
    unknown text;
BEGIN
    SELECT string_agg(CASE WHEN place % 2 = 1 THEN piece ELSE parts ->> piece END, '' ORDER BY place),
           string_agg(piece, ', ') FILTER (WHERE place % 2 = 0 AND NOT parts ? piece)
    INTO result, unknown
    FROM regexp_split_to_table(template, '\{\{|\}\}') WITH ORDINALITY AS pieces (piece, place);
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'a template names unknown parts: %', unknown;
    END IF;
    RETURN result;
END $$;

-- The parts that follow from a table's columns. n and o are new and old rows in transition tables, s is the shadow row.
CREATE OR REPLACE FUNCTION electric.table_parts(relation regclass) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    own_schema text;
    own_name text;
    plain text := electric.column_list(relation, '%1$I = excluded.%1$I', ', ', false);
    newest text := electric.column_list(relation, '(s.%2$I)."timestamp"', ', ', false);
BEGIN
    SELECT n.nspname, c.relname INTO STRICT own_schema, own_name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation;
    RETURN jsonb_build_object(
        'table', electric.qualified_name(relation),
        'shadow', electric.shadow_name(own_schema, own_name),
        'tombstone', electric.tombstone_name(own_schema, own_name),
        'deleted', electric.companion_name('deleted', own_schema, own_name),
        'keys', electric.column_list(relation, '%1$I', ', ', true),
        'columns', electric.column_list(relation, '%1$I', ', '),
        'arrays', electric.column_list(relation, '%3$I', ', '),
        'aggregates', electric.column_list(relation, 'array_agg(o.%1$I)', ', '),
        'old_columns', electric.column_list(relation, 'o.%1$I', ', '),
        'old_keys', electric.column_list(relation, 'o.%1$I', ', ', true),
        'new_keys', electric.column_list(relation, 'n.%1$I', ', ', true),
        'new_is_old', electric.column_list(relation, 'n.%1$I = o.%1$I', ' AND ', true),
        'new_is_shadow', electric.column_list(relation, 's.%1$I = n.%1$I', ' AND ', true),
        'old_is_shadow', electric.column_list(relation, 's.%1$I = o.%1$I', ' AND ', true),
        'old_is_row', electric.column_list(relation, 'm.%1$I = o.%1$I', ' AND ', true),
        'shadow_is_row', electric.column_list(relation, 'm.%1$I = s.%1$I', ' AND ', true),
        'is_new_key', format('o.%I IS NULL', (SELECT name FROM electric.table_columns(relation) WHERE is_key LIMIT 1)),
        'keep_values', CASE WHEN plain = '' THEN 'NOTHING' ELSE 'UPDATE SET ' || plain END,
        'newest', CASE WHEN newest = '' THEN 'NULL::timestamptz' ELSE 'greatest(' || newest || ')' END,
        'tag_columns', electric.column_list(relation, ', %2$I', '', false),
        'tags_excluded', electric.column_list(relation, ', %2$I = excluded.%2$I', '', false));
END $$;

-- Rows that foreign keys of written rows lead to, transitively: a client that gets a child must get its parents, also when they were not
-- part of its shape before. They go into the log as transactional messages, each row once a statement.
--
-- Only on demand (electric.announce_references): a subscription to whole tables is closed over foreign keys and needs none of it.

CREATE OR REPLACE FUNCTION electric.announces_references() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT EXISTS (SELECT FROM electric.service_state WHERE name = 'announce_references') $$;

-- Switched on, it holds for every statement that begins after the caller's transaction is committed.
CREATE OR REPLACE PROCEDURE electric.announce_references(wanted boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF wanted THEN
        INSERT INTO electric.service_state VALUES ('announce_references', '') ON CONFLICT DO NOTHING;
    ELSE
        DELETE FROM electric.service_state WHERE name = 'announce_references';
    END IF;
END $$;

-- The rows of `target`, called p, that rows of `source`, called n, refer to: a FROM list that gives their primary keys, each once.
CREATE OR REPLACE FUNCTION electric.referenced_rows(relation regclass, target regclass, source text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('(%s) AS p', string_agg(
        format('SELECT %s FROM (SELECT DISTINCT %s FROM %s n WHERE %s) d CROSS JOIN LATERAL (SELECT * FROM %s p WHERE %s LIMIT 1) p',
               electric.column_list(target, 'p.%1$I', ', ', true), links.columns, source, links.are_set, electric.qualified_name(target), links.lead_to),
        ' UNION ' ORDER BY links.name))
    FROM (SELECT c.conname AS name,
                 string_agg(format('n.%I AS k%s', own.attname, pair.position), ', ' ORDER BY pair.position) AS columns,
                 string_agg(format('n.%I IS NOT NULL', own.attname), ' AND ') AS are_set,
                 string_agg(format('p.%I = d.k%s', theirs.attname, pair.position), ' AND ') AS lead_to
          FROM pg_constraint c
          CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS pair (own, theirs, position)
          JOIN pg_attribute own ON own.attrelid = c.conrelid AND own.attnum = pair.own
          JOIN pg_attribute theirs ON theirs.attrelid = c.confrelid AND theirs.attnum = pair.theirs
          WHERE c.contype = 'f' AND c.conrelid = relation AND c.confrelid = target
          GROUP BY c.oid, c.conname) AS links
$$;

-- Statements that announce what rows of `source` refer to, except rows of the table itself when `beyond`. `trail` is an array of the tables
-- that led here.
CREATE OR REPLACE FUNCTION electric.announcements(relation regclass, source text, trail text, beyond boolean) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_agg(format(E'        PERFORM %s(%s, %s) FROM %s HAVING count(*) > 0;', electric.function_name('ref', e.schema_name, e.table_name),
                             electric.column_list(e.oid, 'array_agg(p.%1$I)', ', ', true), trail,
                             electric.referenced_rows(relation, e.oid, source)), E'\n' ORDER BY e.table_name)
    FROM electric.electrified e
    WHERE NOT (beyond AND e.oid = relation)
      AND e.oid IN (SELECT c.confrelid FROM pg_constraint c WHERE c.conrelid = relation AND c.contype = 'f')
$$;

-- The end of a trigger function that announces what the new rows refer to; nothing for a table without foreign keys.
CREATE OR REPLACE FUNCTION electric.announcement(relation regclass) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(format(E'\n    IF electric.announces_references() THEN\n%s\n    END IF;',
                           electric.announcements(relation, 'new_rows', '''{}''', false)), '')
$$;

-- The function of a table that announces its rows with the given keys (an array for each key column) and goes on to what they refer to.
-- Rows of its own that it refers to are collected first, which also ends circles; a circle of several tables is followed twice around.
CREATE OR REPLACE PROCEDURE electric.make_reference_function(relation regclass)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $make$
DECLARE
    own_schema text;
    own_name text;
    parts jsonb := electric.table_parts(relation);
    ancestors text;
    further text;
BEGIN
    SELECT n.nspname, c.relname INTO own_schema, own_name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation;
    SELECT parts || jsonb_build_object(
        'parameters', string_agg(format('%s[], ', type), '' ORDER BY place),
        'declarations', string_agg(format('a%s %s[] := $%s; ', place, type, place), '' ORDER BY place),
        'trail', count(*) + 1,
        'given', string_agg(format('given.a%s', place), ', ' ORDER BY place))
    INTO parts
    FROM (SELECT type, row_number() OVER () AS place FROM electric.table_columns(relation) WHERE is_key) AS keys;
    parts := parts || jsonb_build_object(
        'name', electric.function_name('ref', own_schema, own_name), 'oid', relation::oid::text,
        'schema_literal', quote_literal(own_schema), 'name_literal', quote_literal(own_name),
        'names', quote_literal((SELECT json_agg(name) FROM electric.table_columns(relation))),
        'values', electric.column_list(relation, 'CASE WHEN m.%1$I IS NOT NULL THEN format(''%%s'', m.%1$I) END', ', '),
        'key_values', electric.column_list(relation, 'format(''%%s'', m.%1$I)', ', ', true),
        'row_is_key', electric.column_list(relation, 'm.%1$I = r.%1$I', ' AND ', true));
    parts := parts || jsonb_build_object('found_rows', electric.filled(
        '(SELECT m.* FROM unnest({{given}}) AS r ({{keys}}) CROSS JOIN LATERAL (SELECT * FROM {{table}} m WHERE {{row_is_key}} LIMIT 1) m)', parts));
    IF EXISTS (SELECT FROM pg_constraint c WHERE c.conrelid = relation AND c.confrelid = relation AND c.contype = 'f') THEN
        ancestors := electric.filled('
    WITH RECURSIVE r AS (
        SELECT {{keys}} FROM unnest({{given}}) AS u ({{keys}})
        UNION SELECT next.* FROM r CROSS JOIN LATERAL (SELECT * FROM {{table}} m WHERE {{row_is_key}} LIMIT 1) m CROSS JOIN LATERAL (
            SELECT * FROM {{own}}) next)
    SELECT {{collected}} INTO {{given}} FROM r;', parts || jsonb_build_object(
            'own', electric.referenced_rows(relation, relation, '(SELECT m.*)'),
            'collected', electric.column_list(relation, 'array_agg(r.%1$I)', ', ', true)));
    END IF;
    further := electric.announcements(relation, parts ->> 'found_rows', format('array_append(given.trail, %s::oid)', relation::oid), true);
    EXECUTE electric.filled('DROP FUNCTION IF EXISTS {{name}}', parts);
    EXECUTE electric.filled('CREATE FUNCTION {{name}}({{parameters}}oid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off
        -- Values are written as the replication stream has them, whatever the session prefers.
        SET "DateStyle" = ''ISO, DMY'' SET "TimeZone" = ''UTC'' SET bytea_output = ''hex'' SET extra_float_digits = 1 AS ', parts)
        || quote_literal(electric.filled('
#variable_conflict use_column
<<given>>
DECLARE
    {{declarations}}
    trail oid[] := ${{trail}};
BEGIN
    IF cardinality(array_positions(given.trail, {{oid}}::oid)) > 1 THEN
        RETURN;
    END IF;{{ancestors}}
    PERFORM pg_logical_emit_message(true, ''electric.fk_chain_touch'', json_build_object(
        ''schema'', {{schema_literal}}, ''table'', {{name_literal}}, ''oid'', {{oid}},
        ''tags'', coalesce(s._tags, ARRAY[ROW(''epoch''::timestamptz, NULL)::electric.tag])::text,
        ''pk'', json_build_array({{key_values}}), ''columns'', {{names}}::json, ''row'', to_json(ARRAY[{{values}}]))::text)
    FROM {{found_rows}} m LEFT JOIN LATERAL (SELECT * FROM {{shadow}} s WHERE {{shadow_is_row}} LIMIT 1) s ON true;
{{further}}
END', parts || jsonb_build_object('ancestors', coalesce(ancestors, ''), 'further', coalesce(further, ''))));
END $make$;

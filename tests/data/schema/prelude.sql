-- A tag in short: its source and "now" or its year.
CREATE FUNCTION short(tag electric.tag) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce((tag).source_id, 'pg') || '@'
        || CASE WHEN (tag)."timestamp" BETWEEN clock_timestamp() - interval '5 minutes' AND clock_timestamp() + interval '1 minute' THEN 'now'
                ELSE to_char((tag)."timestamp" AT TIME ZONE 'UTC', 'YYYY') END
$$;
CREATE FUNCTION short(tags electric.tag[]) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(string_agg(short(one), ' ' ORDER BY one), '-') FROM unnest(tags) AS one
$$;
-- The shadow rows of a table in short: key, tag set, tags of the columns.
CREATE FUNCTION shadow(table_name text) RETURNS TABLE (line text) LANGUAGE plpgsql STABLE AS $$
DECLARE
    keys text;
    columns text;
BEGIN
    SELECT string_agg(format('s.%I::text', name), ' || '' '' || ') FILTER (WHERE is_key),
           coalesce(string_agg(format('coalesce(short(s.%I), ''-'')', '_tag_' || name), ' || '' | '' || ') FILTER (WHERE NOT is_key), '''''')
    INTO keys, columns FROM electric.table_columns(format('public.%I', table_name)::regclass);
    RETURN QUERY EXECUTE format('SELECT %s || '' | '' || short(s._tags) || '' | '' || %s FROM electric.%I s ORDER BY 1', keys, columns, 'shadow__public__' || table_name);
END $$;
-- Says that the transaction is a client's, as the service does.
CREATE PROCEDURE write_as(client text, at text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('electric.client_write', (SELECT value FROM electric.service_state WHERE name = 'write_secret'), true),
            set_config('electric.client_id', client, true), set_config('electric.client_time', at, true);
END $$;
-- The transactional messages that Electric's triggers put into the log of a slot: table and row of each, in order.
CREATE FUNCTION announced(slot name) RETURNS TABLE (line text) LANGUAGE sql AS $$
    SELECT (m.content ->> 'table') || ' ' || (m.content ->> 'row') || ' ' || short((m.content ->> 'tags')::electric.tag[])
    FROM (SELECT convert_from(substring(data FROM 11 + length('electric.fk_chain_touch') + 5), 'UTF8')::jsonb AS content
          FROM pg_logical_slot_get_binary_changes(slot, NULL, NULL, 'proto_version', '1', 'publication_names', 'electric_publication', 'messages', 'true')
          WHERE get_byte(data, 0) = ascii('M')) AS m
$$;
-- A table with two columns beside its key.
CREATE PROCEDURE items() LANGUAGE sql AS $$
    CREATE TABLE items (id int4 PRIMARY KEY, a text, b text);
    CALL electric.electrify('items');
$$;
-- A parent and a child of it.
CREATE PROCEDURE family(action text) LANGUAGE plpgsql AS $$
BEGIN
    CREATE TABLE parent (id int4 PRIMARY KEY, name text);
    EXECUTE 'CREATE TABLE child (id int4 PRIMARY KEY, up int4 REFERENCES parent ' || action || ', note text)';
    CALL electric.electrify('parent');
    CALL electric.electrify('child');
END $$;

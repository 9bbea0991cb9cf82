-- A database that the original service 0.9 electrified: the tables, columns, triggers and rows that it leaves (spec/postgres.md §2), with
-- function bodies that only tell whether they run. Tables: items (id, content, _private) and "Notes" (id, item_id).
CREATE SCHEMA electric;
CREATE TABLE electric.schema_migrations (version int8 PRIMARY KEY, inserted_at timestamp NOT NULL DEFAULT localtimestamp);
INSERT INTO electric.schema_migrations VALUES (20230328113927), (20230512000000), (20231206130400);
CREATE TABLE electric.migration_versions (
    txid xid8 NOT NULL DEFAULT pg_current_xact_id(), txts int8 NOT NULL DEFAULT (extract(epoch FROM now()) * 1000000)::int8,
    version varchar(255) NOT NULL CONSTRAINT migration_unique_version UNIQUE, inserted_at timestamptz NOT NULL DEFAULT now(),
    priority int2 NOT NULL DEFAULT 0, PRIMARY KEY (txid, txts));
CREATE TABLE electric.ddl_commands (
    id int8 PRIMARY KEY GENERATED ALWAYS AS IDENTITY, txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    txts int8 NOT NULL DEFAULT (extract(epoch FROM now()) * 1000000)::int8, query text NOT NULL,
    query_hash bytea NOT NULL GENERATED ALWAYS AS (sha256(query::bytea)) STORED,
    CONSTRAINT ddl_table_unique_migrations UNIQUE (txid, txts, query_hash));
CREATE TABLE electric.schema (
    id int8 PRIMARY KEY GENERATED ALWAYS AS IDENTITY, version varchar(255) NOT NULL UNIQUE, schema jsonb NOT NULL,
    migration_ddl text[] NOT NULL DEFAULT '{}', created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE electric.electrified (
    id int8 PRIMARY KEY GENERATED ALWAYS AS IDENTITY, schema_name text NOT NULL, table_name text NOT NULL, oid oid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(), CONSTRAINT unique_table_name UNIQUE (schema_name, table_name));
CREATE INDEX electrified_names ON electric.electrified (schema_name, table_name);
CREATE INDEX electrified_oids ON electric.electrified (oid);
CREATE TABLE electric.transaction_marker (id varchar(64) PRIMARY KEY, content jsonb NOT NULL);
INSERT INTO electric.transaction_marker VALUES ('magic write', '{"xid": 7}'), ('cluster_id', '"00000000-0000-0000-0000-00000000c1c1"');
CREATE TABLE electric.acknowledged_client_lsns (client_id text PRIMARY KEY, lsn bytea NOT NULL);
INSERT INTO electric.acknowledged_client_lsns VALUES ('c1', '\x00000007');
CREATE FUNCTION electric.upsert_acknowledged_client_lsn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER upsert_acknowledged_client_lsn BEFORE INSERT ON electric.acknowledged_client_lsns
    FOR EACH ROW WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION electric.upsert_acknowledged_client_lsn();
ALTER TABLE electric.acknowledged_client_lsns ENABLE REPLICA TRIGGER upsert_acknowledged_client_lsn;
CREATE TABLE electric.grants (
    privilege varchar(20) NOT NULL, on_table varchar(64) NOT NULL, role varchar(64) NOT NULL, column_name varchar(64) NOT NULL,
    scope varchar(64) NOT NULL, using_path text, check_fn text, PRIMARY KEY (privilege, on_table, role, scope, column_name));
CREATE TABLE electric.roles (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), role varchar(64) NOT NULL, user_id varchar(256) NOT NULL, scope_table varchar(64),
    scope_id varchar(256));
CREATE TABLE electric.assignments (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), table_name varchar(64) NOT NULL, scope_table varchar(64), user_column varchar(64),
    role_name varchar(64), role_column varchar(64), if_fn text,
    CONSTRAINT unique_assign UNIQUE (table_name, scope_table, user_column, role_name, role_column));

CREATE TYPE electric.unbounded_tag AS ("timestamp" timestamptz, source_id varchar(255));
CREATE DOMAIN electric.tag AS electric.unbounded_tag CHECK (value IS NULL OR (value)."timestamp" IS NOT NULL);
CREATE FUNCTION electric.tag_operator_eq(a electric.tag, b electric.tag) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT (a)."timestamp" = (b)."timestamp" AND (a).source_id IS NOT DISTINCT FROM (b).source_id $$;
CREATE OPERATOR public.= (LEFTARG = electric.tag, RIGHTARG = electric.tag, FUNCTION = electric.tag_operator_eq);

-- Under parameter names of its own.
CREATE PROCEDURE electric.electrify(a text, b text DEFAULT NULL) LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the original runs'; END $$;
CREATE PROCEDURE electric.enable(t text) LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the original runs'; END $$;
CREATE PROCEDURE electric.disable(t text) LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the original runs'; END $$;
CREATE PROCEDURE electric.migration_version(v text) LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the original runs'; END $$;
CREATE PROCEDURE electric.assign_migration_version(v text, p int DEFAULT 0) LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the original runs'; END $$;
CREATE PROCEDURE electric.capture_ddl(q text DEFAULT NULL) LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the original runs'; END $$;
CREATE PROCEDURE electric.alter_shadow_table(a text, b text, c text, d text, e text) LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the original runs'; END $$;

CREATE TABLE public.items (id uuid PRIMARY KEY, content text, _private int4);
CREATE TABLE public."Notes" (id uuid PRIMARY KEY, item_id uuid REFERENCES public.items ON DELETE CASCADE);
INSERT INTO public.items VALUES ('00000000-0000-0000-0000-000000000001', 'old', 1), ('00000000-0000-0000-0000-000000000002', 'untouched', 2);
INSERT INTO public."Notes" VALUES ('00000000-0000-0000-0000-00000000000a', '00000000-0000-0000-0000-000000000001');
ALTER TABLE public.items REPLICA IDENTITY FULL;
ALTER TABLE public."Notes" REPLICA IDENTITY FULL;
INSERT INTO electric.electrified (schema_name, table_name, oid) VALUES ('public', 'items', 'public.items'::regclass), ('public', 'Notes', 'public."Notes"'::regclass);

CREATE TABLE electric.shadow__public__items (
    _tags electric.tag[] DEFAULT ARRAY[]::electric.tag[], _last_modified int8, _is_a_delete_operation boolean DEFAULT false, _tag electric.tag,
    _observed_tags electric.tag[], _modified_columns_bit_mask boolean[], _resolved boolean, _currently_reordering boolean,
    __reordered_content text, id uuid NOT NULL, _tag_content electric.tag, PRIMARY KEY (id));
CREATE TABLE electric."shadow__public__Notes" (
    _tags electric.tag[] DEFAULT ARRAY[]::electric.tag[], _last_modified int8, _is_a_delete_operation boolean DEFAULT false, _tag electric.tag,
    _observed_tags electric.tag[], _modified_columns_bit_mask boolean[], _resolved boolean, _currently_reordering boolean,
    __reordered_item_id uuid, id uuid NOT NULL, _tag_item_id electric.tag, PRIMARY KEY (id));
ALTER TABLE electric.shadow__public__items REPLICA IDENTITY FULL;
ALTER TABLE electric."shadow__public__Notes" REPLICA IDENTITY FULL;
CREATE TABLE electric.tombstone__public__items (id uuid NOT NULL, content text, _private int4, PRIMARY KEY (id));
CREATE TABLE electric."tombstone__public__Notes" (id uuid NOT NULL, item_id uuid, PRIMARY KEY (id));
INSERT INTO electric.shadow__public__items (_tags, _last_modified, _tag, _modified_columns_bit_mask, id, _tag_content) VALUES
    ('{"(2023-01-01 00:00:00+00,c1)"}', 700, '("2023-01-01 00:00:00+00",c1)', '{t}', '00000000-0000-0000-0000-000000000001', '("2023-01-01 00:00:00+00",c1)'),
    ('{}', 701, '("2023-01-02 00:00:00+00",)', '{f}', '00000000-0000-0000-0000-000000000003', '("2023-01-01 00:00:00+00",)');
INSERT INTO electric.tombstone__public__items VALUES ('00000000-0000-0000-0000-000000000003', 'gone', 3);

CREATE FUNCTION electric.create_shadow_row_from_upsert___public__items() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the original runs'; END $$;
CREATE FUNCTION electric.generate_tombstone_entry___public__items() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the original runs'; END $$;
CREATE FUNCTION electric.shadow_insert_to_upsert___public__items() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the original runs'; END $$;
CREATE TRIGGER as_first__save_deleted_rows_to_tombstone_table AFTER DELETE ON public.items FOR EACH ROW EXECUTE FUNCTION electric.generate_tombstone_entry___public__items();
CREATE TRIGGER postgres_write__upsert_generate_shadow_rows BEFORE INSERT OR UPDATE ON public.items FOR EACH ROW EXECUTE FUNCTION electric.create_shadow_row_from_upsert___public__items();
CREATE TRIGGER postgres_write__delete_generate_shadow_rows BEFORE DELETE ON public.items FOR EACH ROW EXECUTE FUNCTION electric.create_shadow_row_from_upsert___public__items();
CREATE TRIGGER satellite_write__save_operation_for_reordering BEFORE INSERT OR UPDATE ON public.items FOR EACH ROW EXECUTE FUNCTION electric.create_shadow_row_from_upsert___public__items();
CREATE TRIGGER satellite_write__upsert_rows BEFORE INSERT ON electric.shadow__public__items FOR EACH ROW EXECUTE FUNCTION electric.shadow_insert_to_upsert___public__items();
CREATE TRIGGER satellite_write__resolve_observed_tags BEFORE UPDATE ON electric.shadow__public__items FOR EACH ROW EXECUTE FUNCTION electric.shadow_insert_to_upsert___public__items();
CREATE CONSTRAINT TRIGGER postgres_write__write_resolved_tags AFTER UPDATE ON electric.shadow__public__items DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION electric.shadow_insert_to_upsert___public__items();
ALTER TABLE public.items ENABLE ALWAYS TRIGGER as_first__save_deleted_rows_to_tombstone_table, ENABLE ALWAYS TRIGGER satellite_write__save_operation_for_reordering;
ALTER TABLE electric.shadow__public__items ENABLE ALWAYS TRIGGER satellite_write__upsert_rows, ENABLE ALWAYS TRIGGER satellite_write__resolve_observed_tags;

INSERT INTO electric.migration_versions (txid, txts, version) VALUES ('700', 1672531200000000, '20230101000000_000');
INSERT INTO electric.ddl_commands (txid, txts, query) VALUES ('700', 1672531200000000, 'CREATE TABLE items (
    id uuid NOT NULL,
    content text,
    _private integer,
    CONSTRAINT items_pkey PRIMARY KEY (id)
)'), ('700', 1672531200000000, 'CREATE TABLE "Notes" (
    id uuid NOT NULL,
    item_id uuid,
    CONSTRAINT "Notes_pkey" PRIMARY KEY (id),
    CONSTRAINT "Notes_item_id_fkey" FOREIGN KEY (item_id) REFERENCES items(id) ON DELETE CASCADE
)');
INSERT INTO electric.schema (version, schema, migration_ddl) SELECT '20230101000000_000', '{"tables": []}', array_agg(query ORDER BY id) FROM electric.ddl_commands;
CREATE PUBLICATION electric_publication FOR TABLE electric.ddl_commands, electric.electrified, electric.transaction_marker,
    electric.acknowledged_client_lsns, electric.grants, electric.roles, electric.assignments, public.items, electric.shadow__public__items;

-- The schema "electric": what a database that is kept in sync carries with it. Names and columns are those that databases
-- electrified since 0.9 have, so that they can be taken over as they are. Everything here can be run any number of times.

CREATE SCHEMA IF NOT EXISTS electric;
REVOKE ALL ON SCHEMA electric FROM PUBLIC;

-- What this service remembers about itself: a version of these files, a secret that marks its own writes, one that marks the messages that
-- its triggers put into the log.
CREATE TABLE IF NOT EXISTS electric.service_state (
    name text PRIMARY KEY,
    value text NOT NULL
);
REVOKE ALL ON electric.service_state FROM PUBLIC;
INSERT INTO electric.service_state
VALUES ('write_secret', replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')),
       ('message_secret', replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''))
ON CONFLICT DO NOTHING;

DO $$
BEGIN
    IF to_regtype('electric.unbounded_tag') IS NULL THEN
        CREATE TYPE electric.unbounded_tag AS ("timestamp" timestamptz, source_id varchar(255));
    END IF;
    IF to_regtype('electric.tag') IS NULL THEN
        CREATE DOMAIN electric.tag AS electric.unbounded_tag CHECK (value IS NULL OR (value)."timestamp" IS NOT NULL);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION electric.transaction_microseconds() RETURNS int8
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT (extract(epoch FROM now()) * 1000000)::int8 $$;

CREATE OR REPLACE FUNCTION electric.text_hash(content text) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT sha256(convert_to(content, 'UTF8')) $$;

-- Versions of migrations, one for each transaction that had any.
CREATE TABLE IF NOT EXISTS electric.migration_versions (
    txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    txts int8 NOT NULL DEFAULT electric.transaction_microseconds(),
    version varchar(255) NOT NULL CONSTRAINT migration_unique_version UNIQUE,
    inserted_at timestamptz NOT NULL DEFAULT now(),
    priority int2 NOT NULL DEFAULT 0,
    PRIMARY KEY (txid, txts)
);

-- Captured DDL, in order. Its inserts are how migrations reach the service.
CREATE TABLE IF NOT EXISTS electric.ddl_commands (
    id int8 PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    txts int8 NOT NULL DEFAULT electric.transaction_microseconds(),
    query text NOT NULL,
    query_hash bytea NOT NULL GENERATED ALWAYS AS (electric.text_hash(query)) STORED,
    CONSTRAINT ddl_table_unique_migrations UNIQUE (txid, txts, query_hash)
);

-- The schema that clients see, after each version.
CREATE TABLE IF NOT EXISTS electric.schema (
    id int8 PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    version varchar(255) NOT NULL UNIQUE,
    schema jsonb NOT NULL,
    migration_ddl text[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Where in the log each version was read: what is replayed from before it is meant for the schema of then.
CREATE TABLE IF NOT EXISTS electric.migration_positions (
    version varchar(255) PRIMARY KEY,
    position numeric(20) NOT NULL
);

CREATE TABLE IF NOT EXISTS electric.electrified (
    id int8 PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    schema_name text NOT NULL,
    table_name text NOT NULL,
    oid oid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (schema_name, table_name)
);

CREATE TABLE IF NOT EXISTS electric.transaction_marker (
    id varchar(64) PRIMARY KEY,
    content jsonb NOT NULL
);
INSERT INTO electric.transaction_marker
VALUES ('magic write', '{}'), ('cluster_id', to_jsonb(gen_random_uuid()::text))
ON CONFLICT DO NOTHING;

-- The newest write of each client that is in Postgres.
CREATE TABLE IF NOT EXISTS electric.acknowledged_client_lsns (
    client_id text PRIMARY KEY,
    lsn bytea NOT NULL
);

-- DDLX: stored as the original does, not enforced.
CREATE TABLE IF NOT EXISTS electric.grants (
    privilege varchar(20) NOT NULL,
    on_table varchar(64) NOT NULL,
    role varchar(64) NOT NULL,
    column_name varchar(64) NOT NULL,
    scope varchar(64) NOT NULL,
    using_path text,
    check_fn text,
    PRIMARY KEY (privilege, on_table, role, scope, column_name)
);
CREATE TABLE IF NOT EXISTS electric.roles (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    role varchar(64) NOT NULL,
    user_id varchar(256) NOT NULL,
    scope_table varchar(64),
    scope_id varchar(256)
);
CREATE TABLE IF NOT EXISTS electric.assignments (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    table_name varchar(64) NOT NULL,
    scope_table varchar(64),
    user_column varchar(64),
    role_name varchar(64),
    role_column varchar(64),
    if_fn text,
    CONSTRAINT unique_assign UNIQUE (table_name, scope_table, user_column, role_name, role_column)
);

-- What is remembered of clients between their connections. The original's client_* tables hold terms of its own runtime and are left
-- alone.
CREATE TABLE IF NOT EXISTS electric.known_clients (
    client_id text PRIMARY KEY,
    user_id text NOT NULL,
    position numeric(20), -- the newest that it acknowledged
    caught_up numeric(20), -- having that, it also has everything up to here
    seen_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS electric.known_subscriptions (
    client_id text NOT NULL REFERENCES electric.known_clients ON DELETE CASCADE,
    subscription_id text NOT NULL,
    request bytea NOT NULL,
    tables jsonb NOT NULL, -- [[schema, name], …]: everything that it holds
    ord int8 GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (client_id, subscription_id)
);

-- Writes of clients that Postgres refused: kept for people to look at, nobody waits for them.
CREATE TABLE IF NOT EXISTS electric.rejected_writes (
    id int8 PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    client_id text NOT NULL,
    user_id text NOT NULL,
    lsn bytea NOT NULL,
    operations jsonb NOT NULL,
    sqlstate text NOT NULL,
    message text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
REVOKE ALL ON electric.rejected_writes, electric.known_clients, electric.known_subscriptions FROM PUBLIC;

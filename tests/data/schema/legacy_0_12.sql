-- What 0.10 to 0.12 add to legacy_0_9.sql (spec/postgres.md §1.4, §12).
INSERT INTO electric.schema_migrations VALUES (20240205141200), (20240213160300), (20240417131000), (20240501000000);
CREATE TYPE electric.client_additional_data_subject AS ENUM ('transaction', 'subscription');
CREATE TABLE electric.client_shape_subscriptions (client_id varchar(64), subscription_id uuid, min_txid xid8 NOT NULL, ord int8 NOT NULL, shape_requests bytea NOT NULL, PRIMARY KEY (client_id, subscription_id));
CREATE TABLE electric.client_checkpoints (client_id varchar(64) PRIMARY KEY, pg_wal_pos int8 NOT NULL, sent_rows_graph bytea);
INSERT INTO electric.client_checkpoints VALUES ('c1', 1000, '\x836a');
CREATE TABLE electric.client_actions (client_id varchar(64), txid xid8, subquery_actions bytea NOT NULL, PRIMARY KEY (client_id, txid));
CREATE TABLE electric.client_additional_data (client_id varchar(64), min_txid xid8, ord int8, subject electric.client_additional_data_subject NOT NULL, subscription_id uuid, graph_diff bytea, included_txns int8[], PRIMARY KEY (client_id, min_txid, ord));
CREATE TABLE electric.client_unsub_points (client_id varchar(64), subscription_id uuid, wal_pos int8 NOT NULL, PRIMARY KEY (client_id, subscription_id));
CREATE FUNCTION electric.send_self_trigger___public__items() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the original runs'; END $$;
CREATE TRIGGER send_self_and_references_on_insert AFTER INSERT ON public.items REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION electric.send_self_trigger___public__items();
CREATE TRIGGER send_self_and_references_on_update AFTER UPDATE ON public.items REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION electric.send_self_trigger___public__items();
ALTER TABLE public.items ENABLE ALWAYS TRIGGER send_self_and_references_on_insert, ENABLE ALWAYS TRIGGER send_self_and_references_on_update;

-- The triggers of the original on tables that it electrified. They are switched off, not dropped: its tables, its functions and all their
-- content stay, so that there is a way back.

CREATE OR REPLACE FUNCTION electric.legacy_triggers(relation regclass) RETURNS TABLE (carrier regclass, name text, enabling text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT t.tgrelid::regclass, known.name, known.enabling
    FROM (VALUES ('as_first__save_deleted_rows_to_tombstone_table', 'ENABLE ALWAYS'),
                 ('postgres_write__upsert_generate_shadow_rows', 'ENABLE'),
                 ('postgres_write__delete_generate_shadow_rows', 'ENABLE'),
                 ('satellite_write__save_operation_for_reordering', 'ENABLE ALWAYS'),
                 ('send_self_and_references_on_insert', 'ENABLE ALWAYS'),
                 ('send_self_and_references_on_update', 'ENABLE ALWAYS'),
                 ('postgres_write__write_resolved_tags', 'ENABLE'),
                 ('satellite_write__upsert_rows', 'ENABLE ALWAYS'),
                 ('satellite_write__resolve_observed_tags', 'ENABLE ALWAYS')) AS known (name, enabling)
    JOIN pg_trigger t ON t.tgname = known.name
    WHERE t.tgrelid IN (relation, to_regclass(electric.table_parts(relation) ->> 'shadow'))
$$;

CREATE OR REPLACE PROCEDURE electric.disable_legacy_triggers(relation regclass)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT * FROM electric.legacy_triggers(relation) LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', electric.qualified_name(one.carrier), one.name);
    END LOOP;
END $$;

-- For people who go back to the original, which must not run yet: takes our triggers off every table and switches its own on again. Tables
-- that it did not electrify itself need its electrify() afterwards, for it alone can make its triggers.
CREATE OR REPLACE PROCEDURE electric.hand_back()
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
DECLARE
    relation regclass;
    legacy record;
    one text;
BEGIN
    FOR relation IN SELECT c.oid FROM electric.electrified e JOIN pg_class c ON c.oid = e.oid LOOP
        IF NOT electric.settle_deletions_of(relation) THEN
            RAISE EXCEPTION 'deleted rows of % are being written', electric.qualified_name(relation)
                USING ERRCODE = 'lock_not_available', HINT = 'Try again when other sessions have ended their transactions.';
        END IF;
        FOREACH one IN ARRAY electric.trigger_names() LOOP
            EXECUTE format('DROP TRIGGER IF EXISTS %I ON %s', one, electric.qualified_name(relation));
        END LOOP;
        FOR legacy IN SELECT * FROM electric.legacy_triggers(relation) LOOP
            EXECUTE format('ALTER TABLE %s %s TRIGGER %I', electric.qualified_name(legacy.carrier), legacy.enabling, legacy.name);
        END LOOP;
    END LOOP;
    DELETE FROM electric.service_state WHERE name = 'sql_hash'; -- our next start installs everything again
END $$;

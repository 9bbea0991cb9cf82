-- What the original service left on electrified tables and would act beside our triggers. Its tables stay, with all that is in them; it
-- makes its routines anew whenever it starts, so a way back stays open.

CREATE OR REPLACE PROCEDURE electric.remove_legacy_triggers(relation regclass)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
DECLARE
    parts jsonb := electric.table_parts(relation);
    suffix text;
    one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['as_first__save_deleted_rows_to_tombstone_table', 'postgres_write__upsert_generate_shadow_rows',
                               'postgres_write__delete_generate_shadow_rows', 'satellite_write__save_operation_for_reordering',
                               'send_self_and_references_on_insert', 'send_self_and_references_on_update'] LOOP
        EXECUTE electric.filled(format('DROP TRIGGER IF EXISTS %I ON {{table}}', one), parts);
    END LOOP;
    FOREACH one IN ARRAY ARRAY['postgres_write__write_resolved_tags', 'satellite_write__upsert_rows', 'satellite_write__resolve_observed_tags'] LOOP
        EXECUTE electric.filled(format('DROP TRIGGER IF EXISTS %I ON {{shadow}}', one), parts);
    END LOOP;
    SELECT '___' || n.nspname || '__' || c.relname INTO suffix FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation;
    FOREACH one IN ARRAY ARRAY['generate_tombstone_entry', 'create_shadow_row_from_upsert', 'update_shadow_row_from_delete',
                               'write_correct_max_tag', 'reorder_main_op', 'shadow_insert_to_upsert', 'resolve_observed_tags',
                               'perform_reordered_op', 'send_self_and_references', 'send_self_trigger'] LOOP
        FOR one IN SELECT p.oid::regprocedure::text FROM pg_proc p
                   WHERE p.pronamespace = 'electric'::regnamespace AND p.proname = (one || suffix)::name
                     AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgfoid = p.oid) LOOP -- cut names can be shared by two tables
            EXECUTE format('DROP ROUTINE %s', one);
        END LOOP;
    END LOOP;
END $$;

-- Routines of the original under names that ours have. Postgres refuses to replace one whose parameters are called otherwise, so those go
-- first; the original makes its own anew whenever it starts.
DO $$
DECLARE
    one regprocedure;
BEGIN
    IF to_regnamespace('electric') IS NULL OR to_regclass('electric.service_state') IS NOT NULL THEN
        RETURN;
    END IF;
    FOR one IN
        SELECT p.oid FROM pg_proc p
        WHERE p.pronamespace = to_regnamespace('electric')
          AND p.proname IN ('electrify', 'enable', 'disable', 'migration_version', 'assign_migration_version', 'capture_ddl', 'alter_shadow_table')
    LOOP
        EXECUTE format('DROP ROUTINE %s', one);
    END LOOP;
END $$;

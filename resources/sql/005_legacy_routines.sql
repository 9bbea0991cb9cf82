-- The routines that people and tools call. Postgres refuses to replace one whose parameters are called otherwise, as those of the original
-- may be; it makes its own anew whenever it starts.
DO $$
DECLARE
    one regprocedure;
BEGIN
    FOR one IN
        SELECT p.oid FROM pg_proc p
        WHERE p.pronamespace = to_regnamespace('electric')
          AND p.proname IN ('electrify', 'enable', 'disable', 'migration_version', 'assign_migration_version', 'capture_ddl', 'alter_shadow_table')
    LOOP
        EXECUTE format('DROP ROUTINE %s', one);
    END LOOP;
END $$;

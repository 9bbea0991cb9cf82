-- The routines that people and tools call. Postgres refuses to replace one whose parameters are called otherwise, as those of the original
-- may be; it makes its own anew whenever it starts. The last line names routines that ours had with other parameters once.
DO $$
DECLARE
    one regprocedure;
BEGIN
    FOR one IN
        SELECT p.oid FROM pg_proc p
        WHERE p.pronamespace = to_regnamespace('electric')
          AND p.proname IN ('electrify', 'enable', 'disable', 'migration_version', 'assign_migration_version', 'capture_ddl', 'alter_shadow_table',
                            'publish', 'install_triggers', 'make_companion_tables', 'check_electrifiable')
    LOOP
        EXECUTE format('DROP ROUTINE %s', one);
    END LOOP;
END $$;

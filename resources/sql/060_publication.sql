-- The publication that the service reads: captured DDL, every electrified table and its shadow table. Repaired at each start.
DO $$
DECLARE
    electrified record;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_publication WHERE pubname = 'electric_publication') THEN
        CREATE PUBLICATION electric_publication;
    END IF;
    CALL electric.publish('electric.ddl_commands');
    FOR electrified IN
        SELECT n.nspname::text AS schema_name, c.relname::text AS table_name, format('%I.%I', n.nspname, c.relname) AS relation
        FROM electric.electrified e JOIN pg_class c ON c.oid = e.oid JOIN pg_namespace n ON n.oid = c.relnamespace
    LOOP
        CALL electric.publish(electrified.relation);
        IF to_regclass(electric.shadow_name(electrified.schema_name, electrified.table_name)) IS NOT NULL THEN
            CALL electric.publish(electric.shadow_name(electrified.schema_name, electrified.table_name));
        END IF;
    END LOOP;
END $$;

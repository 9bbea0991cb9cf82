-- The publication that the service reads: captured DDL, every electrified table and its shadow table.

CREATE OR REPLACE PROCEDURE electric.publish(relation regclass)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_publication WHERE pubname = 'electric_publication') THEN
        CREATE PUBLICATION electric_publication;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
                   WHERE p.pubname = 'electric_publication' AND r.prrelid = relation) THEN
        EXECUTE format('ALTER PUBLICATION electric_publication ADD TABLE %s', electric.qualified_name(relation));
    END IF;
END $$;

-- What can have come apart since the last start. Called at every start; writes nothing when all is well.
CREATE OR REPLACE PROCEDURE electric.repair()
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    one record;
BEGIN
    CALL electric.publish('electric.ddl_commands');
    -- A table that was dropped past Electric leaves its companions.
    FOR one IN SELECT e.* FROM electric.electrified e WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = e.oid) LOOP
        IF to_regclass(format('%I.%I', one.schema_name, one.table_name)) IS NULL THEN
            CALL electric.capture_ddl(format('DROP TABLE %I.%I', one.schema_name, one.table_name));
            CALL electric.forget_table(one.schema_name, one.table_name);
        ELSE -- restored from a dump, under another number
            UPDATE electric.electrified e SET oid = to_regclass(format('%I.%I', one.schema_name, one.table_name)) WHERE e.id = one.id;
            CALL electric.install_table(to_regclass(format('%I.%I', one.schema_name, one.table_name)));
        END IF;
    END LOOP;
    FOR one IN
        SELECT c.oid::regclass AS relation, electric.shadow_name(n.nspname, c.relname) AS shadow
        FROM electric.electrified e JOIN pg_class c ON c.oid = e.oid JOIN pg_namespace n ON n.oid = c.relnamespace
    LOOP
        IF to_regclass(one.shadow) IS NULL
           OR 4 > (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = one.relation AND t.tgenabled = 'A' AND t.tgname = ANY (electric.trigger_names())) THEN
            CALL electric.install_table(one.relation);
        END IF;
        CALL electric.publish(one.relation);
        CALL electric.publish(one.shadow::regclass);
    END LOOP;
END $$;

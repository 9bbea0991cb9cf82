#include "service/admin/removal.h"

namespace electric::admin {

namespace {

constexpr auto links
    = "SELECT sql FROM (SELECT 1 AS rank, subname AS name, unnest(ARRAY[format('ALTER SUBSCRIPTION %1$I DISABLE;', subname),"
      "  format('ALTER SUBSCRIPTION %1$I SET (slot_name = NONE);', subname), format('DROP SUBSCRIPTION %1$I;', subname)]) AS sql,"
      "  generate_series(1, 3) AS step FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
      "  WHERE d.datname = current_database() AND subname ~ '^postgres_[0-9]+$'"
      " UNION ALL SELECT 2, slot_name, format('SELECT pg_drop_replication_slot(%L);', slot_name), 1 FROM pg_replication_slots"
      "  WHERE database = current_database() AND slot_name ~ '^electric_replication_out_') AS all_links ORDER BY rank, name, step";

constexpr auto publication = "SELECT 'DROP PUBLICATION electric_publication;' FROM pg_publication WHERE pubname = 'electric_publication'";
// Electrifying a table set it.
constexpr auto identities = "SELECT format('ALTER TABLE %I.%I REPLICA IDENTITY DEFAULT;', n.nspname, c.relname) FROM electric.electrified e"
                            " JOIN pg_class c ON c.oid = e.oid JOIN pg_namespace n ON n.oid = c.relnamespace ORDER BY 1";
constexpr auto schema
    = "SELECT 'DROP SCHEMA electric CASCADE; -- with the triggers on your tables' FROM pg_namespace WHERE nspname = 'electric'";
constexpr auto isInstalled = "SELECT to_regclass('electric.electrified') IS NOT NULL, current_database()";

constexpr auto waitForSlots = "DO $$ BEGIN FOR attempt IN 1 .. 100 LOOP"
                              " EXIT WHEN NOT EXISTS (SELECT FROM pg_replication_slots WHERE active AND database = current_database()"
                              "  AND slot_name ~ '^electric_replication_out_');"
                              " PERFORM pg_sleep(0.1); END LOOP; END $$";

Result<void> append(std::vector<std::string> &statements, pg::Connection &connection, const char *query)
{
    auto rows = connection.query(query);
    if (!rows)
        return fail(rows.error());
    for (int row = 0; row < rows->count(); ++row)
        statements.emplace_back(rows->text(row, 0));
    return {};
}

std::string lines(const std::vector<std::string> &statements)
{
    std::string text;
    for (const std::string &one : statements)
        text += one + '\n';
    return text;
}

} // namespace

std::string RemovalPlan::sql() const
{
    return "-- Takes Electric out of the database " + database
        + ". The rows of your tables stay as they are.\n-- By hand: stop the service first, since a replication slot that is in use cannot "
          "be dropped.\n"
        + lines(links) + "BEGIN;\n" + lines(contents) + "COMMIT;\n";
}

Result<RemovalPlan> planRemoval(pg::Connection &connection)
{
    RemovalPlan plan;
    auto installed = connection.query(isInstalled);
    if (!installed)
        return fail(installed.error());
    plan.database = installed->text(0, 1);
    const bool hasTables = installed->text(0, 0) == "t";
    for (const auto &[query, statements] : std::initializer_list<std::pair<const char *, std::vector<std::string> *>> {{links, &plan.links},
             {publication, &plan.contents}, {hasTables ? identities : nullptr, &plan.contents}, {schema, &plan.contents}}) {
        if (!query)
            continue;
        if (auto found = append(*statements, connection, query); !found)
            return fail(found.error());
    }
    return plan;
}

Result<void> rehearseRemoval(pg::Connection &connection, const RemovalPlan &plan)
{
    auto done = connection.execute("BEGIN;\n" + lines(plan.contents));
    (void)connection.execute("ROLLBACK");
    return done;
}

Result<void> remove(pg::Connection &connection, const RemovalPlan &plan)
{
    if (auto waited = connection.execute(waitForSlots); !waited)
        return waited;
    for (const std::string &one : plan.links) {
        if (auto done = connection.execute(one); !done)
            return done;
    }
    auto done = connection.execute("BEGIN;\n" + lines(plan.contents) + "COMMIT;\n");
    if (!done)
        (void)connection.execute("ROLLBACK");
    return done;
}

} // namespace electric::admin

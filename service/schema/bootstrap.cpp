#include "service/schema/bootstrap.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>

static void initialiseResources()
{
    Q_INIT_RESOURCE(sql);
}

namespace electric::schema {

namespace {

constexpr int oldestServer = 140000;
constexpr std::string_view slotPrefix = "electric_replication_out_";
constexpr std::size_t longestName = 63;

struct Script {
    std::string text;
    std::string hash;
};

Script script()
{
    initialiseResources();
    QByteArray all;
    const QDir directory(QStringLiteral(":/sql"));
    const QStringList names = directory.entryList(QDir::Files, QDir::Name);
    for (const QString &name : names) {
        QFile file(directory.filePath(name));
        if (file.open(QIODevice::ReadOnly))
            all += file.readAll() + '\n';
    }
    return {all.toStdString(), QCryptographicHash::hash(all, QCryptographicHash::Sha256).toHex().toStdString()};
}

Result<void> checkServer(pg::Connection &connection)
{
    if (connection.serverVersion() < oldestServer)
        return fail(Failure::Kind::Unsupported, "Postgres " + std::to_string(connection.serverVersion() / 10000) + " is too old",
            "Electric needs Postgres 14 or later.");
    auto rows = connection.query("SELECT current_setting('wal_level'), rolreplication OR rolsuper, rolname,"
                                 " has_database_privilege(current_database(), 'CREATE')"
                                 " FROM pg_roles WHERE rolname = current_user");
    if (!rows)
        return fail(rows.error());
    if (rows->text(0, 0) != "logical")
        return fail(Failure::Kind::Conflict, "Postgres runs with wal_level = " + std::string(rows->text(0, 0)),
            "Electric needs wal_level = logical: run ALTER SYSTEM SET wal_level = 'logical' and restart Postgres.");
    const std::string role(rows->text(0, 2));
    if (rows->text(0, 1) != "t")
        return fail(Failure::Kind::NotAllowed, "the role \"" + role + "\" may not replicate",
            "Run ALTER ROLE " + pg::quoteIdentifier(role) + " REPLICATION.");
    return {};
}

// Of the routines that are not generated for a table: the original service replaces some when somebody goes back to it.
constexpr std::string_view routinesHash
    = "(SELECT md5(string_agg(p.proname || p.prosrc, ' ' ORDER BY p.oid::regprocedure::text COLLATE \"C\"))"
      " FROM pg_proc p WHERE p.pronamespace = 'electric'::regnamespace AND p.proname NOT LIKE '%\\_\\_\\_%')";

std::string installation(const Script &script)
{
    return script.text
        + " DO $$ DECLARE one regclass; BEGIN"
          " FOR one IN SELECT c.oid FROM electric.electrified e JOIN pg_class c ON c.oid = e.oid LOOP CALL electric.install_table(one); "
          "END LOOP;"
          " END $$;"
          " INSERT INTO electric.service_state VALUES ('sql_hash', "
        + pg::quoteLiteral(script.hash) + "), ('routines_hash', " + std::string(routinesHash)
        + ") ON CONFLICT (name) DO UPDATE SET value = excluded.value;";
}

bool isInstalled(pg::Connection &connection, const Script &script)
{
    auto installed
        = connection.query("SELECT count(*) FROM electric.service_state WHERE (name, value) IN (('sql_hash', $1), ('routines_hash', "
                + std::string(routinesHash) + "))",
            {script.hash});
    return installed && installed->text(0, 0) == "2";
}

// Tables of our schema are made and mended under a lock that concurrent starts share; with everything up to date
// nothing is written.
Result<void> runScript(pg::Connection &connection, const std::string &slotName)
{
    const Script current = script();
    const std::string install = isInstalled(connection, current) ? std::string() : installation(current);
    auto run = connection.execute("BEGIN; SET LOCAL client_min_messages = warning;"
                                  " SELECT pg_advisory_xact_lock(hashtextextended('electric bootstrap', 0));"
        + install + " CALL electric.repair(); INSERT INTO electric.service_state VALUES ('slot_name', " + pg::quoteLiteral(slotName)
        + ") ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE service_state.value <> excluded.value; "
          "COMMIT");
    if (run)
        return {};
    Failure failure = run.error();
    (void)connection.execute("ROLLBACK");
    if (failure.code == "42501")
        failure.hint = "The role needs CREATE on the database, and must own the electrified tables (or be a member of "
                       "their owners).";
    return fail(std::move(failure));
}

Result<void> makeSlot(pg::Connection &connection, Bootstrapped &bootstrapped)
{
    const auto look = [&]() -> Result<bool> {
        auto rows = connection.query("SELECT confirmed_flush_lsn, wal_status, database = current_database() FROM "
                                     "pg_replication_slots WHERE slot_name = $1",
            {bootstrapped.slotName});
        if (!rows)
            return fail(rows.error());
        if (rows->count() == 0)
            return false;
        if (!rows->isNull(0, 1) && rows->text(0, 1) == "lost")
            return fail(Failure::Kind::Conflict,
                "the replication slot \"" + bootstrapped.slotName + "\" fell too far behind and was invalidated by Postgres",
                "Drop it with SELECT pg_drop_replication_slot('" + bootstrapped.slotName
                    + "'); apps that were away then sync again from the start.");
        if (rows->text(0, 2) != "t")
            return fail(Failure::Kind::Conflict,
                "the replication slot \"" + bootstrapped.slotName + "\" belongs to another database of this server",
                "The names of two databases are too much alike; rename one.");
        bootstrapped.slotStart = Lsn::fromHex(rows->text(0, 0)).value_or(Lsn {});
        return true;
    };
    auto exists = look();
    if (!exists || *exists)
        return exists ? Result<void>() : fail(exists.error());
    auto made = connection.query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", {bootstrapped.slotName});
    if (!made && made.error().code != "42710") {
        Failure failure = made.error();
        if (failure.code == "53400")
            failure.hint = "All replication slots are taken: raise max_replication_slots and restart Postgres, or drop "
                           "a slot that nobody uses.";
        return fail(std::move(failure));
    }
    exists = look();
    return exists ? Result<void>() : fail(exists.error());
}

} // namespace

std::string slotNameFor(const std::string &database)
{
    std::string name;
    for (const char c : database) {
        const char lower = c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
        name += (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') ? lower : '_';
    }
    const auto first = name.find_first_not_of('_');
    name = first == std::string::npos ? std::string() : name.substr(first, name.find_last_not_of('_') - first + 1);
    return (std::string(slotPrefix) + name).substr(0, longestName);
}

Result<Bootstrapped> bootstrap(pg::Connection &connection)
{
    Bootstrapped bootstrapped;
    bootstrapped.serverVersion = connection.serverVersion();
    bootstrapped.slotName = slotNameFor(PQdb(connection.handle()));
    if (auto checked = checkServer(connection); !checked)
        return fail(checked.error());
    if (auto run = runScript(connection, bootstrapped.slotName); !run)
        return fail(run.error());
    if (auto slot = makeSlot(connection, bootstrapped); !slot)
        return fail(slot.error());
    auto rows = connection.query("SELECT (SELECT content #>> '{}' FROM electric.transaction_marker WHERE id = 'cluster_id'),"
                                 " (SELECT value FROM electric.service_state WHERE name = 'write_secret')");
    if (!rows)
        return fail(rows.error());
    bootstrapped.clusterId = rows->text(0, 0);
    bootstrapped.writeSecret = rows->text(0, 1);
    return bootstrapped;
}

} // namespace electric::schema

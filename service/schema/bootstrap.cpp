#include "service/schema/bootstrap.h"

#include "service/schema/slot.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QLoggingCategory>

static void initialiseResources()
{
    Q_INIT_RESOURCE(sql);
}

namespace electric::schema {

Q_LOGGING_CATEGORY(lcBootstrap, "electric.bootstrap", QtInfoMsg)

namespace {

constexpr int oldestServer = 140000;

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
    // Names without a schema are looked up in one that is called like the role first.
    if (role == "electric")
        qCWarning(lcBootstrap) << "the role is called \"electric\", like the schema that Electric keeps its own tables in: tables that it"
                                  " creates without naming a schema end up there. Use a role of another name, or ALTER ROLE electric SET"
                                  " search_path = public.";
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

} // namespace

Result<Bootstrapped> bootstrap(pg::Connection &connection)
{
    Bootstrapped bootstrapped;
    bootstrapped.serverVersion = connection.serverVersion();
    bootstrapped.slotName = slotNameFor(PQdb(connection.handle()));
    if (auto checked = checkServer(connection); !checked)
        return fail(checked.error());
    if (auto run = runScript(connection, bootstrapped.slotName); !run)
        return fail(run.error());
    auto slot = ensureSlot(connection, bootstrapped.slotName);
    if (!slot)
        return fail(slot.error());
    bootstrapped.slotStart = slot->start;
    bootstrapped.slotIsNew = slot->isNew;
    auto rows = connection.query("SELECT (SELECT content #>> '{}' FROM electric.transaction_marker WHERE id = 'cluster_id'),"
                                 " (SELECT value FROM electric.service_state WHERE name = 'write_secret'),"
                                 " (SELECT value FROM electric.service_state WHERE name = 'message_secret')");
    if (!rows)
        return fail(rows.error());
    bootstrapped.clusterId = rows->text(0, 0);
    bootstrapped.writeSecret = rows->text(0, 1);
    bootstrapped.messageSecret = rows->text(0, 2);
    return bootstrapped;
}

} // namespace electric::schema

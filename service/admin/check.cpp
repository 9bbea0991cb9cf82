#include "service/admin/check.h"

#include "service/schema/bootstrap.h"
#include "service/schema/slot.h"
#include "shared/admin/portowner.h"

#include <QDateTime>
#include <QStorageInfo>
#include <QTcpServer>

#include <algorithm>

namespace electric::admin {

namespace {

constexpr qint64 leastSpace = qint64 {1} << 30;
constexpr qint64 mostSkewMs = 10'000;
constexpr int oldestServer = 140000;

class Doctor
{
public:
    QList<Finding> findings;

    void ok(const char *check, const QString &message) { findings.append({QString::fromLatin1(check), QStringLiteral("ok"), message, {}}); }
    void warn(const char *check, const QString &message, const QString &remedy)
    {
        findings.append({QString::fromLatin1(check), QStringLiteral("warning"), message, remedy});
    }
    void bad(const char *check, const QString &message, const QString &remedy)
    {
        findings.append({QString::fromLatin1(check), QStringLiteral("error"), message, remedy});
    }
    // True when all is well with it.
    bool expect(bool holds, const char *check, const QString &good, const QString &wrong, const QString &remedy)
    {
        holds ? ok(check, good) : bad(check, wrong, remedy);
        return holds;
    }
};

QString text(const pg::Rows &rows, int column)
{
    const auto bytes = rows.text(0, column);
    return QString::fromUtf8(bytes.data(), qsizetype(bytes.size()));
}

void checkRole(Doctor &doctor, pg::Connection &connection)
{
    auto rows = connection.query(
        "SELECT rolname, rolreplication OR rolsuper, has_database_privilege(current_database(), 'CREATE'),"
        " quote_ident(rolname), quote_ident(current_database()),"
        " (SELECT string_agg(format('%I.%I', n.nspname, c.relname), ', ') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        "  WHERE n.nspname = 'public' AND c.relkind = 'r' AND NOT pg_has_role(current_user, c.relowner, 'USAGE'))"
        " FROM pg_roles WHERE rolname = current_user");
    if (!rows || rows->count() == 0)
        return doctor.bad("role", QStringLiteral("The role cannot be looked at."), {});
    const QString role = text(*rows, 0);
    doctor.expect(rows->text(0, 1) == "t", "replication-right", QStringLiteral("The role %1 may replicate.").arg(role),
        QStringLiteral("The role %1 may not replicate.").arg(role), QStringLiteral("ALTER ROLE %1 REPLICATION;").arg(text(*rows, 3)));
    doctor.expect(rows->text(0, 2) == "t", "create-right",
        QStringLiteral("The role %1 may create the schema that Electric needs.").arg(role),
        QStringLiteral("The role %1 may not create a schema in this database.").arg(role),
        QStringLiteral("GRANT CREATE ON DATABASE %1 TO %2;").arg(text(*rows, 4), text(*rows, 3)));
    if (!rows->isNull(0, 5))
        doctor.warn("ownership",
            QStringLiteral("The role %1 does not own these tables, so it cannot electrify them: %2.").arg(role, text(*rows, 5).left(500)),
            QStringLiteral("Grant %1 membership in the role that owns them.").arg(role));
}

void checkServer(Doctor &doctor, pg::Connection &connection, quint64 walWindow)
{
    doctor.expect(connection.serverVersion() >= oldestServer, "server-version",
        QStringLiteral("Postgres is of version %1.").arg(connection.serverVersion() / 10000),
        QStringLiteral("Postgres %1 is too old.").arg(connection.serverVersion() / 10000),
        QStringLiteral("Electric needs Postgres 14 or later."));
    auto rows = connection.query("SELECT current_setting('wal_level'), current_setting('max_replication_slots')::int,"
                                 " (SELECT count(*) FROM pg_replication_slots), current_setting('max_wal_senders')::int,"
                                 " (SELECT count(*) FROM pg_stat_replication), (extract(epoch FROM clock_timestamp()) * 1000)::int8,"
                                 " coalesce((SELECT setting::int8 FROM pg_settings WHERE name = 'max_slot_wal_keep_size'), -1)");
    if (!rows)
        return doctor.bad("server", QString::fromStdString(rows.error().detail), {});
    doctor.expect(rows->text(0, 0) == "logical", "wal-level", QStringLiteral("Postgres logs what replication needs (wal_level = logical)."),
        QStringLiteral("Postgres runs with wal_level = %1.").arg(text(*rows, 0)),
        QStringLiteral("ALTER SYSTEM SET wal_level = 'logical'; then restart Postgres."));
    const qint64 skew = std::abs(text(*rows, 5).toLongLong() - QDateTime::currentMSecsSinceEpoch());
    if (skew > mostSkewMs)
        doctor.warn("time", QStringLiteral("The clocks of this computer and of Postgres differ by %1 s.").arg(skew / 1000),
            QStringLiteral("Let both take their time from a time server: which of two writes is the later one is told by it."));
    else
        doctor.ok("time", QStringLiteral("The clocks of this computer and of Postgres agree."));
    const qint64 keptMegabytes = text(*rows, 6).toLongLong();
    if (keptMegabytes >= 0 && quint64(keptMegabytes) << 20 < walWindow)
        doctor.warn("wal-budget",
            QStringLiteral(
                "Postgres drops a slot that retains more than %1 MB (max_slot_wal_keep_size), less than what apps may resume from.")
                .arg(keptMegabytes),
            QStringLiteral("Raise max_slot_wal_keep_size, or lower ELECTRIC_RESUMABLE_WAL_WINDOW."));

    auto ours
        = connection.query("SELECT coalesce(wal_status, ''), active, coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::int8"
                           " FROM pg_replication_slots WHERE slot_name = $1",
            {schema::slotNameFor(PQdb(connection.handle()))});
    const bool hasSlot = ours && ours->count() == 1;
    const int used = text(*rows, 2).toInt();
    const int most = text(*rows, 1).toInt();
    doctor.expect(hasSlot || used < most, "slots", QStringLiteral("%1 of %2 replication slots are in use.").arg(used).arg(most),
        QStringLiteral("All %1 replication slots are in use, and Electric needs one.").arg(most),
        QStringLiteral("Drop a slot that nobody uses (see pg_replication_slots), or raise max_replication_slots and restart Postgres."));
    const int senders = text(*rows, 4).toInt();
    const int mostSenders = text(*rows, 3).toInt();
    const bool streams = hasSlot && ours->text(0, 1) == "t";
    doctor.expect(streams || senders < mostSenders, "wal-senders",
        QStringLiteral("%1 of %2 replication connections are in use.").arg(senders).arg(mostSenders),
        QStringLiteral("All %1 replication connections are in use.").arg(mostSenders),
        QStringLiteral("Raise max_wal_senders and restart Postgres."));
    if (!hasSlot)
        return;
    if (ours->text(0, 0) == "lost")
        return doctor.bad("slot", QStringLiteral("Postgres has dropped what the service had not read yet."),
            QStringLiteral("Drop the slot and restart the service; apps sync afresh. Then raise max_slot_wal_keep_size."));
    const quint64 retained = text(*ours, 2).toULongLong();
    const auto share = walWindow == 0 ? 0 : retained * 100 / walWindow;
    if (share >= 50)
        doctor.warn("slot",
            QStringLiteral("Postgres retains %1 MB of its log for the service, %2 % of the window.").arg(retained >> 20).arg(share),
            QStringLiteral("Make sure that the service runs; else see which clients are far behind."));
    else
        doctor.ok("slot", QStringLiteral("Postgres retains %1 MB of its log for the service.").arg(retained >> 20));
}

void checkPublication(Doctor &doctor, pg::Connection &connection)
{
    auto installed = connection.query("SELECT to_regclass('electric.electrified') IS NOT NULL, EXISTS (SELECT FROM pg_publication WHERE "
                                      "pubname = 'electric_publication')");
    if (!installed || installed->text(0, 0) != "t")
        return doctor.ok("publication", QStringLiteral("Electric is not installed in this database yet; the first start does that."));
    auto missing = connection.query("SELECT string_agg(format('%I.%I', e.schema_name, e.table_name), ', ') FROM electric.electrified e"
                                    " WHERE NOT EXISTS (SELECT FROM pg_publication_tables p WHERE p.pubname = 'electric_publication'"
                                    "  AND p.schemaname = e.schema_name AND p.tablename = e.table_name)");
    if (!missing)
        return doctor.warn("publication", QString::fromStdString(missing.error().detail), {});
    doctor.expect(missing->isNull(0, 0) && installed->text(0, 1) == "t", "publication",
        QStringLiteral("All electrified tables are published."),
        QStringLiteral("These electrified tables are not published: %1.").arg(text(*missing, 0)),
        QStringLiteral("Restart the service: it repairs the publication."));
    auto rejected = connection.query("SELECT count(*) FROM electric.rejected_writes");
    if (rejected && rejected->text(0, 0) != "0")
        doctor.warn("rejected-writes", QStringLiteral("%1 writes of apps were refused.").arg(text(*rejected, 0)),
            QStringLiteral("See electric-service rejected."));
}

void checkDatabase(Doctor &doctor, const CheckSubject &subject)
{
    auto connection = pg::Connection::open(subject.database, "electric check");
    if (!connection) {
        const QString hint = QString::fromStdString(connection.error().hint);
        return doctor.bad("reachable",
            QStringLiteral("The database cannot be reached: %1").arg(QString::fromStdString(connection.error().detail)),
            hint.isEmpty()
                ? QStringLiteral("See that Postgres runs, and that host, port, user, password and database in DATABASE_URL are right.")
                : hint);
    }
    doctor.ok("reachable",
        QStringLiteral("The database answers at %1:%2.").arg(QString::fromStdString(subject.database.host)).arg(subject.database.port));
    (void)connection->execute("SET statement_timeout = '10s'");
    checkServer(doctor, *connection, subject.walWindow);
    checkRole(doctor, *connection);
    checkPublication(doctor, *connection);
}

void checkPort(Doctor &doctor, const char *check, quint16 port, const char *setting)
{
    if (port == 0)
        return;
    QTcpServer trial;
    if (trial.listen(QHostAddress::Any, port))
        return doctor.ok(check, QStringLiteral("Port %1 is free.").arg(port));
    const QString owner = ownerOfPort(port);
    QTcpServer other;
    const QString free = other.listen(QHostAddress::Any, 0) ? QString::number(other.serverPort()) : QStringLiteral("another port");
    doctor.bad(check,
        QStringLiteral("Port %1 is in use%2.").arg(QString::number(port), owner.isEmpty() ? QString() : QStringLiteral(" by ") + owner),
        QStringLiteral("End that program, or set %1, for example to %2, which is free.").arg(QLatin1String(setting), free));
}

void checkDisk(Doctor &doctor, const QString &directory)
{
    const QStorageInfo storage(directory);
    if (directory.isEmpty() || !storage.isValid())
        return;
    const qint64 free = storage.bytesAvailable();
    if (free < leastSpace)
        doctor.warn("disk", QStringLiteral("Only %1 MB are free where the database lies.").arg(free >> 20),
            QStringLiteral("Make room on %1.").arg(storage.rootPath()));
    else
        doctor.ok("disk", QStringLiteral("%1 GB are free where the database lies.").arg(free >> 30));
}

} // namespace

QList<Finding> check(const CheckSubject &subject)
{
    Doctor doctor;
    checkDatabase(doctor, subject);
    checkPort(doctor, "http-port", subject.httpPort, "HTTP_PORT");
    checkPort(doctor, "proxy-port", subject.proxyPort, "PG_PROXY_PORT");
    checkDisk(doctor, subject.dataDirectory);
    return doctor.findings;
}

} // namespace electric::admin

#include "service/schema/bootstrap.h"
#include "service/schema/schemastore.h"
#include "tests/support/throwawaycluster.h"

#include <QFile>
#include <QTest>

using namespace electric;

// Databases that the original service electrified, taken over in place and handed back.
class TestUpgrade : public QObject
{
    Q_OBJECT

private:
    static std::string fileContent(const QString &name)
    {
        QFile file(QStringLiteral(SQL_CASES "/") + name);
        return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
    }

    pg::Connection legacyDatabase(const QStringList &files)
    {
        auto connection = pg::Connection::open(m_cluster->options(m_cluster->createDatabase().value()), "test").value();
        for (const QString &file : files) {
            if (auto loaded = connection.execute(fileContent(file)); !loaded)
                qFatal("%s: %s", qPrintable(file), loaded.error().detail.c_str());
        }
        return connection;
    }

    static QString text(pg::Connection &connection, const std::string &sql)
    {
        auto rows = connection.query(sql);
        if (!rows)
            return QString::fromStdString(rows.error().detail);
        QStringList lines;
        for (int row = 0; row < rows->count(); ++row)
            lines << QString::fromUtf8(rows->text(row, 0).data());
        return lines.join(QLatin1Char('\n'));
    }

    static QString legacyState(pg::Connection &connection)
    {
        return text(connection,
            "SELECT s.*::text FROM electric.shadow__public__items s UNION ALL SELECT t.*::text FROM electric.tombstone__public__items t"
            " UNION ALL SELECT a.*::text FROM electric.acknowledged_client_lsns a UNION ALL SELECT m.*::text FROM "
            "electric.migration_versions m"
            " UNION ALL SELECT m.*::text FROM electric.transaction_marker m UNION ALL SELECT m.*::text FROM electric.schema_migrations m");
    }

    static QString enabledTriggers(pg::Connection &connection)
    {
        return text(connection,
            "SELECT tgrelid::regclass || ' ' || tgname || ' ' || tgenabled FROM pg_trigger WHERE NOT tgisinternal"
            " AND tgenabled <> 'D' ORDER BY 1");
    }

    std::unique_ptr<test::ThrowawayCluster> m_cluster;

private Q_SLOTS:
    void initTestCase()
    {
        auto started = test::ThrowawayCluster::start();
        QVERIFY2(started, started ? "" : started.error().detail.c_str());
        m_cluster = std::move(*started);
    }

    void takesOverAndHandsBack_data()
    {
        QTest::addColumn<QStringList>("files");
        QTest::newRow("0.9") << QStringList {QStringLiteral("legacy_0_9.sql")};
        QTest::newRow("0.12") << QStringList {QStringLiteral("legacy_0_9.sql"), QStringLiteral("legacy_0_12.sql")};
    }

    void takesOverAndHandsBack()
    {
        QFETCH(QStringList, files);
        auto connection = legacyDatabase(files);
        const QString slot = QString::fromStdString(schema::slotNameFor(PQdb(connection.handle())));
        QVERIFY(connection.query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", {slot.toStdString()}));
        const QString position = text(connection,
            "SELECT lower(confirmed_flush_lsn::text) FROM pg_replication_slots WHERE slot_name = '" + slot.toStdString() + '\'');
        const QString before = legacyState(connection);
        const QString triggersBefore = enabledTriggers(connection);

        auto bootstrapped = schema::bootstrap(connection);
        QVERIFY2(bootstrapped, bootstrapped ? "" : bootstrapped.error().detail.c_str());
        QCOMPARE(QString::fromStdString(bootstrapped->slotStart.toHex()), position); // no gap in the log
        QCOMPARE(QString::fromStdString(bootstrapped->clusterId), QStringLiteral("00000000-0000-0000-0000-00000000c1c1"));
        QCOMPARE(text(connection,
                     "SELECT string_agg(_tags::text || id || _tag_content || coalesce(_tag__private::text, ''), ' ' ORDER BY id) FROM "
                     "electric.shadow__public__items"),
            QStringLiteral("{\"(\\\"2023-01-01 00:00:00+00\\\",c1)\"}00000000-0000-0000-0000-000000000001(\"2023-01-01 00:00:00+00\",c1)"
                           " {}00000000-0000-0000-0000-000000000003(\"2023-01-01 00:00:00+00\",)"));
        QCOMPARE(
            text(connection,
                "SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_publication_tables WHERE pubname = 'electric_publication'"),
            QStringLiteral("Notes acknowledged_client_lsns assignments ddl_commands electrified grants items roles shadow__public__Notes"
                           " shadow__public__items transaction_marker"));
        QCOMPARE(
            text(connection, "SELECT count(*) FROM pg_trigger WHERE tgname LIKE '00_electric%' AND tgenabled = 'A'"), QStringLiteral("8"));
        QVERIFY(!enabledTriggers(connection).contains(QStringLiteral("_write__")));
        QVERIFY(!enabledTriggers(connection).contains(QStringLiteral("send_self")));

        auto history = schema::loadHistory(connection);
        QVERIFY2(history, history ? "" : history.error().detail.c_str());
        QCOMPARE(QString::fromStdString((*history)->catalogue()->version), QStringLiteral("20230101000000_000"));
        QVERIFY((*history)->catalogue()->table({"public", "Notes"})->oid != 0);

        auto writes = connection.execute("BEGIN; SET LOCAL electric.session_replication_role = replica;"
                                         " UPDATE items SET _private = 5 WHERE content = 'untouched';"
                                         " DELETE FROM items WHERE content = 'old'; COMMIT;"
                                         " CREATE TABLE more (id uuid PRIMARY KEY); CALL electric.electrify('more')");
        QVERIFY2(writes, writes ? "" : writes.error().detail.c_str());
        QCOMPARE(text(connection,
                     "SELECT string_agg(cardinality(_tags) || ' ' || (_tag__private::text IS NOT NULL), ', ' ORDER BY id) FROM "
                     "electric.shadow__public__items"),
            QStringLiteral("0 false, 1 true, 0 false"));
        QCOMPARE(text(connection, "SELECT count(*) FROM electric.\"tombstone__public__Notes\""), QStringLiteral("1"));

        QVERIFY(connection.execute("CALL electric.hand_back()"));
        QCOMPARE(enabledTriggers(connection), triggersBefore);
        auto again = schema::bootstrap(connection);
        QVERIFY2(again, again ? "" : again.error().detail.c_str());
        QCOMPARE(
            text(connection, "SELECT count(*) FROM pg_trigger WHERE tgname LIKE '00_electric%' AND tgenabled = 'A'"), QStringLiteral("12"));
        QVERIFY(!before.isEmpty());
    }

    void bootstrapAloneChangesNoState()
    {
        auto connection = legacyDatabase({QStringLiteral("legacy_0_9.sql"), QStringLiteral("legacy_0_12.sql")});
        // Without the columns that bootstrap adds for what the original hides.
        QVERIFY(connection.execute(
            "ALTER TABLE items DROP COLUMN _private; ALTER TABLE electric.tombstone__public__items DROP COLUMN _private"));
        const QString before = legacyState(connection);
        auto bootstrapped = schema::bootstrap(connection);
        QVERIFY2(bootstrapped, bootstrapped ? "" : bootstrapped.error().detail.c_str());
        QCOMPARE(legacyState(connection), before);
        QCOMPARE(text(connection, "SELECT encode(sent_rows_graph, 'hex') FROM electric.client_checkpoints"), QStringLiteral("836a"));
    }

    // The original replaces routines of these names whenever it starts.
    void routinesOfTheOriginalAreReplacedAgain()
    {
        auto connection = legacyDatabase({});
        QVERIFY(schema::bootstrap(connection));
        QVERIFY(connection.execute("CREATE OR REPLACE PROCEDURE electric.electrify(name1 text, name2 text DEFAULT NULL) LANGUAGE plpgsql"
                                   " AS $$ BEGIN RAISE EXCEPTION 'the original runs'; END $$"));
        auto again = schema::bootstrap(connection);
        QVERIFY2(again, again ? "" : again.error().detail.c_str());
        auto electrified = connection.execute("CREATE TABLE t (id uuid PRIMARY KEY); CALL electric.electrify('t')");
        QVERIFY2(electrified, electrified ? "" : electrified.error().detail.c_str());
    }
};

QTEST_GUILESS_MAIN(TestUpgrade)
#include "tst_upgrade.moc"

#include <QTest>

#include "console/models/doctorreport.h"
#include "console/models/redaction.h"

using namespace electric;
using namespace electric::console;

namespace {

QString text(const char *utf8)
{
    return QString::fromUtf8(utf8);
}

} // namespace

// A report goes to strangers: secrets are planted wherever the service might let one slip, and none may be found.
class TestDoctorReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesOutSecrets_data()
    {
        QTest::addColumn<QString>("given");
        QTest::addColumn<QString>("shown");
        QTest::newRow("URL") << "postgresql://app:s3cret@db:5432/app"
                             << "postgresql://app:***@db:5432/app";
        QTest::newRow("URL with a bare @") << "at postgres://app:s3@cret@db/app now"
                                           << "at postgres://app:***@db/app now";
        QTest::newRow("URL in quotes") << "\"https://u:s3cret@host/\""
                                       << "\"https://u:***@host/\"";
        QTest::newRow("URL without a user") << "redis://:s3cret@host"
                                            << "redis://:***@host";
        QTest::newRow("URL without a password") << "postgresql://app@db:5432/app"
                                                << "postgresql://app@db:5432/app";
        QTest::newRow("URL's question") << "postgresql://db/app?user=a&password=s3cret&sslmode=require"
                                        << "postgresql://db/app?user=a&password=***&sslmode=require";
        QTest::newRow("connection string") << "host=db password=s3cret user=app"
                                           << "host=db password=*** user=app";
        QTest::newRow("quoted") << "password = 's3 cr\\'et' host=db"
                                << "password = *** host=db";
        QTest::newRow("setting") << "PG_PROXY_PASSWORD=s3cret"
                                 << "PG_PROXY_PASSWORD=***";
        QTest::newRow("signing key") << "AUTH_JWT_KEY: s3cret"
                                     << "AUTH_JWT_KEY: ***";
        QTest::newRow("token") << "got eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyLTEifQ.s3cret here"
                               << "got [token] here";
        QTest::newRow("unsigned token") << "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyLTEifQ."
                                        << "[token]";
        QTest::newRow("key") << "-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY----- end"
                             << "[key] end";
        QTest::newRow("cut key") << "-----BEGIN PRIVATE KEY-----\ns3cret"
                                 << "[key]";
        QTest::newRow("harmless") << "password authentication failed for user \"app\""
                                  << "password authentication failed for user \"app\"";
        QTest::newRow("also harmless") << "ALTER SYSTEM SET wal_level = 'logical'"
                                       << "ALTER SYSTEM SET wal_level = 'logical'";
    }
    void takesOutSecrets()
    {
        QFETCH(QString, given);
        QTEST(redacted(given), "shown");
    }

    void noPlantedSecretIsInTheReport()
    {
        DoctorFacts facts;
        facts.at = 1;
        facts.consoleVersion = text("0.13.0");
        facts.status.emplace();
        facts.status->state = text("degraded");
        facts.status->reason = text("could not connect to postgresql://app:PLANTED@db/app");
        facts.status->remedy = text("check password=PLANTED");
        facts.status->database = text("postgresql://app:PLANTED@db:5432/app");
        facts.status->version = text("0.13.0");
        facts.findings
            = {{text("reachable"), text("error"), text("no answer from postgres://u:PLANTED@h, token eyJhbGciOiJub25lIn0.PLANTED.PLANTED"),
                   text("SET PG_PROXY_PASSWORD='PLANTED'")},
                {text("slots"), text("ok"), text("1 of 10 | fine"), {}}};
        facts.settings = {{text("AUTH_JWT_KEY"), text("Authentication"), text("PLANTED"), text("environment"), true, true, {}},
            {text("NEW_PASSWORD"), text("Core"), text("PLANTED"), text("environment"), false, false, {}},
            {text("DATABASE_URL"), text("Core"), text("postgresql://app:PLANTED@db/app"), text("environment"), false, false, {}},
            {text("ELECTRIC_FEATURES"), text("Core"), text("proxy=http://u:PLANTED@proxy"), text("environment"), false, false, {}},
            {text("PG_PROXY_TLS_KEY"), text("Proxy"), text("-----BEGIN PRIVATE KEY----- PLANTED"), text("environment"), false, false, {}},
            {text("AUTH_JWT_KEY_IS_BASE64_ENCODED"), text("Authentication"), text("true"), text("environment"), false, false, {}},
            {text("HTTP_PORT"), text("Core"), text("5133"), text("default"), false, false, {}}};
        facts.replication.emplace();
        facts.replication->serverVersion = text("15.14 password=PLANTED");
        facts.replication->slotsUsed = 1;
        facts.replication->slotsMax = 10;
        facts.replication->replicationSlots = {{text("electric_replication_out_app"), true, text("reserved"), {}, {}, 240, {}, true}};

        const QString report = doctorReport(facts);
        QVERIFY2(!report.contains(text("PLANTED")), qPrintable(report));
        for (const char *const part : {"0.13.0", "degraded", "postgresql://app:***@db:5432/app", "| HTTP_PORT | 5133 | default |",
                 "| AUTH_JWT_KEY | (set) |", "| AUTH_JWT_KEY_IS_BASE64_ENCODED | true |", "**error** (reachable)", "1 of 10", "reserved",
                 "What to do:", "1 of 10 \\| fine"})
            QVERIFY2(report.contains(text(part)), qPrintable(text(part) + QLatin1Char('\n') + report));
        QVERIFY(report.indexOf(text("**error**")) < report.indexOf(text("**good**")));
    }

    void whatIsNotKnownIsSaid()
    {
        const QString report = doctorReport({});
        QVERIFY(report.contains(text("did not tell its status")));
        QVERIFY(report.contains(text("Not known.")));
        QVERIFY(report.contains(text("None.")));
    }
};

QTEST_APPLESS_MAIN(TestDoctorReport)
#include "tst_doctorreport.moc"

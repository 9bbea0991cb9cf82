#include "service/pg/connectiontrouble.h"

#include <QTest>

using electric::pg::connectionHint;

class TestConnectionTrouble : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrongComesWithWhatToDo_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char *message, const char *says) { QTest::newRow(message) << QByteArray(message) << QByteArray(says); };
        row("connection to server at \"127.0.0.1\", port 1 failed: Connection refused", "Start Postgres");
        row("connection to server at \"h\" failed: server does not support SSL, but SSL was required", "DATABASE_REQUIRE_SSL=false");
        row("could not translate host name \"nowhere\" to address: Name or service not known", "host name");
        row("connection to server failed: FATAL:  password authentication failed for user \"postgres\"", "user and password");
        row("connection to server failed: FATAL:  database \"nodb\" does not exist", "Create it");
        row("connection to server failed: FATAL:  role \"nobody\" does not exist", "Check the user");
        row("connection to server failed: FATAL:  no pg_hba.conf entry for host \"10.0.0.1\", user \"u\", database \"d\"", "pg_hba.conf");
        row("connection to server failed: FATAL:  sorry, too many clients already", "max_connections");
        row("connection to server failed: timeout expired", "firewall");
        row("fe_sendauth: no password supplied", "Put the password");
        row("something that nobody has seen", "");
    }
    void whatIsWrongComesWithWhatToDo()
    {
        QFETCH(const QByteArray, message);
        QFETCH(const QByteArray, says);
        const std::string hint = connectionHint(message.toStdString());
        QVERIFY2(says.isEmpty() ? hint.empty() : hint.find(says.toStdString()) != std::string::npos, hint.c_str());
    }
};

QTEST_APPLESS_MAIN(TestConnectionTrouble)
#include "tst_connectiontrouble.moc"

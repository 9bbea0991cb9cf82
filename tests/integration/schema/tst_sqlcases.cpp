#include "service/schema/bootstrap.h"
#include "tests/integration/schema/sqlcase.h"
#include "tests/support/throwawaycluster.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include <map>

using namespace electric;

Q_DECLARE_METATYPE(electric::test::SqlCase)

class TestSqlCases : public QObject
{
    Q_OBJECT

private:
    using Sessions = std::map<int, pg::Connection>;

    void prepareTemplate()
    {
        auto name = m_cluster->createDatabase();
        QVERIFY(name);
        m_template = *name;
        auto connection = pg::Connection::open(m_cluster->options(m_template), "test");
        QVERIFY(connection);
        auto prepared = schema::bootstrap(*connection);
        QVERIFY2(prepared, prepared ? "" : prepared.error().detail.c_str());
        QFile prelude(QStringLiteral(SQL_CASES "/prelude.sql"));
        QVERIFY(prelude.open(QIODevice::ReadOnly));
        auto run = connection->execute(prelude.readAll().toStdString());
        QVERIFY2(run, run ? "" : run.error().detail.c_str());
    }

    std::string newDatabase()
    {
        const std::string name = "case_" + std::to_string(++m_databases);
        auto made = m_admin->execute("CREATE DATABASE " + name + " TEMPLATE " + m_template);
        return made ? name : std::string();
    }

    pg::Connection *session(Sessions &sessions, int number)
    {
        const auto found = sessions.find(number);
        if (found != sessions.end())
            return &found->second;
        auto opened = pg::Connection::open(m_cluster->options(m_database), "test");
        if (!opened)
            return nullptr;
        opened->onNotice([this](const std::string &message) { m_notices += message; });
        return &sessions.emplace(number, std::move(*opened)).first->second;
    }

    static QString described(const Failure &failure)
    {
        return QStringLiteral("[%1] %2 / %3")
            .arg(QString::fromStdString(failure.code), QString::fromStdString(failure.detail), QString::fromStdString(failure.hint));
    }

    static QString difference(const test::SqlStep &step, const Result<void> &result)
    {
        if (result)
            return step.sqlState.empty() ? QString() : QStringLiteral("succeeds");
        const QString what = described(result.error());
        if (result.error().code != step.sqlState)
            return what;
        for (const std::string &text : step.texts) {
            if (!what.contains(QString::fromStdString(text)))
                return QStringLiteral("no \"%1\" in %2").arg(QString::fromStdString(text), what);
        }
        return {};
    }

    static QStringList cellsOf(const pg::Rows &rows)
    {
        QStringList lines;
        for (int row = 0; row < rows.count(); ++row) {
            QStringList cells;
            for (int column = 0; column < rows.columns(); ++column)
                cells << QString::fromUtf8(rows.text(row, column).data(), qsizetype(rows.text(row, column).size()));
            lines << cells.join(QStringLiteral(" | ")).trimmed();
        }
        return lines;
    }

    // What a step does differently than the case says; empty: nothing.
    QString difference(const test::SqlStep &step, pg::Connection &connection)
    {
        if (!step.isQuery)
            return difference(step, connection.execute(step.sql));
        auto rows = connection.query(step.sql);
        if (!rows)
            return described(rows.error());
        QStringList expected;
        for (const std::string &row : step.rows)
            expected << QString::fromStdString(row);
        const QStringList actual = cellsOf(*rows);
        return actual == expected ? QString() : QStringLiteral("gives\n= ") + actual.join(QStringLiteral("\n= "));
    }

    std::unique_ptr<test::ThrowawayCluster> m_cluster;
    std::unique_ptr<pg::Connection> m_admin;
    std::string m_template;
    std::string m_database;
    std::string m_notices;
    int m_databases = 0;

private Q_SLOTS:
    void initTestCase()
    {
        auto started = test::ThrowawayCluster::start();
        QVERIFY2(started, started ? "" : started.error().detail.c_str());
        m_cluster = std::move(*started);
        prepareTemplate();
        auto admin = pg::Connection::open(m_cluster->options(), "test");
        QVERIFY(admin);
        m_admin = std::make_unique<pg::Connection>(std::move(*admin));
    }

    void behavesAsTheCaseSays_data()
    {
        QTest::addColumn<test::SqlCase>("sqlCase");
        const auto cases = test::readCases(QStringLiteral(SQL_CASES "/" SQL_CASES_FILE));
        QVERIFY(!cases.empty());
        const int server = m_admin->serverVersion() / 10000;
        for (const test::SqlCase &one : cases) {
            static const QRegularExpression since(QStringLiteral("\\(since (\\d+)\\)"));
            const auto match = since.match(one.name);
            if (!match.hasMatch() || match.captured(1).toInt() <= server)
                QTest::newRow(qPrintable(one.name)) << one;
        }
    }

    void behavesAsTheCaseSays()
    {
        QFETCH(test::SqlCase, sqlCase);
        m_database = newDatabase();
        QVERIFY(!m_database.empty());
        m_notices.clear();
        {
            Sessions sessions;
            for (const test::SqlStep &step : sqlCase.steps) {
                pg::Connection *const connection = session(sessions, step.session);
                QVERIFY(connection);
                const QString different = difference(step, *connection);
                QVERIFY2(different.isEmpty(),
                    qPrintable(QStringLiteral("line %1: %2\n%3").arg(step.line).arg(QString::fromStdString(step.sql), different)));
            }
        }
        QVERIFY2(m_notices.find("skipping") == std::string::npos, m_notices.c_str());
        QVERIFY(m_admin->execute("DROP DATABASE " + m_database));
    }
};

QTEST_GUILESS_MAIN(TestSqlCases)
#include "tst_sqlcases.moc"

#include <QTest>

#include "service/changes/tags.h"
#include "tests/integration/writes/clientframes.h"
#include "tests/integration/writes/conflictcase.h"
#include "tests/integration/writes/database.h"

#include <QRegularExpression>

#include <algorithm>

namespace electric::writes::test {

namespace {

constexpr std::int64_t epochMs = 4'102'444'800'000; // 2100

const char *const tables = "CREATE TABLE items (id int4 PRIMARY KEY, content text, content_b text);"
                           "CREATE TABLE parents (id int4 PRIMARY KEY, content text NOT NULL);"
                           "CREATE TABLE children (id int4 PRIMARY KEY, parent_id int4 REFERENCES parents);"
                           "CREATE TABLE owned (id int4 PRIMARY KEY, parent_id int4 REFERENCES parents ON DELETE CASCADE);"
                           "CREATE TABLE marks (id int4 PRIMARY KEY);"
                           "CREATE TABLE pairs (id int4, part int4, content text, PRIMARY KEY (id, part));"
                           "CREATE TABLE \"camelCase\" (id int4 PRIMARY KEY, \"theContent\" text)";

const std::vector<std::string> names {"owned", "children", "parents", "items", "marks", "pairs", "camelCase"}; // children first

std::string plain(const std::string &table)
{
    return pg::quoteIdentifier(table);
}

std::string shadowOf(const std::string &table)
{
    return "electric." + pg::quoteIdentifier("shadow__public__" + table);
}

std::string tombstonesOf(const std::string &table)
{
    return "electric." + pg::quoteIdentifier("tombstone__public__" + table);
}

std::string tagColumn(const QString &column)
{
    return pg::quoteIdentifier("_tag_" + column.toStdString());
}

// c1@20 and postgres_1@0 as they go over the wire.
changes::Tag tag(const QString &text)
{
    const QStringList parts = text.split(QLatin1Char('@'));
    if (parts[0] == QLatin1String("postgres_1"))
        return {parts[1].toLongLong(), "postgres_1"};
    const std::int64_t ms = epochMs + std::int64_t(parts[1].toDouble() * 1000);
    return {ms, parts[0] == QLatin1String("pg") ? std::string("postgres_1") : parts[0].toStdString()};
}

// The other way; Postgres' own time is now.
QString shown(const changes::Tag &one)
{
    const QString source = one.origin == "postgres_1" ? QStringLiteral("pg") : QString::fromStdString(one.origin);
    if (one.timestampMs < epochMs)
        return source + QStringLiteral("@now");
    return source + QLatin1Char('@') + QString::number(double(one.timestampMs - epochMs) / 1000);
}

QStringList words(const QString &text)
{
    return text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

} // namespace

class ConflictTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<electric::test::ThrowawayCluster> m_cluster;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<DirectWriter> m_writer;
    std::vector<ConflictCase> m_cases;
    ClientTransaction m_last;
    std::string m_lastSaid;
    schema::Catalogue m_catalogue;
    std::uint32_t m_lsn = 0;

    void clean()
    {
        for (const std::string &table : names) {
            m_database->run("DELETE FROM " + plain(table));
            m_database->run("TRUNCATE " + shadowOf(table) + ", " + tombstonesOf(table));
        }
    }

    QStringList plainColumns(const std::string &table) const
    {
        QStringList names;
        for (const auto &column : m_database->table(table)->columns) {
            if (!m_database->table(table)->isKey(column.name))
                names.append(QString::fromStdString(column.name));
        }
        return names;
    }

    void makeState(const QString &text)
    {
        static const QRegularExpression form(QStringLiteral("^(\\w+) (\\S+) (?:no shadow|tags(.*?) columns(.*))$"));
        const auto match = form.match(text);
        QVERIFY2(match.hasMatch(), qPrintable(text));
        const std::string table = match.captured(1).toStdString();
        QStringList values;
        for (const QString &value : match.captured(2).split(QLatin1Char('|')))
            values.append(value == QLatin1String("NULL") ? value : QLatin1Char('\'') + value + QLatin1Char('\''));
        m_database->run("INSERT INTO " + plain(table) + " VALUES (" + values.join(QLatin1Char(',')).toStdString() + ')');
        const std::string shadow = shadowOf(table);
        if (text.endsWith(QLatin1String("no shadow"))) {
            m_database->run("DELETE FROM " + shadow + " WHERE id = " + values[0].toStdString());
            return;
        }
        QStringList all;
        for (const QString &one : words(match.captured(3)))
            all.append(QString::fromStdString(pg::quoteLiteral(changes::formatTag(tag(one)))));
        QStringList sets {QStringLiteral("_tags = ARRAY[%1]::electric.tag[]").arg(all.join(QLatin1Char(',')))};
        const QStringList columns = plainColumns(table);
        const QStringList tags = words(match.captured(4));
        for (int at = 0; at < tags.size(); ++at)
            sets.append(QString::fromStdString(tagColumn(columns[at]) + " = " + pg::quoteLiteral(changes::formatTag(tag(tags[at])))));
        m_database->run(
            "UPDATE " + shadow + " SET " + sets.join(QStringLiteral(", ")).toStdString() + " WHERE id = " + values[0].toStdString());
    }

    Operation operation(const QString &text)
    {
        static const QRegularExpression form(QStringLiteral("^(\\w+) (\\w+) (\\S+)(?: -> (\\S+))?(?: \\[(.*)\\])?$"));
        const auto match = form.match(text.trimmed());
        if (!match.hasMatch())
            qFatal("not an operation: %s", qPrintable(text));
        const auto table = m_database->table(match.captured(2).toStdString());
        const std::string first = match.captured(3).toStdString();
        std::vector<std::string> tags;
        for (const QString &one : words(match.captured(5)))
            tags.push_back(tag(one).text());
        if (match.captured(1) == QLatin1String("insert"))
            return insert(table, first, tags);
        if (match.captured(1) == QLatin1String("update"))
            return update(table, first, match.captured(4).toStdString(), tags);
        if (match.captured(1) == QLatin1String("delete"))
            return remove(table, first, tags);
        return compensate(table, first, tags);
    }

    void write(const QString &line)
    {
        const qsizetype space = line.indexOf(QLatin1Char(' '));
        const changes::Tag who = tag(line.left(space));
        m_last = {who.origin, "user", lsn(++m_lsn), who.timestampMs, {}};
        for (const QString &one : line.mid(space + 1).split(QLatin1Char(';')))
            m_last.operations.push_back(operation(one));
        auto decoded = overTheWire(m_last, m_catalogue);
        if (decoded.failure) { // the session tells the client, and which transaction it was
            QVERIFY2(decoded.failure->kind == Failure::Kind::Conflict && decoded.failedLsn == m_last.lsn, decoded.failure->detail.c_str());
            m_lastSaid = "rejected INVALID_REQUEST";
            return;
        }
        m_last = std::move(decoded.transactions.at(0));
        m_lastSaid = said(submit(*m_writer, m_last));
    }

    QString found(const std::string &table, const QString &key, const QString &expected)
    {
        const std::string where = " WHERE id = " + key.toStdString();
        const std::string row = m_database->value("SELECT * FROM " + plain(table) + where);
        QString text
            = row.empty() ? QStringLiteral("none") : QString::fromStdString(row).replace(QStringLiteral("|-"), QStringLiteral("|NULL"));
        const std::string shadow = " FROM " + shadowOf(table) + where;
        if (expected.contains(QLatin1String(" tags"))) {
            QStringList tags;
            changes::TagArrayReader reader;
            for (const std::string &one : reader.read(m_database->value("SELECT _tags" + shadow)))
                tags.append(shown(*changes::parseClientTag(one)));
            tags.sort();
            text += QStringLiteral(" tags") + (tags.isEmpty() ? QString() : QLatin1Char(' ') + tags.join(QLatin1Char(' ')));
        }
        if (expected.contains(QLatin1String(" columns"))) {
            text += QStringLiteral(" columns");
            for (const QString &column : plainColumns(table)) {
                const auto one = changes::parseTag(m_database->value("SELECT " + tagColumn(column) + shadow));
                text += QLatin1Char(' ') + (one ? shown(*one) : QStringLiteral("-"));
            }
        }
        if (expected.contains(QLatin1String(" last"))) {
            const auto one = changes::parseTag(m_database->value("SELECT _tag" + shadow));
            text += QStringLiteral(" last ") + (one ? shown(*one) : QStringLiteral("-"));
        }
        return text;
    }

    // Tags are a set.
    static QString sorted(QString expected)
    {
        static const QRegularExpression form(QStringLiteral(" tags(.*?)(?= columns| last|$)"));
        const auto match = form.match(expected);
        if (!match.hasMatch())
            return expected;
        QStringList tags = words(match.captured(1));
        tags.sort();
        return expected.replace(match.capturedStart(), match.capturedLength(),
            QStringLiteral(" tags") + (tags.isEmpty() ? QString() : QLatin1Char(' ') + tags.join(QLatin1Char(' '))));
    }

    void perform(const QString &line)
    {
        static const QRegularExpression expectation(QStringLiteral("^= (\\w+) (\\w+): (.*)$"));
        static const QRegularExpression burial(QStringLiteral("^buried (\\w+) (\\w+): (.*)$"));
        const std::string expectedSaid = line == QLatin1String("duplicate") ? "duplicate"
            : line.startsWith(QLatin1String("refused "))                    ? "rejected " + line.mid(8).toStdString()
                                                                            : "applied";
        if (expectedSaid != "applied") {
            QCOMPARE(m_lastSaid, expectedSaid);
            m_lastSaid.clear();
            return;
        }
        if (line != QLatin1String("again"))
            QVERIFY2(m_lastSaid.empty() || m_lastSaid == "applied", m_lastSaid.c_str());
        m_lastSaid.clear();
        if (const auto match = expectation.match(line); match.hasMatch()) {
            QCOMPARE(found(match.captured(1).toStdString(), match.captured(2), match.captured(3)), sorted(match.captured(3)));
        } else if (const auto buried = burial.match(line); buried.hasMatch()) {
            const std::string kept = m_database->value(
                "SELECT * FROM " + tombstonesOf(buried.captured(1).toStdString()) + " WHERE id = " + buried.captured(2).toStdString());
            QCOMPARE(QString::fromStdString(kept).replace(QStringLiteral("|-"), QStringLiteral("|NULL")), buried.captured(3));
        } else if (line.startsWith(QLatin1String("sql "))) {
            m_database->run(line.mid(4).toStdString());
        } else if (line.startsWith(QLatin1String("state "))) {
            makeState(line.mid(6));
        } else if (line == QLatin1String("again")) {
            m_lastSaid = said(submit(*m_writer, m_last));
        } else {
            write(line);
        }
    }

private Q_SLOTS:
    void initTestCase()
    {
        auto cluster = electric::test::ThrowawayCluster::start();
        QVERIFY2(cluster.has_value(), cluster ? "" : cluster.error().detail.c_str());
        m_cluster = std::move(*cluster);
        m_database = std::make_unique<Database>(*m_cluster, tables, std::vector<std::string> {names.rbegin() + 1, names.rend()});
        m_database->run("CALL electric.electrify('public.\"camelCase\"')");
        m_database->readTable("camelCase");
        for (const std::string &one : names)
            m_catalogue.put(*m_database->table(one));
        m_writer = std::make_unique<DirectWriter>(2);
        m_writer->setDatabase(m_database->options());
    }

    void cleanupTestCase()
    {
        m_writer.reset();
        m_database.reset();
    }

    void resolve_data()
    {
        QTest::addColumn<int>("number");
        m_cases = readCases(QStringLiteral(CASES));
        QVERIFY(m_cases.size() > 30);
        for (std::size_t at = 0; at < m_cases.size(); ++at)
            QTest::newRow(qPrintable(m_cases[at].title)) << int(at);
    }

    void resolve()
    {
        QFETCH(int, number);
        const ConflictCase &one = m_cases[std::size_t(number)];
        QStringList order = one.permuted;
        order.sort();
        do {
            clean();
            m_lastSaid.clear();
            for (const QString &line : one.before + order + one.after + QStringList {QStringLiteral("sql SELECT 1")}) {
                perform(line);
                if (QTest::currentTestFailed()) {
                    qWarning().noquote() << "at:" << line << "after" << order;
                    return;
                }
            }
        } while (std::next_permutation(order.begin(), order.end()));
    }
};

} // namespace electric::writes::test

QTEST_GUILESS_MAIN(electric::writes::test::ConflictTest)
#include "tst_conflicts.moc"

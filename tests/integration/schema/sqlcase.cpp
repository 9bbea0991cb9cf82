#include "tests/integration/schema/sqlcase.h"

#include <QFile>
#include <QTextStream>

namespace electric::test {

namespace {

// Takes "2: " off the front of a line.
int takeSession(QString &line)
{
    if (line.size() > 2 && line[0].isDigit() && line[1] == QLatin1Char(':')) {
        const int session = line[0].digitValue();
        line = line.mid(2).trimmed();
        return session;
    }
    return 1;
}

class Reader
{
public:
    std::vector<SqlCase> cases;

    void read(QString line)
    {
        ++m_number;
        if (line.startsWith(QLatin1String("--")))
            return;
        if (line.startsWith(QLatin1String("# "))) {
            cases.push_back({line.mid(2), {}});
            m_isOpen = false;
        } else if (line.trimmed().isEmpty()) {
            m_isOpen = false;
        } else if (line.startsWith(QLatin1String("! "))) {
            expectFailure(line.mid(2));
        } else if (line.startsWith(QLatin1Char('='))) {
            steps().back().rows.push_back(line.mid(1).trimmed().toStdString());
        } else if (m_isOpen && !line.startsWith(QLatin1String("? "))) {
            steps().back().sql += '\n' + line.toStdString();
        } else {
            open(line);
        }
    }

private:
    std::vector<SqlStep> &steps() { return cases.back().steps; }

    void open(QString line)
    {
        SqlStep step;
        step.line = m_number;
        step.isQuery = line.startsWith(QLatin1String("? "));
        if (step.isQuery)
            line = line.mid(2);
        step.session = takeSession(line);
        step.sql = line.toStdString();
        m_isOpen = !step.isQuery;
        steps().push_back(std::move(step));
    }

    void expectFailure(const QString &line)
    {
        m_isOpen = false;
        SqlStep &step = steps().back();
        step.sqlState = line.left(5).toStdString();
        for (const QString &text : line.mid(5).split(QStringLiteral("…"), Qt::SkipEmptyParts))
            step.texts.push_back(text.trimmed().toStdString());
    }

    int m_number = 0;
    bool m_isOpen = false;
};

} // namespace

std::vector<SqlCase> readCases(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Text))
        return {};
    Reader reader;
    QTextStream stream(&file);
    while (!stream.atEnd())
        reader.read(stream.readLine());
    return std::move(reader.cases);
}

} // namespace electric::test

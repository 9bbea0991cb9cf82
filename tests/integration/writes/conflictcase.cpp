#include "tests/integration/writes/conflictcase.h"

#include <QDir>
#include <QFile>
#include <QTextStream>

namespace electric::writes::test {

std::vector<ConflictCase> readCases(const QString &folder)
{
    std::vector<ConflictCase> cases;
    const QStringList names = QDir(folder).entryList({QStringLiteral("*.case")}, QDir::Files, QDir::Name);
    for (const QString &name : names) {
        QFile file(QDir(folder).filePath(name));
        if (!file.open(QIODevice::ReadOnly))
            qFatal("cannot read %s", qPrintable(file.fileName()));
        QTextStream lines(&file);
        QStringList *target = nullptr;
        while (!lines.atEnd()) {
            const QString line = lines.readLine().trimmed();
            if (line.startsWith(QLatin1String("# "))) {
                cases.push_back({line.mid(2), {}, {}, {}});
                target = &cases.back().before;
            } else if (line == QLatin1String("in any order")) {
                target = &cases.back().permuted;
            } else if (line == QLatin1String("then")) {
                target = &cases.back().after;
            } else if (!line.isEmpty() && !line.startsWith(QLatin1String("--"))) {
                target->append(line);
            }
        }
    }
    return cases;
}

} // namespace electric::writes::test

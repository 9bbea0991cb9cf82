#pragma once

#include <QString>
#include <QStringList>

#include <vector>

namespace electric::writes::test {

// One case of tests/data/conflicts/*.case; README.md there tells the language.
struct ConflictCase {
    QString title;
    QStringList before; // lines, in order
    QStringList permuted; // in every order
    QStringList after;
};

std::vector<ConflictCase> readCases(const QString &folder);

} // namespace electric::writes::test

#pragma once

#include <QString>
#include <QStringList>

#include <string>
#include <vector>

namespace electric::test {

// One step of a case: a block of SQL and what it must lead to. The format is in tests/data/schema/README.md.
struct SqlStep {
    int session = 1;
    bool isQuery = false;
    std::string sql;
    std::vector<std::string> rows; // Query: the expected rows, cells joined by " | "
    std::string sqlState; // empty: must succeed
    std::vector<std::string> texts; // each must be in the message or hint of the failure
    int line = 0;
};

struct SqlCase {
    QString name;
    std::vector<SqlStep> steps;
};

// All cases of a file, in order.
std::vector<SqlCase> readCases(const QString &path);

} // namespace electric::test

#pragma once

#include "service/schema/catalogue.h"
#include "shared/base/result.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QString>

#include <string>
#include <string_view>
#include <vector>

namespace electric::schema {

// A node of Postgres' parse tree together with the text that it came from; a cheap value (the trees are shared).
struct SyntaxNode {
    QString kind {}; // CreateStmt, ColumnDef, A_Const, …; empty: no node
    QJsonObject fields {};
    std::string_view source {}; // the whole text, not only this node's; must outlive the node

    [[nodiscard]] bool is(QLatin1String other) const { return kind == other; }
    [[nodiscard]] std::string text(QLatin1String field) const;
    [[nodiscard]] bool flag(QLatin1String field) const { return fields.value(field).toBool(); }
    // A field that holds a node of any kind, a list of such, or a node whose kind goes without saying.
    [[nodiscard]] SyntaxNode child(QLatin1String field) const;
    [[nodiscard]] std::vector<SyntaxNode> children(QLatin1String field) const;
    [[nodiscard]] SyntaxNode known(QLatin1String field) const { return {{}, fields.value(field).toObject(), source}; }
    // A field that holds a list of names.
    [[nodiscard]] std::vector<std::string> names(QLatin1String field) const;
    // The value of an Integer or of an A_Const's whole number.
    [[nodiscard]] Result<int> wholeNumber() const;
};

struct ParsedStatement {
    SyntaxNode node;
    std::string text; // exactly as written, without surrounding blanks and the final semicolon
};

// Parses with Postgres' own grammar; `source` must outlive the result. Malformed when it is not SQL.
Result<std::vector<ParsedStatement>> parseSql(const std::string &source);

// What the tree says about a name or a type. Names without a schema are in `public`.
[[nodiscard]] TableName tableName(const SyntaxNode &rangeVar);
[[nodiscard]] TableName tableName(const std::vector<std::string> &parts);
[[nodiscard]] ColumnType columnType(const SyntaxNode &typeName, const Catalogue &catalogue);

} // namespace electric::schema

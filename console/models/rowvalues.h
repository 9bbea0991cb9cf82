#pragma once

#include "shared/admin/values.h"

#include <QHash>

#include <optional>

namespace electric::console {

// What operations do to rows, readable: a frame names tables by numbers and carries values as bytes (the JSON of a tapped frame has them
// in Base64), and only the relations that passed before say what they mean. A number means one table for each direction.

struct ColumnValue {
    QString column; // its number when no relation was seen
    QString type; // may be empty
    bool isKey = false;
    std::optional<QString> value; // nothing: NULL
    std::optional<QString> old; // before an update; only where it was sent and differs
    bool isBinary = false; // not text; shown in hexadecimal
};

struct RowOperation {
    QString what; // begin, insert, update, delete, compensation, gone, migrate, commit …
    QString table; // empty for those that concern no row; "relation 7" when no relation was seen
    QString summary; // of those without a row: the time of a begin, the statements of a migration
    QList<ColumnValue> values;
    QStringList tags;
};

class RelationBook
{
public:
    // To be told of each frame in the order in which they pass.
    void note(const admin::TapFrame &frame);
    void clear() { m_relations.clear(); }

    // Of a SatOpLog; nothing for other frames.
    [[nodiscard]] QList<RowOperation> operationsOf(const admin::TapFrame &frame) const;

private:
    struct Column {
        QString name;
        QString type;
        bool isKey = false;
    };
    struct Relation {
        QString table;
        QList<Column> columns;
    };
    using Id = std::pair<bool, int>; // from the client, number

    [[nodiscard]] RowOperation operationOf(bool isIncoming, const QJsonObject &operation) const;

    QHash<Id, Relation> m_relations;
};

// A line for a table: "insert public.items: id = 1, content = hello".
[[nodiscard]] QString inWords(const RowOperation &operation);
// The frame's content with its rows readable instead of in Base64.
[[nodiscard]] QJsonArray asJson(const QList<RowOperation> &operations);

} // namespace electric::console

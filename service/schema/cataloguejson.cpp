#include "service/schema/cataloguejson.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace electric::schema {

namespace {

QString text(const std::string &utf8)
{
    return QString::fromStdString(utf8);
}

QJsonObject nameJson(const TableName &name)
{
    return {{QStringLiteral("name"), text(name.name)}, {QStringLiteral("schema"), text(name.schema)}};
}

template <typename List> QJsonArray list(const List &values)
{
    QJsonArray array;
    for (const auto &value : values) {
        if constexpr (std::is_integral_v<std::decay_t<decltype(value)>>)
            array.append(value);
        else
            array.append(text(value));
    }
    return array;
}

QJsonObject columnJson(const Column &column)
{
    QJsonObject type {{QStringLiteral("name"), text(column.type.name)}};
    if (!column.type.size.empty())
        type.insert(QStringLiteral("size"), list(column.type.size));
    if (!column.type.array.empty())
        type.insert(QStringLiteral("array"), list(column.type.array));
    QJsonObject json {{QStringLiteral("name"), text(column.name)}, {QStringLiteral("type"), type}};
    if (!column.nullable)
        json.insert(QStringLiteral("constraints"), QJsonArray {QJsonObject {{QStringLiteral("notNull"), QJsonObject {}}}});
    return json;
}

QString actionName(ForeignKey::Action action)
{
    switch (action) {
    case ForeignKey::Action::Restrict: return QStringLiteral("RESTRICT");
    case ForeignKey::Action::Cascade: return QStringLiteral("CASCADE");
    case ForeignKey::Action::SetNull: return QStringLiteral("SET_NULL");
    case ForeignKey::Action::SetDefault: return QStringLiteral("SET_DEFAULT");
    case ForeignKey::Action::NoAction: break;
    }
    return QStringLiteral("NO_ACTION");
}

QJsonArray constraintsJson(const Table &table)
{
    QJsonArray constraints;
    if (!table.primaryKey.empty())
        constraints.append(QJsonObject {{QStringLiteral("primary"),
            QJsonObject {{QStringLiteral("name"), text(table.name.name + "_pkey")}, {QStringLiteral("keys"), list(table.primaryKey)}}}});
    for (const ForeignKey &key : table.foreignKeys) {
        QJsonObject foreign {{QStringLiteral("name"), text(key.name)}, {QStringLiteral("fkCols"), list(key.columns)},
            {QStringLiteral("pkTable"), nameJson(key.target)}, {QStringLiteral("pkCols"), list(key.targetColumns)}};
        if (key.onDelete != ForeignKey::Action::NoAction)
            foreign.insert(QStringLiteral("onDelete"), actionName(key.onDelete));
        if (key.onUpdate != ForeignKey::Action::NoAction)
            foreign.insert(QStringLiteral("onUpdate"), actionName(key.onUpdate));
        constraints.append(QJsonObject {{QStringLiteral("foreign"), foreign}});
    }
    return constraints;
}

} // namespace

std::string catalogueJson(const Catalogue &catalogue)
{
    QJsonArray tables;
    for (const auto &[name, table] : catalogue.tables()) {
        QJsonArray columns;
        for (const Column &column : table->columns)
            columns.append(columnJson(column));
        tables.append(QJsonObject {{QStringLiteral("name"), nameJson(name)}, {QStringLiteral("columns"), columns},
            {QStringLiteral("constraints"), constraintsJson(*table)}, {QStringLiteral("oid"), qint64(table->oid)}});
    }
    QJsonArray enums;
    for (const Enum &one : catalogue.enums())
        enums.append(QJsonObject {{QStringLiteral("name"), nameJson(one.name)}, {QStringLiteral("values"), list(one.values)}});
    return QJsonDocument(QJsonObject {{QStringLiteral("tables"), tables}, {QStringLiteral("enums"), enums}})
        .toJson(QJsonDocument::Compact)
        .toStdString();
}

} // namespace electric::schema

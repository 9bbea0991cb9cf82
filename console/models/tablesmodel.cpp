#include "console/models/tablesmodel.h"

#include "console/models/format.h"

namespace electric::console {

using admin::Table;

namespace {

QString state(const Table &table)
{
    if (table.electrified)
        return TablesModel::tr("Electrified");
    return table.obstacle.isEmpty() ? TablesModel::tr("Not electrified") : TablesModel::tr("Cannot be electrified");
}

QList<Column<Table>> columns()
{
    return {
        {TablesModel::tr("Table"), tableKey, nullptr, tableKey},
        {TablesModel::tr("State"), state, nullptr, [](const Table &t) { return t.obstacle; }},
        {TablesModel::tr("Rows"), [](const Table &t) { return format::count(t.rows); }, [](const Table &t) { return QVariant(t.rows); },
            [](const Table &) { return TablesModel::tr("As Postgres estimates"); }, true},
        {TablesModel::tr("Shadow rows"), [](const Table &t) { return format::count(t.shadowRows); },
            [](const Table &t) { return QVariant(t.shadowRows); },
            [](const Table &) { return TablesModel::tr("What Electric keeps of rows to settle conflicts; as Postgres estimates"); }, true},
        {TablesModel::tr("Size"), [](const Table &t) { return format::bytes(t.bytes); }, [](const Table &t) { return QVariant(t.bytes); },
            nullptr, true},
        {TablesModel::tr("Why not"), [](const Table &t) { return t.obstacle; }, nullptr, [](const Table &t) { return t.remedy; }},
    };
}

} // namespace

TablesModel::TablesModel(QObject *parent) : KeyedTableModel(columns(), parent) { }

} // namespace electric::console

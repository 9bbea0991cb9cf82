#include "console/models/migrationsmodel.h"

#include "console/models/format.h"

namespace electric::console {

using admin::Migration;

namespace {

QString firstStatement(const Migration &migration)
{
    const QString first = migration.postgres.value(0).simplified();
    return migration.postgres.size() < 2 ? first
                                         : MigrationsModel::tr("%1 … (%2 in all)").arg(first, format::count(migration.postgres.size()));
}

QList<Column<Migration>> columns()
{
    return {
        {MigrationsModel::tr("Version"), [](const Migration &m) { return m.version; }},
        {MigrationsModel::tr("Applied"), [](const Migration &m) { return format::moment(m.at); },
            [](const Migration &m) { return QVariant(m.at); }, [](const Migration &m) { return format::fullMoment(m.at); }},
        {MigrationsModel::tr("Statements"), firstStatement},
    };
}

} // namespace

MigrationsModel::MigrationsModel(QObject *parent) : KeyedTableModel(columns(), parent) { }

} // namespace electric::console

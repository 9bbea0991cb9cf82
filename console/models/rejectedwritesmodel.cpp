#include "console/models/rejectedwritesmodel.h"

#include "console/models/format.h"

namespace electric::console {

using admin::RejectedWrite;

namespace {

QList<Column<RejectedWrite>> columns()
{
    return {
        {RejectedWritesModel::tr("When"), [](const RejectedWrite &w) { return format::moment(w.at); },
            [](const RejectedWrite &w) { return QVariant(w.at); }, [](const RejectedWrite &w) { return format::fullMoment(w.at); }},
        {RejectedWritesModel::tr("User"), [](const RejectedWrite &w) { return w.user; }},
        {RejectedWritesModel::tr("Client"), [](const RejectedWrite &w) { return w.client; }, nullptr,
            [](const RejectedWrite &w) { return w.client; }},
        {RejectedWritesModel::tr("Operations"), [](const RejectedWrite &w) { return format::count(w.operations.size()); },
            [](const RejectedWrite &w) { return QVariant(w.operations.size()); }, nullptr, true},
        {RejectedWritesModel::tr("SQLSTATE"), [](const RejectedWrite &w) { return w.sqlState; }},
        {RejectedWritesModel::tr("What Postgres said"), [](const RejectedWrite &w) { return w.message; }, nullptr,
            [](const RejectedWrite &w) { return w.message; }},
    };
}

} // namespace

RejectedWritesModel::RejectedWritesModel(QObject *parent) : KeyedTableModel(columns(), parent) { }

} // namespace electric::console

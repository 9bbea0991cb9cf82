#include "console/models/rejectedwritesmodel.h"

#include "console/models/format.h"

namespace electric::console {

using admin::RejectedWrite;

namespace {

QList<Column<RejectedWrite>> columns()
{
    const auto tr = [](const char *text) { return RejectedWritesModel::tr(text); };
    return {
        {tr("When"), [](const RejectedWrite &w) { return format::moment(w.at); }, [](const RejectedWrite &w) { return QVariant(w.at); },
            [](const RejectedWrite &w) { return format::fullMoment(w.at); }},
        {tr("User"), [](const RejectedWrite &w) { return w.user; }},
        {tr("Client"), [](const RejectedWrite &w) { return w.client; }, nullptr, [](const RejectedWrite &w) { return w.client; }},
        {tr("Operations"), [](const RejectedWrite &w) { return format::count(w.operations.size()); },
            [](const RejectedWrite &w) { return QVariant(w.operations.size()); }, nullptr, true},
        {tr("SQLSTATE"), [](const RejectedWrite &w) { return w.sqlState; }},
        {tr("What Postgres said"), [](const RejectedWrite &w) { return w.message; }, nullptr,
            [](const RejectedWrite &w) { return w.message; }},
    };
}

} // namespace

RejectedWritesModel::RejectedWritesModel(QObject *parent) : KeyedTableModel(columns(), parent) { }

} // namespace electric::console

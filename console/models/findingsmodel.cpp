#include "console/models/findingsmodel.h"

namespace electric::console {

using admin::Finding;

namespace {

int rank(const Finding &finding)
{
    return finding.severity == QLatin1String("error") ? 0 : finding.severity == QLatin1String("warning") ? 1 : 2;
}

QString severityInWords(const Finding &finding)
{
    switch (rank(finding)) {
    case 0: return FindingsModel::tr("Error");
    case 1: return FindingsModel::tr("Warning");
    default: return FindingsModel::tr("Good");
    }
}

QList<Column<Finding>> columns()
{
    return {
        {FindingsModel::tr("Severity"), severityInWords, [](const Finding &f) { return QVariant(rank(f)); }},
        {FindingsModel::tr("Finding"), [](const Finding &f) { return f.message; }, nullptr, [](const Finding &f) { return f.message; }},
        {FindingsModel::tr("What to do"), [](const Finding &f) { return f.remedy; }, nullptr, [](const Finding &f) { return f.remedy; }},
        {FindingsModel::tr("Check"), [](const Finding &f) { return f.check; }},
    };
}

} // namespace

FindingsModel::FindingsModel(QObject *parent) : KeyedTableModel(columns(), parent) { }

int FindingsModel::countOf(const char *severity) const
{
    return int(
        std::count_if(rows().begin(), rows().end(), [severity](const Finding &one) { return one.severity == QLatin1String(severity); }));
}

} // namespace electric::console

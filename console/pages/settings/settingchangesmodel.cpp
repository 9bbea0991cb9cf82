#include "console/pages/settings/settingchangesmodel.h"

namespace electric::console {

namespace {

QString valueText(const SettingChange &change, const QString &value)
{
    if (value.isEmpty())
        return SettingChangesModel::tr("not set");
    return change.isSecret ? SettingChangesModel::tr("set, not shown") : value;
}

QString thenText(const SettingChange &change)
{
    if (!change.isKnown)
        return SettingChangesModel::tr("left out: not a setting of Electric");
    return change.isSecret && !change.now.isEmpty() && !change.then.isEmpty() ? SettingChangesModel::tr("another value, not shown")
                                                                              : valueText(change, change.then);
}

} // namespace

void SettingChangesModel::show(std::vector<SettingChange> changes)
{
    beginResetModel();
    m_changes = std::move(changes);
    endResetModel();
}

int SettingChangesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_changes.size());
}

int SettingChangesModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant SettingChangesModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    const SettingChange &change = m_changes[std::size_t(index.row())];
    switch (index.column()) {
    case Name: return change.name;
    case Now: return valueText(change, change.now);
    case Then: return thenText(change);
    default: return {};
    }
}

QVariant SettingChangesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name: return tr("Setting");
    case Now: return tr("Now");
    case Then: return tr("Then");
    default: return {};
    }
}

} // namespace electric::console

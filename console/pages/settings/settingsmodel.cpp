#include "console/pages/settings/settingsmodel.h"

#include "console/pages/settings/settingwords.h"

#include <algorithm>

namespace electric::console {

namespace {

constexpr quintptr isGroup = 0; // the internal id of a setting is the number of its group, from 1

QString valueText(const admin::SettingInForce &setting)
{
    if (setting.isSecret)
        return setting.isSet ? SettingsModel::tr("set, not shown") : SettingsModel::tr("not set");
    return setting.value.isEmpty() ? SettingsModel::tr("not set") : setting.value;
}

QString originText(const QString &origin)
{
    if (origin == QLatin1String("default"))
        return SettingsModel::tr("default");
    if (origin == QLatin1String("environment"))
        return SettingsModel::tr("given");
    if (origin == QLatin1String("embedded"))
        return SettingsModel::tr("of the embedded Postgres");
    return origin;
}

} // namespace

void SettingsModel::show(const QList<admin::SettingInForce> &settings)
{
    beginResetModel();
    m_groups.clear();
    for (const admin::SettingInForce &one : settings) {
        auto group = std::find_if(m_groups.begin(), m_groups.end(), [&one](const Group &has) { return has.name == one.group; });
        if (group == m_groups.end())
            group = m_groups.insert(m_groups.end(), Group {one.group, {}});
        group->settings << one;
    }
    endResetModel();
}

QModelIndex SettingsModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, parent.isValid() ? quintptr(parent.row() + 1) : isGroup);
}

QModelIndex SettingsModel::parent(const QModelIndex &child) const
{
    return child.isValid() && child.internalId() != isGroup ? createIndex(int(child.internalId()) - 1, 0, isGroup) : QModelIndex();
}

int SettingsModel::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return int(m_groups.size());
    return parent.internalId() == isGroup && parent.column() == 0 ? int(m_groups[std::size_t(parent.row())].settings.size()) : 0;
}

int SettingsModel::columnCount(const QModelIndex &) const
{
    return ColumnCount;
}

QVariant SettingsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (index.internalId() == isGroup)
        return role == Qt::DisplayRole && index.column() == Name ? QVariant(inLanguage(m_groups[std::size_t(index.row())].name))
                                                                 : QVariant();
    const admin::SettingInForce &setting = m_groups[index.internalId() - 1].settings[index.row()];
    if (role == HelpRole || role == Qt::AccessibleDescriptionRole)
        return inLanguage(setting.help);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Name: return setting.name;
    case Value: return valueText(setting);
    case Origin: return originText(setting.origin);
    default: return {};
    }
}

QVariant SettingsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name: return tr("Setting");
    case Value: return tr("Value");
    case Origin: return tr("Where from");
    default: return {};
    }
}

} // namespace electric::console

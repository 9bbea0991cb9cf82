#pragma once

#include "shared/admin/values.h"

#include <QAbstractItemModel>

#include <vector>

namespace electric::console {

// The settings in force, in their groups: a tree of two levels, to be looked at. Secrets have no value here, only whether there is one.
class SettingsModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column { Name, Value, Origin, ColumnCount };
    enum Role { HelpRole = Qt::UserRole };

    using QAbstractItemModel::QAbstractItemModel;

    void show(const QList<admin::SettingInForce> &settings);

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &child) const override;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Group {
        QString name;
        QList<admin::SettingInForce> settings;
    };
    std::vector<Group> m_groups;
};

} // namespace electric::console

#pragma once

#include "console/exchange/settingsdiff.h"

#include <QAbstractTableModel>

namespace electric::console {

// Settings that are not the same on two sides. Of secrets only that they differ.
class SettingChangesModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Now, Then, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void show(std::vector<SettingChange> changes);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<SettingChange> m_changes;
};

} // namespace electric::console

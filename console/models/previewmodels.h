#pragma once

#include "console/models/keyedtablemodel.h"

namespace electric::console {

inline QString previewedKey(const admin::PreviewedTable &row)
{
    return row.schema + QLatin1Char('.') + row.name;
}

// How much a shape has of each table.
class PreviewedTablesModel final : public KeyedTableModel<admin::PreviewedTable, previewedKey>
{
    Q_OBJECT

public:
    explicit PreviewedTablesModel(QObject *parent = nullptr);
};

// The first rows that a shape has of one table, in the columns of that table.
class SampleModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    void show(const admin::PreviewedTable &table);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : int(m_table.sample.size()); }
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : int(m_table.columns.size());
    }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    admin::PreviewedTable m_table;
};

// The place of an error in a text as an editor counts, in UTF-16: the word at `position`, which counts characters from 1. Never empty
// unless the text is.
struct TextSpan {
    int start = 0;
    int length = 0;

    friend bool operator==(const TextSpan &, const TextSpan &) = default;
};
[[nodiscard]] TextSpan errorSpan(const QString &text, int position);
// The service's words, with line and column in place of the location that protocols count.
[[nodiscard]] QString errorInWords(const QString &text, const admin::ShapePreview &preview);

} // namespace electric::console

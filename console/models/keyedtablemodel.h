#pragma once

#include "shared/admin/json.h"

#include <QAbstractTableModel>
#include <QHash>

#include <algorithm>
#include <functional>
#include <type_traits>

namespace electric::console {

// The roles that all tables of the console have, beside Qt's.
enum TableRole {
    SortRole = Qt::UserRole, // numbers as numbers, not as texts
    KeyRole, // what names the row in calls to the service
};

template <typename Row> struct Column {
    using Text = QString (*)(const Row &);
    using Value = QVariant (*)(const Row &);

    Column(QString columnTitle, Text columnText, Value columnSort = nullptr, Text columnTip = nullptr, bool isNumeric = false,
        QString columnTitleTip = {})
        : title(std::move(columnTitle)), text(columnText), sort(columnSort), tip(columnTip), isNumber(isNumeric),
          titleTip(std::move(columnTitleTip))
    { }

    QString title;
    Text text;
    Value sort; // by the text when null
    Text tip;
    bool isNumber;
    QString titleTip; // what the title means, where it is short
};

// Rows of the service by their key, one a line. New values change the lines in place, so selection and scroll position stay; lines stand
// in the order in which they came, a proxy sorts them. `KeyOf` gives the key of a row.
template <typename Row, auto KeyOf> class KeyedTableModel : public QAbstractTableModel
{
public:
    using Key = std::decay_t<decltype(KeyOf(std::declval<const Row &>()))>;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : int(m_rows.size()); }
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : int(m_columns.size()); }
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override
    {
        if (orientation != Qt::Horizontal || section < 0 || section >= m_columns.size())
            return {};
        switch (role) {
        case Qt::DisplayRole: return m_columns[section].title;
        case Qt::ToolTipRole: return m_columns[section].titleTip.isEmpty() ? QVariant() : QVariant(m_columns[section].titleTip);
        case Qt::TextAlignmentRole: return alignment(m_columns[section]);
        default: return {};
        }
    }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override
    {
        if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
            return {};
        const Row &row = m_rows[index.row()];
        const Column<Row> &column = m_columns[index.column()];
        switch (role) {
        case Qt::DisplayRole: return column.text(row);
        case Qt::ToolTipRole: return column.tip ? QVariant(column.tip(row)) : QVariant();
        case Qt::TextAlignmentRole: return alignment(column);
        case SortRole: return column.sort ? column.sort(row) : QVariant(column.text(row));
        case KeyRole: return QVariant::fromValue(KeyOf(row));
        default: return {};
        }
    }

    [[nodiscard]] const QList<Row> &rows() const { return m_rows; }
    [[nodiscard]] const Row *find(const Key &key) const
    {
        const auto found = m_lines.constFind(key);
        return found == m_lines.constEnd() ? nullptr : &m_rows[*found];
    }

    // All there is now: what is missing has ended.
    void assign(const QList<Row> &rows)
    {
        QHash<Key, int> wanted;
        for (const Row &row : rows)
            wanted.insert(KeyOf(row), 0);
        removeIf([&wanted](const Row &row) { return !wanted.contains(KeyOf(row)); });
        merge(rows);
    }
    // Changes those that are here, adds the others at the end.
    void merge(const QList<Row> &rows)
    {
        QList<Row> added;
        QHash<Key, int> addedLines;
        for (const Row &row : rows) {
            if (const auto line = m_lines.constFind(KeyOf(row)); line != m_lines.constEnd())
                replace(*line, row);
            else if (const auto again = addedLines.constFind(KeyOf(row)); again != addedLines.constEnd())
                added[*again] = row;
            else
                addedLines.insert(KeyOf(row), int(added.size())), added.append(row);
        }
        if (added.isEmpty())
            return;
        beginInsertRows({}, int(m_rows.size()), int(m_rows.size() + added.size()) - 1);
        m_rows.append(added);
        reindex();
        endInsertRows();
    }
    void remove(const Key &key)
    {
        removeIf([&key](const Row &row) { return KeyOf(row) == key; });
    }

protected:
    KeyedTableModel(QList<Column<Row>> columns, QObject *parent) : QAbstractTableModel(parent), m_columns(std::move(columns)) { }

private:
    static QVariant alignment(const Column<Row> &column)
    {
        return QVariant::fromValue((column.isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    void replace(int line, const Row &row)
    {
        if (admin::toJson(m_rows[line]) == admin::toJson(row))
            return;
        m_rows[line] = row;
        Q_EMIT dataChanged(createIndex(line, 0), createIndex(line, int(m_columns.size()) - 1));
    }
    void removeIf(const std::function<bool(const Row &)> &isGone)
    {
        for (auto line = m_rows.size(); line-- > 0;) {
            if (!isGone(m_rows[line]))
                continue;
            auto first = line; // neighbours go together
            while (first > 0 && isGone(m_rows[first - 1]))
                --first;
            beginRemoveRows({}, int(first), int(line));
            m_rows.remove(first, line - first + 1);
            reindex();
            endRemoveRows();
            line = first;
        }
    }
    void reindex()
    {
        m_lines.clear();
        for (int line = 0; line < int(m_rows.size()); ++line)
            m_lines.insert(KeyOf(m_rows[line]), line);
    }

    const QList<Column<Row>> m_columns;
    QList<Row> m_rows;
    QHash<Key, int> m_lines;
};

} // namespace electric::console

#pragma once

#include <QList>

class QAbstractItemModel;
class QLineEdit;
class QModelIndex;
class QSortFilterProxyModel;
class QTableView;

// What all tables of the console have in common.
namespace electric::console::tables {

// Gives the view the model, sorted by SortRole and filtered by what is typed; Escape in the field clears it.
QSortFilterProxyModel *prepare(QTableView *view, QAbstractItemModel *model, QLineEdit *filter);
// The same for a proxy that is more than one of Qt's; it is owned by the view then.
void prepareWith(QSortFilterProxyModel *proxy, QTableView *view, QAbstractItemModel *model, QLineEdit *filter);

// Makes each column as wide as its title needs, but not narrower than given (by column; 0: as the title).
void fitColumns(QTableView *view, const QList<int> &least);

// The row of the model under the view's proxy that is selected, the first of several; invalid if none is.
QModelIndex selected(const QTableView *view);
QList<QModelIndex> allSelected(const QTableView *view);

} // namespace electric::console::tables

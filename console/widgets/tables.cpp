#include "console/widgets/tables.h"

#include "console/models/keyedtablemodel.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QShortcut>
#include <QSortFilterProxyModel>
#include <QTableView>

namespace electric::console::tables {

QSortFilterProxyModel *prepare(QTableView *view, QAbstractItemModel *model, QLineEdit *filter)
{
    auto *proxy = new QSortFilterProxyModel(view);
    proxy->setFilterKeyColumn(-1);
    prepareWith(proxy, view, model, filter);
    return proxy;
}

void prepareWith(QSortFilterProxyModel *proxy, QTableView *view, QAbstractItemModel *model, QLineEdit *filter)
{
    proxy->setParent(view);
    proxy->setSortRole(SortRole);
    proxy->setSortCaseSensitivity(Qt::CaseInsensitive);
    proxy->setFilterCaseSensitivity(Qt::CaseInsensitive);
    proxy->setSourceModel(model);
    view->setModel(proxy);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setAlternatingRowColors(true);
    view->setShowGrid(false);
    view->setWordWrap(false);
    view->setTabKeyNavigation(false); // Tab goes on to the next field
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(view->fontMetrics().height() + 8);
    view->horizontalHeader()->setStretchLastSection(true);
    view->horizontalHeader()->setHighlightSections(false);
    view->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    if (!filter)
        return;
    filter->setClearButtonEnabled(true);
    QObject::connect(filter, &QLineEdit::textChanged, proxy, &QSortFilterProxyModel::setFilterFixedString);
    auto *escape = new QShortcut(QKeySequence(Qt::Key_Escape), filter, filter, &QLineEdit::clear, Qt::WidgetShortcut);
    escape->setAutoRepeat(false);
}

void fitColumns(QTableView *view, const QList<int> &least)
{
    constexpr int air = 4; // beside the title
    view->ensurePolished();
    for (int column = 0; column < view->model()->columnCount(); ++column)
        view->setColumnWidth(column, qMax(view->horizontalHeader()->sectionSizeHint(column) + air, least.value(column)));
}

QModelIndex selected(const QTableView *view)
{
    return allSelected(view).value(0);
}

QList<QModelIndex> allSelected(const QTableView *view)
{
    const auto *proxy = qobject_cast<const QSortFilterProxyModel *>(view->model());
    QList<QModelIndex> rows;
    if (!view->selectionModel())
        return rows;
    const QModelIndexList chosen = view->selectionModel()->selectedRows();
    for (const QModelIndex &index : chosen)
        rows << (proxy ? proxy->mapToSource(index) : index);
    return rows;
}

} // namespace electric::console::tables

#include "console/pages/sessions/rowtree.h"

#include <QCoreApplication>
#include <QTreeWidget>

#include <algorithm>

namespace electric::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::RowTree)
};

constexpr qsizetype mostOperations = 1'000;
constexpr qsizetype mostOpened = 50; // of a few the values are seen at once
constexpr qsizetype longest = 300; // letters of a value in the tree; all of it is in its tooltip

void setValue(QTreeWidgetItem &item, int column, const std::optional<QString> &value, const QString &instead)
{
    item.setText(column, value ? value->left(longest) : instead);
    if (value)
        item.setToolTip(column, QStringLiteral("<p style=\"white-space:pre-wrap\">") + value->toHtmlEscaped() + QStringLiteral("</p>"));
    if (!value && !instead.isEmpty()) {
        QFont font = item.font(column);
        font.setItalic(true); // not to be taken for a text that reads the same
        item.setFont(column, font);
    }
}

QTreeWidgetItem *itemOf(const ColumnValue &value)
{
    auto *item = new QTreeWidgetItem({value.column});
    QStringList tip;
    if (!value.type.isEmpty())
        tip << value.type;
    if (value.isKey) {
        item->setText(0, Words::tr("%1 (key)").arg(value.column));
        tip << Words::tr("part of the primary key");
    }
    if (value.isBinary)
        tip << Words::tr("not text: shown in hexadecimal");
    item->setToolTip(0, tip.join(QStringLiteral(", ")));
    setValue(*item, 1, value.value, QStringLiteral("NULL"));
    setValue(*item, 2, value.old, {});
    return item;
}

QTreeWidgetItem *itemOf(const RowOperation &operation)
{
    auto *item = new QTreeWidgetItem({operation.table.isEmpty() ? operation.what : operation.what + QLatin1Char(' ') + operation.table});
    setValue(*item, 1, operation.summary.isEmpty() ? std::nullopt : std::optional(operation.summary), {});
    const bool hasKeyOnly = operation.what == QLatin1String("gone") || operation.what == QLatin1String("compensation");
    for (const ColumnValue &value : operation.values) {
        if (value.value || !hasKeyOnly)
            item->addChild(itemOf(value));
    }
    if (!operation.tags.isEmpty())
        item->addChild(new QTreeWidgetItem({Words::tr("tags"), operation.tags.join(QStringLiteral(", "))}));
    return item;
}

} // namespace

void showOperations(QTreeWidget &tree, const QList<RowOperation> &operations)
{
    tree.clear();
    QList<QTreeWidgetItem *> items;
    for (qsizetype at = 0; at < qMin(mostOperations, operations.size()); ++at)
        items << itemOf(operations[at]);
    if (const int left = int(operations.size() - items.size()); left > 0)
        items << new QTreeWidgetItem({Words::tr("… and %n more; copy the frame to see them", nullptr, left)});
    tree.addTopLevelItems(items);
    const bool hasOld = std::any_of(operations.begin(), operations.end(), [](const RowOperation &operation) {
        return std::any_of(operation.values.begin(), operation.values.end(), [](const ColumnValue &one) { return one.old.has_value(); });
    });
    tree.setColumnHidden(2, !hasOld);
    for (qsizetype at = 0; at < qMin(mostOpened, items.size()); ++at)
        items[at]->setExpanded(true);
}

} // namespace electric::console

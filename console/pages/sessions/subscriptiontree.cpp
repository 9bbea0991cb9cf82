#include "console/pages/sessions/subscriptiontree.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QTreeWidget>

namespace electric::console {

namespace {

QString includeInWords(const QJsonValue &include)
{
    const QJsonArray array = include.toArray();
    return array.isEmpty() ? QString() : QString::fromUtf8(QJsonDocument(array).toJson(QJsonDocument::Compact));
}

QTreeWidgetItem *itemOf(const admin::Subscription &subscription)
{
    auto *item = new QTreeWidgetItem({subscription.id, subscription.state});
    for (const QJsonObject &shape : subscription.shapes) {
        const QString where = shape.value(QLatin1String("where")).toString();
        const QString include = includeInWords(shape.value(QLatin1String("include")));
        auto *line = new QTreeWidgetItem(item, {shape.value(QLatin1String("table")).toString(), QString(), where, include});
        line->setToolTip(2, where);
        line->setToolTip(3, include);
    }
    item->setToolTip(
        0, QCoreApplication::translate("SessionsPage", "Holds rows of %1").arg(subscription.tables.join(QStringLiteral(", "))));
    return item;
}

} // namespace

void showSubscriptions(QTreeWidget &tree, const QList<admin::Subscription> &subscriptions)
{
    tree.clear();
    for (const admin::Subscription &one : subscriptions)
        tree.addTopLevelItem(itemOf(one));
    tree.expandAll();
}

} // namespace electric::console

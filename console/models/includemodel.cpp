#include "console/models/includemodel.h"

#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>

namespace electric::console {

struct IncludeModel::Node {
    Node *above = nullptr;
    QString table;
    QStringList foreignKey;
    bool isMany = false; // its rows point at the one above; else the one above points at it
    bool isTicked = false;
    std::vector<std::unique_ptr<Node>> below {};

    [[nodiscard]] int row() const
    {
        const auto here = std::find_if(above->below.begin(), above->below.end(), [this](const auto &one) { return one.get() == this; });
        return int(here - above->below.begin());
    }
    [[nodiscard]] bool isSameKey(const Node &other) const { return table == other.table && foreignKey == other.foreignKey; }
};

namespace {

const auto theSchema = QStringLiteral("public"); // clients see no other

bool isVisible(const admin::Table &table)
{
    return table.electrified && table.schema == theSchema;
}

template <typename Node> QJsonArray tickedBelow(const Node &node)
{
    QJsonArray include;
    for (const auto &one : node.below) {
        if (one->isTicked)
            include.append(QJsonObject {{QStringLiteral("table"), one->table},
                {QStringLiteral("foreignKey"), QJsonArray::fromStringList(one->foreignKey)},
                {QStringLiteral("include"), tickedBelow(*one)}});
    }
    return include;
}

} // namespace

IncludeModel::IncludeModel(QObject *parent) : QAbstractItemModel(parent), m_root(std::make_unique<Node>()) { }

IncludeModel::~IncludeModel() = default;

void IncludeModel::setTables(const QList<admin::Table> &tables, const QString &root)
{
    beginResetModel();
    m_tables = tables;
    m_root = std::make_unique<Node>();
    m_root->table = root;
    m_root->below = relationsOf(*m_root);
    endResetModel();
    Q_EMIT changed();
}

std::vector<std::unique_ptr<IncludeModel::Node>> IncludeModel::relationsOf(Node &node) const
{
    std::vector<std::unique_ptr<Node>> found;
    const auto add = [&](Node relation) {
        // A key that can be followed both ways is followed to the many (spec/satellite.md §7.3); back to where we came from leads nowhere
        // new.
        const bool isTaken = std::any_of(found.begin(), found.end(), [&relation](const auto &one) { return one->isSameKey(relation); });
        const bool isWayBack
            = !relation.isMany && node.isMany && node.foreignKey == relation.foreignKey && node.above->table == relation.table;
        if (!isTaken && !isWayBack)
            found.push_back(std::make_unique<Node>(std::move(relation)));
    };
    for (const admin::Table &table : m_tables) {
        for (const admin::ForeignKey &key : table.foreignKeys) {
            if (isVisible(table) && key.schema == theSchema && key.table == node.table)
                add({&node, table.name, key.columns, true});
        }
    }
    for (const admin::Table &table : m_tables) {
        for (const admin::ForeignKey &key : table.foreignKeys) {
            if (isVisible(table) && table.name == node.table && key.schema == theSchema)
                add({&node, key.table, key.columns, false});
        }
    }
    return found;
}

QJsonArray IncludeModel::include() const
{
    return tickedBelow(*m_root);
}

const IncludeModel::Node &IncludeModel::nodeOf(const QModelIndex &index) const
{
    return index.isValid() ? *static_cast<const Node *>(index.constInternalPointer()) : *m_root;
}

QModelIndex IncludeModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, nodeOf(parent).below[std::size_t(row)].get());
}

QModelIndex IncludeModel::parent(const QModelIndex &child) const
{
    const Node *const above = child.isValid() ? nodeOf(child).above : nullptr;
    return !above || above == m_root.get() ? QModelIndex() : createIndex(above->row(), 0, above);
}

int IncludeModel::rowCount(const QModelIndex &parent) const
{
    return parent.column() > 0 ? 0 : int(nodeOf(parent).below.size());
}

QVariant IncludeModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Node &node = nodeOf(index);
    const QString key = node.foreignKey.join(QStringLiteral(", "));
    switch (role) {
    case Qt::DisplayRole:
        return node.isMany ? tr("%1 whose %2 points here").arg(node.table, key) : tr("%1 that %2 points at").arg(node.table, key);
    case Qt::CheckStateRole: return node.isTicked ? Qt::Checked : Qt::Unchecked;
    case Qt::ToolTipRole:
        return node.isMany ? tr("The rows of %1 whose %2 points at a row of %3").arg(node.table, key, node.above->table)
                           : tr("The row of %1 that %2 of %3 points at. It comes along in any case; tick it to go on from there.")
                                 .arg(node.table, key, node.above->table);
    default: return {};
    }
}

bool IncludeModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::CheckStateRole || !checkIndex(index, CheckIndexOption::IndexIsValid))
        return false;
    tick(index, value.toInt() == Qt::Checked);
    return true;
}

void IncludeModel::tick(const QModelIndex &index, bool isTicked)
{
    Node &node = *static_cast<Node *>(index.internalPointer());
    if (node.isTicked == isTicked)
        return;
    node.isTicked = isTicked;
    if (isTicked) {
        auto below = relationsOf(node);
        if (!below.empty()) {
            beginInsertRows(index, 0, int(below.size()) - 1);
            node.below = std::move(below);
            endInsertRows();
        }
    } else if (!node.below.empty()) {
        beginRemoveRows(index, 0, int(node.below.size()) - 1);
        node.below.clear();
        endRemoveRows();
    }
    Q_EMIT dataChanged(index, index, {Qt::CheckStateRole});
    Q_EMIT changed();
}

Qt::ItemFlags IncludeModel::flags(const QModelIndex &index) const
{
    return index.isValid() ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable : Qt::ItemFlags();
}

} // namespace electric::console

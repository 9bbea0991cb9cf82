#pragma once

#include "shared/admin/values.h"

#include <QAbstractItemModel>

#include <memory>
#include <vector>

namespace electric::console {

// The tables that can be included with a shape's table along foreign keys, as a tree to tick. What hangs on a table appears when it is
// ticked: foreign keys may run in circles.
class IncludeModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    explicit IncludeModel(QObject *parent = nullptr);
    ~IncludeModel() override;

    // All tables of the database; the electrified ones of the schema public count. What was ticked is forgotten.
    void setTables(const QList<admin::Table> &tables, const QString &root);
    [[nodiscard]] QJsonArray include() const; // what is ticked, as shape.preview takes it

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &child) const override;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex & = {}) const override { return 1; }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;

Q_SIGNALS:
    void changed(); // of include()

private:
    struct Node;

    [[nodiscard]] const Node &nodeOf(const QModelIndex &index) const;
    [[nodiscard]] std::vector<std::unique_ptr<Node>> relationsOf(Node &node) const;
    void tick(const QModelIndex &index, bool isTicked);

    QList<admin::Table> m_tables;
    std::unique_ptr<Node> m_root;
};

} // namespace electric::console

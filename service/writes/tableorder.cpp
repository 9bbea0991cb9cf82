#include "service/writes/tableorder.h"

#include <map>
#include <set>

namespace electric::writes {

namespace {

using TablePtr = std::shared_ptr<const schema::Table>;

struct Order {
    std::map<schema::TableName, TablePtr> byName;
    std::set<schema::TableName> seen;
    std::vector<TablePtr> done;

    void visit(const TablePtr &table)
    {
        if (!seen.insert(table->name).second)
            return;
        for (const schema::ForeignKey &key : table->foreignKeys)
            if (const auto parent = byName.find(key.target); parent != byName.end())
                visit(parent->second);
        done.push_back(table);
    }
};

} // namespace

std::vector<TablePtr> parentsFirst(const std::vector<TablePtr> &tables)
{
    Order order;
    for (const TablePtr &table : tables)
        order.byName.emplace(table->name, table);
    for (const TablePtr &table : tables)
        order.visit(table);
    return order.done;
}

} // namespace electric::writes

// What filtered shapes cost: finding those that a row concerns among many, and remembering what a client holds. ./dev bench shapes
#include "service/satellite/interests.h"
#include "service/shapes/heldrows.h"
#include "service/wire/transactionencoder.h"

#include <chrono>
#include <cstdio>
#include <memory>

using namespace electric;

namespace {

using Clock = std::chrono::steady_clock;

std::string uuid(int number)
{
    char text[40];
    std::snprintf(text, sizeof text, "9f0e1c3a-0000-4000-8000-%012d", number);
    return text;
}

schema::CataloguePtr catalogue()
{
    auto made = std::make_shared<schema::Catalogue>();
    schema::Table users;
    users.name.name = "users";
    users.oid = 1;
    users.columns = {{"id", {"uuid", {}, {}}, false}};
    users.primaryKey = {"id"};
    schema::Table items = users;
    items.name.name = "items";
    items.oid = 2;
    items.columns.push_back({"user_id", {"text", {}, {}}, true});
    items.columns.push_back({"content", {"text", {}, {}}, true});
    made->put(users);
    made->put(items);
    return made;
}

wire::LoggedTransactionPtr inserts(int count, const schema::CataloguePtr &tables)
{
    changes::Transaction transaction;
    for (int i = 0; i < count; ++i) {
        changes::RowChange change;
        change.tableOid = 2;
        change.newRow.append({changes::Value::Kind::Text, uuid(i)});
        change.newRow.append({changes::Value::Kind::Text, "user-" + std::to_string(i)});
        change.newRow.append({changes::Value::Kind::Text, "some content of a usual length"});
        transaction.changes.push_back(std::move(change));
    }
    return wire::encodeTransaction(transaction, tables, nullptr);
}

// Microseconds a row to find the one of `shapes` clients whose shape is this.user_id = '…'.
double matching(int shapes)
{
    const auto tables = catalogue();
    const auto items = tables->table(2);
    satellite::Interests interests;
    const auto readers = std::make_unique<satellite::Interests::Reader[]>(std::size_t(shapes));
    for (int i = 0; i < shapes; ++i) {
        const auto condition = where::compile("this.user_id = 'user-" + std::to_string(i) + '\'', *items, *tables);
        const auto &requirement = (*condition)->requirements().front();
        interests.set(
            readers[std::size_t(i)], {{}, {{items->name, requirement.column, requirement.values}}, "client-" + std::to_string(i)});
    }
    constexpr int rows = 1000;
    const auto all = inserts(rows, tables);
    double best = 1e9;
    for (int run = 0; run < 5; ++run) {
        const auto start = Clock::now();
        if (interests.match(*all).size() != std::size_t(std::min(rows, shapes)))
            return -1;
        best = std::min(best, std::chrono::duration<double, std::micro>(Clock::now() - start).count() / rows);
    }
    return best;
}

// Bytes a row that a client holds of a shape with a parent for each row.
double memory(int rows)
{
    const auto tables = catalogue();
    auto shape = std::make_shared<shapes::Shape>();
    shapes::Layer root;
    root.table = tables->table(1);
    root.condition = *where::compile("this.id IS NOT NULL", *root.table, *tables);
    shapes::Layer children;
    children.way = shapes::Layer::Way::ToMany;
    children.table = tables->table(2);
    children.foreignKey = {1};
    shape->layers = {root, children};
    shapes::HeldRows held("me");
    const auto id = held.add(shape);
    const std::string parent = uuid(1'000'000);
    held.hold(id, 0, std::vector<changes::Value> {{changes::Value::Kind::Text, parent}});
    for (int i = 0; i < rows; ++i) {
        const std::string key = uuid(i);
        held.hold(id, 1, std::vector<changes::Value> {{changes::Value::Kind::Text, key}, {changes::Value::Kind::Text, parent}, {}});
    }
    return double(held.figures().bytes) / rows;
}

} // namespace

int main()
{
    std::printf("finding the clients that one row concerns, by this.user_id = '…':\n");
    for (const int shapes : {100, 10'000, 100'000})
        std::printf("  %7d shapes  %6.2f us/row\n", shapes, matching(shapes));
    std::printf("what a client holds through foreign keys, uuid keys of 36 bytes:\n");
    for (const int rows : {10'000, 1'000'000})
        std::printf("  %7d rows    %6.1f bytes/row\n", rows, memory(rows));
    return 0;
}

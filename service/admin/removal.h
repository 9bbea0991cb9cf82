#pragma once

#include "service/pg/connection.h"

#include <string>
#include <vector>

namespace electric::admin {

// The statements that take everything that Electric made out of a database; the rows of people's tables stay.
struct RemovalPlan {
    std::string database;
    std::vector<std::string> links; // subscriptions and slots: each on its own, since Postgres cannot undo them
    std::vector<std::string> contents; // all or nothing

    [[nodiscard]] std::string sql() const; // for people to look at and to run
};

[[nodiscard]] Result<RemovalPlan> planRemoval(pg::Connection &connection);

// Whether the contents could be removed now: does it, and takes it back.
[[nodiscard]] Result<void> rehearseRemoval(pg::Connection &connection, const RemovalPlan &plan);
// Nobody may use the slots any more; waits a moment for a server process that is about to let go of one.
[[nodiscard]] Result<void> remove(pg::Connection &connection, const RemovalPlan &plan);

} // namespace electric::admin

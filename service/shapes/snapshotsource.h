#pragma once

#include "service/schema/catalogue.h"
#include "shared/base/lsn.h"
#include "shared/base/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace electric::shapes {

// Which transactions a snapshot of Postgres shows (Postgres docs "pg_snapshot components").
struct Visibility {
    std::uint64_t xmin = 0; // all below are finished
    std::uint64_t xmax = 0; // none from here on is visible
    std::vector<std::uint64_t> inProgress; // sorted, between the two

    [[nodiscard]] bool shows(std::uint64_t xid) const;
};

// The rows that a subscription starts with, read in one snapshot and handed over in pieces.
struct SnapshotBegan {
    Visibility visibility;
    Lsn upTo; // every transaction that the snapshot shows had committed before this position
};
struct SnapshotRows {
    std::vector<std::shared_ptr<const schema::Table>> tables; // those that appear here for the first time, to be announced before
    std::string operations; // encoded insert `ops` fields of a SatOpLog
    std::uint64_t rows = 0;
};
struct SnapshotEnded {};
using SnapshotEvent = std::variant<SnapshotBegan, SnapshotRows, SnapshotEnded, Failure>;

struct SnapshotRequest {
    std::vector<std::shared_ptr<const schema::Table>> tables; // whole tables, each once
    std::string userId;
};

// Runs snapshot queries somewhere else. Callable from any thread; `deliver` is called from the source's threads, in order, and
// must only pass the event on. After `credit` rows events have been delivered without more() the source pauses.
class SnapshotSource
{
public:
    virtual ~SnapshotSource() = default;

    class Handle // dropping it cancels the query; no event is delivered afterwards
    {
    public:
        virtual ~Handle() = default;
        virtual void more() = 0; // one SnapshotRows has been consumed
    };
    virtual std::unique_ptr<Handle> start(SnapshotRequest request, std::function<void(SnapshotEvent)> deliver) = 0;
};

} // namespace electric::shapes

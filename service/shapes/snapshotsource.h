#pragma once

#include "service/changes/tuple.h"
#include "service/schema/catalogue.h"
#include "service/shapes/shape.h"
#include "service/shapes/visibility.h"
#include "shared/base/lsn.h"
#include "shared/base/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace electric::shapes {

// The rows that a subscription starts with, read in one snapshot and handed over in pieces.
struct SnapshotBegan {
    Visibility visibility;
    Lsn upTo; // every transaction that the snapshot shows had committed before this position
};
struct FoundRow { // of a selection
    std::size_t selection = 0; // index in the request
    std::size_t layer = 0;
    changes::Tuple row; // keys and references only, all else is NULL
    std::size_t begin = 0; // of its operation in SnapshotRows::operations; empty when another layer had it before
    std::size_t end = 0;
};
struct SnapshotRows {
    std::vector<std::shared_ptr<const schema::Table>> tables; // those that appear here for the first time, to be announced before
    std::string operations; // encoded insert `ops` fields of a SatOpLog
    std::uint64_t rows = 0;
    std::vector<FoundRow> found {};
};
struct SnapshotEnded { };
using SnapshotEvent = std::variant<SnapshotBegan, SnapshotRows, SnapshotEnded, Failure>;

// Rows of a filtered shape: all of them, or those that begin at some rows of one layer, with everything that hangs on these.
struct Selection {
    ShapePtr shape;
    std::size_t layer = 0; // where to begin
    std::vector<std::string> keys {}; // packed: of rows of the layer, for a ToMany layer of what they point at; empty: the whole shape
};

struct SnapshotRequest {
    std::vector<std::shared_ptr<const schema::Table>> tables; // whole tables, each once
    std::string userId;
    bool keysOnly = false; // encoded gone operations instead of inserts
    std::vector<Selection> selections {};
    std::vector<ShapePtr> excluded {}; // rows that these show as well are left out
    // Transactions that the snapshot has to show, since the reader had them from the stream: it can be ahead of what other sessions see by
    // the moment between a commit record and the end of its transaction.
    std::vector<std::uint64_t> alreadyStreamed {};
    Lsn streamedUpTo {}; // the reader had everything up to here from the stream
};

// Runs snapshot queries somewhere else. Callable from any thread; `deliver` is called from the source's threads and from within more(), in
// order, and must only pass the event on. The source pauses when `unconsumedLimit` SnapshotRows wait for their more(), and gives up with a
// Failure of kind Timeout when none is consumed for a minute, so that a stalled reader does not hold a snapshot open.
class SnapshotSource
{
public:
    static constexpr int unconsumedLimit = 8;

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

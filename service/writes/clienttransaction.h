#pragma once

#include "service/changes/tuple.h"
#include "service/schema/catalogue.h"
#include "shared/base/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace electric::writes {

// One operation of a client, decoded, its values checked against the types (spec/satellite.md §6.3) and laid out in the
// column order of `table`. Columns that the client's relation does not have are Value::Kind::Unchanged.
struct Operation {
    enum class Kind : std::uint8_t { Insert, Update, Delete, Compensation };

    Kind kind = Kind::Insert;
    std::shared_ptr<const schema::Table> table;
    changes::Tuple row; // Insert, Update: new row; Compensation: primary key, the rest Null
    changes::Tuple oldRow; // Update, Delete
    std::vector<std::string> observedTags; // client form, origin@ms
};

// One transaction as a client made it. `lsn` is opaque: stored, compared and given back verbatim.
struct ClientTransaction {
    std::string clientId;
    std::string userId;
    std::string lsn;
    std::int64_t timestampMs = 0;
    std::vector<Operation> operations; // in the client's order, never reordered within a row
};

// Where sessions hand in what clients wrote. Implemented by the direct writer; later also by the logical publisher.
class WriteSink
{
public:
    virtual ~WriteSink() = default;

    // What became of one transaction. Applied: it is committed (it will also come back on the stream). Duplicate: an
    // earlier delivery was. Rejected: Postgres refuses it for good; `why` has SQLSTATE and message. A transient failure
    // is never reported: the sink keeps trying, in order.
    struct Outcome {
        enum class Kind { Applied, Duplicate, Rejected };
        Kind kind = Kind::Applied;
        Failure why {};
    };

    // Takes over one transaction. Transactions of one client are applied in the order of the calls. Callable from any
    // thread; `done` is called once, on an unspecified thread, and must not block.
    virtual void submit(ClientTransaction transaction, std::function<void(Outcome)> done) = 0;
};

} // namespace electric::writes

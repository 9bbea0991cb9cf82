#pragma once

#include "service/wire/clientrelation.h"
#include "service/writes/clienttransaction.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace Electric::Satellite {
class SatTransOp;
}

namespace electric::wire {

// Reads what one client writes: its relations and its operation log, whose transactions may span frames and share them
// (spec/satellite.md §5.3, §6.7). One a connection. Who the client is, is filled in by the caller.
class ClientWriteDecoder
{
public:
    struct Limits {
        std::size_t operations = 1'000'000; // of one transaction
        std::size_t bytes = 256U << 20; // of one transaction, as sent
    };
    ClientWriteDecoder() : ClientWriteDecoder(Limits {}) { }
    explicit ClientWriteDecoder(Limits limits) : m_limits(limits) { }

    // A frame's body, without its type byte.
    Result<void> relation(std::string_view body, const schema::Catalogue &catalogue);

    // What a frame completes. A failure does not take back the transactions before it. Of kind Conflict: an update of a primary key,
    // whose detail is the message for the client; Malformed or Limit: anything else. Empty transactions are dropped
    // (spec/satellite.md §5.3).
    struct Decoded {
        std::vector<writes::ClientTransaction> transactions; // complete, in order, none empty
        std::optional<Failure> failure;
        std::string failedLsn; // of the transaction that failed, when it had begun
    };
    Decoded opLog(std::string_view body, const schema::Catalogue &catalogue);

    // The relations announced so far as frames, as the client would send them again.
    [[nodiscard]] std::vector<std::string> relationFrames() const;

    void forgetOpen() { m_isOpen = false; } // the client starts sending anew

private:
    Result<void> step(const Electric::Satellite::SatTransOp &operation, const schema::Catalogue &catalogue, Decoded &decoded);
    Result<void> begin(const Electric::Satellite::SatTransOp &operation);
    Result<writes::Operation> row(const Electric::Satellite::SatTransOp &operation, const schema::Catalogue &catalogue) const;
    Result<const ClientRelation *> relationOf(std::uint32_t id) const;
    Result<void> checkKeyUnchanged(const writes::Operation &operation) const;

    const Limits m_limits;
    std::map<std::uint32_t, ClientRelation> m_relations;
    writes::ClientTransaction m_open;
    std::size_t m_openBytes = 0;
    bool m_isOpen = false;
};

} // namespace electric::wire

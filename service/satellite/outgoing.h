#pragma once

#include "service/schema/catalogue.h"
#include "shared/base/lsn.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace electric::satellite::out {

// The frames that a session sends, type byte first (spec/satellite.md §1.5, §2). Row operations come encoded from elsewhere and are
// only put together here.

enum class ErrorCode { Internal = 0, AuthRequired = 1, ReplicationFailed = 3, InvalidRequest = 4 };
enum class StartError { BehindWindow = 1, InvalidPosition = 2, SubscriptionNotFound = 3, MalformedLsn = 4, UnknownSchema = 5 };
enum class ShapeErrorCode {
    Unspecified = 0,
    TableNotFound = 1,
    MissingReferenced = 2,
    EmptyDefinition = 3,
    DuplicateTable = 4,
    InvalidWhere = 5,
    InvalidInclude = 6,
};
struct ShapeError {
    ShapeErrorCode code = ShapeErrorCode::Unspecified;
    std::string message;
    std::string requestId;
};

std::string error(ErrorCode code, std::string_view message = {}, std::string_view clientLsn = {});
std::string rpcResult(std::string_view method, std::uint32_t requestId, std::string_view message);
std::string rpcError(std::string_view method, std::uint32_t requestId, ErrorCode code);
std::string authenticated(std::uint32_t requestId, std::string_view serverId);
std::string startRequest(std::uint32_t requestId, std::string_view clientLsn);
std::string started(std::uint32_t requestId, std::uint32_t window);
std::string startRefused(std::uint32_t requestId, StartError code, std::string_view message);
std::string subscribed(std::uint32_t requestId, std::string_view subscription);
std::string subscribeRefused(
    std::uint32_t requestId, std::string_view subscription, std::string_view message, const std::vector<ShapeError> &errors);
std::string relation(const schema::Table &table);

// A transaction's first and last operation as `ops` fields, and a SatOpLog frame of fields.
struct TransactionFrame {
    std::uint64_t xid = 0;
    std::string lsn; // decimal
    std::int64_t timestampMs = 0;
    std::string_view origin {};
    bool isMigration = false;
};
std::string beginOp(const TransactionFrame &transaction);
std::string commitOp(const TransactionFrame &transaction);
inline constexpr char opLogType = 9;

std::string subscriptionBegin(std::string_view subscription, std::string_view lsn);
std::string shapeBegin(std::string_view requestId);
std::string shapeEnd();
std::string subscriptionEnd();
std::string subscriptionFailed(std::string_view subscription);
std::string unsubscribeBegin(const std::vector<std::string> &subscriptions, std::string_view lsn);
std::string unsubscribeEnd();

} // namespace electric::satellite::out

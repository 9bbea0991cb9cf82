#pragma once

#include "service/http/readiness.h"
#include "service/http/requesthead.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace electric::http {

// MAJOR.MINOR of a client library, which names its WebSocket sub-protocol: electric.0.12.
struct ProtocolVersion {
    unsigned major = 0;
    unsigned minor = 0;

    friend auto operator<=>(const ProtocolVersion &, const ProtocolVersion &) = default;
};

// Which client lines the door lets in. The texts are those shown to clients that are not.
struct AcceptedProtocols {
    std::vector<ProtocolVersion> versions;
    std::string lowest = "0.12.0";
    std::string highest = "0.12.1";
};

// An answer that ends a request.
struct Answer {
    int status = 200;
    std::string body;
    std::string contentType {}; // empty: not said
    std::vector<std::pair<std::string, std::string>> headers {}; // others, names in lower case
};

// Whether it is an upgrade to WebSocket at all.
[[nodiscard]] bool isUpgrade(const RequestHead &head);

// What is wrong with an upgrade to the Satellite protocol, in the order of spec/http.md §8.1; nothing when it is
// welcome.
[[nodiscard]] std::optional<Answer> refusalOf(
    const RequestHead &head, const AcceptedProtocols &accepted, const Readiness::Standing &standing);

} // namespace electric::http

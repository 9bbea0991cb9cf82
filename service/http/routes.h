#pragma once

#include "service/http/upgrade.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace electric::http {

// Answers a request later or at once, on any thread, exactly once.
using Reply = std::function<void(Answer)>;

// A resource that another room provides, asked by GET or HEAD: `query` is what follows the question mark, undecoded.
// Called on session threads; must not block.
using Resource = std::function<void(const std::string &query, Reply reply)>;

// Where the migrations proxy listens, for those that come to it through this port.
struct TunnelTarget {
    std::string address;
    std::uint16_t port = 0;
};

// Everything that the port offers besides Satellite. Resources are named by their normalised path: "/api/migrations".
struct Site {
    AcceptedProtocols protocols;
    const Readiness *readiness = nullptr; // outlives the door
    std::map<std::string, Resource> resources;
    std::optional<TunnelTarget> tunnel {}; // nothing: not offered
    std::vector<std::string> allowedOrigins {}; // of browsers that may read answers; "*": all
    std::string serverVersion = "0.12.1";
};

// The answer to a request that nobody else takes: status, the human page, refused upgrades, not found. `path` is
// normalised.
[[nodiscard]] Answer answerOf(const RequestHead &head, const std::string &path, const Site &site);

// The request's path with its empty segments left out: "/api/status". Nothing when it cannot be decoded.
[[nodiscard]] std::optional<std::string> normalisedPath(const RequestHead &head);
[[nodiscard]] bool isSatellitePath(const std::string &path); // /ws and everything below
[[nodiscard]] bool isTunnelPath(const std::string &path); // /proxy and everything below
// Why there is no tunnel for the request; nothing when there is.
[[nodiscard]] std::optional<Answer> tunnelRefusal(const RequestHead &head, const Site &site);
// An answer with `{"error": text}`.
[[nodiscard]] Answer jsonError(int status, const std::string &text);

} // namespace electric::http

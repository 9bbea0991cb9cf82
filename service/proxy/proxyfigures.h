#pragma once

#include <cstdint>
#include <string>

namespace electric::proxy {

// What a connection through the proxy is at, for people who look at it.
struct ProxyFigures {
    std::int64_t number = 0; // one of its own in this process
    std::string address;
    std::string user; // empty before login
    std::string database;
    bool isTransparent = false; // statements are not looked at
    std::int64_t since = 0; // milliseconds since 1970
};

} // namespace electric::proxy

#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace electric::pg {

// Where the database is and who we are there: plain values, given to libpq one by one so that nothing needs quoting.
// Reading and checking DATABASE_URL is the business of shared/settings.
struct ConnectionOptions {
    std::string host; // name, address, or directory of a Unix socket
    std::uint16_t port = 5432;
    std::string user;
    std::string password; // empty: none is sent
    std::string database;
    std::string sslMode = "prefer"; // libpq's words
    std::string sslRootCert; // path, or "system"; empty: libpq's default
    std::chrono::seconds connectTimeout {5};

    // libpq keywords and values, in step with each other. `application` appears in pg_stat_activity.
    struct Keywords {
        std::vector<std::string> names;
        std::vector<std::string> values;
    };
    [[nodiscard]] Keywords keywords(const std::string &application, bool replication) const;
};

} // namespace electric::pg

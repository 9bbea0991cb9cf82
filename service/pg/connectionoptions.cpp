#include "service/pg/connectionoptions.h"

namespace electric::pg {

namespace {

// Text output that every later stage relies on, whatever the role's or the database's own settings are
// (spec/postgres.md §1.2; the last three guard our literals and prepared texts).
constexpr const char *sessionSettings = "-c bytea_output=hex -c DateStyle=ISO,DMY -c TimeZone=UTC -c extra_float_digits=1 "
                                        "-c IntervalStyle=postgres -c standard_conforming_strings=on "
                                        "-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0";

} // namespace

ConnectionOptions::Keywords ConnectionOptions::keywords(const std::string &application, bool replication) const
{
    Keywords all;
    const auto add = [&all](const char *name, std::string value) {
        if (value.empty())
            return;
        all.names.emplace_back(name);
        all.values.push_back(std::move(value));
    };
    add("host", host);
    add("port", std::to_string(port));
    add("user", user);
    add("password", password);
    add("dbname", database);
    add("sslmode", sslMode);
    add("sslrootcert", sslRootCert);
    add("connect_timeout", std::to_string(connectTimeout.count()));
    add("application_name", application);
    add("client_encoding", "UTF8");
    add("options", sessionSettings);
    add("keepalives_idle", "30");
    add("keepalives_interval", "10");
    add("keepalives_count", "3");
    if (replication)
        add("replication", "database");
    return all;
}

} // namespace electric::pg

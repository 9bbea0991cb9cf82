#include "service/pg/connectiontrouble.h"

#include <array>

namespace electric::pg {

namespace {

struct Known {
    std::string_view words;
    const char *hint;
};

constexpr std::array known {
    Known {"does not support SSL", "Set DATABASE_REQUIRE_SSL=false, or turn on ssl in postgresql.conf."},
    Known {"certificate", "Check sslmode and sslrootcert in DATABASE_URL against the server's certificate."},
    Known {"could not translate host name", "Check the host name in DATABASE_URL."},
    Known {"Connection refused", "Start Postgres, or correct host and port in DATABASE_URL."},
    Known {"No such file or directory", "Start Postgres, or correct the host in DATABASE_URL."},
    Known {"timeout expired", "Check host and port in DATABASE_URL, and whether a firewall is in between."},
    Known {"password authentication failed", "Check user and password in DATABASE_URL."},
    Known {"no password supplied", "Put the password into DATABASE_URL."},
    Known {"no pg_hba.conf entry", "Allow this host and user in the server's pg_hba.conf."},
    Known {"role \"", "Check the user in DATABASE_URL."},
    Known {"database \"", "Create it, or correct its name in DATABASE_URL."},
    Known {"too many clients", "Raise max_connections, or close connections that nobody needs."},
    Known {"connection slots are reserved", "Raise max_connections, or close connections that nobody needs."},
};

} // namespace

std::string connectionHint(std::string_view message)
{
    for (const Known &one : known)
        if (message.find(one.words) != std::string_view::npos)
            return one.hint;
    return {};
}

} // namespace electric::pg

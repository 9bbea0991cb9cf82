#include "shared/settings/setting.h"

#include <QtGlobal>

#include <array>

namespace electric::settings {

namespace {

using T = Setting::Type;
using G = Setting::Group;

constexpr std::array all {
    Setting {"DATABASE_URL", G::Core, T::Url, "", "always, except with --embedded", "", true,
        QT_TRANSLATE_NOOP("Settings",
            "The Postgres to sync with: postgresql://user:password@host:port/database. Percent-encode special characters. Of the query, "
            "sslmode and "
            "sslrootcert are understood.")},
    Setting {"DATABASE_REQUIRE_SSL", G::Core, T::Switch, "true", "", "", false,
        QT_TRANSLATE_NOOP("Settings",
            "Refuse to talk to Postgres without TLS. Given together with an sslmode in the URL, this setting wins; for certificate checks "
            "use "
            "sslmode=verify-full in the URL and leave this alone.")},
    Setting {"DATABASE_USE_IPV6", G::Core, T::Switch, "false", "", "", false,
        QT_TRANSLATE_NOOP("Settings", "Kept for compatibility: all addresses of the database's host are tried, IPv6 and IPv4.")},
    Setting {"HTTP_PORT", G::Core, T::Port, "5133", "", "", false,
        QT_TRANSLATE_NOOP("Settings", "Port for apps (WebSocket) and for the HTTP API.")},
    Setting {"ELECTRIC_LISTEN_ADDRESS", G::Core, T::Text, "", "", "", false,
        QT_TRANSLATE_NOOP("Settings", "Address to listen on, for example 127.0.0.1. All interfaces unless set.")},
    Setting {"ELECTRIC_USE_IPV6", G::Core, T::Switch, "true", "", "", false,
        QT_TRANSLATE_NOOP("Settings", "Listen on IPv6 as well as IPv4 when no address is set.")},
    Setting {"ELECTRIC_INSTANCE_ID", G::Core, T::Text, "", "", "", false,
        QT_TRANSLATE_NOOP("Settings", "Name of this instance, told to clients. Made up at each start unless set.")},
    Setting {"ELECTRIC_WRITE_TO_PG_MODE", G::WriteMode, T::Choice, "logical_replication", "", "direct_writes logical_replication", false,
        QT_TRANSLATE_NOOP("Settings",
            "How writes of apps reach Postgres. This version does direct_writes: ordinary statements over a connection of its own.")},
    Setting {"LOGICAL_PUBLISHER_HOST", G::WriteMode, T::Text, "", "in the mode logical_replication", "", false,
        QT_TRANSLATE_NOOP("Settings", "Host under which Postgres reaches this service.")},
    Setting {"LOGICAL_PUBLISHER_PORT", G::WriteMode, T::Port, "5433", "", "", false, QT_TRANSLATE_NOOP("Settings", "Port of the same.")},
    Setting {"PG_PROXY_PASSWORD", G::Proxy, T::Text, "", "always, except with --embedded", "", true,
        QT_TRANSLATE_NOOP("Settings", "Password of the migrations proxy, for any user name.")},
    Setting {"PG_PROXY_PORT", G::Proxy, T::ProxyPort, "65432", "", "", false,
        QT_TRANSLATE_NOOP("Settings", "Port of the migrations proxy; \"http\" or \"http:PORT\" also offers it through the HTTP port.")},
    Setting {"PG_PROXY_TLS_CERT", G::Proxy, T::Text, "", "", "", false,
        QT_TRANSLATE_NOOP("Settings", "PEM file with a certificate for the migrations proxy, which then offers TLS.")},
    Setting {"PG_PROXY_TLS_KEY", G::Proxy, T::Text, "", "together with PG_PROXY_TLS_CERT", "", false,
        QT_TRANSLATE_NOOP("Settings", "PEM file with the certificate's key.")},
    Setting {"PROXY_TRACING_ENABLE", G::Proxy, T::Switch, "false", "", "", false,
        QT_TRANSLATE_NOOP("Settings", "Kept for compatibility; use LOG_LEVEL=debug.")},
    Setting {"AUTH_MODE", G::Authentication, T::Choice, "secure", "", "insecure secure", false,
        QT_TRANSLATE_NOOP("Settings",
            "secure: tokens must be signed with the configured key. insecure: anybody may claim to be anybody; for development only.")},
    Setting {"AUTH_JWT_ALG", G::Authentication, T::Choice, "", "in the mode secure",
        "HS256 HS384 HS512 RS256 RS384 RS512 ES256 ES384 ES512", false,
        QT_TRANSLATE_NOOP("Settings", "Algorithm that tokens must be signed with.")},
    Setting {"AUTH_JWT_KEY", G::Authentication, T::Text, "", "in the mode secure", "", true,
        QT_TRANSLATE_NOOP("Settings",
            "Key that signatures are checked with: at least 32, 48 or 64 bytes for HS256, HS384, HS512; a PEM public key for RS and ES.")},
    Setting {"AUTH_JWT_KEY_IS_BASE64_ENCODED", G::Authentication, T::Switch, "false", "", "", false,
        QT_TRANSLATE_NOOP("Settings", "AUTH_JWT_KEY is Base64 (HS algorithms only).")},
    Setting {"AUTH_JWT_NAMESPACE", G::Authentication, T::Text, "", "", "", false,
        QT_TRANSLATE_NOOP("Settings", "Name of the claim that holds the user id, when it is not at the top.")},
    Setting {"AUTH_JWT_ISS", G::Authentication, T::Text, "", "", "", false, QT_TRANSLATE_NOOP("Settings", "Issuer that tokens must name.")},
    Setting {
        "AUTH_JWT_AUD", G::Authentication, T::Text, "", "", "", false, QT_TRANSLATE_NOOP("Settings", "Audience that tokens must name.")},
    Setting {"LOG_LEVEL", G::Operation, T::Choice, "info", "", "debug info notice warn warning error critical alert emergency", false,
        QT_TRANSLATE_NOOP("Settings", "What is logged.")},
    Setting {"ELECTRIC_RESUMABLE_WAL_WINDOW", G::Operation, T::Size, "2G", "", "", false,
        QT_TRANSLATE_NOOP("Settings",
            "How far back, in bytes of Postgres' log, an app that was away can resume. Suffixes: k, m, g (thousands), K, M, G (1024).")},
    Setting {"ELECTRIC_TXN_CACHE_SIZE", G::Operation, T::Size, "256M", "", "", false,
        QT_TRANSLATE_NOOP("Settings", "How much memory the same may take.")},
    Setting {"ELECTRIC_MAX_FRAME_SIZE", G::Operation, T::Size, "32M", "", "", false,
        QT_TRANSLATE_NOOP("Settings", "The largest message that is taken from an app: its longest transaction.")},
    Setting {"ELECTRIC_MAX_SUBSCRIPTIONS", G::Operation, T::Size, "1000", "", "", false,
        QT_TRANSLATE_NOOP("Settings", "How many shapes' subscriptions an app may have.")},
    Setting {"ELECTRIC_MAX_SHAPE_MEMORY", G::Operation, T::Size, "256M", "", "", false,
        QT_TRANSLATE_NOOP("Settings",
            "Memory for what one app holds by shapes that follow foreign keys, about 100 bytes a row. An app that wants more is refused.")},
    Setting {"ELECTRIC_SEND_BUFFER", G::Operation, T::Size, "1M", "", "", false,
        QT_TRANSLATE_NOOP("Settings", "How much may wait to be sent to one app, until it reads on.")},
    Setting {"ELECTRIC_SIGN_IN_SECONDS", G::Operation, T::Size, "10", "", "", false,
        QT_TRANSLATE_NOOP("Settings", "How long a connection may stay without a token.")},
    Setting {"ELECTRIC_SIGN_IN_FAILURES", G::Operation, T::Size, "30", "", "", false,
        QT_TRANSLATE_NOOP("Settings",
            "Wrong tokens that one address may send within a minute, before it is turned away until the minute is over. "
            "This machine itself is exempt, since a reverse proxy on it hides its clients.")},
    Setting {"ELECTRIC_ALLOWED_ORIGINS", G::Operation, T::Text, "", "", "", false,
        QT_TRANSLATE_NOOP("Settings",
            "Origins, separated by blanks, of web pages that may read the HTTP API; * is all of them. None unless set. Apps' WebSockets "
            "need "
            "no entry.")},
    Setting {"ELECTRIC_FEATURES", G::Operation, T::Text, "", "", "", false,
        QT_TRANSLATE_NOOP("Settings", "Feature flags: name=true:name=false.")},
    Setting {"ELECTRIC_TELEMETRY", G::Telemetry, T::Telemetry, "disabled", "", "", false,
        QT_TRANSLATE_NOOP("Settings", "Anonymous reports. This version sends none, whatever is set.")},
};

} // namespace

std::span<const Setting> catalogue()
{
    return all;
}

const char *inWords(Setting::Group group)
{
    switch (group) {
    case G::Core: return QT_TRANSLATE_NOOP("Settings", "Core");
    case G::WriteMode: return QT_TRANSLATE_NOOP("Settings", "Write mode");
    case G::Proxy: return QT_TRANSLATE_NOOP("Settings", "Migrations proxy");
    case G::Authentication: return QT_TRANSLATE_NOOP("Settings", "Authentication");
    case G::Operation: return QT_TRANSLATE_NOOP("Settings", "Operation");
    case G::Telemetry: return QT_TRANSLATE_NOOP("Settings", "Telemetry");
    }
    return "";
}

} // namespace electric::settings

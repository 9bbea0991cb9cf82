#include "service/http/routes.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QString>

namespace electric::http {
namespace {

constexpr auto plainText = "text/plain; charset=utf-8";

std::string escaped(const std::string &text)
{
    std::string html;
    for (const char c : text) {
        if (c == '<')
            html += "&lt;";
        else if (c == '&')
            html += "&amp;";
        else
            html += c;
    }
    return html;
}

Answer statusAnswer(const Readiness::Standing &standing)
{
    if (standing.isReady())
        return {200, "Connection to Postgres is up!", plainText};
    // The first line is what existing health checks know, its misspelling included (spec/http.md §4).
    std::string body = "Initializing connection to Posgres...";
    body += "\nstate: ";
    body += standing.name();
    if (!standing.reason.empty())
        body += "\nreason: " + standing.reason;
    if (!standing.remedy.empty())
        body += "\nremedy: " + standing.remedy;
    return {503, std::move(body), plainText};
}

// For a person who came with a browser.
Answer humanPage(const Site &site, const Readiness::Standing &standing)
{
    std::string body = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
                       "<meta name=\"viewport\" content=\"width=device-width\"><title>Electric</title>"
                       "<body style=\"font:16px/1.5 sans-serif;max-width:42em;margin:3em auto;padding:0 1em\"><h1>Electric</h1>"
                       "<p>This is the sync service between a Postgres database and local-first apps, speaking the protocol of "
                       "client libraries up to version ";
    body += escaped(site.serverVersion);
    body += ". The database is <strong>";
    body += standing.isReady() ? "connected" : "not connected yet";
    body += "</strong>.</p><ul><li>Apps connect by WebSocket to <code>/ws</code>.</li>"
            "<li><a href=\"/api/status\">/api/status</a> says how the connection to Postgres stands.</li>"
            "<li><a href=\"/api/migrations?dialect=sqlite\">/api/migrations</a> has the migrations that apps need; "
            "<code>npx electric-sql generate</code> makes a client of them.</li>"
            "<li>Migrations are run through the migrations proxy, with any Postgres tool";
    body += site.tunnel ? ", also by <code>npx electric-sql proxy-tunnel</code> through this port" : "";
    body += ".</li></ul><p>Everything else is seen and set in the Electric console, the desktop program, which finds "
            "this "
            "service by itself. <code>electric-service help</code> lists the settings.</p></body></html>\n";
    return {200, std::move(body), "text/html; charset=utf-8"};
}

Answer wrongMethod(const std::string &method)
{
    Answer answer = method == "OPTIONS" ? Answer {204, {}} : jsonError(405, "only GET and HEAD are possible here");
    answer.headers.emplace_back("allow", "GET, HEAD, OPTIONS");
    return answer;
}

} // namespace

std::optional<std::string> normalisedPath(const RequestHead &head)
{
    const auto segments = head.segments();
    if (!segments)
        return std::nullopt;
    std::string path;
    for (const std::string &segment : *segments)
        path += '/' + segment;
    return path.empty() ? "/" : path;
}

bool isSatellitePath(const std::string &path)
{
    return path == "/ws" || path.starts_with("/ws/");
}

bool isTunnelPath(const std::string &path)
{
    return path == "/proxy" || path.starts_with("/proxy/");
}

std::optional<Answer> tunnelRefusal(const RequestHead &head, const Site &site)
{
    if (!site.tunnel)
        return Answer {
            404, "The migrations proxy is not configured to accept WebSocket connections. Set PG_PROXY_PORT to http.", plainText};
    if (!isUpgrade(head))
        return Answer {400, "Bad request", plainText};
    return std::nullopt;
}

Answer jsonError(int status, const std::string &text)
{
    const QJsonObject body {{QStringLiteral("error"), QString::fromStdString(text)}};
    return {status, QJsonDocument(body).toJson(QJsonDocument::Compact).toStdString(), "application/json; charset=utf-8"};
}

Answer answerOf(const RequestHead &head, const std::string &path, const Site &site)
{
    const Readiness::Standing standing = site.readiness->standing();
    const Answer badRequest {400, "Bad request"};
    // A welcome upgrade never comes here, save as a later request of a connection that was kept.
    if (isSatellitePath(path))
        return refusalOf(head, site.protocols, standing).value_or(badRequest);
    if (isTunnelPath(path))
        return tunnelRefusal(head, site).value_or(badRequest);
    if (path != "/api/status" && path != "/" && !site.resources.contains(path))
        return {404, "Not found", plainText};
    if (head.method != "GET" && head.method != "HEAD")
        return wrongMethod(head.method);
    return path == "/" ? humanPage(site, standing) : statusAnswer(standing);
}

} // namespace electric::http

#include "service/http/routes.h"

namespace electric::http
{
namespace
{

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
    return {503, std::move(body), plainText};
}

Answer humanPage(const Site &site, const Readiness::Standing &standing)
{
    std::string body
        = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Electric</title>"
          "<body><h1>Electric</h1><p>This is the sync service between a Postgres database and local-first apps, "
          "speaking the protocol of client libraries up to version ";
    body += escaped(site.serverVersion);
    body += ".</p><ul><li>Apps connect by WebSocket to <code>/ws</code>.</li><li><a "
            "href=\"/api/status\">/api/status</a> says "
            "whether the database is connected (now: ";
    body += standing.name();
    body += ").</li></ul></body></html>\n";
    return {200, std::move(body), "text/html; charset=utf-8"};
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

Answer answerOf(const RequestHead &head, const std::string &path, const Site &site)
{
    const Readiness::Standing standing = site.readiness->standing();
    if (isSatellitePath(path)) // a welcome upgrade never comes here, save as a later request of a kept-alive connection
        return refusalOf(head, site.protocols, standing).value_or(Answer{400, "Bad request"});
    if (head.method == "GET" && path == "/api/status")
        return statusAnswer(standing);
    if (head.method == "GET" && path == "/")
        return humanPage(site, standing);
    return {404, "Not found", plainText};
}

} // namespace electric::http

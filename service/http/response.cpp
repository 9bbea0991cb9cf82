#include "service/http/response.h"

#include "service/http/compression.h"

#include <algorithm>

namespace electric::http {

namespace {

constexpr std::size_t worthCompressing = 200; // bytes: below, the headers about it cost more

std::string_view firstOf(const RequestHead &request, std::string_view name)
{
    const auto values = request.values(name);
    return values.empty() ? std::string_view() : values.front();
}

void compress(const RequestHead &request, const std::string &contentType, Response &response)
{
    if (response.body.size() < worthCompressing || contentType == "application/zip")
        return;
    const auto encoding = acceptedEncoding(firstOf(request, "accept-encoding"));
    if (!encoding)
        return;
    response.body = compressed(response.body, *encoding);
    response.headers.emplace_back("content-encoding", nameOf(*encoding));
}

void tellOrigin(const RequestHead &request, const std::vector<std::string> &allowedOrigins, Response &response)
{
    if (allowedOrigins.empty())
        return;
    response.headers.emplace_back("vary", "origin");
    const std::string_view origin = firstOf(request, "origin");
    const auto isAllowed = [&](const std::string &allowed) { return allowed == "*" || allowed == origin; };
    if (origin.empty() || std::none_of(allowedOrigins.begin(), allowedOrigins.end(), isAllowed))
        return;
    response.headers.emplace_back("access-control-allow-origin", origin);
    if (request.method == "OPTIONS" && !firstOf(request, "access-control-request-method").empty()) {
        response.headers.emplace_back("access-control-allow-methods", "GET, HEAD");
        response.headers.emplace_back("access-control-max-age", "600");
    }
}

} // namespace

Response responseTo(const RequestHead &request, Answer answer, const std::vector<std::string> &allowedOrigins, std::string date)
{
    Response response {answer.status, std::move(answer.headers), std::move(answer.body)};
    response.headers.emplace_back("date", std::move(date));
    response.headers.emplace_back("cache-control", "max-age=0, private, must-revalidate");
    response.headers.emplace_back("vary", "accept-encoding");
    if (!answer.contentType.empty())
        response.headers.emplace_back("content-type", answer.contentType);
    tellOrigin(request, allowedOrigins, response);
    compress(request, answer.contentType, response);
    if (response.status != 204)
        response.headers.emplace_back("content-length", std::to_string(response.body.size()));
    if (request.method == "HEAD" || response.status == 204)
        response.body.clear();
    return response;
}

} // namespace electric::http

#include "service/http/upgrade.h"

#include <algorithm>
#include <charconv>

namespace electric::http {
namespace {

constexpr std::string_view protocolPrefix = "electric.";
constexpr std::size_t maxVersionText = 20;

// One number of a version, without a leading zero as semantic versions demand.
std::optional<unsigned> readNumber(std::string_view text)
{
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || (text.size() > 1 && text[0] == '0'))
        return std::nullopt;
    return value;
}

std::optional<ProtocolVersion> requestedVersion(const RequestHead &head)
{
    std::vector<std::string_view> ours = head.values("sec-websocket-protocol");
    std::erase_if(ours, [](std::string_view line) { return !line.starts_with(protocolPrefix); });
    if (ours.size() != 1)
        return std::nullopt;
    const std::string_view text = ours.front().substr(protocolPrefix.size());
    const auto dot = text.find('.');
    if (text.size() >= maxVersionText || dot == std::string_view::npos)
        return std::nullopt;
    const auto major = readNumber(text.substr(0, dot));
    const auto minor = readNumber(text.substr(dot + 1));
    if (!major || !minor)
        return std::nullopt;
    return ProtocolVersion {*major, *minor};
}

} // namespace

bool isUpgrade(const RequestHead &head)
{
    const auto filled = [&](std::string_view name) {
        const auto found = head.values(name);
        return !found.empty() && !found.front().empty();
    };
    const auto versions = head.values("sec-websocket-version");
    return head.method == "GET" && head.version == "HTTP/1.1" && filled("host") && head.hasToken("connection", "upgrade")
        && head.hasToken("upgrade", "websocket") && filled("sec-websocket-key") && versions.size() == 1 && versions.front() == "13";
}

std::optional<Answer> refusalOf(const RequestHead &head, const AcceptedProtocols &accepted, const Readiness::Standing &standing)
{
    if (!isUpgrade(head))
        return Answer {400, "Bad request"};
    const auto version = requestedVersion(head);
    if (!version)
        return Answer {400, "Missing satellite websocket subprotocol"};
    if (std::find(accepted.versions.begin(), accepted.versions.end(), *version) == accepted.versions.end())
        return Answer {400,
            "Cannot connect satellite version " + std::to_string(version->major) + '.' + std::to_string(version->minor)
                + ".0: this server requires >= " + accepted.lowest + " and <= " + accepted.highest};
    if (!standing.isReady())
        return Answer {503, "Postgres connection is not ready: " + std::string(standing.name()) + "..."};
    return std::nullopt;
}

} // namespace electric::http

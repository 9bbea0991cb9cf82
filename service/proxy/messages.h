#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Framing of the Postgres protocol 3.0 and the few messages that we make ourselves. Pure: bytes in, values or bytes
// out.
namespace electric::proxy {

// Limits of what a peer may make us keep (the first two before it has proven who it is).
constexpr std::uint32_t maxStartupPacket = 10'000; // Postgres' own MAX_STARTUP_PACKET_LENGTH
constexpr std::uint32_t maxUnauthenticatedMessage = 65'536;
constexpr std::uint32_t maxMessage = 0x3fffffff; // Postgres' own PQ_LARGE_MESSAGE_LIMIT
constexpr std::size_t headerSize = 5; // type and length

using Parameters = std::vector<std::pair<std::string, std::string>>;

// The packet without a type that opens a connection.
struct StartupPacket {
    enum class Kind { NeedMore, Malformed, Tls, Gss, Cancel, Startup };

    Kind kind = Kind::NeedMore;
    std::size_t used = 0;
    std::uint32_t version = 0; // Startup: major in the upper half
    Parameters parameters; // Startup
    std::string cancelKey; // Cancel: process number and key as they came
};

[[nodiscard]] StartupPacket readStartupPacket(std::string_view bytes);

// A message with a type, as a view into the bytes it was read from.
struct Message {
    enum class Kind { NeedMore, Malformed, Complete };

    Kind kind = Kind::NeedMore;
    char type = 0;
    std::string_view body;
    std::string_view whole; // with type and length
};

// `limit` bounds the length word; what is longer is Malformed.
[[nodiscard]] Message readMessage(std::string_view bytes, std::uint32_t limit);

// The length of the message whose first bytes are given, type included; nothing when fewer than headerSize bytes are
// there, 0 when the length cannot be right.
[[nodiscard]] std::optional<std::size_t> messageLength(std::string_view bytes);

// Takes the parts of a message's body from its start; once something is missing, it stays failed and gives zeros.
class BodyReader
{
public:
    explicit BodyReader(std::string_view body) : m_rest(body) { }

    std::string_view string(); // up to its NUL
    std::string_view bytes(std::size_t count);
    std::uint16_t uint16();
    std::uint32_t uint32();
    [[nodiscard]] bool failed() const { return m_failed; }
    [[nodiscard]] std::string_view rest() const { return m_rest; }

private:
    std::string_view m_rest;
    bool m_failed = false;
};

// What an ErrorResponse or NoticeResponse says. Empty fields are left out.
struct Report {
    std::string severity = "ERROR";
    std::string code;
    std::string message;
    std::string detail {};
    std::string hint {};
    std::string schema {};
    std::string table {};
    std::size_t position = 0; // in characters from 1; 0: none
};

[[nodiscard]] std::string message(char type, std::string_view body = {});
[[nodiscard]] std::string uint32Bytes(std::uint32_t value);
[[nodiscard]] std::string uint16Bytes(std::uint16_t value);
[[nodiscard]] std::string errorResponse(const Report &report);
[[nodiscard]] std::string noticeResponse(const Report &report);
[[nodiscard]] std::string commandComplete(std::string_view tag);
[[nodiscard]] std::string readyForQuery(char status);
[[nodiscard]] std::string query(std::string_view sql);
[[nodiscard]] std::string parse(std::string_view name, std::string_view sql, std::string_view parameterTypes);
// Protocol 3.0; parameters in the order given.
[[nodiscard]] std::string startupMessage(const Parameters &parameters);
[[nodiscard]] std::string tlsRequest();
[[nodiscard]] std::string cancelRequest(std::string_view key);
[[nodiscard]] std::string negotiateProtocolVersion(const std::vector<std::string> &unknownOptions);

// The value of a field of an ErrorResponse's or NoticeResponse's body, empty if absent.
[[nodiscard]] std::string_view reportField(std::string_view body, char field);
// The whole message again with its position moved by so many characters, for a statement that was cut out of a longer
// text.
[[nodiscard]] std::string withShiftedPosition(std::string_view body, std::size_t characters);

} // namespace electric::proxy

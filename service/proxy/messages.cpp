#include "service/proxy/messages.h"

#include <charconv>

namespace electric::proxy {

namespace {

// Numbers that stand in the place of a version (Postgres docs "Message Formats").
constexpr std::uint32_t tlsCode = 80877103;
constexpr std::uint32_t gssCode = 80877104;
constexpr std::uint32_t cancelCode = 80877102;
constexpr std::uint32_t protocol3 = 3U << 16U;

std::uint32_t toUint32(std::string_view bytes)
{
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i)
        value = (value << 8U) | static_cast<unsigned char>(bytes[std::size_t(i)]);
    return value;
}

void addField(std::string &body, char field, std::string_view value)
{
    if (value.empty())
        return;
    body += field;
    for (const char c : value)
        if (c != '\0')
            body += c;
    body += '\0';
}

std::string reportBody(const Report &report)
{
    std::string body;
    addField(body, 'S', report.severity);
    addField(body, 'V', report.severity);
    addField(body, 'C', report.code);
    addField(body, 'M', report.message);
    addField(body, 'D', report.detail);
    addField(body, 'H', report.hint);
    if (report.position > 0)
        addField(body, 'P', std::to_string(report.position));
    addField(body, 's', report.schema);
    addField(body, 't', report.table);
    body += '\0';
    return body;
}

std::string packet(std::string_view body)
{
    return uint32Bytes(std::uint32_t(body.size() + 4)).append(body);
}

StartupPacket readStartup(std::string_view body, StartupPacket packet)
{
    packet.kind = StartupPacket::Kind::Startup;
    BodyReader reader(body);
    for (;;) {
        const std::string_view name = reader.string();
        if (name.empty())
            break;
        packet.parameters.emplace_back(std::string(name), std::string(reader.string()));
    }
    if (reader.failed())
        packet.kind = StartupPacket::Kind::Malformed;
    return packet;
}

} // namespace

StartupPacket readStartupPacket(std::string_view bytes)
{
    StartupPacket packet;
    if (bytes.size() < 4)
        return packet;
    const std::uint32_t length = toUint32(bytes);
    if (length < 8 || length > maxStartupPacket) {
        packet.kind = StartupPacket::Kind::Malformed;
        return packet;
    }
    if (bytes.size() < length)
        return packet;
    packet.used = length;
    packet.version = toUint32(bytes.substr(4));
    const std::string_view body = bytes.substr(8, length - 8);
    switch (packet.version) {
    case tlsCode: packet.kind = body.empty() ? StartupPacket::Kind::Tls : StartupPacket::Kind::Malformed; return packet;
    case gssCode: packet.kind = body.empty() ? StartupPacket::Kind::Gss : StartupPacket::Kind::Malformed; return packet;
    case cancelCode:
        packet.kind = body.size() >= 8 && body.size() <= 260 ? StartupPacket::Kind::Cancel : StartupPacket::Kind::Malformed;
        packet.cancelKey = body;
        return packet;
    default:
        // Another major version has another layout; whoever answers it needs the number only.
        if (packet.version >> 16U != 3) {
            packet.kind = StartupPacket::Kind::Startup;
            return packet;
        }
        return readStartup(body, packet);
    }
}

std::optional<std::size_t> messageLength(std::string_view bytes)
{
    if (bytes.size() < headerSize)
        return std::nullopt;
    const std::uint32_t length = toUint32(bytes.substr(1));
    return length < 4 || length > maxMessage ? 0 : std::size_t(length) + 1;
}

Message readMessage(std::string_view bytes, std::uint32_t limit)
{
    Message message;
    const auto length = messageLength(bytes);
    if (!length)
        return message;
    if (*length == 0 || *length - 1 > limit) {
        message.kind = Message::Kind::Malformed;
        return message;
    }
    if (bytes.size() < *length)
        return message;
    message.kind = Message::Kind::Complete;
    message.type = bytes[0];
    message.whole = bytes.substr(0, *length);
    message.body = message.whole.substr(headerSize);
    return message;
}

std::string_view BodyReader::string()
{
    const std::size_t end = m_rest.find('\0');
    if (end == std::string_view::npos) {
        m_failed = true;
        m_rest = {};
        return {};
    }
    const std::string_view value = m_rest.substr(0, end);
    m_rest.remove_prefix(end + 1);
    return value;
}

std::string_view BodyReader::bytes(std::size_t count)
{
    if (m_rest.size() < count) {
        m_failed = true;
        m_rest = {};
        return {};
    }
    const std::string_view value = m_rest.substr(0, count);
    m_rest.remove_prefix(count);
    return value;
}

std::uint16_t BodyReader::uint16()
{
    const std::string_view two = bytes(2);
    if (two.empty())
        return 0;
    return std::uint16_t((static_cast<unsigned char>(two[0]) << 8U) | static_cast<unsigned char>(two[1]));
}

std::uint32_t BodyReader::uint32()
{
    const std::string_view four = bytes(4);
    return four.empty() ? 0 : toUint32(four);
}

std::string uint32Bytes(std::uint32_t value)
{
    return {char(value >> 24U), char(value >> 16U), char(value >> 8U), char(value)};
}

std::string uint16Bytes(std::uint16_t value)
{
    return {char(value >> 8U), char(value)};
}

std::string message(char type, std::string_view body)
{
    std::string bytes;
    bytes.reserve(body.size() + headerSize);
    bytes += type;
    bytes += uint32Bytes(std::uint32_t(body.size() + 4));
    bytes += body;
    return bytes;
}

std::string errorResponse(const Report &report)
{
    return message('E', reportBody(report));
}

std::string noticeResponse(const Report &report)
{
    return message('N', reportBody(report));
}

std::string commandComplete(std::string_view tag)
{
    return message('C', std::string(tag) + '\0');
}

std::string readyForQuery(char status)
{
    return message('Z', std::string_view(&status, 1));
}

std::string query(std::string_view sql)
{
    return message('Q', std::string(sql) + '\0');
}

std::string parse(std::string_view name, std::string_view sql, std::string_view parameterTypes)
{
    std::string body(name);
    body += '\0';
    body += sql;
    body += '\0';
    body += parameterTypes.empty() ? uint16Bytes(0) : std::string(parameterTypes);
    return message('P', body);
}

std::string startupMessage(const Parameters &parameters)
{
    std::string body = uint32Bytes(protocol3);
    for (const auto &[name, value] : parameters) {
        body += name;
        body += '\0';
        body += value;
        body += '\0';
    }
    body += '\0';
    return packet(body);
}

std::string tlsRequest()
{
    return packet(uint32Bytes(tlsCode));
}

std::string cancelRequest(std::string_view key)
{
    return packet(uint32Bytes(cancelCode).append(key));
}

std::string negotiateProtocolVersion(const std::vector<std::string> &unknownOptions)
{
    std::string body = uint32Bytes(protocol3) + uint32Bytes(std::uint32_t(unknownOptions.size()));
    for (const std::string &option : unknownOptions)
        body += option + '\0';
    return message('v', body);
}

std::string_view reportField(std::string_view body, char field)
{
    BodyReader reader(body);
    while (!reader.failed() && !reader.rest().empty() && reader.rest()[0] != '\0') {
        const char name = reader.bytes(1)[0];
        const std::string_view value = reader.string();
        if (name == field)
            return value;
    }
    return {};
}

std::string withShiftedPosition(std::string_view body, std::size_t characters)
{
    const std::string_view position = reportField(body, 'P');
    std::size_t value = 0;
    const auto parsed = std::from_chars(position.data(), position.data() + position.size(), value);
    if (characters == 0 || position.empty() || parsed.ec != std::errc())
        return message('E', body);
    std::string shifted(body);
    shifted.replace(std::size_t(position.data() - body.data()), position.size(), std::to_string(value + characters));
    return message('E', shifted);
}

} // namespace electric::proxy

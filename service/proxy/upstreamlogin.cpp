#include "service/proxy/upstreamlogin.h"

#include "service/proxy/scram.h"

#include <QCryptographicHash>

namespace electric::proxy {

namespace {

// What the service decides itself, or what would make another kind of connection.
bool isOurs(std::string_view name)
{
    return name == "user" || name == "database" || name == "replication" || name == "password";
}

std::string md5Hex(const std::string &data)
{
    return QCryptographicHash::hash(QByteArrayView(data.data(), qsizetype(data.size())), QCryptographicHash::Md5).toHex().toStdString();
}

Parameters startupParameters(const pg::ConnectionOptions &options, const Parameters &client)
{
    Parameters all {{"user", options.user}, {"database", options.database}};
    bool named = false;
    for (const auto &parameter : client) {
        if (isOurs(parameter.first) || parameter.first.empty())
            continue;
        named = named || parameter.first == "application_name";
        all.push_back(parameter);
    }
    if (!named)
        all.emplace_back("application_name", "electric");
    return all;
}

} // namespace

UpstreamLogin::UpstreamLogin(pg::ConnectionOptions options, const Parameters &clientParameters, bool isProtected)
    : m_options(std::move(options)), m_isProtected(isProtected), m_output(startupMessage(startupParameters(m_options, clientParameters)))
{ }

void UpstreamLogin::feed(std::string_view bytes)
{
    m_input += bytes;
    while (m_state == State::Waiting) {
        const Message message = readMessage(m_input, maxUnauthenticatedMessage);
        if (message.kind == Message::Kind::NeedMore)
            return;
        if (message.kind == Message::Kind::Malformed)
            return failWith("08P01", "what answers at the database's address is not Postgres");
        onMessage(message);
        m_input.erase(0, message.whole.size());
    }
}

void UpstreamLogin::onMessage(const Message &message)
{
    switch (message.type) {
    case 'R': return onAuthentication(message.body);
    case 'E':
        m_forClient += message.whole;
        m_state = State::Failed;
        return;
    case 'v': return failWith("08P01", "the database does not speak protocol 3.0");
    case 'Z': m_state = State::Ready; [[fallthrough]];
    default: m_forClient += message.whole;
    }
}

void UpstreamLogin::onAuthentication(std::string_view body)
{
    BodyReader reader(body);
    const std::uint32_t kind = reader.uint32();
    switch (kind) {
    case 0:
        if (!m_proven)
            failWith("08P01", "the database did not prove that it knows the password");
        return;
    case 3:
        if (!m_isProtected)
            return failWith("28000", "the database wants the password in clear over an unprotected connection");
        m_output += message('p', m_options.password + '\0');
        return;
    case 5:
        m_output += message('p', "md5" + md5Hex(md5Hex(m_options.password + m_options.user) + std::string(reader.bytes(4))) + '\0');
        return;
    case 10:
    case 11:
    case 12: return onSasl(kind, reader.rest());
    default: failWith("28000", "the database wants an authentication method that the proxy does not know");
    }
}

void UpstreamLogin::onSasl(std::uint32_t kind, std::string_view data)
{
    if (kind == 10) {
        if (data.find(std::string(scram::mechanism) + '\0') == std::string_view::npos)
            return failWith("28000", "the database wants an authentication method that the proxy does not know");
        m_scram.emplace(m_options.password);
        m_proven = false;
        const std::string first = m_scram->first();
        m_output += message('p', std::string(scram::mechanism) + '\0' + uint32Bytes(std::uint32_t(first.size())) + first);
        return;
    }
    if (!m_scram)
        return failWith("08P01", "the database's authentication is out of order");
    if (kind == 11) {
        const auto reply = m_scram->final(data);
        if (!reply)
            return failWith("08P01", reply.error().detail);
        m_output += message('p', *reply);
        return;
    }
    const auto proven = m_scram->finish(data);
    m_proven = proven.has_value();
    if (!proven)
        failWith("08P01", proven.error().detail);
}

void UpstreamLogin::failWith(std::string code, std::string message)
{
    m_forClient += errorResponse({"FATAL", std::move(code), std::move(message)});
    m_state = State::Failed;
}

} // namespace electric::proxy

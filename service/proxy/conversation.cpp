#include "service/proxy/conversation.h"

#include <algorithm>
#include <charconv>

namespace electric::proxy
{

namespace
{

constexpr std::size_t maxPrepared = 10'000; // statements of migrations that one session may keep

// A parameter of a Bind as text; binary integers are read, other binary values are not.
std::optional<std::string> boundParameter(std::string_view body, int number)
{
    BodyReader reader(body);
    reader.string();
    reader.string();
    std::vector<std::uint16_t> formats(reader.uint16());
    for (std::uint16_t &format : formats)
        format = reader.uint16();
    const int count = reader.uint16();
    for (int i = 1; i <= count && !reader.failed(); ++i) {
        const std::uint32_t length = reader.uint32();
        if (length == 0xffffffffU) {
            if (i == number)
                return std::nullopt;
            continue;
        }
        const std::string_view value = reader.bytes(length);
        if (i != number || reader.failed())
            continue;
        const auto index = std::size_t(i - 1);
        const bool binary = formats.size() == 1 ? formats[0] == 1 : index < formats.size() && formats[index] == 1;
        if (!binary || (length != 8 && length != 4))
            return std::string(value);
        std::uint64_t integer = 0;
        for (const char byte : value)
            integer = (integer << 8U) | static_cast<unsigned char>(byte);
        return std::to_string(integer);
    }
    return std::nullopt;
}

} // namespace

void Conversation::fromClient(std::string_view bytes)
{
    if (m_mode == Mode::Transparent) {
        m_toServer += bytes;
        return;
    }
    m_clientInput += bytes;
    if (!m_script.isRunning() || m_copyIn)
        pumpClient();
}

void Conversation::pumpClient()
{
    std::size_t used = 0;
    while (!m_over) {
        if (m_clientPassing > 0) {
            const std::size_t part = std::min(m_clientPassing, m_clientInput.size() - used);
            if (!m_discarding)
                m_toServer.append(m_clientInput, used, part);
            used += part;
            m_clientPassing -= part;
            if (m_clientPassing > 0)
                break;
        }
        const std::string_view rest = std::string_view(m_clientInput).substr(used);
        const auto length = messageLength(rest);
        if (!length)
            break;
        if (*length == 0) {
            refuseBytes("invalid message length");
            break;
        }
        const char type = rest[0];
        const bool isCopy = type == 'd' || type == 'c' || type == 'f';
        if (m_script.isRunning() && !(m_copyIn && isCopy))
            break;
        if (type == 'd') {
            m_clientPassing = *length;
            continue;
        }
        const Message message = readMessage(rest, maxMessage);
        if (message.kind != Message::Kind::Complete)
            break;
        used += message.whole.size();
        onClientMessage(message);
    }
    m_clientInput.erase(0, used);
}

void Conversation::forwardToServer(const Message &message, Answer answer)
{
    m_toServer += message.whole;
    m_expected.push_back({answer});
}

void Conversation::onClientMessage(const Message &message)
{
    if (m_discarding && message.type != 'S' && message.type != 'X')
        return;
    switch (message.type) {
    case 'Q':
        return onQuery(message);
    case 'P':
        return onParse(message);
    case 'B':
        return onBind(message);
    case 'E':
        return onExecute(message);
    case 'D':
        return forwardToServer(message, Answer::Describe);
    case 'C':
        if (message.body.size() > 1) {
            const std::string_view name = message.body.substr(1, message.body.size() - 2);
            if (message.body[0] == 'S') {
                if (const auto found = m_statements.find(name); found != m_statements.end())
                    m_statements.erase(found);
            } else if (const auto found = m_portals.find(name); found != m_portals.end()) {
                m_portals.erase(found);
            }
        }
        return forwardToServer(message, Answer::Close);
    case 'F':
        return forwardToServer(message, Answer::Query); // FunctionCall is answered as a Query is
    case 'S':
        m_discarding = false;
        m_toServer += message.whole;
        if (!m_copyIn) // in copy mode Postgres ignores it
            m_expected.push_back({Answer::Sync});
        return;
    case 'H':
        m_toServer += message.whole;
        return;
    case 'c':
    case 'f':
        m_copyIn = false;
        m_toServer += message.whole;
        return;
    case 'X':
        m_toServer += message.whole;
        m_over = true;
        return;
    default:
        refuseBytes("invalid frontend message type");
    }
}

void Conversation::refuseBytes(const char *what)
{
    show(errorResponse({"FATAL", "08P01", what}));
    m_over = true;
}

void Conversation::onQuery(const Message &message)
{
    const std::string_view sql = message.body.substr(0, message.body.find('\0'));
    if (mayConcern(sql)) {
        std::vector<Statement> statements = readStatements(sql);
        if (concerns(statements)) {
            m_extended = false;
            return start(runQuery(std::move(statements)));
        }
    }
    forwardToServer(message, Answer::Query);
}

void Conversation::onParse(const Message &message)
{
    BodyReader reader(message.body);
    const std::string name(reader.string());
    const std::string_view sql = reader.string();
    if (const auto found = m_statements.find(name); found != m_statements.end())
        m_statements.erase(found);
    if (reader.failed() || !mayConcern(sql))
        return forwardToServer(message, Answer::Parse);
    std::vector<Statement> statements = readStatements(sql);
    if (statements.size() != 1 || !concerns(statements)) // several are an error that Postgres itself will tell
        return forwardToServer(message, Answer::Parse);
    const auto statement = std::make_shared<const Statement>(std::move(statements[0]));
    if (statement->kind == Statement::Kind::Refused) {
        m_extended = true;
        return start(refuse(statement, {}, {}, {}));
    }
    if (m_statements.size() >= maxPrepared)
        return refuseBytes("too many prepared migrations");
    m_statements.emplace(name, statement);
    if (statement->kind != Statement::Kind::Enable)
        return forwardToServer(message, Answer::Parse);
    m_toServer += parse(name, statement->call, {});
    m_expected.push_back({Answer::Parse});
}

void Conversation::onBind(const Message &message)
{
    if (!m_statements.empty() || !m_portals.empty()) {
        BodyReader reader(message.body);
        const std::string portal(reader.string());
        const auto found = m_statements.find(reader.string());
        m_portals.erase(portal);
        if (found != m_statements.end()) {
            Portal bound{found->second, found->second->version};
            if (bound.statement->versionParameter > 0)
                if (const auto value = boundParameter(message.body, bound.statement->versionParameter))
                    bound.version = versionIn(*bound.statement->framework, *value);
            m_portals.emplace(portal, std::move(bound));
        }
    }
    forwardToServer(message, Answer::Bind);
}

void Conversation::onExecute(const Message &message)
{
    if (!m_portals.empty()) {
        const auto found = m_portals.find(message.body.substr(0, message.body.find('\0')));
        if (found != m_portals.end()) {
            m_extended = true;
            return start(runExecute(found->second, std::string(message.whole)));
        }
    }
    forwardToServer(message, Answer::Execute);
}

void Conversation::start(Task<bool> script)
{
    m_script = std::move(script);
    m_script.start();
    if (!m_script.isRunning())
        m_script = {};
}

void Conversation::show(std::string_view bytes)
{
    m_toClient += m_held;
    m_held.clear();
    m_toClient += bytes;
}

void Conversation::fromServer(std::string_view bytes)
{
    if (m_mode == Mode::Transparent) {
        m_toClient += bytes;
        return;
    }
    if (!m_serverInput.empty()) {
        m_serverInput += bytes;
        bytes = m_serverInput;
    }
    std::size_t used = 0;
    for (;;) {
        if (m_serverPassing > 0) {
            const std::size_t part = std::min(m_serverPassing, bytes.size() - used);
            m_toClient += bytes.substr(used, part);
            used += part;
            m_serverPassing -= part;
            if (m_serverPassing > 0)
                break;
        }
        const std::string_view rest = bytes.substr(used);
        const auto length = messageLength(rest);
        if (!length)
            break;
        if (*length == 0) {
            refuseBytes("the database sent something that is not the protocol");
            break;
        }
        if ((rest[0] == 'D' || rest[0] == 'd') && !isHidden()) {
            show({});
            m_serverPassing = *length;
            continue;
        }
        const Message message = readMessage(rest, maxMessage);
        if (message.kind != Message::Kind::Complete)
            break;
        used += message.whole.size();
        onServerMessage(message);
        goOn();
    }
    m_serverInput = std::string(bytes.substr(used));
}

// Lets the script go on when its answer is complete, and the client when the script is through.
void Conversation::goOn()
{
    if (!m_script.isRunning())
        return;
    if (m_answered || (m_waitingForQuiet && m_expected.empty())) {
        m_answered = false;
        m_waitingForQuiet = false;
        std::exchange(m_waiting, {}).resume();
        if (m_script.isRunning())
            return;
        m_script = {};
        pumpClient();
    }
}

void Conversation::onServerMessage(const Message &message)
{
    switch (message.type) {
    case 'N':
        if (m_promoting && reportField(message.body, 'C') == "25001") // the client's BEGIN met ours
            return;
        [[fallthrough]];
    case 'S':
    case 'A':
    case 'v':
        m_toClient += message.whole; // may come at any time, and is not part of an answer
        return;
    case 'E':
        return onError(message);
    case 'Z':
        return onReady(message);
    default:
        return onAnswer(message);
    }
}

void Conversation::onAnswer(const Message &message)
{
    if (m_expected.empty())
        return show(message.whole);
    const Expected front = m_expected.front();
    if (front.role == Role::Hidden) {
        if (message.type == 'D') {
            BodyReader reader(message.body);
            std::vector<std::string> row(reader.uint16());
            for (std::string &value : row)
                if (const std::uint32_t length = reader.uint32(); length != 0xffffffffU)
                    value = reader.bytes(length);
            m_reply.rows.push_back(std::move(row));
        }
    } else if (front.role == Role::Shown && message.type == 'C') {
        show({});
        m_held = m_tag.empty() ? std::string(message.whole) : commandComplete(m_tag);
    } else {
        show(message.whole);
    }
    if (message.type == 'G') {
        m_copyIn = true;
        // What was sent behind it is ignored in copy mode (Postgres docs "COPY Operations").
        if (front.answer == Answer::Execute)
            m_expected.erase(m_expected.begin() + 1, m_expected.end());
    }
    bool complete = false;
    switch (front.answer) {
    case Answer::Parse:
        complete = message.type == '1';
        break;
    case Answer::Bind:
        complete = message.type == '2';
        break;
    case Answer::Close:
        complete = message.type == '3';
        break;
    case Answer::Describe:
        complete = message.type == 'T' || message.type == 'n';
        break;
    case Answer::Execute:
        complete = message.type == 'C' || message.type == 'I' || message.type == 's';
        break;
    case Answer::Query:
    case Answer::Sync:
        break; // ReadyForQuery
    }
    if (!complete)
        return;
    m_expected.pop_front();
    m_answered = front.role != Role::Client && front.last;
}

void Conversation::onError(const Message &message)
{
    m_copyIn = false;
    const bool known = !m_expected.empty();
    const Role role = known ? m_expected.front().role : Role::Client;
    if (role == Role::Hidden)
        m_reply.error = message.whole;
    else
        show(role == Role::Shown ? withShiftedPosition(message.body, m_shift) : std::string(message.whole));
    if (role != Role::Client)
        m_reply.failed = true;
    if (!known || m_expected.front().answer == Answer::Query)
        return;
    while (!m_expected.empty() && m_expected.front().answer != Answer::Sync) {
        if (m_expected.front().role != Role::Client) {
            m_reply.failed = true;
            m_answered = true;
        }
        m_expected.pop_front();
    }
    m_discarding = m_expected.empty();
}

void Conversation::onReady(const Message &message)
{
    m_status = message.body.empty() ? 'I' : message.body[0];
    if (m_status == 'I') {
        m_transaction = {};
        m_hiddenBegin = false;
        m_portals.clear();
    }
    const Role role = m_expected.empty() ? Role::Client : m_expected.front().role;
    if (!m_expected.empty())
        m_expected.pop_front();
    if (role == Role::Client)
        show(message.whole);
    else
        m_answered = true;
}

} // namespace electric::proxy

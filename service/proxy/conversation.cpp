#include "service/proxy/conversation.h"

#include "service/proxy/introspection.h"

#include <algorithm>
#include <charconv>

namespace electric::proxy {

namespace {

constexpr std::size_t maxPrepared = 10'000; // statements of migrations that one session may keep
constexpr std::size_t widestAnswer = 3; // columns of what we ask ourselves
constexpr std::size_t keptBuffer = 64 * 1024; // a buffer that grew beyond is given back

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
        used += passOn(std::string_view(m_clientInput).substr(used));
        if (m_clientPassing > 0)
            break;
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
        if (beginPassing(rest, *length))
            continue;
        const Message message = readMessage(rest, maxMessage);
        if (message.kind != Message::Kind::Complete)
            break;
        used += message.whole.size();
        onClientMessage(message);
    }
    m_clientInput.erase(0, used);
    if (m_clientInput.empty() && m_clientInput.capacity() > keptBuffer)
        m_clientInput.shrink_to_fit();
}

std::size_t Conversation::passOn(std::string_view bytes)
{
    const std::size_t part = std::min(m_clientPassing, bytes.size());
    if (!m_dropsPassing)
        m_toServer += bytes.substr(0, part);
    m_clientPassing -= part;
    return part;
}

// Whether the message at the start of `bytes` needs no look into and can go on as it comes, however long it is.
bool Conversation::beginPassing(std::string_view bytes, std::size_t length)
{
    const char type = bytes[0];
    m_dropsPassing = m_discarding && type != 'S' && type != 'X';
    if (type == 'B' && !m_dropsPassing && length > bytes.size()) {
        BodyReader reader(bytes.substr(headerSize));
        const std::string_view portal = reader.string();
        const std::string_view statement = reader.string();
        if (reader.failed() || m_statements.find(statement) != m_statements.end())
            return false;
        bind(portal, statement, {});
        m_expected.push_back({Answer::Bind});
    } else if (type != 'd' && !m_dropsPassing) {
        return false;
    }
    m_clientPassing = length;
    return true;
}

void Conversation::forwardToServer(const Message &message, Answer answer)
{
    m_toServer += message.whole;
    m_expected.push_back({answer});
}

void Conversation::onClientMessage(const Message &message)
{
    if (m_copyIn)
        return inCopy(message);
    if (m_mode == Mode::Introspection && (message.type == 'Q' || message.type == 'P'))
        return onIntrospection(message);
    switch (message.type) {
    case 'Q': return onQuery(message);
    case 'P': return onParse(message);
    case 'B': return onBind(message);
    case 'E': return onExecute(message);
    case 'D': return forwardToServer(message, Answer::Describe);
    case 'C': return onClose(message);
    case 'F': return forwardToServer(message, Answer::Query); // FunctionCall is answered as a Query is
    case 'S': m_discarding = false; return forwardToServer(message, Answer::Sync);
    case 'H': m_toServer += message.whole; return;
    case 'c':
    case 'f':
        m_toServer += message.whole;
        if (!m_expected.empty())
            m_expected.push_back({Answer::CopyEnd});
        return;
    case 'X':
        m_toServer += message.whole;
        m_over = true;
        return;
    default: refuseBytes("invalid frontend message type");
    }
}

// While Postgres reads a COPY it ignores Sync and Flush; what else is no part of it makes the COPY fail and is used up
// (Postgres docs, "COPY Operations").
void Conversation::inCopy(const Message &message)
{
    m_toServer += message.whole;
    m_over = message.type == 'X';
    if (message.type != 'S' && message.type != 'H')
        m_copyIn = false;
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

void Conversation::onIntrospection(const Message &message)
{
    BodyReader reader(message.body);
    m_extended = message.type == 'P';
    const std::string_view name = m_extended ? reader.string() : std::string_view();
    const auto asked = introspectionOf(reader.string());
    if (const auto *const refusal = std::get_if<IntrospectionRefusal>(&asked)) {
        Statement refused;
        refused.kind = Statement::Kind::Refused;
        refused.objection = Objection {"0A000", refusal->message, refusal->hint};
        if (m_extended)
            return start(refuse(std::make_shared<const Statement>(std::move(refused)), {}, {}, {}));
        return start(runQuery({std::move(refused)}));
    }
    const std::string &sql = std::get<std::string>(asked);
    m_toServer += m_extended ? parse(name, sql, reader.rest()) : query(sql);
    m_expected.push_back({m_extended ? Answer::Parse : Answer::Query});
}

void Conversation::onParse(const Message &message)
{
    BodyReader reader(message.body);
    const std::string name(reader.string());
    const std::string_view sql = reader.string();
    Prepared statement;
    if (!reader.failed() && mayConcern(sql)) {
        std::vector<Statement> statements = readStatements(sql);
        if (statements.size() == 1 && concerns(statements)) // several are an error that Postgres itself will tell
            statement = std::make_shared<const Statement>(std::move(statements[0]));
    }
    if (statement && statement->kind == Statement::Kind::Refused) {
        m_extended = true;
        return start(refuse(statement, {}, {}, {}));
    }
    if (statement && m_statements.size() >= maxPrepared)
        return refuseBytes("too many prepared migrations");
    if (statement && !statement->call.empty()) {
        m_toServer += parse(name, statement->call, {});
        m_expected.push_back({Answer::Parse});
    } else {
        forwardToServer(message, Answer::Parse);
    }
    rename(name, std::move(statement));
}

// Notes what the name stands for from here on; undone if Postgres refuses the message just sent.
void Conversation::rename(std::string_view name, Prepared now)
{
    const auto found = m_statements.find(name);
    Prepared before = found == m_statements.end() ? nullptr : found->second;
    if (!before && !now)
        return;
    m_expected.back().renames = true;
    m_renames.push_back({std::string(name), before});
    if (!now)
        m_statements.erase(found);
    else
        m_statements.insert_or_assign(std::string(name), std::move(now));
}

void Conversation::onClose(const Message &message)
{
    forwardToServer(message, Answer::Close);
    BodyReader reader(message.body);
    const std::string_view what = reader.bytes(1);
    const std::string_view name = reader.string();
    if (what == "S")
        rename(name, nullptr);
    else if (const auto found = m_portals.find(name); found != m_portals.end())
        m_portals.erase(found);
}

void Conversation::onBind(const Message &message)
{
    BodyReader reader(message.body);
    const std::string_view portal = reader.string();
    const std::string_view statement = reader.string();
    bind(portal, statement, message.body);
    forwardToServer(message, Answer::Bind);
}

void Conversation::bind(std::string_view portal, std::string_view statement, std::string_view body)
{
    if (const auto old = m_portals.find(portal); old != m_portals.end())
        m_portals.erase(old);
    const auto found = m_statements.find(statement);
    if (found == m_statements.end())
        return;
    Portal bound {found->second, found->second->version};
    if (bound.statement->versionParameter > 0)
        if (const auto value = boundParameter(body, bound.statement->versionParameter))
            bound.version = versionIn(*bound.statement->framework, *value);
    m_portals.emplace(portal, std::move(bound));
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

void Conversation::serverGone()
{
    if (!m_over && !m_toldFatal && m_serverPassing == 0 && m_serverInput.empty())
        show(errorResponse({"FATAL", "08006", "the database behind the proxy closed the connection"}));
    m_over = true;
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
    if (used < bytes.size() || !m_serverInput.empty())
        m_serverInput = std::string(bytes.substr(used));
}

// Lets the script go on when its answer is complete, and the client when the script is through.
void Conversation::goOn()
{
    if (!m_script.isRunning())
        return;
    if (m_copyIn && !m_clientInput.empty())
        pumpClient();
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
    case 'E': return onError(message);
    case 'Z': return onReady(message);
    default: return onAnswer(message);
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
            std::vector<std::string> row(std::max<std::size_t>(reader.uint16(), widestAnswer));
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
    if (message.type == 'G')
        onCopyIn();
    bool complete = false;
    switch (front.answer) {
    case Answer::Parse: complete = message.type == '1'; break;
    case Answer::Bind: complete = message.type == '2'; break;
    case Answer::Close: complete = message.type == '3'; break;
    case Answer::Describe: complete = message.type == 'T' || message.type == 'n'; break;
    case Answer::Execute: complete = message.type == 'C' || message.type == 'I' || message.type == 's'; break;
    case Answer::Query:
    case Answer::Sync:
    case Answer::CopyEnd: break; // ReadyForQuery
    }
    if (!complete)
        return;
    answered();
    m_answered = front.role != Role::Client && front.last;
}

void Conversation::answered()
{
    if (m_expected.front().renames)
        m_renames.pop_front();
    m_expected.pop_front();
    while (!m_expected.empty() && m_expected.front().answer == Answer::CopyEnd) // of a COPY that never began
        m_expected.pop_front();
}

// Postgres wants the data of a COPY. A client that does not wait may have sent them already, and more.
void Conversation::onCopyIn()
{
    m_copyIn = true;
    for (auto sent = m_expected.begin() + 1; m_copyIn && sent != m_expected.end();) {
        m_copyIn = sent->answer == Answer::Sync; // is ignored; what is no part of a COPY ends it
        if (sent->renames)
            m_renames.erase(m_renames.begin());
        sent = m_expected.erase(sent);
    }
}

void Conversation::onError(const Message &message)
{
    m_copyIn = false;
    const bool known = !m_expected.empty();
    const Role role = known ? m_expected.front().role : Role::Client;
    const std::string_view severity = reportField(message.body, 'V');
    m_toldFatal = severity == "FATAL" || severity == "PANIC";
    if (role == Role::Hidden && !m_toldFatal)
        m_reply.error = message.whole;
    else
        show(role == Role::Shown ? withShiftedPosition(message.body, m_shift) : std::string(message.whole));
    if (role != Role::Client)
        m_reply.failed = true;
    if (!known || m_expected.front().answer == Answer::Query)
        return;
    std::size_t renames = 0;
    while (!m_expected.empty() && m_expected.front().answer != Answer::Sync) {
        if (m_expected.front().role != Role::Client) {
            m_reply.failed = true;
            m_answered = true;
        }
        renames += m_expected.front().renames ? 1 : 0;
        m_expected.pop_front();
    }
    undoRenames(renames);
    m_discarding = m_expected.empty();
}

// The oldest ones, which Postgres has not carried out. Later ones may wait for their answer still.
void Conversation::undoRenames(std::size_t count)
{
    const auto end = m_renames.begin() + std::ptrdiff_t(count);
    for (std::size_t at = count; at-- > 0;) {
        const auto &[name, before] = m_renames[at];
        const auto later = std::find_if(end, m_renames.end(), [&](const Rename &one) { return one.name == name; });
        if (later != m_renames.end())
            later->before = before;
        else if (before)
            m_statements.insert_or_assign(name, before);
        else
            m_statements.erase(name);
    }
    m_renames.erase(m_renames.begin(), end);
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
        answered();
    if (role == Role::Client)
        show(message.whole);
    else
        m_answered = true;
}

} // namespace electric::proxy

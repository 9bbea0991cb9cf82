// The scripts of a Conversation: what is asked and done around a statement that concerns electrified tables.

#include "service/proxy/altertable.h"
#include "service/proxy/catalogueasks.h"
#include "service/proxy/conversation.h"

#include <algorithm>

namespace electric::proxy {

namespace {

using asks::dollarQuoted;

// Prepared statement and portal of our own, so that the client's unnamed ones live on.
constexpr std::string_view ownName = "electric_proxy";

std::string close(char what)
{
    return message('C', std::string(1, what).append(ownName) + '\0');
}

// A statement that fails as we say: for transactions that have to be as failed as the client is told.
std::string raising(const Report &report)
{
    const std::string block
        = "BEGIN RAISE EXCEPTION USING ERRCODE = " + dollarQuoted(report.code) + ", MESSAGE = " + dollarQuoted(report.message) + "; END";
    return "DO LANGUAGE plpgsql " + dollarQuoted(block);
}

std::string call(std::string_view procedure, std::initializer_list<std::string_view> arguments)
{
    std::string sql = "CALL electric.";
    sql += procedure;
    char separator = '(';
    for (const std::string_view argument : arguments) {
        sql += separator;
        sql += dollarQuoted(argument);
        separator = ',';
    }
    return sql + ')';
}

std::string assignment(std::string_view version, int priority)
{
    return "CALL electric.assign_migration_version(" + dollarQuoted(version) + ',' + std::to_string(priority) + ')';
}

// Priorities (spec/proxy.md §3.1).
constexpr int frameworkBefore = 2;
constexpr int frameworkInside = 4;

} // namespace

Conversation::ReplyAwaiter Conversation::ask(const std::string &sql)
{
    m_reply = {};
    if (!m_extended) {
        m_toServer += query(sql);
        m_expected.push_back({Answer::Query, Role::Hidden});
        return {*this};
    }
    const std::string bind = std::string(ownName) + '\0' + std::string(ownName) + '\0' + uint16Bytes(0) + uint16Bytes(0) + uint16Bytes(0);
    m_toServer += close('S') + close('P') + parse(ownName, sql, {}) + message('B', bind)
        + message('E', std::string(ownName) + '\0' + uint32Bytes(0)) + close('P') + close('S') + message('H');
    for (const Answer answer : {Answer::Close, Answer::Close, Answer::Parse, Answer::Bind, Answer::Execute, Answer::Close, Answer::Close})
        m_expected.push_back({answer, Role::Hidden, false});
    m_expected.back().last = true;
    return {*this};
}

Conversation::ReplyAwaiter Conversation::carryOut(const Statement &statement)
{
    m_reply = {};
    m_tag = statement.tag;
    m_shift = m_extended ? 0 : statement.characters;
    show({});
    if (m_extended)
        m_toServer += m_execute + message('H');
    else
        m_toServer += query(statement.call.empty() ? statement.text : statement.call);
    m_expected.push_back({m_extended ? Answer::Execute : Answer::Query, Role::Shown});
    return {*this};
}

Conversation::ReplyAwaiter Conversation::quiet()
{
    m_reply = {};
    if (m_expected.empty())
        return {*this, true};
    m_waitingForQuiet = true;
    m_toServer += message('H');
    return {*this};
}

Task<bool> Conversation::runQuery(std::vector<Statement> statements)
{
    co_await quiet();
    bool ok = !m_discarding; // a group that failed without its Sync swallows the Query
    if (!ok)
        co_return false;
    for (const Statement &statement : statements) {
        if (statement.kind == Statement::Kind::Refused && statement.objection->code == "42601") {
            auto malformed = std::make_shared<const Statement>(statement);
            ok = co_await refuse(malformed, {}, {}, {});
            break;
        }
    }
    for (std::size_t i = 0; ok && i < statements.size(); ++i) {
        auto statement = std::make_shared<const Statement>(std::move(statements[i]));
        if (statement->kind == Statement::Kind::Begin)
            m_promoting = std::exchange(m_hiddenBegin, false); // from here on it is the client's own, as Postgres has it
        else if (statements.size() > 1)
            ok = co_await beginIfNeeded(true);
        if (ok)
            ok = co_await perform(statement, statement->version);
        m_promoting = false;
    }
    if (m_hiddenBegin) {
        const Reply reply = co_await ask(ok ? "COMMIT" : "ROLLBACK");
        if (ok && reply.failed) {
            m_held.clear();
            m_toClient += reply.error;
        }
    }
    show(readyForQuery(m_status));
    co_return ok;
}

Task<bool> Conversation::runExecute(Portal portal, std::string message)
{
    m_execute = std::move(message);
    const bool ok = co_await perform(portal.statement, portal.version);
    show({});
    co_return ok;
}

Task<bool> Conversation::perform(Prepared statement, std::optional<std::string> version)
{
    const Statement::Kind kind = statement->kind;
    const bool failed = m_status == 'E' && !m_extended; // Postgres will say so itself
    if (failed || kind == Statement::Kind::Other || kind == Statement::Kind::Begin) {
        const Reply reply = co_await carryOut(*statement);
        co_return !reply.failed;
    }
    if (kind == Statement::Kind::Refused)
        co_return co_await refuse(statement, {}, {}, {});
    if (kind == Statement::Kind::FrameworkInsert)
        co_return co_await noteVersion(statement, version.value_or(std::string()));
    co_return co_await migrate(statement);
}

Task<bool> Conversation::migrate(Prepared statement)
{
    using Kind = Statement::Kind;
    const bool isOwn = statement->kind == Kind::Enable || statement->kind == Kind::Disable;
    const bool lookAfter = statement->kind == Kind::CreateIndex && statement->concurrently; // must be alone
    std::optional<std::vector<std::string>> table = std::vector<std::string>();
    if (!lookAfter)
        table = co_await electrified(statement);
    if (!table)
        co_return false;
    if (!table->empty() && statement->objection)
        co_return co_await refuse(statement, '"' + table->at(0) + "\".\"" + table->at(1) + '"', table->at(0), table->at(1));
    if (m_hasElectric && (statement->kind == Kind::Opaque || statement->cascades))
        co_return co_await watch(statement);
    std::vector<Statement::Addition> additions = statement->additions;
    bool captures = statement->captured && !table->empty();
    if (captures && !(co_await leaveOutExisting(statement, table->at(0), &additions, &captures)))
        co_return false;
    const bool turns = isOwn && m_hasElectric && table->empty() == (statement->kind == Kind::Enable);
    if ((turns || captures) && !(co_await beginIfNeeded(!statement->concurrently)))
        co_return false;
    if (turns) {
        std::vector<std::string> version(1, assignVersion());
        if (!(co_await record(std::move(version))))
            co_return false;
    }
    const Reply done = co_await carryOut(*statement);
    if (done.failed)
        co_return false;
    if (lookAfter) {
        table = co_await electrified(statement);
        if (!table)
            co_return false;
        captures = !table->empty();
    }
    if (!captures)
        co_return true;
    std::vector<std::string> calls {assignVersion(), call("capture_ddl", {statement->text})};
    for (const Statement::Addition &addition : additions)
        calls.push_back(call("alter_shadow_table", {table->at(0), table->at(1), "add", addition.column, addition.type}));
    if (!(co_await record(calls)))
        co_return false;
    m_toClient
        += noticeResponse({"NOTICE", "00000", "this migration affects electrified table \"" + table->at(0) + "\".\"" + table->at(1) + '"',
            "It will be applied on all clients: " + statement->text, {}, table->at(0), table->at(1)});
    co_return true;
}

// A statement whose text does not tell what it changes may do anything but change electrified tables.
Task<bool> Conversation::watch(Prepared statement)
{
    if (!(co_await beginIfNeeded(true)))
        co_return false;
    const Reply before = co_await ask(asks::shapes());
    if (before.failed)
        co_return failWith(before.error);
    const Reply done = co_await carryOut(*statement);
    if (done.failed)
        co_return false;
    const Reply after = co_await ask(asks::shapes());
    if (after.failed)
        co_return failWith(after.error);
    for (const std::vector<std::string> &row : before.rows) {
        if (std::find(after.rows.begin(), after.rows.end(), row) != after.rows.end())
            continue;
        m_held.clear();
        const auto hidden = std::make_shared<Statement>();
        hidden->objection
            = Objection {"EX007", {}, "The change is inside a block or comes with a CASCADE, where it cannot be told to clients."};
        co_return co_await refuse(hidden, '"' + row[0] + "\".\"" + row[1] + '"', row[0], row[1]);
    }
    co_return true;
}

Task<bool> Conversation::noteVersion(Prepared statement, std::string version)
{
    const Reply done = co_await carryOut(*statement);
    if (done.failed || version.empty())
        co_return !done.failed;
    if (m_status == 'T' || m_extended)
        m_transaction.version = {version, frameworkInside};
    if (m_transaction.touched) {
        std::vector<std::string> inside(1, assignVersion());
        co_return co_await record(std::move(inside));
    }
    // Some note a version a second time once it is through.
    if (m_status != 'T' && statement->framework->notes == Framework::Notes::Before && version != m_usedVersion)
        m_sessionVersion = version;
    co_return true;
}

// Again does nothing if the transaction has a version of that priority.
std::string Conversation::assignVersion()
{
    m_transaction.touched = true;
    if (!m_transaction.version && m_sessionVersion)
        m_transaction.version = {*m_sessionVersion, frameworkBefore};
    if (m_transaction.version) {
        m_sessionVersion.reset();
        m_usedVersion = m_transaction.version->text;
        return assignment(m_transaction.version->text, m_transaction.version->priority);
    }
    return "CALL electric.assign_migration_version(pg_catalog.to_char(pg_catalog.clock_timestamp() AT TIME ZONE 'UTC',"
           " 'YYYYMMDDHH24MISS_US'), 0)"; // fixed width, sortable
}

// Hidden calls that must succeed together with the statement.
Task<bool> Conversation::record(std::vector<std::string> calls)
{
    if (!m_extended) { // one Query is one transaction, even where none is open
        std::string all;
        for (const std::string &one : calls)
            all += one + ';';
        calls = {all};
    }
    for (const std::string &one : calls) {
        const Reply reply = co_await ask(one);
        if (reply.failed)
            co_return failWith(reply.error);
    }
    co_return true;
}

// What was hidden failed, so that the client's statement did.
bool Conversation::failWith(const std::string &error)
{
    m_held.clear();
    m_toClient += error;
    return false;
}

Task<bool> Conversation::beginIfNeeded(bool possible)
{
    if (!possible || m_extended || m_status != 'I')
        co_return true;
    const Reply reply = co_await ask("BEGIN");
    m_hiddenBegin = !reply.failed;
    m_toClient += reply.error;
    co_return !reply.failed;
}

Task<bool> Conversation::refuse(Prepared statement, std::string table, std::string schema, std::string name)
{
    const Refusal refusal = refusalOf(*statement->objection, table);
    const Report report {
        "ERROR", statement->objection->code, refusal.message, refusal.detail, refusal.hint, schema, name, statement->position};
    bool pending = true;
    if (m_extended || (m_status == 'T' && !m_hiddenBegin)) {
        const Reply reply = co_await ask(raising(report));
        pending = !reply.error.empty(); // else the client has seen an earlier error of its own
    }
    if (pending)
        show(errorResponse(report));
    co_return false;
}

Task<std::optional<std::vector<std::string>>> Conversation::electrified(Prepared statement)
{
    using Table = std::optional<std::vector<std::string>>;
    if (!m_hasElectric) {
        const Reply reply = co_await ask(asks::hasElectric());
        if (reply.failed) {
            (void)failWith(reply.error);
            co_return Table();
        }
        m_hasElectric = !reply.rows.empty() && reply.rows[0][0] == "t";
    }
    if (!m_hasElectric || statement->tables.empty())
        co_return Table(std::vector<std::string>());
    Reply reply = co_await ask(asks::electrified(statement->tables, statement->kind == Statement::Kind::DropIndex));
    if (reply.failed) {
        (void)failWith(reply.error);
        co_return Table();
    }
    co_return Table(reply.rows.empty() ? std::vector<std::string>() : std::move(reply.rows[0]));
}

// What IF NOT EXISTS finds there changes nothing and is not to be told to anybody.
Task<bool> Conversation::leaveOutExisting(
    Prepared statement, std::string schema, std::vector<Statement::Addition> *additions, bool *captures)
{
    if (statement->ifNotExists && !statement->index.empty()) {
        const Reply reply = co_await ask(asks::isTaken(schema, statement->index));
        if (reply.failed)
            co_return failWith(reply.error);
        *captures = reply.rows.empty() || reply.rows[0][0] != "t";
    }
    if (std::none_of(additions->begin(), additions->end(), [](const auto &addition) { return addition.ifNotExists; }))
        co_return true;
    const Reply reply = co_await ask(asks::columnsOf(statement->tables[0]));
    if (reply.failed)
        co_return failWith(reply.error);
    for (const auto &row : reply.rows)
        std::erase_if(*additions, [&](const auto &addition) { return addition.ifNotExists && addition.column == row[0]; });
    *captures = !additions->empty();
    co_return true;
}

} // namespace electric::proxy

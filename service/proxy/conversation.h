#pragma once

#include "service/proxy/messages.h"
#include "service/proxy/statements.h"
#include "service/proxy/task.h"

#include <coroutine>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace electric::proxy {

// What is said between an SQL client and Postgres once both are logged in: bytes of either go in, bytes for either come
// out. Transparent for everything but migrations: a statement that touches an electrified table is refused, or followed
// by the calls that record it, in the same transaction. Each message sent upstream is noted in m_expected and answers
// are matched in order, so clients may pipeline as they like and what we ask for ourselves stays hidden. While such a
// statement is being worked on (a Task), further messages of the client wait. No socket, no clock.
// Introspection: queries of the catalogue are narrowed to electrified tables, and there is nothing else.
class Conversation
{
public:
    enum class Mode { Migrations, Introspection, Transparent };

    explicit Conversation(Mode mode) : m_mode(mode) { }
    Conversation(const Conversation &) = delete;
    Conversation &operator=(const Conversation &) = delete;

    void fromClient(std::string_view bytes);
    void fromServer(std::string_view bytes);
    [[nodiscard]] std::string takeForClient() { return std::exchange(m_toClient, {}); }
    [[nodiscard]] std::string takeForServer() { return std::exchange(m_toServer, {}); }

    // False while what the client sends would only be kept: stop reading from it.
    [[nodiscard]] bool wantsClient() const { return !m_script.isRunning() || m_copyIn; }
    // The client said goodbye, or something that is not the protocol: send what is left and close.
    [[nodiscard]] bool isOver() const { return m_over; }
    // The database's side ended: tells the client, unless Postgres itself has done so.
    void serverGone();

private:
    // CopyEnd is no answer but marks where the client ended a COPY that Postgres had not asked for yet.
    enum class Answer { Query, Parse, Bind, Describe, Execute, Close, Sync, CopyEnd };
    enum class Role { Client, Hidden, Shown }; // Hidden and Shown: asked by a script
    struct Expected {
        Answer answer;
        Role role = Role::Client;
        bool last = true; // the script goes on after it
        bool renames = false; // m_renames has what to undo should it fail
    };
    struct Reply {
        bool failed = false;
        std::string error; // ErrorResponse that the client has not seen
        std::vector<std::vector<std::string>> rows;
    };
    struct ReplyAwaiter {
        Conversation &conversation;
        bool ready = false;
        bool await_ready() const noexcept { return ready; }
        void await_suspend(std::coroutine_handle<> script) noexcept { conversation.m_waiting = script; }
        Reply await_resume() { return std::exchange(conversation.m_reply, {}); }
    };
    // A prepared statement that concerns us, and a portal of it.
    using Prepared = std::shared_ptr<const Statement>;
    // What a name stood for before a Parse or Close that is not answered yet. Null: nothing that concerns us.
    struct Rename {
        std::string name;
        Prepared before;
    };
    struct Portal {
        Prepared statement;
        std::optional<std::string> version; // from its parameters
    };

    // conversation.cpp: the relay
    void pumpClient();
    std::size_t passOn(std::string_view bytes);
    bool beginPassing(std::string_view bytes, std::size_t length);
    void onClientMessage(const Message &message);
    void onQuery(const Message &message);
    void onIntrospection(const Message &message);
    void onParse(const Message &message);
    void onClose(const Message &message);
    void onBind(const Message &message);
    void bind(std::string_view portal, std::string_view statement, std::string_view body);
    void inCopy(const Message &message);
    void onExecute(const Message &message);
    void forwardToServer(const Message &message, Answer answer);
    void rename(std::string_view name, Prepared now);
    void undoRenames(std::size_t count);
    void onServerMessage(const Message &message);
    void onAnswer(const Message &message);
    void onError(const Message &message);
    void onReady(const Message &message);
    void onCopyIn();
    void answered(); // takes the front of m_expected off
    void refuseBytes(const char *what);
    void goOn();
    void start(Task<bool> script);
    void show(std::string_view bytes); // to the client, after what was held back
    [[nodiscard]] bool isHidden() const { return !m_expected.empty() && m_expected.front().role == Role::Hidden; }

    // migrations.cpp: the scripts
    Task<bool> runQuery(std::vector<Statement> statements);
    Task<bool> runExecute(Portal portal, std::string message);
    Task<bool> perform(Prepared statement, std::optional<std::string> version);
    Task<bool> migrate(Prepared statement);
    Task<bool> watch(Prepared statement);
    Task<bool> noteVersion(Prepared statement, std::string version);
    Task<bool> record(std::vector<std::string> calls);
    Task<bool> refuse(Prepared statement, std::string table, std::string schema, std::string name);
    Task<std::optional<std::vector<std::string>>> electrified(Prepared statement); // empty: no; nothing: failed
    Task<bool> leaveOutExisting(Prepared statement, std::string schema, std::vector<Statement::Addition> *additions, bool *captures);
    Task<bool> beginIfNeeded(bool possible);
    ReplyAwaiter ask(const std::string &sql);
    ReplyAwaiter carryOut(const Statement &statement);
    ReplyAwaiter quiet();
    std::string assignVersion();
    bool failWith(const std::string &error);

    const Mode m_mode;
    std::string m_toClient;
    std::string m_toServer;
    std::string m_clientInput;
    std::string m_serverInput;
    std::size_t m_clientPassing = 0; // bytes of a long message that are relayed as they come
    bool m_dropsPassing = false; // or not relayed at all
    std::size_t m_serverPassing = 0;
    std::deque<Expected> m_expected;
    std::deque<Rename> m_renames; // one for each Expected that renames
    char m_status = 'I';
    bool m_discarding = false; // Postgres ignores the client until its Sync, and so do we
    bool m_copyIn = false;
    bool m_over = false;
    bool m_toldFatal = false; // Postgres said why it ends
    std::map<std::string, Prepared, std::less<>> m_statements;
    std::map<std::string, Portal, std::less<>> m_portals;

    // The running script.
    Task<bool> m_script;
    std::coroutine_handle<> m_waiting;
    bool m_waitingForQuiet = false;
    bool m_answered = false;
    Reply m_reply;
    bool m_extended = false; // it speaks in the extended protocol, inside the client's own group
    bool m_hiddenBegin = false;
    bool m_promoting = false; // the hidden transaction becomes the client's own
    std::string m_execute; // the client's Execute
    std::string m_held; // CommandComplete that waits for what must succeed with it
    std::string m_tag; // shown instead of Postgres' tag
    std::size_t m_shift = 0; // of error positions
    bool m_hasElectric = false;

    // What the transaction has done so far.
    struct Version {
        std::string text;
        int priority = 0;
    };
    struct Transaction {
        bool touched = false; // has a version
        std::optional<Version> version; // noted by a framework
    };
    Transaction m_transaction;
    std::optional<std::string> m_sessionVersion; // noted by a framework outside a transaction, not used yet
    std::string m_usedVersion; // the last one of these that was used
};

} // namespace electric::proxy

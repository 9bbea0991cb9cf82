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

namespace electric::proxy
{

// What is said between an SQL client and Postgres once both are logged in: bytes of either go in, bytes for either come
// out. Transparent for everything but migrations: a statement that touches an electrified table is refused, or followed
// by the calls that record it, in the same transaction. Each message sent upstream is noted in m_expected and answers
// are matched in order, so clients may pipeline as they like and what we ask for ourselves stays hidden. While such a
// statement is being worked on (a Task), further messages of the client wait. No socket, no clock.
class Conversation
{
public:
    enum class Mode { Migrations, Transparent };

    explicit Conversation(Mode mode)
        : m_mode(mode)
    {
    }
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

private:
    enum class Answer { Query, Parse, Bind, Describe, Execute, Close, Sync };
    enum class Role { Client, Hidden, Shown }; // Hidden and Shown: asked by a script
    struct Expected {
        Answer answer;
        Role role = Role::Client;
        bool last = true; // the script goes on after it
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
    struct Portal {
        Prepared statement;
        std::optional<std::string> version; // from its parameters
    };

    // conversation.cpp: the relay
    void pumpClient();
    bool passClientData();
    void onClientMessage(const Message &message);
    void onQuery(const Message &message);
    void onParse(const Message &message);
    void onBind(const Message &message);
    void onExecute(const Message &message);
    void forwardToServer(const Message &message, Answer answer);
    void onServerMessage(const Message &message);
    void onAnswer(const Message &message);
    void onError(const Message &message);
    void onReady(const Message &message);
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
    Task<bool> noteVersion(Prepared statement, std::string version);
    Task<bool> record(std::vector<std::string> calls);
    Task<bool> refuse(Prepared statement, std::string table, std::string schema, std::string name);
    Task<std::optional<std::vector<std::string>>> electrified(Prepared statement); // empty: no; nothing: failed
    Task<bool> leaveOutExisting(Prepared statement, std::vector<Statement::Addition> *additions);
    Task<bool> beginIfNeeded(bool possible);
    ReplyAwaiter ask(const std::string &sql);
    ReplyAwaiter carryOut(const Statement &statement);
    ReplyAwaiter quiet();
    std::string assignVersion();

    const Mode m_mode;
    std::string m_toClient;
    std::string m_toServer;
    std::string m_clientInput;
    std::string m_serverInput;
    std::size_t m_clientPassing = 0; // bytes of a long message that are relayed as they come
    std::size_t m_serverPassing = 0;
    std::deque<Expected> m_expected;
    char m_status = 'I';
    bool m_discarding = false; // Postgres ignores the client until its Sync, and so do we
    bool m_copyIn = false;
    bool m_over = false;
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
    struct Transaction {
        bool touched = false; // has a version
        std::optional<std::string> version; // noted by a framework, not used yet
    };
    Transaction m_transaction;
    std::optional<std::string> m_sessionVersion; // noted by a framework outside a transaction
};

} // namespace electric::proxy

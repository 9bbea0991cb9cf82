#include "service/proxy/ddlx.h"

#include "service/proxy/ddlxtokens.h"

#include <algorithm>
#include <array>

namespace electric::proxy {

namespace {

using Kind = DdlxToken::Kind;

struct Named {
    std::string_view word;
    Ddlx::Command command;
    std::string_view tag;
};

constexpr std::array<Named, 7> commands {{
    {"enable", Ddlx::Command::Enable, "ELECTRIC ENABLE"},
    {"disable", Ddlx::Command::Disable, "ELECTRIC DISABLE"},
    {"grant", Ddlx::Command::Grant, "ELECTRIC GRANT"},
    {"revoke", Ddlx::Command::Revoke, "ELECTRIC REVOKE"},
    {"assign", Ddlx::Command::Assign, "ELECTRIC ASSIGN"},
    {"unassign", Ddlx::Command::Unassign, "ELECTRIC UNASSIGN"},
    {"sqlite", Ddlx::Command::Sqlite, "ELECTRIC SQLITE"},
}};

constexpr std::array<std::string_view, 7> privileges {"select", "insert", "update", "delete", "all", "read", "write"};
constexpr std::array<std::string_view, 11> operators {"=", "<>", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/"};
constexpr std::array<std::string_view, 4> wordOperators {"and", "or", "not", "is"};

constexpr int maxDepth = 100; // of parentheses in a condition

// ENABLE or DISABLE directly before ELECTRIC, wherever in the statement.
bool mentionsElectric(std::string_view text)
{
    DdlxTokens tokens(text);
    bool after = false;
    for (DdlxToken token = tokens.next(); token.kind != Kind::End; token = tokens.next()) {
        if (after && token.is("electric"))
            return true;
        after = token.is("enable") || token.is("disable");
    }
    return false;
}

// One function a rule of the grammar; each takes what it accepts, or notes the first word that does not fit.
class Reader
{
public:
    explicit Reader(std::string_view text) : m_tokens(text), m_next(m_tokens.next()) { }

    std::optional<Ddlx> read(std::string_view text)
    {
        if (m_next.is("electric"))
            (void)(keyword("electric") && command() && end());
        else if (m_next.is("alter") && mentionsElectric(text))
            (void)(alterTable() && end());
        else
            return std::nullopt;
        return m_read;
    }

private:
    // Where a role's parts stand, for what is wrong with them beyond the grammar.
    struct Role {
        DdlxToken first;
        std::string literal; // 'role' or 'scope:role'
        std::vector<std::string> column; // table.column that holds the role
    };

    bool command()
    {
        const auto named = std::find_if(commands.begin(), commands.end(), [&](const Named &one) { return m_next.is(one.word); });
        if (named == commands.end())
            return malformed();
        take();
        m_read.command = named->command;
        switch (named->command) {
        case Ddlx::Command::Enable:
        case Ddlx::Command::Disable: return table(m_read.table);
        case Ddlx::Command::Grant: return permission() && keyword("to") && staticRole() && grantOptions();
        case Ddlx::Command::Revoke: return permission() && keyword("from") && staticRole();
        case Ddlx::Command::Assign: return assignment("to") && (!accept("if") || condition());
        case Ddlx::Command::Unassign: return assignment("from");
        case Ddlx::Command::Sqlite: return m_next.kind == Kind::String ? take() : malformed();
        }
        return malformed();
    }

    bool alterTable()
    {
        if (!keyword("alter") || !keyword("table") || !table(m_read.table))
            return false;
        m_read.command = m_next.is("disable") ? Ddlx::Command::Disable : Ddlx::Command::Enable;
        return (accept("disable") || keyword("enable")) && keyword("electric");
    }

    bool permission()
    {
        const auto isNext = [&](std::string_view word) { return m_next.is(word); };
        if (std::none_of(privileges.begin(), privileges.end(), isNext))
            return malformed();
        take();
        if (m_next.isSign("(")) {
            std::string column;
            do
                take();
            while (name(column) && m_next.isSign(","));
            if (!sign(")"))
                return false;
        }
        schema::TableName on;
        return keyword("on") && table(on);
    }

    bool grantOptions()
    {
        if (accept("using")) {
            std::string step;
            while (m_next.kind == Kind::Name && name(step) && m_next.isSign("/"))
                take();
        }
        return !accept("check") || condition();
    }

    bool assignment(std::string_view before)
    {
        Role role;
        std::vector<std::string> user;
        if (!scopedRole(role) || !keyword(before) || !dotted(user, 3))
            return false;
        if (user.size() < 2)
            return malformed();
        if (role.column.size() == 1)
            return broken(role.first, "a role is a string, or a column as table.column");
        if (role.column.empty())
            return true;
        std::vector<std::string> roleTable(role.column.begin(), role.column.end() - 1);
        user.pop_back();
        for (std::vector<std::string> *one : {&roleTable, &user})
            if (one->size() == 1)
                one->insert(one->begin(), "public");
        return roleTable == user || broken(role.first, "the role's column is not in the table of the user's column");
    }

    bool staticRole()
    {
        Role role;
        if (!scopedRole(role))
            return false;
        return role.column.empty() || broken(role.first, "a role is a string here, for example 'admin'");
    }

    // role, scope:role, (scope, role); the scope is NULL or a table.
    bool scopedRole(Role &into)
    {
        into.first = m_next;
        const bool inParentheses = m_next.isSign("(");
        if (inParentheses)
            take();
        const bool isNull = accept("null");
        if (!isNull && !role(into))
            return false;
        if (inParentheses || isNull || m_next.isSign(":")) {
            if (!into.literal.empty() || into.column.size() > 2)
                return malformed();
            into.column.clear();
            if (!sign(inParentheses ? "," : ":"))
                return false;
            into.first = m_next;
            if (!role(into))
                return false;
        }
        if (inParentheses && !sign(")"))
            return false;
        const std::size_t colon = into.literal.find(':');
        const bool isEmpty = into.column.empty() && (into.literal.empty() || colon == 0 || colon == into.literal.size() - 1);
        return !isEmpty || broken(into.first, "the role or its scope has no name");
    }

    bool role(Role &into)
    {
        if (m_next.kind != Kind::String)
            return dotted(into.column, 3);
        into.literal = m_next.value;
        return take();
    }

    bool condition() { return sign("(") && expression(0) && sign(")"); }

    bool expression(int depth)
    {
        if (depth > maxDepth)
            return malformed();
        for (;;) {
            if (!operand(depth))
                return false;
            const auto isSign = [&](std::string_view one) { return m_next.isSign(one); };
            const auto isWord = [&](std::string_view one) { return m_next.is(one); };
            if (std::none_of(operators.begin(), operators.end(), isSign)
                && std::none_of(wordOperators.begin(), wordOperators.end(), isWord))
                return true;
            take();
        }
    }

    bool operand(int depth)
    {
        if (m_next.isSign("("))
            return take() && expression(depth + 1) && sign(")");
        if (m_next.kind == Kind::String)
            return take();
        std::string ignored;
        if (!name(ignored))
            return false;
        if (!m_next.isSign("("))
            return true;
        take();
        if (m_next.isSign(")"))
            return take();
        while (expression(depth + 1) && m_next.isSign(","))
            take();
        return sign(")");
    }

    bool table(schema::TableName &into)
    {
        std::vector<std::string> parts;
        if (!dotted(parts, 2))
            return false;
        into = {parts.size() == 2 ? parts[0] : "public", parts.back()};
        return true;
    }

    bool dotted(std::vector<std::string> &into, std::size_t most)
    {
        for (;;) {
            std::string part;
            if (!name(part))
                return false;
            into.push_back(part);
            if (into.size() == most || !m_next.isSign("."))
                return true;
            take();
        }
    }

    bool name(std::string &into)
    {
        if (m_next.kind != Kind::Name || m_next.value.empty())
            return malformed();
        into = m_next.value;
        return take();
    }

    bool accept(std::string_view word) { return m_next.is(word) && take(); }
    bool keyword(std::string_view word) { return accept(word) || malformed(); }
    bool sign(std::string_view one) { return m_next.isSign(one) ? take() : malformed(); }

    bool end()
    {
        if (m_next.isSign(";"))
            take();
        return m_next.kind == Kind::End || malformed();
    }

    bool take()
    {
        m_next = m_tokens.next();
        return true;
    }

    bool malformed() { return broken(m_next, {}); }

    bool broken(const DdlxToken &token, std::string rule)
    {
        if (!m_read.malformed) // what comes first is told
            m_read.malformed = Ddlx::Malformed {std::string(token.source), token.offset, std::move(rule)};
        return false;
    }

    DdlxTokens m_tokens;
    DdlxToken m_next;
    Ddlx m_read;
};

} // namespace

std::optional<Ddlx> readDdlx(std::string_view statement)
{
    return Reader(statement).read(statement);
}

std::string_view tagOf(Ddlx::Command command)
{
    for (const Named &named : commands)
        if (named.command == command)
            return named.tag;
    return {};
}

} // namespace electric::proxy

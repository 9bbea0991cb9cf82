#pragma once

#include "service/schema/parsedsql.h"
#include "service/where/condition.h"

#include <optional>

namespace electric::where {

// Makes expressions of Postgres' parse tree: looks up columns, settles types, refuses what is not supported.
class Compiler
{
public:
    using Compiled = tl::expected<Expression, Problem>;

    Compiler(const schema::Table &table, const schema::Catalogue &catalogue) : m_table(table), m_catalogue(catalogue) { }

    Compiled condition(const schema::SyntaxNode &node); // of type bool

private:
    using Node = schema::SyntaxNode;

    Compiled expression(const Node &node);
    Compiled column(const Node &node);
    Compiled constant(const Node &node);
    Compiled logic(const Node &node);
    Compiled operation(const Node &node); // A_Expr
    Compiled unary(const std::string &name, const Node &operand, std::size_t location);
    Compiled binary(const std::string &name, Expression one, Expression other, std::size_t location);
    Compiled list(const Node &node);
    Compiled dateCalculation(const std::string &name, Expression one, Expression other, std::size_t location);
    Compiled like(const std::string &name, Expression one, Expression other, std::size_t location);
    Compiled between(const Node &node, bool isNegated);
    Compiled nullTest(const Node &node);
    Compiled boolTest(const Node &node);
    Compiled function(const Node &node);
    Compiled atTimeZone(std::vector<Expression> arguments, std::size_t location);
    Compiled cast(const Node &node);
    Compiled castTo(Expression operand, Type type, std::size_t location);
    [[nodiscard]] const schema::Enum *enumNamed(const std::vector<std::string> &name) const;
    Compiled boolean(const Node &node); // an operand of AND, OR, NOT

    static Compiled compared(Comparison comparison, Expression one, Expression other, std::size_t location);
    // Brings both to one type; nothing when all is well.
    static std::optional<Problem> unify(Expression &one, Expression &other, const std::string &what, std::size_t location);
    static std::optional<Problem> settle(Expression &literal, const Expression &like);
    static std::optional<Problem> settleList(const Expression &subject, std::vector<Expression> &items);
    // What stands for several tests is in the tree once for each; refuses when that becomes too much.
    std::optional<Problem> countCopies(const Expression &subject, std::size_t copies);

    const schema::Table &m_table;
    const schema::Catalogue &m_catalogue;
    std::size_t m_copied = 0; // nodes
};

[[nodiscard]] Problem problemAt(std::size_t location, const std::string &reason);

} // namespace electric::where

// IN and BETWEEN: what tests one subject several times.

#include "service/where/canonical.h"
#include "service/where/compilerparts.h"

#include <algorithm>

namespace electric::where {

using Compiled = Compiler::Compiled;
using Kind = Expression::Kind;
using schema::SyntaxNode;

namespace {

std::size_t nodesIn(const Expression &expression)
{
    std::size_t nodes = 1;
    for (const Expression &operand : expression.operands)
        nodes += nodesIn(operand);
    return nodes;
}

// The list as a sorted set, when its items are constants of which equal ones have one text and the subject comes as such a text.
std::optional<Expression> setOf(const Expression &subject, const std::vector<Expression> &items)
{
    const bool isText = subject.type == Type::Text || subject.type == Type::Uuid;
    if (!isText && (subject.kind != Kind::Column || !hasCanonicalText(subject.type)))
        return std::nullopt;
    Expression set = made(Kind::In, Type::Bool, subject.location);
    for (Expression item : items) {
        const bool isAlike = item.type == subject.type || item.type == Type::Unknown || (isExact(item.type) && isExact(subject.type));
        if (item.kind != Kind::Constant || !isAlike)
            return std::nullopt;
        if (item.isNull)
            set.isNull = true;
        else if (auto text = canonicalText(item, subject.type))
            set.values.push_back(*std::move(text));
        else if (!isExact(item.type) || item.value.isNull)
            return std::nullopt;
    }
    if (set.values.empty() && !set.isNull)
        return std::nullopt; // numbers that no value of the column equals: Postgres has no empty list
    std::sort(set.values.begin(), set.values.end());
    set.values.erase(std::unique(set.values.begin(), set.values.end()), set.values.end());
    set.operands.push_back(subject);
    return set;
}

} // namespace

std::optional<Problem> Compiler::countCopies(const Expression &subject, std::size_t copies)
{
    constexpr std::size_t most = 10'000;
    m_copied += nodesIn(subject) * copies;
    if (m_copied <= most)
        return std::nullopt;
    return problemAt(subject.location, "the condition is too complex: what stands before IN or BETWEEN is tested too many times");
}

Compiled Compiler::list(const SyntaxNode &node)
{
    const std::size_t location = locationOf(node);
    const auto name = builtin(node.names(QLatin1String("name")));
    const bool isNegated = name == "<>";
    auto subject = expression(node.child(QLatin1String("lexpr")));
    if (!subject)
        return subject;
    std::vector<Expression> items;
    for (const SyntaxNode &one : node.child(QLatin1String("rexpr")).children(QLatin1String("items"))) {
        auto item = expression(one);
        if (!item)
            return item;
        items.push_back(*std::move(item));
    }
    if (auto problem = settleList(*subject, items))
        return tl::unexpected(*std::move(problem));
    for (Expression &item : items) {
        // One literal among columns: as beside an operator.
        if (isLiteral(item) && !isLiteral(*subject) && subject->type != Type::Other) {
            if (auto problem = settle(item, *subject))
                return tl::unexpected(*std::move(problem));
        }
    }
    if (auto set = setOf(*subject, items)) {
        set->location = location;
        set->isNegated = isNegated;
        return *std::move(set);
    }
    if (auto problem = countCopies(*subject, items.size() - 1))
        return tl::unexpected(*std::move(problem));
    std::vector<Expression> compares;
    for (Expression &item : items) {
        auto equal = compared(isNegated ? Comparison::NotEqual : Comparison::Equal, *subject, std::move(item), location);
        if (!equal)
            return equal;
        compares.push_back(*std::move(equal));
    }
    if (compares.size() == 1)
        return std::move(compares.front());
    return made(isNegated ? Kind::And : Kind::Or, Type::Bool, location, std::move(compares));
}

Compiled Compiler::between(const SyntaxNode &node, bool isNegated)
{
    const std::size_t location = locationOf(node);
    const auto limits = node.child(QLatin1String("rexpr")).children(QLatin1String("items"));
    auto subject = expression(node.child(QLatin1String("lexpr")));
    if (!subject)
        return subject;
    if (auto problem = countCopies(*subject, 1))
        return tl::unexpected(*std::move(problem));
    std::vector<Expression> both;
    for (std::size_t at = 0; at < 2; ++at) {
        auto limit = expression(limits.at(at));
        if (!limit)
            return limit;
        const Comparison comparison = at == 0 ? (isNegated ? Comparison::Less : Comparison::GreaterOrEqual)
                                              : (isNegated ? Comparison::Greater : Comparison::LessOrEqual);
        auto one = compared(comparison, *subject, *std::move(limit), location);
        if (!one)
            return one;
        both.push_back(*std::move(one));
    }
    return made(isNegated ? Kind::Or : Kind::And, Type::Bool, location, std::move(both));
}

} // namespace electric::where

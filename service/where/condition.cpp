#include "service/where/condition.h"

#include "service/where/canonical.h"
#include "service/where/compiler.h"
#include "service/where/parsing.h"

#include <algorithm>

namespace electric::where {

namespace {

using Kind = Expression::Kind;

std::optional<Condition::Requirement> requirementOf(const Expression &conjunct)
{
    if (conjunct.kind == Kind::Column)
        return Condition::Requirement {conjunct.column, {"t"}};
    if (conjunct.kind == Kind::In && !conjunct.isNegated && conjunct.operands[0].kind == Kind::Column)
        return Condition::Requirement {conjunct.operands[0].column, conjunct.values};
    if (conjunct.kind == Kind::Or) { // IN of other types, or alternatives for the same column
        Condition::Requirement all;
        for (const Expression &operand : conjunct.operands) {
            auto one = requirementOf(operand);
            if (!one || (!all.values.empty() && one->column != all.column))
                return std::nullopt;
            all.column = one->column;
            all.values.insert(all.values.end(), one->values.begin(), one->values.end());
        }
        return all;
    }
    if (conjunct.kind != Kind::Compare || conjunct.comparison != Comparison::Equal)
        return std::nullopt;
    const bool isFirst = conjunct.operands[0].kind == Kind::Column;
    const Expression &column = conjunct.operands[isFirst ? 0 : 1];
    const Expression &constant = conjunct.operands[isFirst ? 1 : 0];
    if (column.kind != Kind::Column || constant.kind != Kind::Constant || constant.isNull || !hasCanonicalText(column.type))
        return std::nullopt;
    if (auto text = canonicalText(constant, column.type))
        return Condition::Requirement {column.column, {*std::move(text)}};
    return std::nullopt; // no row passes: not worth a word
}

void collect(const Expression &expression, std::vector<Condition::Requirement> &requirements)
{
    if (expression.kind == Kind::And) {
        for (const Expression &operand : expression.operands)
            collect(operand, requirements);
    } else if (auto one = requirementOf(expression)) {
        requirements.push_back(*std::move(one));
    }
}

void markColumns(const Expression &expression, std::vector<bool> &uses)
{
    if (expression.kind == Kind::Column)
        uses[expression.column] = true;
    for (const Expression &operand : expression.operands)
        markColumns(operand, uses);
}

} // namespace

Condition::Condition(Expression root, std::size_t columns) : m_root(std::move(root)), m_usesColumn(columns)
{
    collect(m_root, m_requirements);
    markColumns(m_root, m_usesColumn);
}

bool Condition::passes(std::span<const changes::Value> row) const
{
    const auto result = Evaluation(row).of(m_root);
    return result && !result->isNull && result->exact != 0;
}

std::string Condition::sql(std::string_view alias) const
{
    return '(' + print(m_root, alias) + ')';
}

tl::expected<ConditionPtr, Problem> compile(std::string_view text, const schema::Table &table, const schema::Catalogue &catalogue)
{
    if (text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos)
        return ConditionPtr();
    const auto parsed = parse(text);
    if (!parsed)
        return tl::unexpected(parsed.error());
    auto root = Compiler(table, catalogue).condition(parsed->clause);
    if (!root)
        return tl::unexpected(root.error());
    return std::make_shared<const Condition>(*std::move(root), table.columns.size());
}

} // namespace electric::where

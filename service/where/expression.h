#pragma once

#include "service/changes/tuple.h"
#include "service/where/datum.h"
#include "service/where/interval.h"

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace electric::where {

enum class Comparison : std::uint8_t { Equal, NotEqual, Less, Greater, LessOrEqual, GreaterOrEqual };

// A node of a compiled condition. Types are settled: what has to be converted has a node for it.
struct Expression {
    enum class Kind : std::uint8_t {
        Constant, // `text`, a literal of the type; NULL when isNull
        Column,
        And,
        Or,
        Not,
        Compare, // of two operands of one type
        In, // the first operand in `values`, which are sorted; Text and Uuid only
        IsDistinct,
        IsNull,
        IsBool, // TRUE, FALSE (`text` t or f) or neither (empty)
        Like, // the second operand is a constant
        Convert, // to the type, implicitly
        ToText,
        BoolToInt,
        IntToBool,
        Add,
        Subtract,
        Negate,
        Absolute,
        BitAnd,
        BitOr,
        BitXor,
        Concatenate,
        Lower,
        Upper,
        Divide, // whole numbers, towards 0
        Modulo,
        Shift, // a date or time by `interval`
        Elapsed, // from the second date or time to the first: Interval, of dates Int4
        AtUtc, // between timestamp and timestamptz
    };
    struct EnumType {
        schema::TableName name;
        std::vector<std::string> labels;
    };

    Kind kind = Kind::Constant;
    Type type = Type::Unknown;
    std::size_t location = 0; // in the text of the condition
    std::vector<Expression> operands {};
    Comparison comparison = Comparison::Equal;
    bool isNegated = false; // In, IsDistinct, IsNull, IsBool, Like
    bool foldsCase = false; // Like
    bool isNull = false; // Constant; also when an In list has a NULL
    std::size_t column = 0; // Column: its number, and in `text` its name
    std::string text {};
    Datum value {}; // of a constant, save its text
    Interval interval {};
    std::vector<std::string> values {};
    std::shared_ptr<const EnumType> enumType {};
};

// Evaluates expressions over one row. Texts that are made on the way live as long as this.
class Evaluation
{
public:
    explicit Evaluation(std::span<const changes::Value> row) : m_row(row) { }

    // Nothing when a value cannot be read: then nothing is true of the row.
    [[nodiscard]] std::optional<Datum> of(const Expression &expression);

private:
    using Result = std::optional<Datum>;
    Result column(const Expression &expression) const;
    Result logic(const Expression &expression, bool decides);
    Result comparison(const Expression &expression);
    Result membership(const Expression &expression);
    Result distinctness(const Expression &expression);
    Result nullTest(const Expression &expression);
    Result boolTest(const Expression &expression);
    Result text(const Expression &expression);
    Result derived(const Expression &expression);
    Result combined(const Expression &expression, const Datum &one, const Datum &other);
    std::string_view keep(std::string text) { return m_texts.emplace_back(std::move(text)); }

    std::span<const changes::Value> m_row;
    std::deque<std::string> m_texts;
};

// As SQL, for a table that is called `alias`.
[[nodiscard]] std::string print(const Expression &expression, std::string_view alias);

} // namespace electric::where

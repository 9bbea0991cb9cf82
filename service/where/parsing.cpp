#include "service/where/parsing.h"

#include "service/where/compiler.h"
#include "service/wire/protobuf.h"

#include <pg_query.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QStringConverter>

namespace electric::where {

namespace {

constexpr std::size_t longestText = 64 * 1024;
constexpr std::size_t mostTokens = 5000; // beside strings and commas: every one of them may go one level deeper

struct ScanResult {
    explicit ScanResult(const std::string &source) : value(pg_query_scan(source.c_str())) { }
    ~ScanResult() { pg_query_free_scan_result(value); }
    Q_DISABLE_COPY_MOVE(ScanResult)

    PgQueryScanResult value;
};

// Words and operators, beside strings and commas, by Postgres' own lexer (message ScanResult of pg_query.proto).
std::size_t tokensIn(const std::string &source)
{
    constexpr std::uint32_t tokensField = 2;
    constexpr std::uint32_t startField = 1;
    const ScanResult result(source);
    if (result.value.error)
        return 0; // the parser says it better
    std::size_t tokens = 0;
    wire::FieldReader reader(std::string_view(result.value.pbuf.data, result.value.pbuf.len));
    while (const auto token = reader.next()) {
        if (token->number != tokensField)
            continue;
        std::size_t start = 0;
        wire::FieldReader fields(token->bytes);
        while (const auto field = fields.next())
            if (field->number == startField)
                start = std::size_t(field->varint);
        const char first = start < source.size() ? source[start] : ' ';
        tokens += first == '\'' || first == ',' ? 0 : 1;
    }
    return tokens;
}

struct ParseResult {
    explicit ParseResult(const std::string &source) : value(pg_query_parse(source.c_str())) { }
    ~ParseResult() { pg_query_free_parse_result(value); }
    Q_DISABLE_COPY_MOVE(ParseResult)

    PgQueryParseResult value;
};

// What a SELECT may have beside its WHERE. Everything else is somebody trying something.
bool isPlain(const QJsonObject &select)
{
    for (const QString &key : select.keys()) {
        const bool isOurs = key == QLatin1String("targetList") || key == QLatin1String("whereClause") || key == QLatin1String("limitOption")
            || key == QLatin1String("op");
        if (!isOurs)
            return false;
    }
    return select.value(QLatin1String("limitOption")).toString() == QLatin1String("LIMIT_OPTION_DEFAULT")
        && select.value(QLatin1String("op")).toString() == QLatin1String("SETOP_NONE");
}

// Postgres counts characters, from 1; of the prefix there is one a byte.
std::size_t bytesBefore(const std::string &source, std::size_t cursor)
{
    std::size_t characters = 0;
    std::size_t at = 0;
    for (; at < source.size(); ++at) {
        const bool begins = (static_cast<unsigned char>(source[at]) & 0xc0) != 0x80;
        if (begins && ++characters == cursor)
            break;
    }
    return std::max(at, parsedPrefix.size());
}

} // namespace

tl::expected<Parsed, Problem> parse(std::string_view text)
{
    if (text.size() > longestText)
        return tl::unexpected(problemAt(0, "a condition can have at most " + std::to_string(longestText) + " bytes"));
    if (text.find('\0') != std::string_view::npos)
        return tl::unexpected(problemAt(text.find('\0'), "a condition cannot have zero bytes"));
    QStringDecoder decoder(QStringDecoder::Utf8);
    const QString decoded = decoder(QByteArrayView(text.data(), qsizetype(text.size())));
    if (decoder.hasError())
        return tl::unexpected(problemAt(0, "a condition has to be UTF-8"));
    Parsed parsed {std::make_unique<const std::string>(std::string(parsedPrefix) + std::string(text)), {}};
    if (tokensIn(*parsed.source) > mostTokens)
        return tl::unexpected(problemAt(0, "the condition is too complex: at most " + std::to_string(mostTokens) + " words and operators"));
    const ParseResult result(*parsed.source);
    if (result.value.error) {
        const auto cursor = std::size_t(std::max(result.value.error->cursorpos, 0));
        Problem problem = problemAt(cursor, result.value.error->message);
        problem.offset = bytesBefore(*parsed.source, cursor) - parsedPrefix.size();
        return tl::unexpected(problem);
    }
    const QJsonDocument tree = QJsonDocument::fromJson(result.value.parse_tree);
    const QJsonArray statements = tree.object().value(QLatin1String("stmts")).toArray();
    if (tree.isNull())
        return tl::unexpected(problemAt(0, "the condition is nested too deeply"));
    if (statements.size() != 1)
        return tl::unexpected(problemAt(0, "unescaped \";\" causing statement split"));
    const QJsonObject select
        = statements.first().toObject().value(QLatin1String("stmt")).toObject().value(QLatin1String("SelectStmt")).toObject();
    if (!isPlain(select))
        return tl::unexpected(problemAt(0, "malformed query ending with SQL clauses"));
    const QJsonObject clause = select.value(QLatin1String("whereClause")).toObject();
    if (clause.isEmpty())
        return tl::unexpected(problemAt(0, "there is no condition"));
    parsed.clause = {clause.begin().key(), clause.begin().value().toObject(), *parsed.source};
    return parsed;
}

} // namespace electric::where

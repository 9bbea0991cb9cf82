#include "service/http/migrationsresource.h"

#include "service/http/migrationsarchive.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QUrlQuery>

namespace electric::http {

namespace {

// The last one counts, as with the original.
std::optional<QString> parameter(const QUrlQuery &query, const QString &name)
{
    const QStringList values = query.allQueryItemValues(name, QUrl::FullyDecoded);
    return values.isEmpty() ? std::nullopt : std::optional(values.last());
}

// The error that names an unknown dialect, in quotation marks within the JSON text.
Answer unsupported(const QString &dialect, bool isList)
{
    const QByteArray quoted = QJsonDocument(QJsonArray {dialect}).toJson(QJsonDocument::Compact); // ["mysql"]
    return jsonError(403, "unsupported dialect " + (isList ? quoted : quoted.sliced(1, quoted.size() - 2)).toStdString());
}

std::variant<wire::Dialect, Answer> dialectOf(const QUrlQuery &query)
{
    const auto dialect = parameter(query, QStringLiteral("dialect"));
    const auto list = parameter(query, QStringLiteral("dialect[]"));
    if (dialect == QStringLiteral("sqlite"))
        return wire::Dialect::Sqlite;
    if (dialect == QStringLiteral("postgresql"))
        return wire::Dialect::Postgres;
    if (!dialect && !list)
        return jsonError(403, "missing required parameter 'dialect'");
    return dialect ? unsupported(*dialect, false) : unsupported(*list, true);
}

} // namespace

void MigrationsResource::publish(schema::SchemaHistory::Ptr history)
{
    const std::scoped_lock lock(m_mutex);
    m_history = std::move(history);
}

Answer MigrationsResource::answer(const std::string &queryText)
{
    const QUrlQuery query(QString::fromStdString(queryText));
    const auto dialect = dialectOf(query);
    if (const auto *const refusal = std::get_if<Answer>(&dialect))
        return *refusal;
    schema::SchemaHistory::Ptr history;
    {
        const std::scoped_lock lock(m_mutex);
        history = m_history;
        if (m_last && m_last->history == history && m_last->query == queryText)
            return m_last->answer;
    }
    if (!history) {
        Answer later = jsonError(503, "the schema is not known yet: Postgres is not connected");
        later.headers.emplace_back("retry-after", "1");
        return later;
    }
    const QString version = parameter(query, QStringLiteral("version")).value_or(QString());
    std::string archive = migrationsArchive(*history, std::get<wire::Dialect>(dialect), version.toStdString());
    const Answer made = archive.empty() ? Answer {204, {}} : Answer {200, std::move(archive), "application/zip"};
    const std::scoped_lock lock(m_mutex);
    m_last = Made {history, queryText, made};
    return made;
}

} // namespace electric::http

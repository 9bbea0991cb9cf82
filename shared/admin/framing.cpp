#include "shared/admin/framing.h"

#include <QJsonDocument>

#include <utility>

namespace electric::admin {

namespace {

QJsonObject message()
{
    return {{QStringLiteral("jsonrpc"), QStringLiteral("2.0")}};
}

} // namespace

std::optional<QByteArray> LineReader::next()
{
    const qsizetype end = m_bytes.indexOf('\n', m_start);
    if (end < 0 || end - m_start > m_longest) {
        m_isOverlong = (end < 0 ? m_bytes.size() : end) - m_start > m_longest;
        m_bytes.remove(0, std::exchange(m_start, 0));
        return std::nullopt;
    }
    QByteArray line = m_bytes.mid(m_start, end - m_start);
    m_start = end + 1;
    return line;
}

QByteArray encodeLine(const QJsonObject &message)
{
    return QJsonDocument(message).toJson(QJsonDocument::Compact) + '\n';
}

std::optional<QJsonObject> decodeLine(const QByteArray &line)
{
    const QJsonDocument document = QJsonDocument::fromJson(line);
    return document.isObject() ? std::optional(document.object()) : std::nullopt;
}

QJsonObject requestOf(qint64 id, const QString &method, const QJsonObject &params)
{
    QJsonObject request = message();
    request[QStringLiteral("id")] = id;
    request[QStringLiteral("method")] = method;
    if (!params.isEmpty())
        request[QStringLiteral("params")] = params;
    return request;
}

QJsonObject answerOf(const QJsonValue &id, const Outcome &outcome)
{
    QJsonObject answer = message();
    answer[QStringLiteral("id")] = id;
    if (outcome) {
        answer[QStringLiteral("result")] = *outcome;
        return answer;
    }
    QJsonObject error {{QStringLiteral("code"), outcome.error().code}, {QStringLiteral("message"), outcome.error().message}};
    if (!outcome.error().remedy.isEmpty())
        error[QStringLiteral("data")] = QJsonObject {{QStringLiteral("remedy"), outcome.error().remedy}};
    answer[QStringLiteral("error")] = error;
    return answer;
}

QJsonObject eventOf(qint64 subscription, const QString &stream, const QJsonObject &data, qint64 dropped)
{
    QJsonObject event = message();
    event[QStringLiteral("method")] = QStringLiteral("event");
    event[QStringLiteral("params")] = QJsonObject {{QStringLiteral("subscription"), subscription}, {QStringLiteral("stream"), stream},
        {QStringLiteral("dropped"), dropped}, {QStringLiteral("data"), data}};
    return event;
}

Outcome outcomeOf(const QJsonObject &answer)
{
    const QJsonValue error = answer.value(QLatin1String("error"));
    if (!error.isObject())
        return answer.value(QLatin1String("result")).toObject();
    const QJsonObject object = error.toObject();
    return tl::unexpected(Error {object.value(QLatin1String("code")).toInt(), object.value(QLatin1String("message")).toString(),
        object.value(QLatin1String("data")).toObject().value(QLatin1String("remedy")).toString()});
}

} // namespace electric::admin

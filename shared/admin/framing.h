#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QString>
#include <tl/expected.hpp>

#include <optional>

namespace electric::admin {

// Why a call could not be done. Codes below -32000 are those of JSON-RPC 2.0.
struct Error {
    enum Code {
        ParseError = -32700,
        InvalidRequest = -32600,
        MethodNotFound = -32601,
        InvalidParams = -32602,
        InternalError = -32603,
        Failed = 1, // tried and refused, by Postgres as often as not
        NotFound = 2, // no such session, write, table
        Busy = 3, // too many calls at once; try again
        Unavailable = 4, // the database cannot be asked now
        WrongVersion = 5, // the other side speaks another version of the protocol
        Unreachable = 6, // made by the client: nobody answers on the socket
        TimedOut = 7, // made by the client
    };
    int code = Failed;
    QString message; // for people
    QString remedy {}; // what to do, may be empty
};
using Outcome = tl::expected<QJsonObject, Error>;

// JSON-RPC 2.0, one object a line. A line that is longer ends the connection.
inline constexpr qsizetype longestRequest = 256 * 1024;
inline constexpr qsizetype longestAnswer = 32 * 1024 * 1024;

// Cuts what arrives into lines of bounded length.
class LineReader
{
public:
    explicit LineReader(qsizetype longest) : m_longest(longest) { }

    void append(const QByteArray &bytes) { m_bytes += bytes; }
    // The next whole line without its line feed; nothing when there is none yet.
    [[nodiscard]] std::optional<QByteArray> next();
    // More than a line's worth has come and it is no line: the peer is not to be listened to any more.
    [[nodiscard]] bool isOverlong() const { return m_isOverlong; }

private:
    qsizetype m_longest;
    QByteArray m_bytes;
    qsizetype m_start = 0;
    bool m_isOverlong = false;
};

[[nodiscard]] QByteArray encodeLine(const QJsonObject &message);
[[nodiscard]] std::optional<QJsonObject> decodeLine(const QByteArray &line);

[[nodiscard]] QJsonObject requestOf(qint64 id, const QString &method, const QJsonObject &params);
[[nodiscard]] QJsonObject answerOf(const QJsonValue &id, const Outcome &outcome);
[[nodiscard]] QJsonObject eventOf(qint64 subscription, const QString &stream, const QJsonObject &data, qint64 dropped);
[[nodiscard]] Outcome outcomeOf(const QJsonObject &answer);

} // namespace electric::admin

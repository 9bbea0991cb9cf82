#pragma once

#include "shared/admin/framing.h"

#include <QHash>
#include <QObject>

QT_BEGIN_NAMESPACE
class QLocalSocket;
QT_END_NAMESPACE

namespace electric::admin {

class Methods;
class Stream;

// One program that talks to us: reads its requests, sends answers and events. What it does not take in time is bounded.
class Peer final : public QObject
{
    Q_OBJECT

public:
    Peer(QLocalSocket *socket, Methods &methods, QObject *parent);
    ~Peer() override;

    // Whether there is room for events, of which some may be left out; answers are always sent.
    [[nodiscard]] bool hasRoom() const;
    void sendEvent(qint64 subscription, const QString &stream, const QJsonObject &data, qint64 dropped);

Q_SIGNALS:
    void finished();

private:
    void onReadyRead();
    void onRequest(const QByteArray &line);
    void greet(const QJsonValue &id, const QJsonObject &params);
    void subscribe(const QJsonValue &id, QJsonObject params);
    void unsubscribe(const QJsonValue &id, const QJsonObject &params);
    void answer(const QJsonValue &id, const Outcome &outcome);
    void finish();

    QLocalSocket *const m_socket;
    Methods &m_methods;
    LineReader m_lines {longestRequest};
    bool m_isGreeted = false;
    bool m_isFinished = false;
    int m_working = 0; // calls
    qint64 m_nextSubscription = 1;
    QHash<qint64, Stream *> m_streams;
};

} // namespace electric::admin

#pragma once

#include <QLocalServer>
#include <QObject>

namespace electric::console {

// One console a user: the first one listens on a socket in the user's runtime directory, a later one asks it to come forward and ends.
class SingleInstance final : public QObject
{
    Q_OBJECT

public:
    // `name`: of the socket; each has one first instance.
    explicit SingleInstance(const QString &name, QObject *parent = nullptr);

    // True: we are the first. False: another is there, and was asked to come forward. Blocks for half a second at most.
    [[nodiscard]] bool claim();

Q_SIGNALS:
    void wanted(); // somebody started the console again

private:
    void answer();

    const QString m_path;
    QLocalServer m_server;
};

} // namespace electric::console

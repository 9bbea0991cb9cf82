#pragma once

#include "console/control/profile.h"

#include <QObject>
#include <QProcessEnvironment>

#include <functional>

namespace electric::console {

// Beside the console, else in the PATH; empty when there is none.
[[nodiscard]] QString serviceProgram();

// What a service is started with: our own environment with the settings in it, and with no setting that is not among them – the profile
// counts, not the terminal that the console happened to be started from.
[[nodiscard]] QProcessEnvironment environmentWith(const SettingValues &settings);

// Runs electric-service for a question that it answers and ends. Settings go through the environment: arguments can be read by everybody.
class ServiceProgram final : public QObject
{
    Q_OBJECT

public:
    struct Answer {
        int status = 0; // its exit status
        QByteArray out;
        QString complaint; // what it wrote on standard error, or why it did not run
    };
    using Answered = std::function<void(const Answer &)>;

    explicit ServiceProgram(QObject *parent = nullptr);

    void setPath(const QString &path) { m_path = path; }
    [[nodiscard]] bool isThere() const { return !m_path.isEmpty(); }

    // Answered once, unless `context` is destroyed before: then never. Ended by force after a minute.
    void run(const QStringList &arguments, const SettingValues &settings, QObject *context, Answered answered);

private:
    QString m_path;
};

} // namespace electric::console

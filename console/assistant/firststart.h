#pragma once

#include "console/assistant/firstrun.h"
#include "console/control/launcher.h"
#include "console/control/secretstore.h"
#include "console/control/servicelink.h"
#include "console/control/servicestatus.h"

namespace electric::console {

// Does what was chosen, step by step: saves the profile, starts the service, waits until it is ready, makes the example. Says where it is;
// what failed can be run again, from the first step that has to be.
class FirstStart final : public QObject
{
    Q_OBJECT

public:
    enum class Step { Save, Start, Ready, Example, Done };
    Q_ENUM(Step)

    explicit FirstStart(QObject *parent);

    void setProgram(const QString &path) { m_launcher.setProgram(path); }
    void run(const FirstRunChoice &choice);
    [[nodiscard]] Step step() const { return m_step; }
    [[nodiscard]] bool isRunning() const { return m_isRunning; }
    [[nodiscard]] ServiceLink &link() { return m_link; } // to the service that was started
    [[nodiscard]] ServiceStatus &status() { return m_status; }
    // The example, or the first table that is electrified already; empty: there is none.
    [[nodiscard]] const QString &table() const { return m_table; }

Q_SIGNALS:
    void progressed(electric::console::FirstStart::Step step, const QString &words);
    void saved(const QString &profile);
    void started(const QString &socketPath);
    void failed(const electric::admin::Error &why);
    void done();

private:
    void enter(Step step, const QString &words);
    void save();
    void write(const SettingValues &values, const QStringList &inKeyRing, const QString &said);
    void start(const QString &said);
    void onStatus();
    void makeExample();
    void findTable();
    void finish();
    void fail(const admin::Error &why);

    Launcher m_launcher;
    SecretStore m_secrets;
    ServiceLink m_link;
    ServiceStatus m_status;
    FirstRunChoice m_choice;
    QString m_table;
    Step m_step = Step::Save;
    bool m_isRunning = false;
};

} // namespace electric::console

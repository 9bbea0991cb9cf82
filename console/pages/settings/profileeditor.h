#pragma once

#include "console/control/secretstore.h"
#include "console/control/settingscheck.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QPushButton;

namespace electric::console {

class FindingsList;
class RestartBar;
class ServiceLink;
class SettingsForm;
class WriteModePanel;

// Profiles, to be made, changed, tried out, imported and exported. Takes effect when a service is started with one.
class ProfileEditor final : public QWidget
{
    Q_OBJECT

public:
    ProfileEditor(ServiceLink &link, QWidget *parent);

    void setProgram(const QString &path); // in place of the electric-service beside the console
    void open(const QString &profile);
    void reopen(const QString &profile); // when it is the one that is shown
    [[nodiscard]] SettingsForm *form() const { return m_form; }
    void save();

Q_SIGNALS:
    void noted(const QString &text);
    void saved(const QString &profile);
    void restartWanted();

private:
    void makeHead();
    void addButtons(QHBoxLayout &row);
    void makeFoot();
    void onLinkChanged();
    void askForName();
    void addSecrets(const QString &profile, const SettingValues &values);
    void write(const QString &profile, const SettingValues &values, const QStringList &inKeyRing, const QString &said);
    void onSaved(const QString &said);
    void importSettings();
    void exportSettings();
    void makeToken();
    void test();
    void say(const QString &text);
    void review();

    ServiceLink &m_link;
    SecretStore m_secrets;
    SettingsCheck m_check;
    ServiceProgram m_program;
    QString m_profile;
    SettingValues m_saved; // as last read or written, with the secrets
    QComboBox *m_choice = nullptr;
    RestartBar *m_restart = nullptr;
    SettingsForm *m_form = nullptr;
    WriteModePanel *m_writeMode = nullptr;
    QCheckBox *m_inFile = nullptr;
    QLabel *m_said = nullptr;
    FindingsList *m_findings = nullptr;
    QPushButton *m_save = nullptr;
    QPushButton *m_test = nullptr;
};

} // namespace electric::console

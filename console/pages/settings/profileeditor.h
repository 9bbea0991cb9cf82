#pragma once

#include "console/control/secretstore.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QListWidget;
class QPushButton;

namespace electric::console {

class ServiceLink;
class SettingsForm;

// Profiles, to be made, changed and tried out. Takes effect when a service is started with one.
class ProfileEditor final : public QWidget
{
    Q_OBJECT

public:
    ProfileEditor(ServiceLink &link, QWidget *parent);

    void open(const QString &profile);
    [[nodiscard]] SettingsForm *form() const { return m_form; }
    void save();

Q_SIGNALS:
    void noted(const QString &text);
    void saved(const QString &profile);

private:
    void makeHead();
    void makeFoot();
    void askForName();
    void addSecrets(const QString &profile, const SettingValues &values);
    void write(const QString &profile, const SettingValues &values, const QString &said);
    void test();
    void showFindings(const QJsonObject &result);
    void say(const QString &text);
    void showProblems();

    ServiceLink &m_link;
    SecretStore m_secrets;
    QString m_profile;
    QComboBox *m_choice = nullptr;
    SettingsForm *m_form = nullptr;
    QCheckBox *m_inFile = nullptr;
    QLabel *m_said = nullptr;
    QListWidget *m_findings = nullptr;
    QPushButton *m_save = nullptr;
    QPushButton *m_test = nullptr;
};

} // namespace electric::console

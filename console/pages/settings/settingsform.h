#pragma once

#include "console/control/ports.h"
#include "console/control/profilerules.h"
#include "shared/settings/setting.h"

#include <QScrollArea>
#include <QTimer>

#include <map>
#include <vector>

class QLabel;
class QVBoxLayout;

namespace electric::console {

class PortHint;
class SecretField;

// A form with a field for each setting of the catalogue, grouped, each with its help and with what is wrong beneath it. What does not
// apply beside the others is disabled and says why; its value is not given back.
class SettingsForm final : public QScrollArea
{
    Q_OBJECT

public:
    explicit SettingsForm(QWidget *parent);

    void setValues(const SettingValues &values); // what is no setting of ours is kept and given back
    [[nodiscard]] SettingValues values() const; // what was set only
    [[nodiscard]] const std::vector<settings::Problem> &problems() const { return m_problems; }
    void goToProblem(); // to the first one

    // The process whose ports count as free, since the settings are its own; 0: none.
    void setOwnProcess(qint64 pid);
    void setPortLook(const PortLook &look) { m_look = look; }

    // A widget of its own at the end of a group.
    void addToGroup(settings::Setting::Group group, QWidget *widget);

Q_SIGNALS:
    void edited(); // by a person; problems() is up to date

private:
    struct Field {
        QString name;
        QWidget *editor = nullptr;
        QWidget *whole = nullptr; // the editor with its buttons
        QLabel *problem = nullptr;
        QLabel *reason = nullptr; // why it does not apply
        SecretField *secret = nullptr;
        PortHint *port = nullptr;
    };
    void addField(const settings::Setting &setting, QVBoxLayout &group);
    [[nodiscard]] QWidget *makeEditor(const settings::Setting &setting);
    void addSecret(Field &field);
    void addPortHint(Field &field);
    void generate(const QString &name);
    [[nodiscard]] SettingValues typed() const; // also what does not apply
    void check();
    void showProblem(const Field &field);
    void showWhetherItApplies(const Field &field, const SettingValues &all);
    void lookAtPorts();
    void onEdited();
    bool eventFilter(QObject *watched, QEvent *event) override;

    std::vector<Field> m_fields;
    std::map<settings::Setting::Group, QVBoxLayout *> m_groups;
    SettingValues m_others;
    std::vector<settings::Problem> m_problems;
    QTimer m_settle; // ports are looked at when nobody types
    PortLook m_look;
    qint64 m_own = 0;
    bool m_isFilling = false;
};

} // namespace electric::console

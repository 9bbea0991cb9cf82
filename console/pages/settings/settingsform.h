#pragma once

#include "console/control/profile.h"
#include "shared/settings/settings.h"

#include <QScrollArea>

#include <vector>

class QLabel;
class QVBoxLayout;

namespace electric::settings {
struct Setting;
}

namespace electric::console {

// What is wrong with the settings of a profile. Without a DATABASE_URL it is for a service with a Postgres of its own, which brings most.
[[nodiscard]] std::vector<settings::Problem> problemsOf(const SettingValues &values);

// A form with a field for each setting of the catalogue, grouped, each with its help and with what is wrong beneath it.
class SettingsForm final : public QScrollArea
{
    Q_OBJECT

public:
    explicit SettingsForm(QWidget *parent);

    void setValues(const SettingValues &values); // what is no setting of ours is kept and given back
    [[nodiscard]] SettingValues values() const; // what was set only
    [[nodiscard]] const std::vector<settings::Problem> &problems() const { return m_problems; }
    void goToProblem(); // to the first one

Q_SIGNALS:
    void edited(); // by a person; problems() is up to date

private:
    struct Field {
        QString name;
        QWidget *editor = nullptr;
        QLabel *problem = nullptr;
    };
    void addField(const settings::Setting &setting, QVBoxLayout &group);
    [[nodiscard]] QWidget *makeEditor(const settings::Setting &setting);
    void check();
    void onEdited();

    std::vector<Field> m_fields;
    SettingValues m_others;
    std::vector<settings::Problem> m_problems;
    bool m_isFilling = false;
};

} // namespace electric::console

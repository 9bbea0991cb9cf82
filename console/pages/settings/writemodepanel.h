#pragma once

#include "console/control/settingscheck.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace electric::console {

class FindingsList;
class WriteModeDiagram;

// What the write mode means, what the role needs for it, and whether the database says that the role has it.
class WriteModePanel final : public QWidget
{
    Q_OBJECT

public:
    WriteModePanel(SettingsCheck &check, QWidget *parent);

    void show(const SettingValues &settings);
    using QWidget::show;

Q_SIGNALS:
    void noted(const QString &text);

private:
    void review();
    void checkRights();

    SettingsCheck &m_check;
    SettingValues m_settings;
    WriteModeDiagram *m_diagram = nullptr;
    QLabel *m_words = nullptr;
    QLabel *m_sqlLabel = nullptr;
    QPlainTextEdit *m_sql = nullptr;
    QPushButton *m_copy = nullptr;
    QPushButton *m_run = nullptr;
    QLabel *m_said = nullptr;
    FindingsList *m_findings = nullptr;
};

} // namespace electric::console

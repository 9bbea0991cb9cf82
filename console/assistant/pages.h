#pragma once

#include "console/assistant/firststart.h"
#include "console/control/livestream.h"
#include "console/control/settingscheck.h"

#include <QWizardPage>

#include <memory>

namespace Ui {
class ChoicePage;
class ConnectPage;
class PlacePage;
class ProgressPage;
class FinishPage;
} // namespace Ui

// The pages of the assistant, in their order. All write into the one choice that is owned by the assistant.
namespace electric::console::assistant {

enum PageId { ChoiceId, ConnectId, PlaceId, ProgressId, FinishId };

class ChoicePage final : public QWizardPage
{
    Q_OBJECT

public:
    ChoicePage(FirstRunChoice &choice, QWidget *parent);
    ~ChoicePage() override;

    [[nodiscard]] int nextId() const override;
    bool validatePage() override;

private:
    std::unique_ptr<Ui::ChoicePage> m_ui;
    FirstRunChoice &m_choice;
};

// The database that somebody has: it must have passed the test.
class ConnectPage final : public QWizardPage
{
    Q_OBJECT

public:
    ConnectPage(FirstRunChoice &choice, SettingsCheck &check, QWidget *parent);
    ~ConnectPage() override;

    [[nodiscard]] bool isComplete() const override { return m_isGood; }

private:
    void onEdited();
    void test();
    void setGood(bool isGood);

    std::unique_ptr<Ui::ConnectPage> m_ui;
    FirstRunChoice &m_choice;
    SettingsCheck &m_check;
    bool m_isGood = false;
    int m_tests = 0; // an answer to an earlier one does not count
};

// Name, ports and the example.
class PlacePage final : public QWizardPage
{
    Q_OBJECT

public:
    PlacePage(FirstRunChoice &choice, PortLook look, QWidget *parent);
    ~PlacePage() override;

    void initializePage() override;
    bool validatePage() override;
    [[nodiscard]] bool isComplete() const override { return m_isGood; }

private:
    void review();
    [[nodiscard]] QString usualPortsTaken() const;

    std::unique_ptr<Ui::PlacePage> m_ui;
    FirstRunChoice &m_choice;
    PortLook m_look;
    const QStringList m_others; // profiles that were there before
    bool m_isGood = false;
};

class ProgressPage final : public QWizardPage
{
    Q_OBJECT

public:
    ProgressPage(const FirstRunChoice &choice, FirstStart &start, QWidget *parent);
    ~ProgressPage() override;

    void initializePage() override;
    [[nodiscard]] bool isComplete() const override { return m_start.step() == FirstStart::Step::Done; }

private:
    void run();
    void show(FirstStart::Step step, const QString &words);
    void setBusy(bool isBusy);

    std::unique_ptr<Ui::ProgressPage> m_ui;
    const FirstRunChoice &m_choice;
    FirstStart &m_start;
};

// The table that syncs, and what an app needs for it.
class FinishPage final : public QWizardPage
{
    Q_OBJECT

public:
    FinishPage(const FirstRunChoice &choice, FirstStart &start, QWidget *parent);
    ~FinishPage() override;

    void initializePage() override;

private:
    void askForRows();
    void showRows(const QJsonObject &preview);
    void showApps(int sessions);

    std::unique_ptr<Ui::FinishPage> m_ui;
    const FirstRunChoice &m_choice;
    FirstStart &m_start;
    LiveStream m_sessions;
};

} // namespace electric::console::assistant

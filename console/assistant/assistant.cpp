#include "console/assistant/assistant.h"

#include "console/assistant/pages.h"
#include "console/widgets/symbol.h"

namespace electric::console {

Assistant::Assistant(QWidget *parent, PortLook look)
    : QWizard(parent), m_choice(proposedChoice(profilesWithFile(), look)), m_noLink(new ServiceLink(this)),
      m_check(new SettingsCheck(*m_noLink, this)), m_start(new FirstStart(this))
{
    setObjectName(QStringLiteral("assistant"));
    setWindowTitle(tr("First steps with Electric"));
    setWindowIcon(symbol("electric"));
    setWizardStyle(QWizard::ModernStyle);
    setOption(QWizard::NoBackButtonOnStartPage);
    setOption(QWizard::NoBackButtonOnLastPage);
    setOption(QWizard::NoCancelButtonOnLastPage);
    setPage(assistant::ChoiceId, new assistant::ChoicePage(m_choice, this));
    setPage(assistant::ConnectId, new assistant::ConnectPage(m_choice, *m_check, this));
    setPage(assistant::PlaceId, new assistant::PlacePage(m_choice, std::move(look), this));
    setPage(assistant::ProgressId, new assistant::ProgressPage(m_choice, *m_start, this));
    setPage(assistant::FinishId, new assistant::FinishPage(m_choice, *m_start, this));
    connect(m_start, &FirstStart::saved, this, &Assistant::profileMade);
    connect(m_start, &FirstStart::started, this, &Assistant::serviceStarted);
    resize(fontMetrics().averageCharWidth() * 130, fontMetrics().height() * 40);
}

void Assistant::setProgram(const QString &path)
{
    m_check->setProgram(path);
    m_start->setProgram(path);
}

} // namespace electric::console

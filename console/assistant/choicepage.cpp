#include "console/assistant/pages.h"
#include "ui_choicepage.h"

namespace electric::console::assistant {

ChoicePage::ChoicePage(FirstRunChoice &choice, QWidget *parent)
    : QWizardPage(parent), m_ui(std::make_unique<Ui::ChoicePage>()), m_choice(choice)
{
    m_ui->setupUi(this);
    m_ui->own->setAccessibleDescription(m_ui->ownHelp->text());
    m_ui->mine->setAccessibleDescription(m_ui->mineHelp->text());
    for (QLabel *help : {m_ui->ownHelp, m_ui->mineHelp})
        help->setForegroundRole(QPalette::PlaceholderText);
}

ChoicePage::~ChoicePage() = default;

int ChoicePage::nextId() const
{
    return m_ui->mine->isChecked() ? ConnectId : PlaceId;
}

bool ChoicePage::validatePage()
{
    m_choice.isEmbedded = m_ui->own->isChecked();
    return true;
}

} // namespace electric::console::assistant

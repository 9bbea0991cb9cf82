#include "console/assistant/pages.h"
#include "console/pages/settings/findingslist.h"
#include "console/widgets/symbol.h"
#include "ui_connectpage.h"

namespace electric::console::assistant {

ConnectPage::ConnectPage(FirstRunChoice &choice, SettingsCheck &check, QWidget *parent)
    : QWizardPage(parent), m_ui(std::make_unique<Ui::ConnectPage>()), m_choice(choice), m_check(check)
{
    m_ui->setupUi(this);
    m_ui->url->setEchoMode(QLineEdit::PasswordEchoOnEdit);
    m_ui->test->setIcon(symbol("check"));
    connect(m_ui->url, &QLineEdit::textEdited, this, [this](const QString &url) {
        m_ui->tls->setChecked(!isOnThisComputer(url));
        onEdited();
    });
    connect(m_ui->url, &QLineEdit::textChanged, this, &ConnectPage::onEdited);
    connect(m_ui->tls, &QCheckBox::toggled, this, &ConnectPage::onEdited);
    connect(m_ui->url, &QLineEdit::returnPressed, m_ui->test, &QPushButton::click);
    connect(m_ui->test, &QPushButton::clicked, this, &ConnectPage::test);
    onEdited();
}

ConnectPage::~ConnectPage() = default;

void ConnectPage::onEdited()
{
    ++m_tests;
    setGood(false);
    m_ui->findings->clear();
    const QString trouble = troubleWithUrl(m_ui->url->text());
    m_ui->said->setText(trouble.isEmpty() ? tr("Test it to go on.") : trouble);
    m_ui->test->setEnabled(trouble.isEmpty());
}

void ConnectPage::test()
{
    m_choice.databaseUrl = m_ui->url->text().trimmed();
    m_choice.requiresTls = m_ui->tls->isChecked();
    m_ui->test->setEnabled(false);
    m_ui->said->setText(tr("Testing…"));
    FirstRunChoice wanted = m_choice;
    wanted.isEmbedded = false;
    m_check.run(settingsOf(wanted), this, [this, number = ++m_tests](const auto &found) {
        if (number != m_tests)
            return;
        m_ui->test->setEnabled(true);
        if (!found)
            return m_ui->said->setText(found.error().message + QLatin1Char(' ') + found.error().remedy);
        m_ui->findings->show(*found);
        const int errors = errorsIn(*found);
        m_ui->said->setText(errors == 0 ? tr("Good. Go on.") : tr("To be mended: %1. Then test again.").arg(errors));
        setGood(errors == 0);
    });
}

void ConnectPage::setGood(bool isGood)
{
    m_isGood = isGood;
    Q_EMIT completeChanged();
}

} // namespace electric::console::assistant

#include "console/assistant/pages.h"
#include "console/pages/settings/porthint.h"
#include "ui_placepage.h"

namespace electric::console::assistant {

PlacePage::PlacePage(FirstRunChoice &choice, PortLook look, QWidget *parent)
    : QWizardPage(parent), m_ui(std::make_unique<Ui::PlacePage>()), m_choice(choice), m_look(std::move(look)), m_others(profilesWithFile())
{
    m_ui->setupUi(this);
    setButtonText(QWizard::NextButton, tr("&Start"));
    m_ui->exampleHelp->setForegroundRole(QPalette::PlaceholderText);
    m_ui->profile->setText(choice.profile);
    m_ui->http->setValue(choice.httpPort);
    m_ui->proxy->setValue(choice.proxyPort);
    connect(m_ui->profile, &QLineEdit::textChanged, this, &PlacePage::review);
    for (QSpinBox *port : {m_ui->http, m_ui->proxy}) {
        port->setKeyboardTracking(false); // 5 and 51 are no ports that somebody wants
        connect(port, &QSpinBox::valueChanged, this, &PlacePage::review);
    }
    connect(m_ui->httpHint, &PortHint::otherPortWanted, m_ui->http, &QSpinBox::setValue);
    connect(m_ui->proxyHint, &PortHint::otherPortWanted, m_ui->proxy, &QSpinBox::setValue);
}

PlacePage::~PlacePage() = default;

void PlacePage::initializePage()
{
    m_ui->example->setText(m_choice.isEmbedded
            ? tr("Make an &example: a table electric_example with two rows, which syncs at once")
            : tr("Make an &example in your database: a table electric_example with two rows, which syncs at once"));
    review();
}

// Why the ports are not the usual ones.
QString PlacePage::usualPortsTaken() const
{
    QStringList all;
    for (const auto &[usual, chosen] :
        {std::pair {FirstRunChoice().httpPort, m_ui->http->value()}, {FirstRunChoice().proxyPort, m_ui->proxy->value()}}) {
        if (const PortUse use = m_look(usual); chosen != usual && use.isTaken)
            all << inWords(PortTrouble {{}, usual, use.owner, 0});
    }
    return all.isEmpty() ? QString() : all.join(QLatin1Char(' ')) + QLatin1Char(' ') + tr("Free ports are proposed instead.");
}

void PlacePage::review()
{
    const SettingValues ports {{QStringLiteral("HTTP_PORT"), QString::number(m_ui->http->value())},
        {QStringLiteral("PG_PROXY_PORT"), QString::number(m_ui->proxy->value())}};
    const auto troubles = portTroubles(ports, m_look);
    m_ui->httpHint->clear();
    m_ui->proxyHint->clear();
    for (const PortTrouble &one : troubles)
        (one.setting == QLatin1String("HTTP_PORT") ? m_ui->httpHint : m_ui->proxyHint)->tell(one);
    const QString name = m_ui->profile->text();
    QString said = troubleWithName(name);
    if (said.isEmpty() && m_others.contains(name))
        said = tr("There is a profile %1 already. Give this one another name.").arg(name);
    if (said.isEmpty() && m_ui->http->value() == m_ui->proxy->value())
        said = tr("Both ports are the same. Choose two.");
    m_isGood = said.isEmpty() && troubles.empty();
    m_ui->taken->setText(said.isEmpty() ? usualPortsTaken() : QStringLiteral("⚠ ") + said);
    m_ui->taken->setVisible(!m_ui->taken->text().isEmpty());
    Q_EMIT completeChanged();
}

bool PlacePage::validatePage()
{
    m_choice.profile = m_ui->profile->text();
    m_choice.httpPort = quint16(m_ui->http->value());
    m_choice.proxyPort = quint16(m_ui->proxy->value());
    m_choice.withExample = m_ui->example->isChecked();
    return true;
}

} // namespace electric::console::assistant

#include "console/pages/tools/removaltab.h"

#include "console/control/servicelink.h"
#include "console/pages/tools/removedialog.h"
#include "console/widgets/symbol.h"
#include "shared/admin/json.h"
#include "ui_removaltab.h"

#include <QApplication>
#include <QClipboard>
#include <QFontDatabase>

namespace electric::console {

RemovalTab::RemovalTab(ServiceLink &link, QWidget *parent) : QWidget(parent), m_link(link), m_ui(std::make_unique<Ui::RemovalTab>())
{
    setObjectName(QStringLiteral("removal"));
    m_ui->setupUi(this);
    m_ui->outcome->setDismissible(true);
    m_ui->sql->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_ui->copyButton->setIcon(symbol("copy"));
    connect(&link, &ServiceLink::stateChanged, this, &RemovalTab::onLinkChanged);
    connect(m_ui->refreshButton, &QPushButton::clicked, this, &RemovalTab::readPlan);
    connect(m_ui->copyButton, &QPushButton::clicked, this, &RemovalTab::copySql);
    connect(m_ui->removeButton, &QPushButton::clicked, this, &RemovalTab::confirm);
    review();
}

RemovalTab::~RemovalTab() = default;

void RemovalTab::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    readPlan();
}

void RemovalTab::onLinkChanged()
{
    if (!m_link.isConnected())
        m_plan = {}; // of a service that is gone
    review();
    if (m_link.isConnected() && isVisible())
        readPlan();
}

void RemovalTab::readPlan()
{
    if (!m_link.isConnected() || m_isReading || m_isRemoving)
        return;
    m_isReading = true;
    m_link.call(QStringLiteral("uninstall.sql"), {}, this, [this](const admin::Outcome &outcome) {
        m_isReading = false;
        if (outcome)
            m_plan = admin::fromJson<admin::Removal>(*outcome);
        else if (outcome.error().code != admin::Error::Unreachable)
            m_ui->outcome->tell(tr("What would be run could not be found out."), outcome.error());
        review();
    });
    review();
}

void RemovalTab::review()
{
    const bool isKnown = !m_plan.database.isEmpty();
    m_ui->refreshButton->setEnabled(m_link.isConnected() && !m_isReading && !m_isRemoving);
    m_ui->copyButton->setEnabled(isKnown);
    m_ui->removeButton->setEnabled(isKnown && m_link.isConnected() && !m_isRemoving);
    m_ui->removeButton->setText(m_isRemoving ? tr("Removing …") : tr("Re&move Electric …"));
    if (m_ui->sql->toPlainText() != m_plan.sql)
        m_ui->sql->setPlainText(m_plan.sql);
    m_ui->sql->setPlaceholderText(
        m_link.isConnected() ? tr("Reading what is there …") : tr("What would be run is shown here as soon as the service answers."));
}

void RemovalTab::confirm()
{
    auto *dialog = new RemoveDialog(m_plan.database, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, &RemovalTab::remove);
    dialog->open();
}

void RemovalTab::remove()
{
    const QString database = m_plan.database;
    m_isRemoving = true;
    m_ui->outcome->clear();
    review();
    m_link.call(
        QStringLiteral("uninstall"), {{QStringLiteral("database"), database}}, this, [this, database](const admin::Outcome &outcome) {
            m_isRemoving = false;
            if (outcome) {
                m_ui->outcome->say(Notice::Kind::Information,
                    tr("Electric was removed from the database %1, and the service has ended. Your tables and their rows are as they were. "
                       "Started "
                       "again on this database, the service would install itself anew.")
                        .arg(database));
                Q_EMIT noted(tr("Removed Electric from %1").arg(database));
            } else {
                m_ui->outcome->tell(tr("Electric was not removed."), outcome.error());
            }
            review();
        });
}

void RemovalTab::copySql()
{
    QApplication::clipboard()->setText(m_plan.sql);
    Q_EMIT noted(tr("Copied the SQL"));
}

} // namespace electric::console

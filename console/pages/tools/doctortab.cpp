#include "console/pages/tools/doctortab.h"

#include "console/control/servicelink.h"
#include "console/models/format.h"
#include "console/widgets/emptyhint.h"
#include "console/widgets/symbol.h"
#include "console/widgets/tables.h"
#include "ui_doctortab.h"

#include <QApplication>
#include <QClipboard>
#include <QDateTime>
#include <QSortFilterProxyModel>
#include <QStyledItemDelegate>

namespace electric::console {

namespace {

// A symbol of its own shape before each severity's word.
class SeverityDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

private:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        static constexpr const char *names[] = {"state-bad", "state-warning", "state-good"};
        QStyledItemDelegate::initStyleOption(option, index);
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->icon = symbol(names[qBound(0, index.data(SortRole).toInt(), 2)]);
        option->decorationSize = {16, 16};
    }
};

} // namespace

DoctorTab::DoctorTab(ServiceLink &link, QWidget *parent) : QWidget(parent), m_link(link), m_ui(std::make_unique<Ui::DoctorTab>())
{
    setObjectName(QStringLiteral("doctor"));
    m_ui->setupUi(this);
    m_ui->trouble->setDismissible(true);
    tables::prepare(m_ui->table, &m_model, nullptr);
    m_ui->table->setItemDelegateForColumn(0, new SeverityDelegate(m_ui->table));
    m_ui->table->sortByColumn(0, Qt::AscendingOrder);
    tables::fitColumns(m_ui->table, {95, 330, 200});
    m_ui->checkButton->setIcon(symbol("check"));
    m_ui->copyButton->setIcon(symbol("copy"));
    m_hint = new EmptyHint(m_ui->table);
    connect(&link, &ServiceLink::stateChanged, this, &DoctorTab::onLinkChanged);
    connect(m_ui->checkButton, &QPushButton::clicked, this, &DoctorTab::check);
    connect(m_ui->copyButton, &QPushButton::clicked, this, &DoctorTab::copyReport);
    connect(m_ui->remedyButton, &QPushButton::clicked, this, &DoctorTab::copyRemedy);
    connect(m_ui->table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &DoctorTab::showFinding);
    review();
}

DoctorTab::~DoctorTab() = default;

void DoctorTab::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (!m_isChecked)
        check();
}

void DoctorTab::onLinkChanged()
{
    if (!m_link.isConnected())
        m_isChecked = false; // the next service may be another one
    else if (isVisible() && !m_isChecked)
        check();
    review();
}

void DoctorTab::check()
{
    if (!m_link.isConnected() || m_asked > 0)
        return;
    m_isChecked = true;
    m_facts = {};
    m_ui->trouble->clear();
    ask(QStringLiteral("status"), &DoctorTab::takeStatus);
    ask(QStringLiteral("replication"), &DoctorTab::takeReplication);
    ask(QStringLiteral("settings"), &DoctorTab::takeSettings);
    ask(QStringLiteral("check"), &DoctorTab::takeFindings);
    review();
}

void DoctorTab::ask(const QString &method, void (DoctorTab::*take)(const QJsonObject &))
{
    ++m_asked;
    m_link.call(method, {}, this, [this, method, take](const admin::Outcome &outcome) {
        --m_asked;
        if (outcome)
            (this->*take)(*outcome);
        else if (method == QLatin1String("check") && outcome.error().code != admin::Error::Unreachable)
            m_ui->trouble->tell(tr("The check could not be made."), outcome.error());
        review();
    });
}

void DoctorTab::takeStatus(const QJsonObject &result)
{
    m_facts.status = admin::fromJson<admin::Status>(result);
}

void DoctorTab::takeReplication(const QJsonObject &result)
{
    m_facts.replication = admin::fromJson<admin::Replication>(result);
}

void DoctorTab::takeSettings(const QJsonObject &result)
{
    m_facts.settings = admin::listFrom<admin::SettingInForce>(result.value(QLatin1String("settings")));
}

void DoctorTab::takeFindings(const QJsonObject &result)
{
    m_facts.at = QDateTime::currentMSecsSinceEpoch();
    m_facts.findings = admin::listFrom<admin::Finding>(result.value(QLatin1String("findings")));
    m_model.assign(m_facts.findings);
    if (m_ui->table->model()->rowCount() > 0)
        m_ui->table->selectRow(0);
}

void DoctorTab::review()
{
    const bool isBusy = m_asked > 0;
    m_ui->checkButton->setEnabled(m_link.isConnected() && !isBusy);
    m_ui->copyButton->setEnabled(m_facts.at > 0 && !isBusy);
    m_hint->say(m_link.isConnected() ? tr("The service is looking at itself and at Postgres …")
                                     : tr("What the doctor finds is shown here as soon as the service answers."));
    const int errors = m_model.countOf("error");
    const int warnings = m_model.countOf("warning");
    if (isBusy)
        m_ui->summary->setText(tr("Checking …"));
    else if (m_facts.at == 0)
        m_ui->summary->clear();
    else if (errors + warnings == 0)
        m_ui->summary->setText(tr("All is well. Checked at %1.").arg(format::moment(m_facts.at)));
    else
        m_ui->summary->setText(
            tr("Errors: %1, warnings: %2. Checked at %3.").arg(format::count(errors), format::count(warnings), format::moment(m_facts.at)));
    showFinding();
}

void DoctorTab::showFinding()
{
    const QModelIndex index = tables::selected(m_ui->table);
    const admin::Finding finding = index.isValid() ? m_model.rows()[index.row()] : admin::Finding {};
    m_ui->remedyButton->setEnabled(!finding.remedy.isEmpty());
    m_ui->words->setText(!index.isValid() ? tr("Choose a finding to read all of it.")
            : finding.remedy.isEmpty()    ? finding.message
                                          : tr("%1\nWhat to do: %2").arg(finding.message, finding.remedy));
}

void DoctorTab::copyReport()
{
    m_facts.consoleVersion = QApplication::applicationVersion();
    QApplication::clipboard()->setText(doctorReport(m_facts));
    Q_EMIT noted(tr("Copied the report, without passwords, keys and tokens"));
}

void DoctorTab::copyRemedy()
{
    const QModelIndex index = tables::selected(m_ui->table);
    if (!index.isValid())
        return;
    QApplication::clipboard()->setText(m_model.rows()[index.row()].remedy);
    Q_EMIT noted(tr("Copied what to do"));
}

} // namespace electric::console

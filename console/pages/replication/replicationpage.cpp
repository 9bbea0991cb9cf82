#include "console/pages/replication/replicationpage.h"

#include "console/models/format.h"
#include "console/widgets/emptyhint.h"
#include "console/widgets/tables.h"
#include "ui_replicationpage.h"

#include <QDateTime>
#include <QSortFilterProxyModel>
#include <QStyle>

#include <algorithm>

namespace electric::console {

namespace {

constexpr qint64 chartSpanMs = 10 * 60'000;

} // namespace

ReplicationPage::ReplicationPage(ServiceLink &link, QWidget *parent)
    : Page(link, parent), m_ui(std::make_unique<Ui::ReplicationPage>()), m_stream(link, QStringLiteral("replication"), this),
      m_lag(chartSpanMs), m_retained(chartSpanMs), m_window(chartSpanMs), m_transactions(chartSpanMs), m_rows(chartSpanMs)
{
    setObjectName(QStringLiteral("replication"));
    m_ui->setupUi(this);
    m_ui->away->followLink(link);
    m_ui->lag->setUp(tr("Lag"), TimeChart::Unit::Bytes, chartSpanMs);
    m_ui->lag->addLine(tr("Not read yet"));
    m_ui->retained->setUp(tr("Log kept"), TimeChart::Unit::Bytes, chartSpanMs);
    m_ui->retained->addLine(tr("For our slot"));
    m_ui->retained->addLine(tr("Window"), true);
    m_ui->throughput->setUp(tr("Read"), TimeChart::Unit::PerSecond, chartSpanMs);
    m_ui->throughput->addLine(tr("Transactions"));
    m_ui->throughput->addLine(tr("Rows"));
    tables::prepare(m_ui->table, &m_slots, nullptr);
    m_ui->table->sortByColumn(0, Qt::AscendingOrder);
    tables::fitColumns(m_ui->table, {280, 120, 120, 90, 0, 0});
    m_ui->layout->setStretch(1, 3); // the charts
    m_ui->layout->setStretch(4, 1); // the slots
    (new EmptyHint(m_ui->table))->say(tr("Slots are shown here as soon as the service has reached Postgres."));

    connect(&m_stream, &LiveStream::arrived, this, &ReplicationPage::onArrived);
    connect(&m_link, &ServiceLink::stateChanged, this, &ReplicationPage::onLinkChanged);
    m_stream.followVisibilityOf(this);
}

ReplicationPage::~ReplicationPage() = default;

QString ReplicationPage::title() const
{
    return tr("&Replication");
}

QIcon ReplicationPage::icon() const
{
    return QIcon::fromTheme(QStringLiteral("view-refresh"), style()->standardIcon(QStyle::SP_BrowserReload));
}

void ReplicationPage::onArrived(const QJsonObject &event)
{
    take(admin::fromJson<admin::Replication>(event), QDateTime::currentMSecsSinceEpoch());
}

void ReplicationPage::onLinkChanged()
{
    if (m_link.isConnected())
        return;
    m_transactions.breakOff();
    m_rows.breakOff();
}

void ReplicationPage::take(const admin::Replication &found, qint64 at)
{
    const auto &all = found.replicationSlots;
    const auto ours = std::find_if(all.begin(), all.end(), [](const admin::Slot &slot) { return slot.isOurs; });
    m_lag.add(at, double(found.lagBytes));
    if (ours != all.end())
        m_retained.add(at, double(ours->retainedBytes));
    m_window.add(at, double(found.windowDistanceMax));
    m_transactions.addCounter(at, found.transactionsRead);
    m_rows.addCounter(at, found.rowsRead);
    m_slots.assign(all);
    drawCharts(found);
    m_ui->remarks->tell(remarksOn(found));
}

void ReplicationPage::drawCharts(const admin::Replication &found)
{
    m_ui->lag->draw({&m_lag});
    m_ui->lag->say(found.lagMs && found.lagBytes > 0 ? tr("%1, %2").arg(format::bytes(found.lagBytes), format::duration(*found.lagMs))
                                                     : format::bytes(found.lagBytes));
    m_ui->retained->draw({&m_retained, &m_window});
    m_ui->retained->say(tr("%1 of %2").arg(format::bytes(qint64(m_retained.last().y())), format::bytes(found.windowDistanceMax)));
    m_ui->throughput->draw({&m_transactions, &m_rows});
    m_ui->throughput->say(tr("%1 transactions/s, %2 rows/s").arg(format::rate(m_transactions.last().y()), format::rate(m_rows.last().y())));
}

} // namespace electric::console

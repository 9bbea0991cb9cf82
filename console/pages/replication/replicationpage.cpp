#include "console/pages/replication/replicationpage.h"

#include "console/control/recorder.h"
#include "console/models/format.h"
#include "console/models/replicationwords.h"
#include "console/pages/replication/timechart.h"
#include "console/widgets/emptyhint.h"
#include "console/widgets/savefile.h"
#include "console/widgets/symbol.h"
#include "console/widgets/tables.h"
#include "ui_replicationpage.h"

#include <QDateTime>
#include <QSettings>
#include <QSortFilterProxyModel>

#include <algorithm>

namespace electric::console {

namespace {

constexpr int chartsInARow = 2;
constexpr qint64 minuteMs = 60'000;
const auto rangeKey = QStringLiteral("replication/range");

} // namespace

ReplicationPage::ReplicationPage(ServiceLink &link, const Recorder &recorder, QWidget *parent)
    : Page(link, parent), m_recorder(recorder), m_ui(std::make_unique<Ui::ReplicationPage>()), m_half(History::spanMs),
      m_most(History::spanMs)
{
    setObjectName(QStringLiteral("replication"));
    m_ui->setupUi(this);
    m_ui->away->followLink(link);
    makeCharts();
    makeRanges();
    tables::prepare(m_ui->table, &m_slots, nullptr);
    m_ui->table->sortByColumn(0, Qt::AscendingOrder);
    tables::fitColumns(m_ui->table, {280, 120, 120, 90, 0, 0});
    m_ui->stateLayout->setStretch(2, 1);
    (new EmptyHint(m_ui->table))->say(tr("Slots are shown here as soon as the service has reached Postgres."));
    connect(&recorder, &Recorder::replicationMeasured, this, &ReplicationPage::onMeasured);
    connect(&recorder, &Recorder::metricsMeasured, this, &ReplicationPage::drawCharts);
    connect(m_ui->exportButton, &QPushButton::clicked, this, &ReplicationPage::askWhereToExport);
}

ReplicationPage::~ReplicationPage() = default;

QString ReplicationPage::title() const
{
    return tr("&Replication");
}

QIcon ReplicationPage::icon() const
{
    return symbol("replication");
}

void ReplicationPage::present(const QVariantMap &what)
{
    m_ui->tabs->setCurrentIndex(what.value(QStringLiteral("state")).toBool() ? 1 : 0);
}

void ReplicationPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    drawCharts();
}

QString ReplicationPage::now(Quantity quantity, const std::function<QString(double)> &text) const
{
    const Series &series = m_recorder.history().of(quantity);
    return series.isEmpty() ? QStringLiteral("–") : text(series.last().y());
}

TimeChart *ReplicationPage::addChart(
    const char *name, const QString &title, int unit, QList<const Series *> series, std::function<QString()> words)
{
    auto *chart = new TimeChart(m_ui->charts);
    chart->setObjectName(QLatin1String(name));
    chart->setUp(title, TimeChart::Unit(unit), History::spanMs);
    const int place = int(m_charts.size());
    m_ui->grid->addWidget(chart, place / chartsInARow, place % chartsInARow);
    m_charts.push_back({chart, std::move(series), std::move(words)});
    return chart;
}

void ReplicationPage::makeCharts()
{
    using Unit = TimeChart::Unit;
    using Line = TimeChart::Line;
    const auto of = [this](Quantity quantity) { return &m_recorder.history().of(quantity); };
    const auto duration = [](double ms) { return format::duration(qint64(ms)); };
    const auto size = [](double bytes) { return format::bytes(qint64(bytes)); };
    const auto rate = [](double perSecond) { return format::rate(perSecond); };
    const auto rates = [this, rate](Quantity transactions, Quantity rows) {
        return tr("%1 transactions/s, %2 rows/s").arg(now(transactions, rate), now(rows, rate));
    };

    addChart("lagTime", tr("Behind Postgres in time"), int(Unit::Milliseconds), {of(Quantity::LagMs)}, [=, this] {
        return now(Quantity::LagMs, duration);
    })->addLine(tr("Lag"));
    addChart("lag", tr("Behind Postgres in log"), int(Unit::Bytes), {of(Quantity::LagBytes)}, [=, this] {
        return now(Quantity::LagBytes, size);
    })->addLine(tr("Not read yet"));
    TimeChart *retained = addChart("retained", tr("Log kept in Postgres"), int(Unit::Bytes),
        {of(Quantity::Retained), of(Quantity::RetainedMost), &m_most, &m_half},
        [=, this] { return tr("%1 of %2").arg(now(Quantity::Retained, size), now(Quantity::RetainedMost, size)); });
    retained->addLine(tr("For our slot"));
    retained->addLine(tr("Window"), Line::Limit);
    retained->addLine(tr("80%"), Line::Mark);
    retained->addLine(tr("50%"), Line::Mark);
    TimeChart *window = addChart("window", tr("Log window in memory"), int(Unit::Bytes), {of(Quantity::Window), of(Quantity::WindowMost)},
        [=, this] { return tr("%1 of %2").arg(now(Quantity::Window, size), now(Quantity::WindowMost, size)); });
    window->addLine(tr("Used"));
    window->addLine(tr("Limit"), Line::Limit);
    TimeChart *read = addChart("throughput", tr("Read from Postgres"), int(Unit::PerSecond),
        {of(Quantity::TransactionsRead), of(Quantity::RowsRead)}, [=] { return rates(Quantity::TransactionsRead, Quantity::RowsRead); });
    read->addLine(tr("Transactions"));
    read->addLine(tr("Rows"));
    TimeChart *sent = addChart("sent", tr("Sent to apps"), int(Unit::PerSecond), {of(Quantity::TransactionsSent), of(Quantity::RowsSent)},
        [=] { return rates(Quantity::TransactionsSent, Quantity::RowsSent); });
    sent->addLine(tr("Transactions"));
    sent->addLine(tr("Rows"));
    TimeChart *writes = addChart("writes", tr("Writes of apps"), int(Unit::Count), {of(Quantity::Writes), of(Quantity::WriteQueue)},
        [=, this] { return tr("%1 done/s, %2 waiting").arg(now(Quantity::Writes, rate), now(Quantity::WriteQueue, rate)); });
    writes->addLine(tr("Done a second"));
    writes->addLine(tr("Waiting"));
    addChart("latency", tr("Time that a write takes"), int(Unit::Milliseconds), {of(Quantity::WriteMs)}, [=, this] {
        return now(Quantity::WriteMs, duration);
    })->addLine(tr("Mean"));
}

void ReplicationPage::makeRanges()
{
    for (const int minutes : {1, 5, 15, 30, 60})
        m_ui->range->addItem(tr("Last %1").arg(format::duration(minutes * minuteMs)), minutes * minuteMs);
    const int remembered = m_ui->range->findData(QSettings().value(rangeKey, 5 * minuteMs));
    m_ui->range->setCurrentIndex(std::max(0, remembered));
    connect(m_ui->range, &QComboBox::currentIndexChanged, this, [this] {
        const qint64 ms = m_ui->range->currentData().toLongLong();
        QSettings().setValue(rangeKey, ms);
        setRange(ms);
    });
    setRange(m_ui->range->currentData().toLongLong());
}

void ReplicationPage::setRange(qint64 ms)
{
    m_rangeMs = ms;
    for (const Chart &one : m_charts)
        one.chart->setSpan(ms);
    drawCharts();
}

void ReplicationPage::onMeasured(const admin::Replication &found)
{
    const Series &most = m_recorder.history().of(Quantity::RetainedMost);
    if (most.size() <= 1)
        m_half.clear(), m_most.clear(); // of another service
    m_half.add(qint64(most.last().x()), most.last().y() * warnFrom);
    m_most.add(qint64(most.last().x()), most.last().y() * alarmFrom);
    m_slots.assign(found.replicationSlots);
    const QList<Remark> remarks = remarksOn(found);
    m_ui->remarks->tell(remarks);
    const auto concerns
        = std::count_if(remarks.begin(), remarks.end(), [](const Remark &one) { return one.severity != Remark::Severity::Good; });
    m_ui->tabs->setTabText(1, concerns == 0 ? tr("&State and slots") : tr("&State and slots (to look at: %1)").arg(concerns));
    drawCharts();
}

void ReplicationPage::drawCharts()
{
    if (!isVisible())
        return; // drawn when it is seen
    for (const Chart &one : m_charts) {
        one.chart->draw(one.series);
        one.chart->say(one.words());
    }
    const Series &lag = m_recorder.history().of(Quantity::LagBytes);
    m_ui->exportButton->setEnabled(!lag.isEmpty());
    m_ui->since->setText(
        lag.isEmpty() ? tr("Nothing was measured yet.") : tr("Measured since %1").arg(format::moment(qint64(lag.first().x()))));
}

void ReplicationPage::askWhereToExport()
{
    const QByteArray csv = m_recorder.history().csv(QDateTime::currentMSecsSinceEpoch() - m_rangeMs);
    saveFile(
        this, tr("Export what was measured"), QStringLiteral("replication.csv"), csv, [this](const QString &note) { Q_EMIT noted(note); });
}

} // namespace electric::console

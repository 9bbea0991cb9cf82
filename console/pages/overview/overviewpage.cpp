#include "console/pages/overview/overviewpage.h"

#include "console/pages/overview/addresses.h"
#include "console/widgets/copyfield.h"
#include "console/widgets/statemark.h"
#include "console/widgets/symbol.h"
#include "console/widgets/tile.h"
#include "shared/admin/json.h"

#include <QDateTime>
#include <QFormLayout>
#include <QGroupBox>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

#include <array>

namespace electric::console {

namespace {

constexpr int errorsShown = 20;
constexpr int headSymbol = 32;

QLabel *wordsIn(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->hide();
    return label;
}

void say(QLabel &label, const QString &text)
{
    label.setText(text);
    label.setVisible(!text.isEmpty());
}

} // namespace

OverviewPage::OverviewPage(ServiceLink &link, QWidget *parent)
    : Page(link, parent), m_status(link, this), m_metrics(link, QStringLiteral("metrics"), this),
      m_replication(link, QStringLiteral("replication"), this), m_errors(link, QStringLiteral("logs"), this)
{
    setObjectName(QStringLiteral("overview"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(makeHead());
    column->addWidget(makeTiles());
    column->addWidget(makeAddresses());
    column->addWidget(makeErrors(), 1);

    m_errors.setParams({{QStringLiteral("level"), QStringLiteral("error")}, {QStringLiteral("backlog"), errorsShown}});
    for (LiveStream *stream : {&m_metrics, &m_replication, &m_errors})
        stream->followVisibilityOf(this);
    connect(&m_metrics, &LiveStream::arrived, this, &OverviewPage::showMetrics);
    connect(&m_replication, &LiveStream::arrived, this, &OverviewPage::showReplication);
    connect(&m_errors, &LiveStream::arrived, this, &OverviewPage::showErrors);
    connect(&m_status, &ServiceStatus::changed, this, &OverviewPage::showStanding);
    connect(&link, &ServiceLink::stateChanged, this, &OverviewPage::forget);
    showStanding();
}

QIcon OverviewPage::icon() const
{
    return symbol("overview");
}

void OverviewPage::addControls(QWidget *controls)
{
    m_head->addWidget(controls, 0, Qt::AlignTop);
}

QString OverviewPage::sessionsInWords(const Vitals &vitals)
{
    if (vitals.sessions.value_or(0) == 0)
        return tr("no app is connected");
    return vitals.connecting.value_or(0) > 0 ? tr("%1 of them not replicating").arg(countText(vitals.connecting)) : tr("all replicating");
}

QWidget *OverviewPage::makeHead()
{
    auto *head = new QWidget(this);
    m_head = new QHBoxLayout(head);
    m_head->setContentsMargins(0, 0, 0, 0);
    auto *words = new QVBoxLayout;
    m_mark = new StateMark(headSymbol, head);
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.6);
    m_mark->setFont(large);
    m_reason = wordsIn(head);
    m_remedy = wordsIn(head);
    m_facts = wordsIn(head);
    m_facts->setForegroundRole(QPalette::PlaceholderText);
    words->addWidget(m_mark, 0, Qt::AlignLeft);
    for (QLabel *one : {m_reason, m_remedy, m_facts})
        words->addWidget(one);
    m_head->addLayout(words, 1);
    return head;
}

QWidget *OverviewPage::makeTiles()
{
    auto *tiles = new QWidget(this);
    auto *grid = new QGridLayout(tiles);
    grid->setContentsMargins(0, 0, 0, 0);
    const std::array<std::pair<Tile **, QString>, 6> all {
        {{&m_sessions, tr("Sessions")}, {&m_fromPostgres, tr("Transactions from Postgres")}, {&m_fromApps, tr("Transactions from apps")},
            {&m_lag, tr("Behind Postgres")}, {&m_rejected, tr("Rejected writes")}, {&m_memory, tr("Memory")}}};
    constexpr int perRow = 3;
    for (int i = 0; i < int(all.size()); ++i) {
        *all[std::size_t(i)].first = new Tile(all[std::size_t(i)].second, tiles);
        grid->addWidget(*all[std::size_t(i)].first, i / perRow, i % perRow);
        grid->setColumnStretch(i % perRow, 1);
    }
    return tiles;
}

QWidget *OverviewPage::makeAddresses()
{
    auto *box = new QGroupBox(tr("Where to connect"), this);
    auto *form = new QFormLayout(box);
    const std::array<std::pair<CopyField **, QString>, 3> all {
        {{&m_apps, tr("&Apps")}, {&m_migrations, tr("&Migrations")}, {&m_database, tr("&Database")}}};
    for (const auto &[field, name] : all) {
        *field = new CopyField(QString(name).remove(QLatin1Char('&')), box);
        form->addRow(name, *field);
        connect(*field, &CopyField::copied, this, [this] { Q_EMIT noted(tr("Copied")); });
    }
    m_migrations->setToolTip(tr("The password is the setting PG_PROXY_PASSWORD; it is never shown here."));
    return box;
}

QWidget *OverviewPage::makeErrors()
{
    auto *box = new QGroupBox(tr("Recent errors"), this);
    auto *column = new QVBoxLayout(box);
    m_recent = new QListWidget(box);
    m_recent->setAccessibleName(tr("Recent errors"));
    m_recent->setWordWrap(true);
    auto *all = new QPushButton(symbol("logs"), tr("&Show in the log"), box);
    m_recent->hide();
    m_noErrors = new QLabel(tr("None."), box);
    m_noErrors->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    column->addWidget(m_noErrors, 1);
    column->addWidget(m_recent);
    column->addWidget(all, 0, Qt::AlignLeft);
    connect(all, &QPushButton::clicked, this, [this] {
        Q_EMIT pageWanted(QStringLiteral("logs"), {{QStringLiteral("level"), QStringLiteral("error")}});
    });
    return box;
}

void OverviewPage::showStanding()
{
    const Standing standing = m_status.standing();
    m_mark->show(standing);
    say(*m_reason, standing.reason);
    say(*m_remedy, standing.remedy);
    const auto &status = m_status.status();
    const Addresses addresses = status ? addressesOf(*status) : Addresses {};
    const QString absent = tr("not known while the service does not run");
    m_apps->show(addresses.apps, absent);
    m_migrations->show(addresses.migrations, status ? tr("the service does not listen for migrations") : absent);
    m_database->show(addresses.database, absent);
    if (!status)
        return say(*m_facts, {});
    const QString postgres = status->embedded ? tr("Postgres of its own in %1").arg(status->dataDirectory) : tr("Postgres elsewhere");
    say(*m_facts,
        tr("Runs since %1 as process %2; %3; authentication: %4")
            .arg(QLocale().toString(QDateTime::fromMSecsSinceEpoch(status->startedAt), QLocale::ShortFormat), QString::number(status->pid),
                postgres, status->authMode));
}

void OverviewPage::showMetrics(const QJsonObject &told)
{
    const Vitals vitals
        = m_vitals.read(told.value(QLatin1String("at")).toInteger(), admin::listFrom<admin::Metric>(told.value(QLatin1String("metrics"))));
    m_sessions->show(countText(vitals.sessions), sessionsInWords(vitals));
    m_fromPostgres->show(rateText(vitals.fromPostgres), tr("a second"));
    m_fromApps->show(rateText(vitals.fromApps), tr("a second"));
    m_rejected->show(countText(vitals.rejected), tr("since the service started"));
    m_memory->show(sizeText(vitals.memory), tr("of the service alone"));
}

void OverviewPage::showReplication(const QJsonObject &told)
{
    const auto replication = admin::fromJson<admin::Replication>(told);
    m_lag->show(sizeText(double(replication.lagBytes)), tr("of log; %1").arg(durationText(replication.lagMs)));
}

void OverviewPage::showErrors(const QJsonObject &told)
{
    for (const auto &entry : admin::listFrom<admin::LogEntry>(told.value(QLatin1String("entries")))) {
        const QString text
            = tr("%1  %2: %3")
                  .arg(QLocale().toString(QDateTime::fromMSecsSinceEpoch(entry.at), QLocale::ShortFormat), entry.category, entry.text);
        const QString number = QString::number(entry.number);
        bool isKnown = false; // a new subscription begins with what the last one told
        for (int row = 0; row < m_recent->count(); ++row)
            isKnown |= m_recent->item(row)->data(Qt::UserRole).toString() == number;
        if (isKnown)
            continue;
        auto *item = new QListWidgetItem(symbol("state-bad"), text);
        item->setData(Qt::UserRole, number);
        m_recent->insertItem(0, item); // the newest comes first
    }
    while (m_recent->count() > errorsShown)
        delete m_recent->takeItem(m_recent->count() - 1);
    m_recent->setVisible(m_recent->count() > 0);
    m_noErrors->setVisible(m_recent->count() == 0);
}

void OverviewPage::forget()
{
    m_vitals.reset();
    m_recent->clear();
    m_recent->hide();
    m_noErrors->show();
    for (Tile *tile : {m_sessions, m_fromPostgres, m_fromApps, m_lag, m_rejected, m_memory})
        tile->show({});
}

} // namespace electric::console

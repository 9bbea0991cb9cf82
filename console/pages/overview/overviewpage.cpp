#include "console/pages/overview/overviewpage.h"

#include "console/control/launcher.h"
#include "console/control/watcher.h"
#include "console/models/format.h"
#include "console/models/replicationwords.h"
#include "console/pages/overview/addresses.h"
#include "console/pages/overview/warningbanner.h"
#include "console/widgets/copyfield.h"
#include "console/widgets/statemark.h"
#include "console/widgets/symbol.h"
#include "console/widgets/tile.h"
#include "shared/admin/json.h"
#include "shared/settings/databaseurl.h"

#include <QComboBox>
#include <QDateTime>
#include <QDesktopServices>
#include <QDir>
#include <QFileInfo>
#include <QFormLayout>
#include <QGroupBox>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace electric::console {

namespace {

constexpr int errorsShown = 20;
constexpr int headSymbol = 32;
constexpr int rejectedIntervalMs = 5'000;

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
    m_warnings = new WarningBanner(this);
    column->addWidget(makeHead());
    column->addWidget(m_warnings);
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
    connect(m_warnings, &WarningBanner::pageWanted, this, [this](const QString &page) {
        Q_EMIT pageWanted(page, {{QStringLiteral("state"), true}}); // to the words, where a page has some
    });
    m_rejectedCount.setInterval(rejectedIntervalMs);
    connect(&m_rejectedCount, &QTimer::timeout, this, &OverviewPage::countRejected);
    m_rejectedCount.start();
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

void OverviewPage::follow(const Watcher &watcher)
{
    const auto show = [this, &watcher] { m_warnings->tell(watcher.standing()); };
    connect(&watcher, &Watcher::standingChanged, this, show);
    connect(&watcher, &Watcher::warned, this, [this](const Warning &warning) { Q_EMIT noted(warning.title); });
    show();
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
    const std::array<std::pair<Tile **, QString>, 8> all {
        {{&m_sessions, tr("Sessions")}, {&m_fromPostgres, tr("Transactions from Postgres")}, {&m_fromApps, tr("Transactions from apps")},
            {&m_rejected, tr("Rejected writes")}, {&m_lag, tr("Behind Postgres")}, {&m_kept, tr("Log kept in Postgres")},
            {&m_memory, tr("Memory")}, {&m_cpu, tr("Processor")}}};
    constexpr int perRow = 4;
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
    m_notation = new QComboBox(box);
    m_notation->addItem(tr("URI, as libpq and most libraries take it"), int(Notation::Uri));
    m_notation->addItem(tr("Command for psql"), int(Notation::Psql));
    m_notation->addItem(tr("JDBC"), int(Notation::Jdbc));
    m_notation->addItem(tr("Line of an .env file"), int(Notation::Env));
    const auto key = QStringLiteral("overview/notation");
    m_notation->setCurrentIndex(std::clamp(QSettings().value(key).toInt(), 0, m_notation->count() - 1));
    connect(m_notation, &QComboBox::currentIndexChanged, this, [this, key](int index) {
        QSettings().setValue(key, index);
        showAddresses();
    });
    const std::array<std::pair<CopyField **, QString>, 3> all {
        {{&m_apps, tr("&Apps:")}, {&m_migrations, tr("&Migrations:")}, {&m_database, tr("&Database:")}}};
    for (const auto &[field, name] : all) {
        *field = new CopyField(QString(name).remove(QLatin1Char('&')).remove(QLatin1Char(':')), box);
        form->addRow(name, *field);
        connect(*field, &CopyField::copied, this, [this] { Q_EMIT noted(tr("Copied")); });
    }
    m_migrations->setToolTip(tr("The password is the setting PG_PROXY_PASSWORD; it is never shown here."));
    form->addRow(tr("&Written as:"), m_notation);
    form->addRow(QString(), makeTools(box));
    return box;
}

QWidget *OverviewPage::makeTools(QWidget *parent)
{
    auto *tools = new QWidget(parent);
    auto *row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    m_openPsql = new QPushButton(tr("Open ps&ql"), tools);
    m_openPsql->setToolTip(tr("Opens psql for the database in a terminal. The password is handed over in a file that only you can read."));
    m_openData = new QPushButton(tr("Open data &folder"), tools);
    m_openLogs = new QPushButton(tr("Open &log folder"), tools);
    for (QPushButton *one : {m_openPsql, m_openData, m_openLogs})
        row->addWidget(one);
    row->addStretch();
    connect(m_openPsql, &QPushButton::clicked, this, &OverviewPage::openPsql);
    connect(m_openData, &QPushButton::clicked, this, [this] {
        if (m_status.status())
            openFolder(m_status.status()->dataDirectory);
    });
    connect(m_openLogs, &QPushButton::clicked, this, [this] { openFolder(logFolder()); });
    return tools;
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
    showAddresses();
    const auto &status = m_status.status();
    if (!status)
        return say(*m_facts, {});
    const QString postgres = status->embedded ? tr("Postgres of its own in %1").arg(status->dataDirectory) : tr("Postgres elsewhere");
    say(*m_facts,
        tr("Runs since %1 as process %2; %3; authentication: %4")
            .arg(QLocale().toString(QDateTime::fromMSecsSinceEpoch(status->startedAt), QLocale::ShortFormat), QString::number(status->pid),
                postgres, status->authMode));
}

void OverviewPage::showAddresses()
{
    const auto &status = m_status.status();
    const Addresses addresses = status ? addressesOf(*status) : Addresses {};
    const QString absent = tr("not known while the service does not run");
    const auto notation = Notation(m_notation->currentData().toInt());
    const bool isEnv = notation == Notation::Env; // of the others none is for apps
    m_apps->show(written(addresses.apps, isEnv ? notation : Notation::Uri, QStringLiteral("ELECTRIC_SERVICE")), absent);
    m_migrations->show(written(addresses.migrations, notation, QStringLiteral("PROXY_URL")),
        status ? tr("the service does not listen for migrations") : absent);
    m_database->show(written(addresses.database, notation, QStringLiteral("DATABASE_URL")), absent);
    m_openPsql->setEnabled(!addresses.database.isEmpty());
    m_openData->setEnabled(status && status->embedded && QFileInfo::exists(status->dataDirectory));
    m_openData->setToolTip(status && !status->embedded ? tr("The data is where your Postgres keeps it.") : QString());
    m_openLogs->setEnabled(!logFolder().isEmpty());
    m_openLogs->setToolTip(status && logFolder().isEmpty()
            ? tr("The service was not started here; its log is where it was started, or on the page Logs.")
            : QString());
}

QString OverviewPage::logFolder() const
{
    const QFileInfo log(logPathOf(m_link.isConnected() ? m_link.hello().name : firstProfile));
    return log.exists() ? log.absolutePath() : QString();
}

void OverviewPage::openPsql()
{
    const auto &status = m_status.status();
    if (!status)
        return;
    const QString uri = status->database;
    if (status->embedded)
        return openPsqlWith(uri, embeddedPassword(status->dataDirectory));
    // Of a service that was started from a profile, the profile or the key ring knows the password.
    const auto name = QStringLiteral("DATABASE_URL");
    const auto passwordIn = [](const SettingValues &values) {
        const auto parts = settings::DatabaseUrl::parse(values.value(QStringLiteral("DATABASE_URL")));
        return parts ? parts->password : QString();
    };
    const QString profile = m_link.hello().name;
    const auto values = readProfile(profile);
    if (values && values->contains(name))
        return openPsqlWith(uri, passwordIn(*values));
    m_secrets.read(profile, {name}, [this, uri, passwordIn](const tl::expected<SettingValues, QString> &secrets) {
        openPsqlWith(uri, secrets ? passwordIn(*secrets) : QString());
    });
}

void OverviewPage::openPsqlWith(const QString &uri, const QString &password)
{
    if (const auto opened = m_psql.open(uri, password); !opened)
        complain(tr("psql was not opened"), opened.error());
}

void OverviewPage::openFolder(const QString &path)
{
    if (!path.isEmpty() && !QDesktopServices::openUrl(QUrl::fromLocalFile(path)))
        complain(tr("The folder was not opened"), tr("No program opens folders here. It is %1.").arg(QDir::toNativeSeparators(path)));
}

void OverviewPage::complain(const QString &what, const QString &why)
{
    auto *box = new QMessageBox(QMessageBox::Warning, what, what + QLatin1Char('.'), QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(why);
    box->open();
}

void OverviewPage::showMetrics(const QJsonObject &told)
{
    const Vitals vitals
        = m_vitals.read(told.value(QLatin1String("at")).toInteger(), admin::listFrom<admin::Metric>(told.value(QLatin1String("metrics"))));
    m_sessions->show(countText(vitals.sessions), sessionsInWords(vitals));
    m_fromPostgres->show(rateText(vitals.fromPostgres), tr("a second"));
    m_fromApps->show(rateText(vitals.fromApps), tr("a second"));
    m_memory->show(sizeText(vitals.memory), tr("of the service alone"));
    m_cpu->show(percentText(vitals.cpu), tr("of one core, the service alone"));
    const bool isAnother = m_rejectedSoFar != vitals.rejected;
    m_rejectedSoFar = vitals.rejected;
    if (isAnother || !m_openRejected)
        countRejected();
}

// Those that wait to be looked at; the counter of the service begins anew with it, and knows nothing of what was done about them.
void OverviewPage::countRejected()
{
    if (!isVisible() || !m_link.isConnected())
        return;
    m_link.call(QStringLiteral("rejected.list"), {{QStringLiteral("limit"), 1}}, this, [this](const admin::Outcome &outcome) {
        if (!outcome)
            return; // Postgres is away: said elsewhere
        m_openRejected = outcome->value(QLatin1String("total")).toInteger();
        m_rejected->show(countText(double(*m_openRejected)), tr("open; %1 since the service started").arg(countText(m_rejectedSoFar)));
    });
}

void OverviewPage::showReplication(const QJsonObject &told)
{
    const auto replication = admin::fromJson<admin::Replication>(told);
    const QString time = replication.lagMs.value_or(1) == 0 ? tr("caught up") : durationText(replication.lagMs);
    m_lag->show(time, tr("%1 of log not read").arg(sizeText(double(replication.lagBytes))));
    const auto &all = replication.replicationSlots;
    const auto ours = std::find_if(all.begin(), all.end(), [](const admin::Slot &slot) { return slot.isOurs; });
    if (ours == all.end() || replication.windowDistanceMax <= 0)
        return m_kept->show({});
    m_kept->show(sizeText(double(ours->retainedBytes)),
        tr("%1 of the window of %2")
            .arg(format::percent(double(ours->retainedBytes) / double(replication.windowDistanceMax)),
                format::bytes(replication.windowDistanceMax)));
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
    m_openRejected.reset();
    m_recent->clear();
    m_recent->hide();
    m_noErrors->show();
    for (Tile *tile : {m_sessions, m_fromPostgres, m_fromApps, m_lag, m_rejected, m_kept, m_memory, m_cpu})
        tile->show({});
}

} // namespace electric::console

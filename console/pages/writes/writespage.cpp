#include "console/pages/writes/writespage.h"

#include "console/control/servicelink.h"
#include "console/models/format.h"
#include "console/widgets/emptyhint.h"
#include "console/widgets/savefile.h"
#include "console/widgets/symbol.h"
#include "console/widgets/tables.h"
#include "ui_writespage.h"

#include <QFontDatabase>
#include <QJsonDocument>
#include <QMessageBox>
#include <QSortFilterProxyModel>

namespace electric::console {

using namespace std::chrono_literals;

namespace {

constexpr auto refreshInterval = 5s;
constexpr qint64 page = 100;
constexpr qint64 mostAtOnce = 1'000; // that the service gives

const auto retryMethod = QStringLiteral("rejected.retry");
const auto discardMethod = QStringLiteral("rejected.discard");

} // namespace

WritesPage::WritesPage(ServiceLink &link, QWidget *parent) : Page(link, parent), m_ui(std::make_unique<Ui::WritesPage>())
{
    setObjectName(QStringLiteral("writes"));
    m_ui->setupUi(this);
    m_ui->away->followLink(link);
    m_ui->trouble->setDismissible(true);
    tables::prepare(m_ui->table, &m_model, m_ui->filter);
    m_ui->table->sortByColumn(0, Qt::DescendingOrder);
    tables::fitColumns(m_ui->table, {130, 110, 200});
    m_ui->splitter->setSizes({300, 250});
    m_ui->operations->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_hint = new EmptyHint(m_ui->table);
    m_refresh.setInterval(refreshInterval);

    connect(&m_refresh, &QTimer::timeout, this, &WritesPage::refresh);
    connect(&link, &ServiceLink::stateChanged, this, &WritesPage::refresh);
    connect(m_ui->refreshButton, &QPushButton::clicked, this, &WritesPage::refresh);
    connect(m_ui->olderButton, &QPushButton::clicked, this, &WritesPage::readOlder);
    connect(m_ui->retryButton, &QPushButton::clicked, this, &WritesPage::retryChosen);
    connect(m_ui->discardButton, &QPushButton::clicked, this, &WritesPage::askToDiscard);
    connect(m_ui->exportButton, &QPushButton::clicked, this, &WritesPage::exportShown);
    connect(m_ui->filter, &QLineEdit::textChanged, this, &WritesPage::review);
    connect(m_ui->table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &WritesPage::review);
    review();
}

WritesPage::~WritesPage() = default;

QString WritesPage::title() const
{
    return tr("&Writes");
}

QIcon WritesPage::icon() const
{
    return symbol("writes");
}

void WritesPage::present(const QVariantMap &what)
{
    m_ui->filter->setText(what.value(QStringLiteral("filter")).toString());
}

void WritesPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    m_refresh.start();
    refresh();
}

void WritesPage::hideEvent(QHideEvent *event)
{
    Page::hideEvent(event);
    m_refresh.stop();
}

void WritesPage::refresh()
{
    review();
    // What was paged in stays, up to what the service gives at once.
    const qint64 limit = qBound(page, qint64(m_model.rowCount()), mostAtOnce);
    read({{QStringLiteral("limit"), limit}}, [this, limit](const QList<admin::RejectedWrite> &writes) {
        QList<admin::RejectedWrite> all = writes;
        if (writes.size() == limit) {
            for (const admin::RejectedWrite &one : m_model.rows()) {
                if (one.id < writes.last().id)
                    all << one;
            }
        }
        m_model.assign(all);
    });
}

void WritesPage::readOlder()
{
    qint64 oldest = std::numeric_limits<qint64>::max();
    for (const admin::RejectedWrite &one : m_model.rows())
        oldest = qMin(oldest, one.id);
    read({{QStringLiteral("limit"), page}, {QStringLiteral("before"), oldest}},
        [this](const QList<admin::RejectedWrite> &writes) { m_model.merge(writes); });
}

void WritesPage::read(const QJsonObject &params, const std::function<void(const QList<admin::RejectedWrite> &)> &take)
{
    if (!isVisible() || !m_link.isConnected() || m_isReading)
        return;
    m_isReading = true;
    m_link.call(QStringLiteral("rejected.list"), params, this, [this, take](const admin::Outcome &outcome) {
        m_isReading = false;
        if (outcome) {
            m_hasRead = true;
            m_total = outcome->value(QLatin1String("total")).toInteger();
            take(admin::listFrom<admin::RejectedWrite>(outcome->value(QLatin1String("writes"))));
        } else if (outcome.error().code != admin::Error::Unreachable) { // that is said already
            m_ui->trouble->tell(tr("The rejected writes could not be read."), outcome.error());
        }
        review();
    });
}

QList<qint64> WritesPage::chosen() const
{
    QList<qint64> ids;
    const auto rows = tables::allSelected(m_ui->table);
    for (const QModelIndex &index : rows)
        ids << m_model.rows()[index.row()].id;
    std::sort(ids.begin(), ids.end());
    return ids;
}

void WritesPage::review()
{
    const bool canAct = m_link.isConnected() && m_todo.isEmpty() && tables::selected(m_ui->table).isValid();
    m_ui->retryButton->setEnabled(canAct);
    m_ui->discardButton->setEnabled(canAct);
    m_ui->exportButton->setEnabled(m_ui->table->model()->rowCount() > 0);
    m_ui->refreshButton->setEnabled(m_link.isConnected());
    m_ui->olderButton->setVisible(m_total > m_model.rowCount());
    m_ui->olderButton->setEnabled(m_link.isConnected());
    m_ui->count->setText(m_model.rowCount() == 0
            ? QString()
            : tr("%1 shown, %2 of %3 read")
                  .arg(format::count(m_ui->table->model()->rowCount()), format::count(m_model.rowCount()), format::count(m_total)));
    if (m_model.rowCount() > 0)
        m_hint->say(tr("No write matches the filter. Press Escape in the filter to see all."));
    else if (m_hasRead)
        m_hint->say(
            tr("No write was refused. Writes that Postgres does not take, for example because of a CHECK constraint, are kept here."));
    else
        m_hint->say(m_link.isConnected() ? tr("Reading the rejected writes …")
                                         : tr("Rejected writes are shown here as soon as the service answers."));
    showDetails();
}

void WritesPage::showDetails()
{
    const QModelIndex index = tables::selected(m_ui->table);
    const qint64 id = index.isValid() ? m_model.rows()[index.row()].id : 0;
    if (id == m_detailed && id != 0)
        return; // what is being read does not jump
    m_detailed = id;
    if (id == 0) {
        m_ui->words->setText(tr("Choose a write to see why it was refused."));
        return m_ui->operations->clear();
    }
    const admin::RejectedWrite &write = m_model.rows()[index.row()];
    m_ui->words->setText(tr("At %1 Postgres refused this write of user %2, client %3:\n%4 (SQLSTATE %5)\n"
                            "Mend what stands in its way and retry it, or discard it.")
                             .arg(format::fullMoment(write.at), write.user, write.client, write.message, write.sqlState));
    m_ui->operations->setPlainText(QString::fromUtf8(QJsonDocument(write.operations).toJson()));
}

void WritesPage::retryChosen()
{
    begin(retryMethod, chosen());
}

void WritesPage::askToDiscard()
{
    const QList<qint64> ids = chosen();
    auto *box = new QMessageBox(QMessageBox::Warning, tr("Discard writes"),
        tr("Discard the chosen writes (%1)?").arg(format::count(ids.size())), QMessageBox::Cancel, this);
    box->setInformativeText(tr("They cannot be had back. Export them first if they may be needed."));
    box->setAttribute(Qt::WA_DeleteOnClose);
    const QPushButton *yes = box->addButton(tr("&Discard"), QMessageBox::DestructiveRole);
    box->setDefaultButton(QMessageBox::Cancel);
    connect(yes, &QPushButton::clicked, this, [this, ids] { begin(discardMethod, ids); });
    box->open();
}

void WritesPage::begin(const QString &method, QList<qint64> ids)
{
    if (!m_todo.isEmpty() || ids.isEmpty())
        return;
    m_ui->trouble->clear();
    m_method = method;
    m_todo = std::move(ids);
    m_done = 0;
    m_failed = 0;
    review();
    goOn();
}

void WritesPage::goOn()
{
    if (m_todo.isEmpty())
        return finish();
    // One after the other: a later write may need an earlier one.
    const qint64 id = m_todo.first();
    m_link.call(m_method, {{QStringLiteral("id"), id}}, this, [this, id](const admin::Outcome &outcome) {
        m_todo.removeFirst();
        if (outcome || outcome.error().code == admin::Error::NotFound) { // somebody else was faster
            ++m_done;
            m_model.remove(id);
        } else {
            ++m_failed;
            m_why = outcome.error();
            if (m_why.code == admin::Error::Unreachable)
                m_todo.clear();
        }
        goOn();
    });
}

void WritesPage::finish()
{
    const bool isRetry = m_method == retryMethod;
    if (m_done > 0)
        Q_EMIT noted(isRetry ? tr("Writes done: %1").arg(m_done) : tr("Writes discarded: %1").arg(m_done));
    if (m_failed > 0) {
        m_ui->trouble->tell(
            isRetry ? tr("Writes that failed again: %1.").arg(m_failed) : tr("Writes that could not be discarded: %1.").arg(m_failed),
            m_why);
    }
    refresh();
}

void WritesPage::exportShown()
{
    const auto *proxy = qobject_cast<QSortFilterProxyModel *>(m_ui->table->model());
    QJsonArray writes;
    for (int row = 0; row < proxy->rowCount(); ++row)
        writes.append(admin::toJson(m_model.rows()[proxy->mapToSource(proxy->index(row, 0)).row()]));
    saveFile(this, tr("Export rejected writes"), QStringLiteral("rejected-writes.json"), QJsonDocument(writes).toJson(),
        [this](const QString &note) { Q_EMIT noted(note); });
}

} // namespace electric::console

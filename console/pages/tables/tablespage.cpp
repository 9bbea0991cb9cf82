#include "console/pages/tables/tablespage.h"

#include "console/control/servicelink.h"
#include "console/pages/tables/electrifydialog.h"
#include "console/widgets/emptyhint.h"
#include "console/widgets/symbol.h"
#include "console/widgets/tables.h"
#include "ui_tablespage.h"

#include <QFontDatabase>
#include <QSortFilterProxyModel>

namespace electric::console {

using namespace std::chrono_literals;

namespace {

constexpr auto refreshInterval = 10s;

QJsonObject paramsOf(const admin::Table &table, bool dryRun)
{
    return {{QStringLiteral("schema"), table.schema}, {QStringLiteral("table"), table.name}, {QStringLiteral("dryRun"), dryRun}};
}

} // namespace

TablesPage::TablesPage(ServiceLink &link, QWidget *parent) : Page(link, parent), m_ui(std::make_unique<Ui::TablesPage>())
{
    setObjectName(QStringLiteral("tables"));
    m_ui->setupUi(this);
    m_ui->away->followLink(link);
    m_ui->trouble->setDismissible(true);
    tables::prepare(m_ui->table, &m_tables, m_ui->filter);
    m_ui->table->sortByColumn(0, Qt::AscendingOrder);
    tables::fitColumns(m_ui->table, {230, 160, 80, 0, 80});
    tables::prepare(m_ui->migrations, &m_migrations, nullptr);
    m_ui->migrations->sortByColumn(0, Qt::DescendingOrder);
    tables::fitColumns(m_ui->migrations, {180, 140});
    m_tablesHint = new EmptyHint(m_ui->table);
    m_migrationsHint = new EmptyHint(m_ui->migrations);
    const QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    m_ui->postgres->setFont(fixed);
    m_ui->sqlite->setFont(fixed);
    m_refresh.setInterval(refreshInterval);

    connect(&m_refresh, &QTimer::timeout, this, &TablesPage::refresh);
    connect(&link, &ServiceLink::stateChanged, this, &TablesPage::refresh);
    connect(m_ui->refreshButton, &QPushButton::clicked, this, &TablesPage::refresh);
    connect(m_ui->electrifyButton, &QPushButton::clicked, this, &TablesPage::askForSql);
    connect(m_ui->filter, &QLineEdit::textChanged, this, &TablesPage::review);
    connect(m_ui->table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &TablesPage::review);
    connect(m_ui->migrations->selectionModel(), &QItemSelectionModel::selectionChanged, this, &TablesPage::showMigration);
    review();
}

TablesPage::~TablesPage() = default;

QString TablesPage::title() const
{
    return tr("Ta&bles and migrations");
}

QIcon TablesPage::icon() const
{
    return symbol("tables");
}

void TablesPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    m_refresh.start();
    refresh();
}

void TablesPage::hideEvent(QHideEvent *event)
{
    Page::hideEvent(event);
    m_refresh.stop();
}

void TablesPage::refresh()
{
    review();
    if (!isVisible() || !m_link.isConnected() || m_reads > 0)
        return;
    readTables();
    readMigrations();
}

void TablesPage::readTables()
{
    ++m_reads;
    m_link.call(QStringLiteral("tables"), {}, this, [this](const admin::Outcome &outcome) {
        --m_reads;
        if (outcome) {
            m_hasTables = true;
            m_tables.assign(admin::listFrom<admin::Table>(outcome->value(QLatin1String("tables"))));
        } else if (outcome.error().code != admin::Error::Unreachable) { // that is said already
            m_ui->trouble->tell(tr("The tables could not be read."), outcome.error());
        }
        review();
    });
}

void TablesPage::readMigrations()
{
    ++m_reads;
    m_link.call(QStringLiteral("migrations"), {}, this, [this](const admin::Outcome &outcome) {
        --m_reads;
        if (outcome)
            m_migrations.assign(admin::listFrom<admin::Migration>(outcome->value(QLatin1String("migrations"))));
        else if (outcome.error().code != admin::Error::Unreachable)
            m_ui->trouble->tell(tr("The migrations could not be read."), outcome.error());
        review();
    });
}

const admin::Table *TablesPage::chosen() const
{
    const QModelIndex index = tables::selected(m_ui->table);
    return index.isValid() ? &m_tables.rows()[index.row()] : nullptr;
}

void TablesPage::review()
{
    const admin::Table *table = chosen();
    m_ui->electrifyButton->setEnabled(table && !table->electrified && table->obstacle.isEmpty() && m_link.isConnected() && !m_isBusy);
    m_ui->refreshButton->setEnabled(m_link.isConnected());
    if (m_tables.rowCount() > 0)
        m_tablesHint->say(tr("No table matches the filter. Press Escape in the filter to see all."));
    else if (!m_hasTables)
        m_tablesHint->say(m_link.isConnected() ? tr("Reading the tables …") : tr("Tables are shown here as soon as the service answers."));
    else
        m_tablesHint->say(tr("The database has no tables. Create one through the migrations proxy, then electrify it."));
    m_migrationsHint->say(tr("No migrations. There is one as soon as a table is electrified."));
    showTable();
}

void TablesPage::showTable()
{
    const admin::Table *table = chosen();
    if (!table)
        m_ui->words->setText(tr("Choose a table to see how it is."));
    else if (table->electrified)
        m_ui->words->setText(tr("%1 is electrified: clients can sync it.").arg(tableKey(*table)));
    else if (table->obstacle.isEmpty())
        m_ui->words->setText(tr("%1 can be electrified. Clients do not see it until then.").arg(tableKey(*table)));
    else
        m_ui->words->setText(tr("%1 cannot be electrified: %2. %3").arg(tableKey(*table), table->obstacle, table->remedy));
}

void TablesPage::showMigration()
{
    const QModelIndex index = tables::selected(m_ui->migrations);
    const auto text = [](const QStringList &statements) { return statements.join(QStringLiteral("\n\n")); };
    m_ui->postgres->setPlainText(index.isValid() ? text(m_migrations.rows()[index.row()].postgres) : QString());
    m_ui->sqlite->setPlainText(index.isValid() ? text(m_migrations.rows()[index.row()].sqlite) : QString());
}

void TablesPage::askForSql()
{
    if (!chosen())
        return;
    const admin::Table table = *chosen();
    m_isBusy = true;
    review();
    m_link.call(QStringLiteral("table.electrify"), paramsOf(table, true), this, [this, table](const admin::Outcome &outcome) {
        m_isBusy = false;
        review();
        if (outcome)
            confirm(table, outcome->value(QLatin1String("sql")).toString());
        else
            m_ui->trouble->tell(tr("%1 cannot be electrified.").arg(tableKey(table)), outcome.error());
    });
}

void TablesPage::confirm(const admin::Table &table, const QString &sql)
{
    auto *dialog = new ElectrifyDialog(tableKey(table), sql, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, table] { electrify(table); });
    dialog->open();
}

void TablesPage::electrify(const admin::Table &table)
{
    m_isBusy = true;
    review();
    m_link.call(QStringLiteral("table.electrify"), paramsOf(table, false), this, [this, table](const admin::Outcome &outcome) {
        m_isBusy = false;
        if (outcome)
            Q_EMIT noted(tr("%1 is electrified").arg(tableKey(table)));
        else
            m_ui->trouble->tell(tr("%1 was not electrified.").arg(tableKey(table)), outcome.error());
        refresh();
    });
}

} // namespace electric::console

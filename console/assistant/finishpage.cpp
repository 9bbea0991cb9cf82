#include "console/assistant/pages.h"
#include "console/widgets/symbol.h"
#include "shared/admin/json.h"
#include "shared/settings/databaseurl.h"
#include "ui_finishpage.h"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHeaderView>
#include <QTimer>

namespace electric::console::assistant {

FinishPage::FinishPage(const FirstRunChoice &choice, FirstStart &start, QWidget *parent)
    : QWizardPage(parent), m_ui(std::make_unique<Ui::FinishPage>()), m_choice(choice), m_start(start),
      m_sessions(start.link(), QStringLiteral("sessions"), nullptr)
{
    m_ui->setupUi(this);
    setFinalPage(true);
    m_ui->snippet->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_ui->rows->verticalHeader()->hide();
    m_ui->rows->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_ui->rows->setMaximumHeight(fontMetrics().height() * 7);
    m_ui->copy->setIcon(symbol("copy"));
    connect(m_ui->copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_ui->snippet->toPlainText());
        m_ui->copied->setText(tr("Copied"));
    });
    m_sessions.followVisibilityOf(this);
    connect(&m_sessions, &LiveStream::arrived, this,
        [this](const QJsonObject &told) { showApps(int(told.value(QLatin1String("sessions")).toArray().size())); });
}

FinishPage::~FinishPage() = default;

void FinishPage::initializePage()
{
    const QString table = m_start.table();
    const auto &status = m_start.status().status();
    const auto url = settings::DatabaseUrl::parse(status ? status->database : QString());
    setTitle(table.isEmpty() ? tr("Electric runs") : tr("The table %1 syncs").arg(table));
    setSubTitle(table.isEmpty() ? tr("No table is electrified yet: choose one on the page Tables, and its rows sync.")
                                : tr("Its rows are ready for every app that connects. What follows is all that an app needs."));
    for (QWidget *one : std::initializer_list<QWidget *> {m_ui->rows, m_ui->snippet, m_ui->copy})
        one->setVisible(!table.isEmpty());
    m_ui->snippet->setPlainText(clientSnippet(m_choice, table, url ? url->database : QStringLiteral("electric")));
    m_ui->copied->clear();
    showApps(0);
    askForRows();
}

// Until the service has read of the new table in the log, it knows no such table.
void FinishPage::askForRows()
{
    constexpr int pauseMs = 300;
    if (m_start.table().isEmpty())
        return;
    m_start.link().call(
        QStringLiteral("shape.preview"), {{QStringLiteral("table"), m_start.table()}}, this, [this](const admin::Outcome &outcome) {
            if (outcome)
                showRows(*outcome);
            if (m_ui->rows->rowCount() == 0 && isVisible())
                QTimer::singleShot(pauseMs, this, &FinishPage::askForRows);
        });
}

void FinishPage::showRows(const QJsonObject &told)
{
    const auto preview = admin::fromJson<admin::ShapePreview>(told);
    const auto table = preview.tables.isEmpty() ? admin::PreviewedTable {} : preview.tables.front();
    const QStringList &columns = table.columns;
    m_ui->rows->setColumnCount(int(columns.size()));
    m_ui->rows->setHorizontalHeaderLabels(columns);
    m_ui->rows->setRowCount(int(table.sample.size()));
    for (int row = 0; row < m_ui->rows->rowCount(); ++row) {
        for (int column = 0; column < m_ui->rows->columnCount(); ++column)
            m_ui->rows->setItem(row, column, new QTableWidgetItem(table.sample[row].value(columns[column]).toVariant().toString()));
    }
}

void FinishPage::showApps(int sessions)
{
    m_ui->apps->setText(sessions == 0 ? tr("No app is connected yet.") : tr("Apps that are connected: %1").arg(sessions));
}

} // namespace electric::console::assistant

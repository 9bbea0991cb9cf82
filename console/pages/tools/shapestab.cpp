#include "console/pages/tools/shapestab.h"

#include "console/control/servicelink.h"
#include "console/models/format.h"
#include "console/widgets/emptyhint.h"
#include "console/widgets/symbol.h"
#include "console/widgets/tables.h"
#include "ui_shapestab.h"

#include <QFontDatabase>
#include <QShortcut>
#include <QSortFilterProxyModel>

#include <algorithm>

namespace electric::console {

namespace {

constexpr int sampleRows = 50;
constexpr QColor underline {0xe0, 0x40, 0x40}; // stands out from light and dark

} // namespace

ShapesTab::ShapesTab(ServiceLink &link, QWidget *parent) : QWidget(parent), m_link(link), m_ui(std::make_unique<Ui::ShapesTab>())
{
    setObjectName(QStringLiteral("shapes"));
    m_ui->setupUi(this);
    m_ui->trouble->setDismissible(true);
    m_ui->where->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_ui->include->setModel(&m_include);
    m_ui->errorIcon->setPixmap(style()->standardIcon(QStyle::SP_MessageBoxCritical).pixmap(16));
    tables::prepare(m_ui->found, &m_found, nullptr);
    tables::fitColumns(m_ui->found, {130, 50, 60});
    tables::prepare(m_ui->sample, &m_sample, nullptr);
    m_ui->halves->setStretchFactor(1, 1);
    m_ui->results->setSizes({360, 560});
    m_ui->halves->setSizes({200, 320});
    m_ui->inputs->setSizes({560, 320});
    m_includeHint = new EmptyHint(m_ui->include);
    m_foundHint = new EmptyHint(m_ui->found);
    m_sampleHint = new EmptyHint(m_ui->sample);
    m_ui->tryButton->setIcon(symbol("play"));
    auto *enter = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return), this, this, &ShapesTab::tryOut, Qt::WidgetWithChildrenShortcut);
    enter->setAutoRepeat(false);

    connect(&link, &ServiceLink::stateChanged, this, &ShapesTab::onLinkChanged);
    connect(m_ui->table, &QComboBox::currentIndexChanged, this, &ShapesTab::chooseTable);
    connect(m_ui->tryButton, &QPushButton::clicked, this, &ShapesTab::tryOut);
    connect(m_ui->user, &QLineEdit::returnPressed, this, &ShapesTab::tryOut);
    connect(m_ui->where, &QPlainTextEdit::textChanged, this, &ShapesTab::forgetError);
    connect(&m_include, &IncludeModel::rowsInserted, this, [this](const QModelIndex &above) { m_ui->include->expand(above); });
    connect(m_ui->found->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ShapesTab::showSample);
    forgetError();
}

ShapesTab::~ShapesTab() = default;

void ShapesTab::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    readTables();
}

void ShapesTab::onLinkChanged()
{
    if (isVisible())
        readTables();
    review();
}

void ShapesTab::readTables()
{
    if (!m_link.isConnected() || m_isReading)
        return;
    m_isReading = true;
    m_link.call(QStringLiteral("tables"), {}, this, [this](const admin::Outcome &outcome) {
        m_isReading = false;
        if (outcome)
            offer(admin::listFrom<admin::Table>(outcome->value(QLatin1String("tables"))));
        else if (outcome.error().code != admin::Error::Unreachable)
            m_ui->trouble->tell(tr("The tables could not be read."), outcome.error());
        review();
    });
}

// What was typed and ticked stays when nothing has changed.
void ShapesTab::offer(const QList<admin::Table> &tables)
{
    QStringList names;
    for (const admin::Table &table : tables) {
        if (table.electrified && table.schema == QLatin1String("public"))
            names << table.name;
    }
    const auto isSame = [](const admin::Table &one, const admin::Table &other) {
        return one.name == other.name && one.electrified == other.electrified
            && admin::toArray(one.foreignKeys) == admin::toArray(other.foreignKeys);
    };
    if (std::equal(tables.begin(), tables.end(), m_tables.begin(), m_tables.end(), isSame))
        return;
    m_tables = tables;
    const QString chosen = m_ui->table->currentText();
    const QSignalBlocker blocker(m_ui->table);
    m_ui->table->clear();
    m_ui->table->addItems(names);
    m_ui->table->setCurrentText(names.contains(chosen) ? chosen : names.value(0));
    chooseTable();
}

void ShapesTab::chooseTable()
{
    m_include.setTables(m_tables, m_ui->table->currentText());
    forgetError();
}

void ShapesTab::tryOut()
{
    if (!m_ui->tryButton->isEnabled())
        return;
    m_isTrying = true;
    m_ui->trouble->clear();
    review();
    const QJsonObject params {{QStringLiteral("table"), m_ui->table->currentText()}, {QStringLiteral("where"), m_ui->where->toPlainText()},
        {QStringLiteral("include"), m_include.include()}, {QStringLiteral("user"), m_ui->user->text()},
        {QStringLiteral("sample"), sampleRows}};
    m_link.call(QStringLiteral("shape.preview"), params, this, [this](const admin::Outcome &outcome) {
        m_isTrying = false;
        if (outcome)
            show(admin::fromJson<admin::ShapePreview>(*outcome));
        else
            m_ui->trouble->tell(tr("The shape could not be tried out."), outcome.error());
        review();
    });
}

void ShapesTab::show(const admin::ShapePreview &preview)
{
    m_isTried = preview.error.isEmpty();
    m_found.assign(preview.tables);
    if (m_isTried) {
        forgetError();
        m_ui->summary->setText(tr("Rows: %1, tables: %2, size as text: %3")
                                   .arg(format::count(preview.rows), format::count(preview.tables.size()), format::bytes(preview.bytes)));
        m_ui->found->selectRow(0);
    } else {
        showError(preview);
    }
    showSample();
}

void ShapesTab::showError(const admin::ShapePreview &preview)
{
    m_ui->summary->clear();
    m_ui->error->setText(errorInWords(m_ui->where->toPlainText(), preview));
    m_ui->error->show();
    m_ui->errorIcon->show();
    if (preview.position == 0)
        return;
    const TextSpan span = errorSpan(m_ui->where->toPlainText(), preview.position);
    QTextEdit::ExtraSelection mark;
    mark.cursor = QTextCursor(m_ui->where->document());
    mark.cursor.setPosition(span.start);
    mark.cursor.setPosition(span.start + span.length, QTextCursor::KeepAnchor);
    mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
    mark.format.setUnderlineColor(underline);
    m_ui->where->setExtraSelections({mark});
    QTextCursor cursor(m_ui->where->document());
    cursor.setPosition(span.start);
    m_ui->where->setTextCursor(cursor);
    m_ui->where->setFocus();
}

void ShapesTab::forgetError()
{
    m_ui->error->hide();
    m_ui->errorIcon->hide();
    m_ui->where->setExtraSelections({});
    review();
}

void ShapesTab::showSample()
{
    const QModelIndex index = tables::selected(m_ui->found);
    const admin::PreviewedTable table = index.isValid() ? m_found.rows()[index.row()] : admin::PreviewedTable {};
    m_sample.show(table);
    m_ui->sample->resizeColumnsToContents();
    constexpr int widest = 260;
    for (int column = 0; column < m_sample.columnCount(); ++column)
        m_ui->sample->setColumnWidth(column, qMin(m_ui->sample->columnWidth(column), widest));
    m_sampleHint->say(!index.isValid() ? tr("Rows are shown here when a shape was tried out.") : tr("The shape has no row of this table."));
}

void ShapesTab::review()
{
    const bool hasTables = m_ui->table->count() > 0;
    m_ui->tryButton->setEnabled(m_link.isConnected() && hasTables && !m_isTrying);
    m_ui->table->setEnabled(hasTables);
    m_includeHint->say(!hasTables ? QString() : tr("No foreign key leads to or from this table."));
    if (m_ui->error->isVisibleTo(this))
        m_foundHint->say(tr("The shape is not right yet."));
    else if (!m_link.isConnected())
        m_foundHint->say(tr("Shapes can be tried out as soon as the service answers."));
    else if (!hasTables)
        m_foundHint->say(m_isReading ? tr("Reading the tables …")
                                     : tr("No table of the schema public is electrified yet. Electrify one on the page Tables."));
    else
        m_foundHint->say(m_isTrying ? tr("Trying …") : tr("Choose a table and press Try: what a client would get is shown here."));
}

} // namespace electric::console

#include "console/pages/logs/logspage.h"

#include "console/widgets/symbol.h"
#include "shared/admin/json.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QSaveFile>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QStyle>
#include <QToolBar>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace electric::console {

namespace {

constexpr int backlog = 5'000;

} // namespace

LogsPage::LogsPage(ServiceLink &link, QWidget *parent)
    : Page(link, parent), m_model(this), m_filtered(m_model, this), m_stream(link, QStringLiteral("logs"), this), m_status(link, this)
{
    setObjectName(QStringLiteral("logs"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    auto *tools = makeTools();
    column->addWidget(makeFilters());
    makeList();
    column->addWidget(m_list);
    auto *foot = new QHBoxLayout;
    m_count = new QLabel(this);
    foot->addWidget(m_count, 1);
    foot->addWidget(makeLevelControl());
    column->addLayout(foot);
    column->addWidget(tools);

    m_stream.setParams({{QStringLiteral("level"), QStringLiteral("debug")}, {QStringLiteral("backlog"), backlog}});
    m_stream.followVisibilityOf(this);
    connect(&m_stream, &LiveStream::arrived, this, &LogsPage::take);
    connect(&m_model, &LogModel::categoriesChanged, this, &LogsPage::offerCategories);
    connect(&m_model, &LogModel::waitingChanged, this, &LogsPage::showCount);
    connect(&m_status, &ServiceStatus::changed, this, &LogsPage::showLevel);
    connect(m_list->verticalScrollBar(), &QScrollBar::valueChanged, this, &LogsPage::goOn);
    connect(m_list->verticalScrollBar(), &QScrollBar::rangeChanged, this, &LogsPage::goOn);
    showLevel();
    filter();
}

LogsPage::~LogsPage()
{
    m_list->verticalScrollBar()->disconnect(this); // the list outlives what it would call
}

QIcon LogsPage::icon() const
{
    return symbol("logs");
}

void LogsPage::present(const QVariantMap &what)
{
    if (const auto level = m_level->findData(rankOfLevel(what.value(QStringLiteral("level")).toString()));
        what.contains(QStringLiteral("level")))
        m_level->setCurrentIndex(level);
}

QWidget *LogsPage::makeFilters()
{
    auto *filters = new QWidget(this);
    auto *row = new QHBoxLayout(filters);
    row->setContentsMargins(0, 0, 0, 0);
    m_level = new QComboBox(filters);
    m_level->setAccessibleName(tr("Least level"));
    m_level->addItem(tr("All levels"), 0);
    m_level->addItem(tr("Info and above"), 1);
    m_level->addItem(tr("Warnings and errors"), 2);
    m_level->addItem(tr("Errors"), 3);
    m_category = new QComboBox(filters);
    m_category->setAccessibleName(tr("Category"));
    m_category->addItem(tr("All categories"));
    m_category->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_text = new QLineEdit(filters);
    m_text->setAccessibleName(tr("Text to find"));
    m_text->setPlaceholderText(tr("Find text"));
    m_text->setClearButtonEnabled(true);
    m_isPattern = new QCheckBox(tr("Regular e&xpression"), filters);
    row->addWidget(m_level);
    row->addWidget(m_category);
    row->addWidget(m_text, 1);
    row->addWidget(m_isPattern);
    connect(m_level, &QComboBox::currentIndexChanged, this, &LogsPage::filter);
    connect(m_category, &QComboBox::currentIndexChanged, this, &LogsPage::filter);
    connect(m_text, &QLineEdit::textChanged, this, &LogsPage::filter);
    connect(m_isPattern, &QCheckBox::toggled, this, &LogsPage::filter);
    return filters;
}

QToolBar *LogsPage::makeTools()
{
    auto *tools = new QToolBar(this);
    const int side = style()->pixelMetric(QStyle::PM_SmallIconSize);
    tools->setIconSize({side, side});
    tools->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    const auto add = [this, tools](const char *icon, const QString &text, const QKeySequence &keys) {
        QAction *action = tools->addAction(symbol(icon), text);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        action->setToolTip(keys.isEmpty() ? text : tr("%1 (%2)").arg(text, keys.toString(QKeySequence::NativeText)));
        addAction(action);
        return action;
    };
    m_pause = add("pause", tr("Pause"), QKeySequence(Qt::CTRL | Qt::Key_P));
    m_pause->setCheckable(true);
    connect(m_pause, &QAction::toggled, this, [this](bool paused) {
        m_model.setPaused(paused);
        if (!paused)
            m_list->scrollToBottom();
        m_pause->setIcon(symbol(paused ? "play" : "pause"));
        m_pause->setText(paused ? tr("Go on") : tr("Pause"));
        showCount();
    });
    connect(add("next", tr("Next error"), QKeySequence(Qt::Key_F8)), &QAction::triggered, this, &LogsPage::jumpToError);
    connect(add("copy", tr("Copy"), QKeySequence::Copy), &QAction::triggered, this, &LogsPage::copy);
    connect(
        add("copy", tr("Copy as JSON"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C)), &QAction::triggered, this, &LogsPage::copyAsJson);
    connect(add("save", tr("Save…"), QKeySequence::Save), &QAction::triggered, this, &LogsPage::save);
    connect(add("clear", tr("Clear"), {}), &QAction::triggered, this, [this] {
        m_model.clear();
        showCount();
    });
    auto *find = new QAction(tr("Find text"), this);
    find->setShortcut(QKeySequence::Find);
    find->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(find);
    connect(find, &QAction::triggered, this, [this] { m_text->setFocus(Qt::ShortcutFocusReason); });
    return tools;
}

QWidget *LogsPage::makeLevelControl()
{
    auto *control = new QWidget(this);
    auto *row = new QHBoxLayout(control);
    row->setContentsMargins(0, 0, 0, 0);
    m_writes = new QComboBox(control);
    m_writes->addItem(tr("debug and above"), QStringLiteral("debug"));
    m_writes->addItem(tr("info and above"), QStringLiteral("info"));
    m_writes->addItem(tr("warnings and errors"), QStringLiteral("warning"));
    m_writes->addItem(tr("errors only"), QStringLiteral("error"));
    m_writes->setAccessibleName(tr("What the service writes to its log, until it is started anew"));
    m_writes->setToolTip(tr("Takes effect at once and lasts until the service is started anew; then the setting LOG_LEVEL counts again."));
    auto *label = new QLabel(tr("The service &writes:"), control);
    label->setBuddy(m_writes);
    row->addWidget(label);
    row->addWidget(m_writes);
    row->addWidget(new QLabel(tr("until it is started anew"), control));
    connect(m_writes, &QComboBox::activated, this, [this] { setLevel(m_writes->currentData().toString()); });
    return control;
}

void LogsPage::showLevel()
{
    const auto &status = m_status.status();
    m_writes->setEnabled(status.has_value());
    if (status)
        m_writes->setCurrentIndex(m_writes->findData(status->logLevel));
}

void LogsPage::setLevel(const QString &level)
{
    m_link.call(QStringLiteral("log.level"), {{QStringLiteral("level"), level}}, this, [this](const admin::Outcome &outcome) {
        if (outcome)
            return Q_EMIT noted(tr("The service writes %1, until it is started anew").arg(m_writes->currentText()));
        showLevel();
        Q_EMIT noted(tr("The level was not changed: %1").arg(outcome.error().message));
    });
}

void LogsPage::makeList()
{
    m_list = new QTreeView(this);
    m_list->setAccessibleName(tr("Log entries"));
    m_list->setModel(&m_filtered);
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true); // 100,000 rows are not measured one by one
    m_list->setAlternatingRowColors(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    const int letter = fontMetrics().averageCharWidth();
    m_list->setColumnWidth(LogModel::Time, letter * 28);
    m_list->setColumnWidth(LogModel::Level, letter * 14);
    m_list->setColumnWidth(LogModel::Category, letter * 24);
    setFocusProxy(m_list);
}

void LogsPage::filter()
{
    LogFilter wanted;
    wanted.leastRank = m_level->currentData().toInt();
    wanted.category = m_category->currentData().toString();
    QString trouble;
    if (m_isPattern->isChecked()) {
        wanted.pattern = QRegularExpression(m_text->text(), QRegularExpression::CaseInsensitiveOption);
        if (!wanted.pattern.isValid())
            trouble = tr("Not a regular expression: %1").arg(wanted.pattern.errorString());
    } else {
        wanted.text = m_text->text();
    }
    m_filtered.setFilter(wanted);
    m_text->setToolTip(trouble);
    showCount();
    if (!trouble.isEmpty())
        m_count->setText(trouble);
    m_list->scrollToBottom();
}

bool LogsPage::isAtEnd() const
{
    const QScrollBar *bar = m_list->verticalScrollBar();
    return bar->value() >= bar->maximum();
}

void LogsPage::take(const QJsonObject &told, qint64 dropped)
{
    if (!isAtEnd() && !m_model.isPaused())
        m_model.setPaused(true); // who reads further up is not disturbed: what comes waits
    m_model.setRun(m_link.hello().pid);
    m_model.append(admin::listFrom<admin::LogEntry>(told.value(QLatin1String("entries"))));
    m_dropped += dropped;
    showCount();
    if (!m_model.isPaused())
        m_list->scrollToBottom();
}

void LogsPage::goOn()
{
    if (m_pause->isChecked() || !m_model.isPaused() || !isAtEnd())
        return;
    m_model.setPaused(false);
    m_list->scrollToBottom();
}

void LogsPage::offerCategories()
{
    const QSignalBlocker blocker(m_category);
    const QString chosen = m_category->currentData().toString();
    while (m_category->count() > 1)
        m_category->removeItem(1);
    const QStringList categories = m_model.categories();
    for (const QString &one : categories)
        m_category->addItem(one, one);
    m_category->setCurrentIndex(std::max(0, m_category->findData(chosen)));
}

void LogsPage::showCount()
{
    QString text = m_filtered.rowCount() == m_model.rowCount() ? tr("Entries: %1").arg(m_model.rowCount())
                                                               : tr("Entries: %1 of %2").arg(m_filtered.rowCount()).arg(m_model.rowCount());
    if (m_pause->isChecked())
        text += tr("; paused, new: %1").arg(m_model.waiting());
    else if (m_model.isPaused())
        text += tr("; held while you read further up (End goes on), new: %1").arg(m_model.waiting());
    if (m_dropped > 0)
        text += tr("; left out, as they came too fast: %1").arg(m_dropped);
    m_count->setText(text);
}

void LogsPage::jumpToError()
{
    const QModelIndex current = m_list->currentIndex();
    const int row = m_filtered.nextError(current.isValid() ? current.row() : -1);
    if (row < 0)
        return Q_EMIT noted(tr("No error is in the list"));
    m_list->setCurrentIndex(m_filtered.index(row, 0));
    m_list->scrollTo(m_list->currentIndex(), QAbstractItemView::PositionAtCenter);
}

QList<admin::LogEntry> LogsPage::chosen() const
{
    QModelIndexList rows = m_list->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    QList<admin::LogEntry> entries;
    for (const QModelIndex &row : std::as_const(rows))
        entries << m_filtered.at(row.row());
    return entries;
}

void LogsPage::copy()
{
    QString text;
    const QList<admin::LogEntry> entries = chosen();
    for (const admin::LogEntry &entry : entries)
        text += LogModel::asText(entry) + QLatin1Char('\n');
    if (text.isEmpty())
        return Q_EMIT noted(tr("Select what to copy first"));
    QApplication::clipboard()->setText(text);
    Q_EMIT noted(tr("Copied entries: %1").arg(entries.size()));
}

void LogsPage::copyAsJson()
{
    const QList<admin::LogEntry> entries = chosen();
    if (entries.isEmpty())
        return Q_EMIT noted(tr("Select what to copy first"));
    const QJsonDocument json = entries.size() == 1 ? QJsonDocument(admin::toJson(entries.first())) : QJsonDocument(admin::toArray(entries));
    QApplication::clipboard()->setText(QString::fromUtf8(json.toJson()));
    Q_EMIT noted(tr("Copied entries as JSON: %1").arg(entries.size()));
}

void LogsPage::save()
{
    const QString path = QFileDialog::getSaveFileName(this, tr("Save the log entries that are shown"), QStringLiteral("electric.log"));
    if (path.isEmpty())
        return;
    QSaveFile file(path);
    bool isGood = file.open(QIODevice::WriteOnly);
    for (int row = 0; isGood && row < m_filtered.rowCount(); ++row)
        isGood = file.write(LogModel::asText(m_filtered.at(row)).toUtf8() + '\n') > 0;
    if (isGood && file.commit())
        return Q_EMIT noted(tr("Saved to %1").arg(path));
    QMessageBox::warning(this, tr("Not saved"), tr("%1 cannot be written: %2. Choose another place.").arg(path, file.errorString()));
}

} // namespace electric::console

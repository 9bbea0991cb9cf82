#include "console/pages/sessions/frameinspector.h"

#include "console/models/format.h"
#include "console/pages/sessions/framefilter.h"
#include "console/pages/sessions/rowtree.h"
#include "console/widgets/emptyhint.h"
#include "console/widgets/savefile.h"
#include "console/widgets/tables.h"
#include "shared/admin/json.h"
#include "ui_frameinspector.h"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHeaderView>
#include <QJsonDocument>
#include <QMenu>
#include <QScrollBar>
#include <QShortcut>

namespace electric::console {

namespace {

constexpr qsizetype mostHeld = 5'000; // as many as the table has

QJsonObject fullJson(const FramesModel &model, int row)
{
    QJsonObject object = admin::toJson(model.frame(row));
    if (const QJsonArray rows = asJson(model.operations(row)); !rows.isEmpty())
        object[QStringLiteral("operations")] = rows;
    return object;
}

QString pretty(const QJsonObject &object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Indented));
}

} // namespace

FrameInspector::FrameInspector(QWidget *parent) : QWidget(parent), m_ui(std::make_unique<Ui::FrameInspector>())
{
    m_ui->setupUi(this);
    m_filter = new FrameFilter(this);
    tables::prepareWith(m_filter, m_ui->table, &m_model, nullptr);
    tables::fitColumns(m_ui->table, {92, 72, 105, 72});
    m_ui->layout->setStretch(1, 1); // not the line below
    m_ui->splitter->setSizes({600, 380});
    m_ui->rows->setColumnWidth(0, 190);
    m_ui->rows->setColumnWidth(1, 150);
    m_ui->filter->setClearButtonEnabled(true);
    auto *escape = new QShortcut(QKeySequence(Qt::Key_Escape), m_ui->filter, m_ui->filter, &QLineEdit::clear, Qt::WidgetShortcut);
    escape->setAutoRepeat(false);
    offerConditions();
    m_ui->content->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_hint = new EmptyHint(m_ui->table);
    connect(m_ui->filter, &QLineEdit::textChanged, this, &FrameInspector::filter);
    connect(m_ui->views, &QTabWidget::tabBarClicked, this, [this](int view) { m_wantsRows = view == 0; });
    connect(m_ui->pause, &QPushButton::toggled, this, &FrameInspector::setPaused);
    connect(m_ui->clear, &QPushButton::clicked, this, &FrameInspector::clear);
    connect(m_ui->copy, &QPushButton::clicked, this, &FrameInspector::copy);
    connect(m_ui->save, &QPushButton::clicked, this, &FrameInspector::askWhereToSave);
    connect(m_ui->table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &FrameInspector::showChosen);
    sayHowItStands();
}

FrameInspector::~FrameInspector() = default;

void FrameInspector::setLink(ServiceLink &link)
{
    m_link = &link;
    m_tap = new LiveStream(link, QStringLiteral("tap"), this);
    connect(m_tap, &LiveStream::arrived, this, &FrameInspector::onArrived);
    connect(m_tap, &LiveStream::refused, this, [this] { endSession(tr("The session of %1 has ended.").arg(m_name)); });
    connect(&link, &ServiceLink::stateChanged, this, &FrameInspector::onLinkChanged);
}

void FrameInspector::setSession(qint64 session, const QString &name)
{
    if (session == m_session || session == 0)
        return; // the frames of one that ended stay to be read
    m_session = session;
    m_run = m_link->hello().pid;
    m_name = name;
    m_ended.clear();
    m_tap->setActive(false);
    m_tap->setParams({{QStringLiteral("session"), session}});
    clear();
    m_model.beginAnew();
    reviewTap();
}

// A session may outlive a connection of ours, but never its process; another one gives the same numbers to others.
void FrameInspector::onLinkChanged()
{
    m_tap->setActive(false);
    if (m_link->isConnected() && m_session != 0 && m_link->hello().pid != m_run)
        endSession(tr("The session of %1 has ended: the service was started anew.").arg(m_name));
    reviewTap();
}

void FrameInspector::endSession(const QString &why)
{
    m_session = 0;
    m_ended = why;
    reviewTap();
}

void FrameInspector::offerConditions()
{
    auto *menu = new QMenu(m_ui->conditions);
    const auto offer = [this, menu](const QString &words, const QString &condition) {
        menu->addAction(words + QLatin1Char('\t') + condition, this, [this, condition] {
            const QString before = m_ui->filter->text().trimmed();
            m_ui->filter->setText(before.isEmpty() ? condition : before + QLatin1Char(' ') + condition);
            m_ui->filter->setFocus();
        });
    };
    offer(tr("From the &client"), QStringLiteral("dir:in"));
    offer(tr("&To the client"), QStringLiteral("dir:out"));
    offer(tr("&Operations on rows"), QStringLiteral("type:SatOpLog"));
    offer(tr("&Larger than 1 KiB"), QStringLiteral("larger:1k"));
    offer(tr("&Smaller than 1 KiB"), QStringLiteral("smaller:1k"));
    offer(tr("&Without pings and acknowledgements"), QStringLiteral("-type:Ack -type:Ping"));
    m_ui->conditions->setMenu(menu);
}

void FrameInspector::filter()
{
    const auto query = FrameQuery::parse(m_ui->filter->text());
    m_trouble = query ? QString() : query.error();
    if (query)
        m_filter->setQuery(*query);
    m_ui->filter->setToolTip(m_trouble);
    sayHowItStands();
}

void FrameInspector::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    reviewTap();
}

void FrameInspector::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    reviewTap();
}

void FrameInspector::reviewTap()
{
    if (m_tap)
        m_tap->setActive(isVisible() && m_session != 0 && m_link->isConnected());
    sayHowItStands();
}

void FrameInspector::onArrived(const QJsonObject &event, qint64 dropped)
{
    m_dropped += dropped;
    const auto frames = admin::listFrom<admin::TapFrame>(event.value(QLatin1String("frames")));
    if (m_ui->pause->isChecked()) {
        m_held += frames;
        m_held = m_held.last(qMin(m_held.size(), mostHeld));
    } else {
        append(frames);
    }
    if (event.value(QLatin1String("ended")).toBool())
        endSession(tr("The session of %1 has ended.").arg(m_name));
    sayHowItStands();
}

void FrameInspector::append(const QList<admin::TapFrame> &frames)
{
    const QScrollBar *bar = m_ui->table->verticalScrollBar();
    const bool isAtEnd = bar->value() == bar->maximum();
    m_model.append(frames);
    if (isAtEnd)
        m_ui->table->scrollToBottom();
}

void FrameInspector::setPaused(bool paused)
{
    if (!paused)
        append(std::exchange(m_held, {}));
    sayHowItStands();
}

void FrameInspector::clear()
{
    m_model.clear();
    m_held.clear();
    m_dropped = 0;
    showChosen();
    sayHowItStands();
}

void FrameInspector::showChosen()
{
    const QModelIndex index = tables::selected(m_ui->table);
    m_ui->copy->setEnabled(index.isValid());
    const QList<RowOperation> operations = index.isValid() ? m_model.operations(index.row()) : QList<RowOperation> {};
    showOperations(*m_ui->rows, operations);
    m_ui->views->setTabEnabled(0, !operations.isEmpty());
    m_ui->views->setCurrentIndex(operations.isEmpty() ? 1 : m_wantsRows ? 0 : 1);
    if (!index.isValid())
        return m_ui->content->clear();
    const admin::TapFrame &frame = m_model.frame(index.row());
    m_ui->content->setPlainText(
        frame.isShortened ? tr("The frame is larger than 64 KiB; its content is not shown.") : pretty(frame.content));
}

void FrameInspector::sayHowItStands()
{
    m_ui->copy->setEnabled(tables::selected(m_ui->table).isValid());
    m_ui->save->setEnabled(m_filter->rowCount() > 0);
    m_ui->clear->setEnabled(m_model.rowCount() > 0 || !m_held.isEmpty());
    m_ui->pause->setEnabled(m_session != 0 || m_ui->pause->isChecked());
    if (m_model.rowCount() > 0)
        m_hint->say(tr("No frame matches the filter. Press Escape in the filter to see all."));
    else if (!m_ended.isEmpty())
        m_hint->say(m_ended + QLatin1Char(' ') + tr("Choose another one above."));
    else if (m_session == 0)
        m_hint->say(tr("Choose a session above to see its frames as they pass."));
    else
        m_hint->say(tr("Waiting for frames of %1. Those that passed before are not kept.").arg(m_name));

    QStringList words;
    if (!m_trouble.isEmpty())
        words << m_trouble;
    if (m_model.rowCount() > 0)
        words << tr("Frames: %1 of %2 shown").arg(format::count(m_filter->rowCount()), format::count(m_model.rowCount()));
    if (m_ui->pause->isChecked())
        words << tr("paused, held back: %1").arg(format::count(m_held.size()));
    if (m_dropped > 0)
        words << tr("left out, since they came too fast: %1").arg(format::count(m_dropped));
    if (!m_ended.isEmpty() && m_model.rowCount() > 0)
        words << m_ended;
    m_ui->state->setText(words.join(QStringLiteral(" · ")));
}

void FrameInspector::copy()
{
    QList<int> rows;
    const auto chosen = tables::allSelected(m_ui->table);
    for (const QModelIndex &index : chosen)
        rows << index.row();
    std::sort(rows.begin(), rows.end());
    QJsonArray array;
    for (const int row : std::as_const(rows))
        array.append(fullJson(m_model, row));
    const QJsonDocument document = array.size() == 1 ? QJsonDocument(array[0].toObject()) : QJsonDocument(array);
    QGuiApplication::clipboard()->setText(QString::fromUtf8(document.toJson()));
    Q_EMIT noted(tr("Frames copied: %1").arg(format::count(array.size())));
}

void FrameInspector::askWhereToSave()
{
    QByteArray lines;
    for (int row = 0; row < m_filter->rowCount(); ++row)
        lines
            += QJsonDocument(fullJson(m_model, m_filter->mapToSource(m_filter->index(row, 0)).row())).toJson(QJsonDocument::Compact) + '\n';
    saveFile(this, tr("Save the frames"), QStringLiteral("frames.ndjson"), lines, [this](const QString &note) { Q_EMIT noted(note); });
}

} // namespace electric::console

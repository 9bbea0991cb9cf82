#include "console/pages/sessions/frameinspector.h"

#include "console/models/format.h"
#include "console/pages/sessions/framefilter.h"
#include "console/widgets/emptyhint.h"
#include "console/widgets/savefile.h"
#include "console/widgets/tables.h"
#include "shared/admin/json.h"
#include "ui_frameinspector.h"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QJsonDocument>
#include <QScrollBar>

namespace electric::console {

namespace {

constexpr qsizetype mostHeld = 5'000; // as many as the table has

QString pretty(const QJsonObject &object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Indented));
}

} // namespace

FrameInspector::FrameInspector(QWidget *parent) : QWidget(parent), m_ui(std::make_unique<Ui::FrameInspector>())
{
    m_ui->setupUi(this);
    m_filter = new FrameFilter(this);
    tables::prepareWith(m_filter, m_ui->table, &m_model, m_ui->filter);
    tables::fitColumns(m_ui->table, {95, 85, 130, 75});
    m_ui->layout->setStretch(1, 1); // not the line below
    m_ui->splitter->setSizes({600, 400});
    m_ui->content->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_hint = new EmptyHint(m_ui->table);
    connect(m_ui->direction, &QComboBox::currentIndexChanged, this,
        [this](int index) { m_filter->setDirection(FrameFilter::Direction(index)); });
    connect(m_ui->filter, &QLineEdit::textChanged, this, &FrameInspector::sayHowItStands);
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
    m_tap = new LiveStream(link, QStringLiteral("tap"), this);
    connect(m_tap, &LiveStream::arrived, this, &FrameInspector::onArrived);
    connect(m_tap, &LiveStream::refused, this, [this] {
        m_hasEnded = true; // sessions only end; numbers are not used again
        sayHowItStands();
    });
}

void FrameInspector::setSession(qint64 session, const QString &name)
{
    if (session == m_session || session == 0)
        return; // the frames of one that ended stay to be read
    m_session = session;
    m_name = name;
    m_hasEnded = false;
    m_tap->setActive(false);
    m_tap->setParams({{QStringLiteral("session"), session}});
    clear();
    reviewTap();
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
        m_tap->setActive(isVisible() && m_session != 0 && !m_hasEnded);
    sayHowItStands();
}

void FrameInspector::onArrived(const QJsonObject &event, qint64 dropped)
{
    m_dropped += dropped;
    m_hasEnded = m_hasEnded || event.value(QLatin1String("ended")).toBool();
    const auto frames = admin::listFrom<admin::TapFrame>(event.value(QLatin1String("frames")));
    if (m_ui->pause->isChecked()) {
        m_held += frames;
        m_held = m_held.last(qMin(m_held.size(), mostHeld));
    } else {
        append(frames);
    }
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
    m_ui->content->clear();
    sayHowItStands();
}

void FrameInspector::showChosen()
{
    const QModelIndex index = tables::selected(m_ui->table);
    m_ui->copy->setEnabled(index.isValid());
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
    m_ui->pause->setEnabled(m_session != 0);
    if (m_session == 0)
        m_hint->say(tr("Choose a session above to see its frames as they pass."));
    else if (m_model.rowCount() > 0)
        m_hint->say(tr("No frame matches the filter."));
    else
        m_hint->say(
            m_hasEnded ? tr("The session has ended.") : tr("Waiting for frames of %1. Those that passed before are not kept.").arg(m_name));

    QStringList words;
    if (m_model.rowCount() > 0)
        words << tr("Frames: %1 of %2 shown").arg(format::count(m_filter->rowCount()), format::count(m_model.rowCount()));
    if (m_ui->pause->isChecked())
        words << tr("paused, held back: %1").arg(format::count(m_held.size()));
    if (m_dropped > 0)
        words << tr("left out, since they came too fast: %1").arg(format::count(m_dropped));
    if (m_hasEnded && m_model.rowCount() > 0)
        words << tr("the session has ended");
    m_ui->state->setText(words.join(QStringLiteral(" · ")));
}

QList<admin::TapFrame> FrameInspector::shownFrames() const
{
    QList<admin::TapFrame> frames;
    for (int row = 0; row < m_filter->rowCount(); ++row)
        frames << m_model.frame(m_filter->mapToSource(m_filter->index(row, 0)).row());
    return frames;
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
        array.append(admin::toJson(m_model.frame(row)));
    const QJsonDocument document = array.size() == 1 ? QJsonDocument(array[0].toObject()) : QJsonDocument(array);
    QGuiApplication::clipboard()->setText(QString::fromUtf8(document.toJson()));
    Q_EMIT noted(tr("Frames copied: %1").arg(format::count(array.size())));
}

void FrameInspector::askWhereToSave()
{
    QByteArray lines;
    const auto frames = shownFrames();
    for (const admin::TapFrame &frame : frames)
        lines += QJsonDocument(admin::toJson(frame)).toJson(QJsonDocument::Compact) + '\n';
    saveFile(this, tr("Save the frames"), QStringLiteral("frames.ndjson"), lines, [this](const QString &note) { Q_EMIT noted(note); });
}

} // namespace electric::console

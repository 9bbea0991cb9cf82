#include "console/widgets/columns.h"

#include <QEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QSettings>
#include <QTableView>

#include <algorithm>
#include <numeric>

namespace electric::console {

namespace {

constexpr int widest = 280; // of what is not drawn by hand
constexpr int narrowest = 64; // of what may be cut
constexpr int air = 12;
constexpr int patienceMs = 250;

} // namespace

Columns::Columns(QTableView *view, const QString &name, QList<int> elastic, const QList<int> &hiddenAtFirst)
    : QObject(view), m_view(view), m_key(QStringLiteral("columns/") + name), m_elastic(std::move(elastic)), m_menu(new QMenu(view))
{
    m_later.setSingleShot(true);
    m_later.setInterval(patienceMs);
    connect(&m_later, &QTimer::timeout, this, &Columns::fit);
    restore(hiddenAtFirst);
    QHeaderView *header = view->horizontalHeader();
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(
        header, &QWidget::customContextMenuRequested, this, [this, header](const QPoint &at) { m_menu->popup(header->mapToGlobal(at)); });
    connect(header, &QHeaderView::sectionResized, this, [this] {
        if (m_isFitting || !m_view->isVisible() || !(QGuiApplication::mouseButtons() & Qt::LeftButton))
            return;
        m_isByHand = true;
        remember();
    });
    connect(m_menu, &QMenu::aboutToShow, this, &Columns::offer);
    offer(); // so that a menu that was never opened can be searched, and its shortcuts work
    for (const auto change : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(view->model(), change, &m_later, qOverload<>(&QTimer::start));
    connect(view->model(), &QAbstractItemModel::dataChanged, this, [this] {
        if (!m_later.isActive())
            m_later.start();
    });
    view->viewport()->installEventFilter(this);
    fit();
}

bool Columns::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize && !m_isFitting)
        fit();
    return QObject::eventFilter(watched, event);
}

void Columns::offer()
{
    m_menu->clear();
    const QAbstractItemModel *model = m_view->model();
    for (int column = 0; column < model->columnCount(); ++column) {
        const bool isShown = !m_view->isColumnHidden(column);
        QAction *action = m_menu->addAction(model->headerData(column, Qt::Horizontal).toString());
        action->setCheckable(true);
        action->setChecked(isShown);
        action->setEnabled(!isShown || shownCount() > 1);
        connect(action, &QAction::toggled, this, [this, column](bool shown) { setShown(column, shown); });
    }
    m_menu->addSeparator();
    m_menu->addAction(tr("&Show all"), this, &Columns::showAll);
    m_menu->addAction(tr("&Fit the widths"), this, &Columns::fitAnew);
}

void Columns::setShown(int column, bool shown)
{
    if (!shown && shownCount() <= 1)
        return; // else there is no header to bring it back by
    m_view->setColumnHidden(column, !shown);
    fit();
    remember();
}

void Columns::showAll()
{
    for (int column = 0; column < m_view->model()->columnCount(); ++column)
        m_view->setColumnHidden(column, false);
    fitAnew();
}

void Columns::fitAnew()
{
    m_isByHand = false;
    fit();
    remember();
}

int Columns::shownCount() const
{
    int count = 0;
    for (int column = 0; column < m_view->model()->columnCount(); ++column)
        count += m_view->isColumnHidden(column) ? 0 : 1;
    return count;
}

int Columns::wishOf(int column) const
{
    const int title = m_view->horizontalHeader()->sectionSizeHint(column);
    const int content = static_cast<QAbstractItemView *>(m_view)->sizeHintForColumn(column);
    return std::max(title, std::min(content + air, widest));
}

void Columns::fit()
{
    if (m_isByHand)
        return;
    m_isFitting = true;
    m_view->ensurePolished();
    QList<int> shown;
    QList<int> widths;
    for (int column = 0; column < m_view->model()->columnCount(); ++column) {
        if (!m_view->isColumnHidden(column))
            shown << column, widths << wishOf(column);
    }
    int missing = std::accumulate(widths.begin(), widths.end(), 0) - m_view->viewport()->width();
    // The widest of those that may be cut gives way first, so that short ones stay whole.
    while (missing > 0) {
        qsizetype chosen = -1;
        for (qsizetype at = 0; at < shown.size(); ++at) {
            if (m_elastic.contains(shown[at]) && widths[at] > narrowest && (chosen < 0 || widths[at] > widths[chosen]))
                chosen = at;
        }
        if (chosen < 0)
            break; // then the table scrolls
        const int step = std::min({missing, widths[chosen] - narrowest, 8});
        widths[chosen] -= step;
        missing -= step;
    }
    for (qsizetype at = 0; at < shown.size(); ++at)
        m_view->setColumnWidth(shown[at], widths[at]);
    m_isFitting = false;
}

void Columns::restore(const QList<int> &hiddenAtFirst)
{
    const QSettings settings;
    const int count = m_view->model()->columnCount();
    QStringList hidden;
    for (const int column : hiddenAtFirst)
        hidden << QString::number(column);
    if (settings.value(m_key + QStringLiteral("/count")).toInt() == count) { // of this version of the table
        hidden = settings.value(m_key + QStringLiteral("/hidden")).toStringList();
        const QStringList widths = settings.value(m_key + QStringLiteral("/widths")).toStringList();
        m_isByHand = widths.size() == count;
        for (int column = 0; m_isByHand && column < count; ++column) {
            if (const int width = widths[column].toInt(); width > 0)
                m_view->setColumnWidth(column, width);
        }
    }
    for (int column = 0; column < count; ++column)
        m_view->setColumnHidden(column, hidden.contains(QString::number(column)));
}

void Columns::remember() const
{
    QStringList hidden;
    QStringList widths;
    const int count = m_view->model()->columnCount();
    for (int column = 0; column < count; ++column) {
        if (m_view->isColumnHidden(column))
            hidden << QString::number(column);
        widths << QString::number(m_view->columnWidth(column));
    }
    QSettings settings;
    settings.setValue(m_key + QStringLiteral("/count"), count);
    settings.setValue(m_key + QStringLiteral("/hidden"), hidden);
    settings.setValue(m_key + QStringLiteral("/widths"), m_isByHand ? widths : QStringList());
}

} // namespace electric::console

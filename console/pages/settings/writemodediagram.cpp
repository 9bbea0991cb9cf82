#include "console/pages/settings/writemodediagram.h"

#include <QPainter>
#include <QPainterPath>

#include <array>

namespace electric::console {

namespace {

bool isLogical(const QString &mode)
{
    return mode == QLatin1String("logical_replication");
}

void drawBox(QPainter &painter, const QRectF &box, const QString &name, const QString &what, const QPalette &palette)
{
    painter.setPen(QPen(palette.color(QPalette::WindowText), 1.2));
    painter.setBrush(palette.base());
    painter.drawRoundedRect(box, 6, 6);
    QFont bold = painter.font();
    bold.setBold(true);
    const QFont plain = painter.font();
    const qreal middle = box.center().y();
    painter.setPen(palette.color(QPalette::Text));
    painter.setFont(bold);
    painter.drawText(
        QRectF(box.left(), middle - painter.fontMetrics().height(), box.width(), painter.fontMetrics().height()), Qt::AlignCenter, name);
    painter.setFont(plain);
    painter.drawText(QRectF(box.left(), middle, box.width(), painter.fontMetrics().height()), Qt::AlignCenter, what);
}

// From left to right, or the other way when `to` is left of `from`, with words above.
void drawArrow(QPainter &painter, QPointF from, QPointF to, const QString &words, const QPalette &palette, bool isDashed)
{
    QPen pen(palette.color(QPalette::WindowText), 1.6);
    if (isDashed)
        pen.setStyle(Qt::DashLine);
    painter.setPen(pen);
    painter.drawLine(from, to);
    const qreal back = to.x() > from.x() ? -8 : 8;
    QPainterPath head(to);
    head.lineTo(to + QPointF(back, -4.5));
    head.lineTo(to + QPointF(back, 4.5));
    head.closeSubpath();
    painter.fillPath(head, palette.color(QPalette::WindowText));
    const QFontMetrics metrics = painter.fontMetrics();
    const QRectF place(std::min(from.x(), to.x()), from.y() - metrics.height() - 3, std::abs(to.x() - from.x()), metrics.height());
    painter.setPen(palette.color(QPalette::WindowText));
    painter.drawText(place, Qt::AlignCenter, metrics.elidedText(words, Qt::ElideRight, int(place.width())));
}

} // namespace

WriteModeDiagram::WriteModeDiagram(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("How writes reach Postgres"));
    setMode({});
}

void WriteModeDiagram::setMode(const QString &mode)
{
    m_mode = mode;
    setAccessibleDescription(isLogical(mode)
            ? tr("Apps and Electric exchange changes and writes over a WebSocket. Electric reads changes from a replication slot of "
                 "Postgres. Postgres connects to Electric and fetches the writes by a subscription.")
            : tr("Apps and Electric exchange changes and writes over a WebSocket. Electric reads changes from a replication slot of "
                 "Postgres, and writes with ordinary statements over a connection of its own."));
    setToolTip(accessibleDescription());
    update();
}

QSize WriteModeDiagram::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 90, fontMetrics().height() * 7};
}

void WriteModeDiagram::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF all = QRectF(rect()).adjusted(1, 4, -1, -4);
    const qreal box = std::min<qreal>(fontMetrics().averageCharWidth() * 18, all.width() / 4.5);
    const qreal gap = (all.width() - 3 * box) / 2;
    const std::array<std::pair<QString, QString>, 3> names {{{tr("Apps"), tr("SQLite each")}, {tr("Electric"), tr("merges writes")},
        {tr("Postgres"), isLogical(m_mode) ? tr("subscribes") : tr("keeps it all")}}};
    std::array<QRectF, 3> boxes;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        boxes[i] = QRectF(all.left() + qreal(i) * (box + gap), all.top(), box, all.height());
        drawBox(painter, boxes[i], names[i].first, names[i].second, palette());
    }
    const qreal upper = all.top() + all.height() * 0.38;
    const qreal lower = all.top() + all.height() * 0.80;
    constexpr qreal air = 4;
    for (std::size_t i = 0; i + 1 < boxes.size(); ++i) {
        const QPointF leftUp(boxes[i].right() + air, upper);
        const QPointF rightUp(boxes[i + 1].left() - air, upper);
        drawArrow(painter, rightUp, leftUp, i == 0 ? tr("changes") : tr("changes: slot"), palette(), false);
        const QPointF leftDown(boxes[i].right() + air, lower);
        const QPointF rightDown(boxes[i + 1].left() - air, lower);
        const QString writes = i == 0 ? tr("writes") : isLogical(m_mode) ? tr("writes: subscription") : tr("writes: SQL");
        drawArrow(painter, leftDown, rightDown, writes, palette(), i == 1 && isLogical(m_mode));
    }
}

} // namespace electric::console

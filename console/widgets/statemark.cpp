#include "console/widgets/statemark.h"

#include "console/widgets/symbol.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>

namespace electric::console {

StateMark::StateMark(int symbolSize, QWidget *parent) : QWidget(parent), m_size(symbolSize)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    m_symbol = new QLabel(this);
    m_word = new QLabel(this);
    m_word->setTextFormat(Qt::PlainText);
    row->addWidget(m_symbol);
    row->addWidget(m_word);
    draw();
}

void StateMark::show(const Standing &standing)
{
    m_standing = standing;
    m_word->setText(standing.word);
    setToolTip(standing.reason);
    setAccessibleName(tr("State: %1").arg(standing.word));
    setAccessibleDescription(standing.reason);
    draw();
}

QString StateMark::word() const
{
    return m_word->text();
}

void StateMark::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        draw();
    QWidget::changeEvent(event);
}

void StateMark::draw()
{
    m_symbol->setPixmap(symbol(symbolOf(m_standing.kind)).pixmap(QSize(m_size, m_size), devicePixelRatioF()));
}

} // namespace electric::console

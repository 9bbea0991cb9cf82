#include "console/widgets/tile.h"

#include <QLabel>
#include <QVBoxLayout>

namespace electric::console {

namespace {

QFont larger(QFont font)
{
    constexpr double factor = 1.7;
    font.setPointSizeF(font.pointSizeF() * factor);
    return font;
}

} // namespace

Tile::Tile(const QString &name, QWidget *parent) : QFrame(parent)
{
    setFrameStyle(QFrame::StyledPanel | QFrame::Plain);
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    auto *column = new QVBoxLayout(this);
    m_name = new QLabel(name, this);
    m_figure = new QLabel(this);
    m_figure->setFont(larger(font()));
    m_explanation = new QLabel(this);
    m_explanation->setForegroundRole(QPalette::PlaceholderText);
    for (QLabel *label : {m_name, m_figure, m_explanation}) {
        label->setTextFormat(Qt::PlainText);
        column->addWidget(label);
    }
    show({});
}

void Tile::show(const QString &figure, const QString &explanation)
{
    m_figure->setText(figure.isEmpty() ? QStringLiteral("–") : figure);
    m_explanation->setText(explanation);
    setAccessibleName(tr("%1: %2").arg(m_name->text(), m_figure->text()));
    setAccessibleDescription(explanation);
}

QString Tile::figure() const
{
    return m_figure->text();
}

} // namespace electric::console

#include "console/widgets/symbol.h"

#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QSvgRenderer>

namespace electric::console {

namespace {

QColor colourOf(QIcon::Mode mode)
{
    const QPalette palette = QGuiApplication::palette();
    switch (mode) {
    case QIcon::Disabled: return palette.color(QPalette::Disabled, QPalette::WindowText);
    case QIcon::Selected: return palette.color(QPalette::HighlightedText);
    case QIcon::Normal:
    case QIcon::Active: break;
    }
    return palette.color(QPalette::WindowText);
}

class SymbolEngine final : public QIconEngine
{
public:
    explicit SymbolEngine(QString file) : m_file(std::move(file)) { }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap picture = pixmap(rect.size() * painter->device()->devicePixelRatioF(), mode, state);
        painter->drawPixmap(rect, picture);
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State) override
    {
        QPixmap picture(size);
        picture.fill(Qt::transparent);
        QPainter painter(&picture);
        QSvgRenderer renderer(m_file);
        renderer.setAspectRatioMode(Qt::KeepAspectRatio);
        renderer.render(&painter, QRectF(QPointF(), size));
        painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
        painter.fillRect(picture.rect(), colourOf(mode));
        return picture;
    }

    [[nodiscard]] QIconEngine *clone() const override { return new SymbolEngine(m_file); }

private:
    QString m_file;
};

} // namespace

} // namespace electric::console

static void initIcons() // Q_INIT_RESOURCE must stand outside of namespaces
{
    Q_INIT_RESOURCE(icons);
}

namespace electric::console {

QIcon symbol(const char *name)
{
    initIcons();
    return QIcon(new SymbolEngine(QStringLiteral(":/icons/%1.svg").arg(QString::fromLatin1(name))));
}

} // namespace electric::console

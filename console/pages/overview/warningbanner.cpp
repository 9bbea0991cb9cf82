#include "console/pages/overview/warningbanner.h"

#include <QAccessible>
#include <QGridLayout>
#include <QLabel>
#include <QStyle>
#include <QToolButton>

#include <algorithm>

namespace electric::console {

namespace {

QStyle::StandardPixmap iconOf(Warning::Level level)
{
    switch (level) {
    case Warning::Level::Notice: return QStyle::SP_MessageBoxInformation;
    case Warning::Level::Warning: return QStyle::SP_MessageBoxWarning;
    case Warning::Level::Grave: break;
    }
    return QStyle::SP_MessageBoxCritical;
}

QString nameOf(Warning::Level level)
{
    return level == Warning::Level::Grave ? WarningBanner::tr("Grave")
        : level == Warning::Level::Notice ? WarningBanner::tr("Notice")
                                          : WarningBanner::tr("Warning");
}

} // namespace

WarningBanner::WarningBanner(QWidget *parent) : QFrame(parent), m_grid(new QGridLayout(this))
{
    setObjectName(QStringLiteral("warnings"));
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::ToolTipBase);
    m_grid->setColumnStretch(1, 1);
    hide();
}

void WarningBanner::tell(const QList<Warning> &warnings)
{
    if (warnings == m_told)
        return;
    const bool hasMore = warnings.size() > m_told.size();
    m_told = warnings;
    while (m_lines.size() < warnings.size())
        addLine();
    for (qsizetype at = 0; at < m_lines.size(); ++at) {
        const bool isUsed = at < warnings.size();
        for (QWidget *widget : std::initializer_list<QWidget *> {m_lines[at].icon, m_lines[at].text, m_lines[at].show})
            widget->setVisible(isUsed);
        if (isUsed)
            fill(at, warnings[at]);
    }
    setVisible(!warnings.isEmpty());
    if (!hasMore)
        return;
    setAccessibleName(warnings.constFirst().title);
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void WarningBanner::addLine()
{
    Line line {new QLabel(this), new QLabel(this), new QToolButton(this)};
    line.text->setWordWrap(true);
    line.text->setTextFormat(Qt::PlainText);
    line.text->setForegroundRole(QPalette::ToolTipText);
    line.text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    line.show->setText(tr("Show"));
    const int row = int(m_lines.size());
    m_grid->addWidget(line.icon, row, 0, Qt::AlignTop);
    m_grid->addWidget(line.text, row, 1);
    m_grid->addWidget(line.show, row, 2, Qt::AlignTop);
    connect(line.show, &QToolButton::clicked, this, [this, row] { Q_EMIT pageWanted(m_lines[row].page); });
    m_lines << line;
}

void WarningBanner::fill(qsizetype at, const Warning &warning)
{
    Line &line = m_lines[at];
    const int size = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
    line.icon->setPixmap(style()->standardIcon(iconOf(warning.level), nullptr, this).pixmap(size));
    line.text->setText(tr("%1. %2").arg(warning.title, warning.text));
    line.text->setAccessibleName(tr("%1: %2. %3").arg(nameOf(warning.level), warning.title, warning.text));
    line.page = warning.page;
    line.show->setVisible(warning.page != QLatin1String("overview")); // it is here
    line.show->setAccessibleName(tr("Show where: %1").arg(warning.title));
}

} // namespace electric::console

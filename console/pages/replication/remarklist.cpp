#include "console/pages/replication/remarklist.h"

#include <QGridLayout>
#include <QLabel>
#include <QStyle>

namespace electric::console {

namespace {

QStyle::StandardPixmap iconOf(Remark::Severity severity)
{
    switch (severity) {
    case Remark::Severity::Good: return QStyle::SP_DialogApplyButton;
    case Remark::Severity::Warning: return QStyle::SP_MessageBoxWarning;
    case Remark::Severity::Error: break;
    }
    return QStyle::SP_MessageBoxCritical;
}

QString nameOf(Remark::Severity severity)
{
    switch (severity) {
    case Remark::Severity::Good: return RemarkList::tr("Good");
    case Remark::Severity::Warning: return RemarkList::tr("Warning");
    case Remark::Severity::Error: break;
    }
    return RemarkList::tr("Grave");
}

} // namespace

RemarkList::RemarkList(QWidget *parent) : QGroupBox(parent), m_layout(new QGridLayout(this))
{
    m_layout->setColumnStretch(1, 1);
    tell({Remark {Remark::Severity::Good, tr("Nothing is known yet. The service tells it when it has reached Postgres.")}});
}

void RemarkList::tell(const QList<Remark> &remarks)
{
    while (m_lines.size() < remarks.size())
        m_lines << makeLine();
    const int size = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
    for (qsizetype line = 0; line < m_lines.size(); ++line) {
        const auto [icon, text] = m_lines[line];
        const bool isUsed = line < remarks.size();
        icon->setVisible(isUsed);
        text->setVisible(isUsed);
        if (!isUsed || text->text() == remarks[line].text)
            continue;
        const Remark::Severity severity = remarks[line].severity;
        icon->setPixmap(style()->standardIcon(iconOf(severity), nullptr, this).pixmap(size));
        text->setText(remarks[line].text);
        text->setAccessibleName(tr("%1: %2").arg(nameOf(severity), remarks[line].text));
    }
}

RemarkList::Line RemarkList::makeLine()
{
    const Line line {new QLabel(this), new QLabel(this)};
    line.text->setWordWrap(true);
    line.text->setTextFormat(Qt::PlainText);
    line.text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    const int row = int(m_lines.size());
    m_layout->addWidget(line.icon, row, 0, Qt::AlignTop);
    m_layout->addWidget(line.text, row, 1);
    return line;
}

} // namespace electric::console

#include "console/widgets/notice.h"

#include "console/control/servicelink.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QStyle>
#include <QToolButton>

namespace electric::console {

namespace {

QStyle::StandardPixmap iconOf(Notice::Kind kind)
{
    switch (kind) {
    case Notice::Kind::Information: return QStyle::SP_MessageBoxInformation;
    case Notice::Kind::Warning: return QStyle::SP_MessageBoxWarning;
    case Notice::Kind::Error: break;
    }
    return QStyle::SP_MessageBoxCritical;
}

QString linkInWords(const ServiceLink &link)
{
    switch (link.state()) {
    case ServiceLink::State::Connected: return {};
    case ServiceLink::State::Idle: return Notice::tr("No service is chosen. Choose one that runs, or start one.");
    case ServiceLink::State::Connecting: return Notice::tr("Connecting to the service …");
    case ServiceLink::State::WrongVersion:
        return Notice::tr("The service speaks another version of the admin protocol: %1 Use the console of the same release.")
            .arg(link.why().message);
    case ServiceLink::State::Unreachable: break;
    }
    return Notice::tr("The service is away: %1 It is tried again every second; what is shown is what was known last.")
        .arg(link.why().message);
}

} // namespace

Notice::Notice(QWidget *parent) : QFrame(parent)
{
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::ToolTipBase);
    auto *layout = new QHBoxLayout(this);
    m_icon = new QLabel(this);
    m_text = new QLabel(this);
    m_text->setForegroundRole(QPalette::ToolTipText);
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_dismiss = new QToolButton(this);
    m_dismiss->setIcon(style()->standardIcon(QStyle::SP_DialogCloseButton));
    m_dismiss->setAutoRaise(true);
    m_dismiss->setAccessibleName(tr("Dismiss"));
    m_dismiss->setToolTip(tr("Dismiss"));
    m_dismiss->hide();
    layout->addWidget(m_icon, 0, Qt::AlignTop);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_dismiss, 0, Qt::AlignTop);
    connect(m_dismiss, &QToolButton::clicked, this, &Notice::clear);
    hide();
}

void Notice::say(Kind kind, const QString &text)
{
    const bool isNew = text != m_text->text() || isHidden();
    const int size = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
    m_icon->setPixmap(style()->standardIcon(iconOf(kind), nullptr, this).pixmap(size));
    m_text->setText(text);
    setAccessibleName(text);
    show();
    if (!isNew)
        return;
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void Notice::tell(const QString &what, const admin::Error &why)
{
    QString text = what + QLatin1Char(' ') + why.message;
    if (!why.remedy.isEmpty())
        text += QLatin1Char(' ') + why.remedy;
    say(Kind::Error, text);
}

void Notice::clear()
{
    m_text->clear();
    hide();
}

QString Notice::text() const
{
    return m_text->text();
}

void Notice::setDismissible(bool dismissible)
{
    m_dismiss->setVisible(dismissible);
}

void Notice::followLink(const ServiceLink &link)
{
    const auto show = [this, &link] {
        const QString words = linkInWords(link);
        if (words.isEmpty())
            clear();
        else
            say(link.state() == ServiceLink::State::Connecting ? Kind::Information : Kind::Warning, words);
    };
    connect(&link, &ServiceLink::stateChanged, this, show);
    show();
}

} // namespace electric::console

#include "console/pages/settings/porthint.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace electric::console {

PortHint::PortHint(QWidget *parent) : QWidget(parent)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    m_words = new QLabel(this);
    m_words->setTextFormat(Qt::PlainText);
    m_words->setWordWrap(true);
    m_take = new QPushButton(this);
    m_take->setAccessibleName(tr("Take a free port"));
    row->addWidget(m_words, 1);
    row->addWidget(m_take);
    connect(m_take, &QPushButton::clicked, this, [this] { Q_EMIT otherPortWanted(m_proposed); });
    hide();
}

void PortHint::tell(const PortTrouble &trouble)
{
    m_proposed = trouble.proposed;
    m_words->setText(QStringLiteral("⚠ ") + inWords(trouble));
    m_take->setText(tr("Take %1").arg(trouble.proposed));
    m_take->setAccessibleName(tr("Take the free port %1").arg(trouble.proposed));
    m_take->setToolTip(tr("Port %1 is free").arg(trouble.proposed));
    m_take->setVisible(trouble.proposed != 0);
    show();
}

QString PortHint::text() const
{
    return isHidden() ? QString() : m_words->text();
}

} // namespace electric::console

#include "console/widgets/copyfield.h"

#include "console/widgets/symbol.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>

namespace electric::console {

CopyField::CopyField(const QString &name, QWidget *parent) : QWidget(parent)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    m_text = new QLineEdit(this);
    m_text->setReadOnly(true);
    m_text->setAccessibleName(name);
    m_copy = new QToolButton(this);
    m_copy->setIcon(symbol("copy"));
    m_copy->setToolTip(tr("Copy"));
    m_copy->setAccessibleName(tr("Copy: %1").arg(name));
    row->addWidget(m_text);
    row->addWidget(m_copy);
    setFocusProxy(m_text);
    connect(m_copy, &QToolButton::clicked, this, [this] {
        QApplication::clipboard()->setText(m_text->text());
        Q_EMIT copied();
    });
    show({}, {});
}

void CopyField::show(const QString &text, const QString &instead)
{
    if (text == m_text->text() && instead == m_text->placeholderText())
        return; // keeps what is selected
    m_text->setText(text);
    m_text->setPlaceholderText(instead);
    m_text->setCursorPosition(0);
    m_copy->setEnabled(!text.isEmpty());
}

QString CopyField::text() const
{
    return m_text->text();
}

} // namespace electric::console

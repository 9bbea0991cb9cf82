#include "console/pages/settings/secretfield.h"

#include <QHBoxLayout>
#include <QPushButton>

namespace electric::console {

SecretField::SecretField(QLineEdit *line, const QString &name, QWidget *parent) : QWidget(parent), m_line(line)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    m_show = new QPushButton(tr("Show"), this);
    m_show->setCheckable(true);
    m_show->setAccessibleName(tr("Show %1").arg(name));
    m_generate = new QPushButton(tr("Generate"), this);
    m_generate->setAccessibleName(tr("Generate %1").arg(name));
    m_generate->hide();
    row->addWidget(line, 1);
    row->addWidget(m_show);
    row->addWidget(m_generate);
    connect(m_show, &QPushButton::toggled, this, &SecretField::showText);
    connect(m_generate, &QPushButton::clicked, this, &SecretField::generateWanted);
    showText(false);
}

void SecretField::offerToGenerate()
{
    m_generate->show();
}

void SecretField::setGeneratable(bool is, const QString &whyNot)
{
    m_generate->setEnabled(is);
    m_generate->setToolTip(whyNot);
    m_generate->setAccessibleDescription(whyNot);
}

void SecretField::showText(bool shown)
{
    m_show->setChecked(shown);
    m_show->setText(shown ? tr("Hide") : tr("Show"));
    m_line->setEchoMode(shown ? QLineEdit::Normal : QLineEdit::PasswordEchoOnEdit);
}

} // namespace electric::console

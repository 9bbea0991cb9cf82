#include "console/pages/settings/tokendialog.h"

#include "console/widgets/copyfield.h"
#include "ui_tokendialog.h"

#include <QPushButton>

namespace electric::console {

TokenDialog::TokenDialog(const SettingValues &settings, ServiceProgram &program, QWidget *parent)
    : QDialog(parent), m_ui(std::make_unique<Ui::TokenDialog>()), m_settings(settings), m_program(program)
{
    m_ui->setupUi(this);
    for (const auto &[words, option] :
        {std::pair {tr("1 hour"), "1h"}, {tr("12 hours"), "12h"}, {tr("1 day"), "1d"}, {tr("30 days"), "30d"}})
        m_ui->ttl->addItem(words, QString::fromLatin1(option));
    m_token = new CopyField(tr("Token"), this);
    m_ui->form->addRow(tr("To&ken"), m_token);
    m_token->show({}, tr("none is made yet"));
    QPushButton *makeOne = m_ui->buttons->addButton(tr("&Make"), QDialogButtonBox::ActionRole);
    makeOne->setDefault(true);
    connect(makeOne, &QPushButton::clicked, this, &TokenDialog::make);
    connect(m_ui->buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(
        m_ui->user, &QLineEdit::textChanged, makeOne, [makeOne](const QString &user) { makeOne->setEnabled(!user.trimmed().isEmpty()); });
}

TokenDialog::~TokenDialog() = default;

void TokenDialog::make()
{
    const QStringList arguments {QStringLiteral("token"), QStringLiteral("--ttl"), m_ui->ttl->currentData().toString(),
        QStringLiteral("--"), m_ui->user->text().trimmed()};
    m_ui->said->setText(tr("Making it…"));
    m_program.run(arguments, m_settings, this, [this](const ServiceProgram::Answer &answer) {
        const bool isMade = answer.status == 0;
        m_token->show(isMade ? QString::fromUtf8(answer.out).trimmed() : QString(), tr("none is made yet"));
        m_ui->said->setText(isMade ? tr("For development: whoever has it is that user until it expires.") : answer.complaint);
    });
}

} // namespace electric::console

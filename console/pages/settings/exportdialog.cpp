#include "console/pages/settings/exportdialog.h"

#include "console/exchange/settingsexport.h"
#include "console/widgets/savefile.h"
#include "ui_exportdialog.h"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QPushButton>

namespace electric::console {

namespace {

QString fileName(const QString &profile, SettingsFormat format)
{
    switch (format) {
    case SettingsFormat::EnvironmentFile: return profile + QStringLiteral(".env");
    case SettingsFormat::DockerRun: return profile + QStringLiteral("-docker-run.sh");
    case SettingsFormat::Compose: return QStringLiteral("compose.yaml");
    case SettingsFormat::SystemdUnit: break;
    }
    return QStringLiteral("electric-%1.service").arg(profile);
}

} // namespace

ExportDialog::ExportDialog(const QString &profile, const SettingValues &settings, QWidget *parent)
    : QDialog(parent), m_ui(std::make_unique<Ui::ExportDialog>()), m_profile(profile), m_settings(settings)
{
    m_ui->setupUi(this);
    for (const auto one :
        {SettingsFormat::EnvironmentFile, SettingsFormat::DockerRun, SettingsFormat::Compose, SettingsFormat::SystemdUnit})
        m_ui->format->addItem(inWords(one), int(one));
    m_ui->text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    const auto secrets = int(secretsIn(settings).size());
    m_ui->withSecrets->setEnabled(secrets > 0);
    m_ui->withSecrets->setText(secrets > 0 ? tr("With passwords and keys (%1): whoever has the text has them, too").arg(secrets)
                                           : tr("There are no passwords and keys among the settings"));
    QPushButton *copy = m_ui->buttons->addButton(tr("&Copy"), QDialogButtonBox::ActionRole);
    QPushButton *save = m_ui->buttons->addButton(tr("&Save…"), QDialogButtonBox::ActionRole);
    connect(copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(text());
        Q_EMIT noted(tr("Copied"));
    });
    connect(save, &QPushButton::clicked, this, &ExportDialog::save);
    connect(m_ui->buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_ui->format, &QComboBox::currentIndexChanged, this, &ExportDialog::compose);
    connect(m_ui->withSecrets, &QCheckBox::toggled, this, &ExportDialog::compose);
    compose();
}

ExportDialog::~ExportDialog() = default;

QString ExportDialog::text() const
{
    return m_ui->text->toPlainText();
}

SettingsFormat ExportDialog::format() const
{
    return SettingsFormat(m_ui->format->currentData().toInt());
}

void ExportDialog::compose()
{
    m_ui->text->setPlainText(exportSettings(m_settings, format(), m_ui->withSecrets->isChecked()));
}

void ExportDialog::save()
{
    const FileRights rights = m_ui->withSecrets->isChecked() ? FileRights::OnlyOwner : FileRights::Usual;
    saveFile(
        this, tr("Export settings"), fileName(m_profile, format()), text().toUtf8(), [this](const QString &said) { Q_EMIT noted(said); },
        rights);
}

} // namespace electric::console

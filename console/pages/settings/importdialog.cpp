#include "console/pages/settings/importdialog.h"

#include "console/pages/settings/settingchangesmodel.h"
#include "ui_importdialog.h"

#include <QFile>
#include <QFileDialog>
#include <QHeaderView>
#include <QPushButton>
#include <QStandardPaths>

namespace electric::console {

namespace {

constexpr qint64 mostBytes = 1 << 20; // nobody has more settings

std::optional<QString> textOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QString::fromUtf8(file.read(mostBytes));
}

} // namespace

ImportDialog::ImportDialog(const SettingValues &now, QWidget *parent)
    : QDialog(parent), m_ui(std::make_unique<Ui::ImportDialog>()), m_now(now), m_changes(new SettingChangesModel(this))
{
    m_ui->setupUi(this);
    for (const auto format :
        {SettingsFormat::EnvironmentFile, SettingsFormat::DockerRun, SettingsFormat::Compose, SettingsFormat::SystemdUnit})
        m_ui->format->addItem(inWords(format), int(format));
    m_ui->changes->setModel(m_changes);
    m_ui->changes->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_ui->changes->verticalHeader()->hide();
    QPushButton *take = m_ui->buttons->addButton(tr("&Take over"), QDialogButtonBox::AcceptRole);
    take->setObjectName(QStringLiteral("take"));
    take->setToolTip(tr("Puts the settings into the form; nothing is saved yet"));
    connect(m_ui->buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_ui->buttons, &QDialogButtonBox::accepted, this, [this] {
        Q_EMIT taken(m_then);
        accept();
    });
    connect(m_ui->open, &QPushButton::clicked, this, &ImportDialog::chooseFile);
    connect(m_ui->text, &QPlainTextEdit::textChanged, this, [this] {
        m_ui->format->setCurrentIndex(m_ui->format->findData(int(guessFormat(m_ui->text->toPlainText()))));
        review();
    });
    connect(m_ui->format, &QComboBox::activated, this, &ImportDialog::review);
    review();
}

ImportDialog::~ImportDialog() = default;

void ImportDialog::setText(const QString &text)
{
    m_ui->text->setPlainText(text);
}

void ImportDialog::chooseFile()
{
    auto *dialog = new QFileDialog(this, tr("Import settings"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setDirectory(QStandardPaths::writableLocation(QStandardPaths::HomeLocation));
    dialog->setFilter(dialog->filter() | QDir::Hidden); // .env
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
        if (const auto text = textOf(path))
            return setText(*text);
        m_ui->said->setText(tr("%1 cannot be read. Give yourself the right to read it, or paste its text.").arg(path));
    });
    dialog->open();
}

void ImportDialog::review()
{
    const QString text = m_ui->text->toPlainText();
    const bool isEmpty = text.trimmed().isEmpty();
    ImportedSettings imported;
    if (!isEmpty)
        imported = importSettings(text, SettingsFormat(m_ui->format->currentData().toInt()), &textOf);
    std::vector<SettingChange> changes = changesBy(imported.settings, m_now);
    const auto count = int(std::count_if(changes.begin(), changes.end(), [](const SettingChange &one) { return one.isKnown; }));
    m_then = merged(m_now, imported.settings);
    m_changes->show(std::move(changes));
    QStringList said {isEmpty ? tr("Nothing to import yet.")
            : count == 0      ? tr("Nothing would change.")
                              : tr("Settings that would change: %1.").arg(count)};
    m_ui->said->setText((said + imported.notes).join(QLatin1Char('\n')));
    m_ui->buttons->findChild<QPushButton *>(QStringLiteral("take"))->setEnabled(count > 0);
}

} // namespace electric::console

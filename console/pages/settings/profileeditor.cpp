#include "console/pages/settings/profileeditor.h"

#include "console/control/servicelink.h"
#include "console/pages/settings/exportdialog.h"
#include "console/pages/settings/findingslist.h"
#include "console/pages/settings/importdialog.h"
#include "console/pages/settings/restartbar.h"
#include "console/pages/settings/settingsform.h"
#include "console/pages/settings/tokendialog.h"
#include "console/pages/settings/writemodepanel.h"
#include "console/widgets/symbol.h"
#include "shared/admin/socketpath.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace electric::console {

namespace {

const QString authMode = QStringLiteral("AUTH_MODE");
const QString logLevel = QStringLiteral("LOG_LEVEL");

// The process of the service that was started with the profile; 0: none runs.
qint64 processOf(const QString &profile, const ServiceLink &link)
{
    if (link.isConnected() && link.hello().name == profile)
        return link.hello().pid;
    for (const admin::RunningService &one : admin::discover()) {
        if (one.name == profile)
            return one.pid;
    }
    return 0;
}

} // namespace

ProfileEditor::ProfileEditor(ServiceLink &link, QWidget *parent) : QWidget(parent), m_link(link), m_check(link, nullptr)
{
    auto *column = new QVBoxLayout(this);
    makeHead();
    m_restart = new RestartBar(link, this);
    m_form = new SettingsForm(this);
    m_writeMode = new WriteModePanel(m_check, this);
    m_form->addToGroup(settings::Setting::Group::WriteMode, m_writeMode);
    column->addWidget(m_restart);
    column->addWidget(m_form, 2);
    makeFoot();
    connect(m_form, &SettingsForm::edited, this, &ProfileEditor::review);
    connect(m_restart, &RestartBar::restartWanted, this, &ProfileEditor::restartWanted);
    connect(m_writeMode, &WriteModePanel::noted, this, &ProfileEditor::noted);
    connect(&link, &ServiceLink::stateChanged, this, &ProfileEditor::onLinkChanged);
    open(firstProfile);
}

void ProfileEditor::setProgram(const QString &path)
{
    m_check.setProgram(path);
    m_program.setPath(path);
    review();
}

void ProfileEditor::makeHead()
{
    auto *row = new QHBoxLayout;
    m_choice = new QComboBox(this);
    m_choice->setAccessibleName(tr("Profile"));
    auto *label = new QLabel(tr("P&rofile"), this);
    label->setBuddy(m_choice);
    row->addWidget(label);
    row->addWidget(m_choice);
    addButtons(*row);
    static_cast<QVBoxLayout *>(layout())->addLayout(row);
    connect(m_choice, &QComboBox::activated, this, [this] { open(m_choice->currentText()); });
}

void ProfileEditor::addButtons(QHBoxLayout &row)
{
    const auto add = [&](const QString &text, const QString &toolTip, void (ProfileEditor::*slot)()) {
        auto *button = new QPushButton(text, this);
        button->setToolTip(toolTip);
        row.addWidget(button);
        connect(button, &QPushButton::clicked, this, slot);
    };
    add(tr("&New…"), tr("Another profile: a service of its own beside the others"), &ProfileEditor::askForName);
    row.addStretch();
    add(tr("&Import…"), tr("Settings of a .env file, a docker run command, a Compose file or a systemd unit"),
        &ProfileEditor::importSettings);
    add(tr("E&xport…"), tr("The settings of the form as one of these"), &ProfileEditor::exportSettings);
    add(tr("To&ken…"), tr("A token for development, signed with the settings of the form"), &ProfileEditor::makeToken);
}

void ProfileEditor::makeFoot()
{
    m_said = new QLabel(this);
    m_said->setTextFormat(Qt::PlainText);
    m_said->setWordWrap(true);
    m_findings = new FindingsList(this);
    m_findings->hide();
    m_inFile = new QCheckBox(tr("Keep &passwords in the profile's file, for you only, not in the key ring"), this);
    auto *row = new QHBoxLayout;
    m_test = new QPushButton(symbol("check"), tr("T&est connection"), this);
    m_save = new QPushButton(symbol("save"), tr("S&ave profile"), this);
    row->addWidget(m_inFile, 1);
    row->addWidget(m_test);
    row->addWidget(m_save);
    auto *column = static_cast<QVBoxLayout *>(layout());
    column->addWidget(m_findings, 1);
    column->addWidget(m_said);
    column->addLayout(row);
    connect(m_test, &QPushButton::clicked, this, &ProfileEditor::test);
    connect(m_save, &QPushButton::clicked, this, &ProfileEditor::save);
}

void ProfileEditor::open(const QString &profile)
{
    m_profile = profile;
    QStringList names = profileNames();
    if (!names.contains(profile))
        names << profile;
    const QSignalBlocker blocker(m_choice);
    m_choice->clear();
    m_choice->addItems(names);
    m_choice->setCurrentText(profile);
    m_findings->hide();
    const auto values = readProfile(profile);
    m_saved = values.value_or(SettingValues {});
    m_form->setValues(m_saved);
    m_form->setOwnProcess(processOf(profile, m_link));
    m_save->setEnabled(values.has_value());
    if (!values)
        return say(values.error());
    const QStringList secrets = secretNames();
    m_inFile->setChecked(std::any_of(secrets.begin(), secrets.end(), [&values](const QString &one) { return values->contains(one); }));
    review();
    m_restart->setProfile(profile, m_saved);
    if (!m_inFile->isChecked())
        addSecrets(profile, *values);
}

void ProfileEditor::reopen(const QString &profile)
{
    if (profile == m_profile)
        open(profile);
}

void ProfileEditor::onLinkChanged()
{
    m_form->setOwnProcess(processOf(m_profile, m_link));
    review();
}

void ProfileEditor::addSecrets(const QString &profile, const SettingValues &values)
{
    m_secrets.read(
        profile, secretNames(), [this, profile, values, shown = m_form->values()](const tl::expected<SettingValues, QString> &secrets) {
            if (profile != m_profile || m_form->values() != shown)
                return; // somebody was faster; what they typed counts
            if (const QString why = whySecretsAreMissing(profile, secrets); !why.isEmpty()) {
                m_save->setEnabled(false); // what cannot be seen would be lost
                return say(why);
            }
            if (!secrets)
                return; // there are none; said when it matters, at saving
            m_saved = values;
            m_saved.insert(*secrets);
            m_form->setValues(m_saved);
            m_restart->setProfile(profile, m_saved);
            review();
        });
}

void ProfileEditor::askForName()
{
    auto *dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("New profile"));
    dialog->setLabelText(tr("Name of the new profile (letters, digits, - and _):"));
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString &name) {
        if (const QString trouble = troubleWithName(name); !trouble.isEmpty())
            return say(trouble);
        open(name);
    });
    dialog->open();
}

void ProfileEditor::save()
{
    SettingValues values = m_form->values();
    if (!m_form->problems().empty()) {
        review();
        return m_form->goToProblem();
    }
    if (m_inFile->isChecked())
        return write(m_profile, values, {}, tr("Saved with its secrets in %1").arg(profilePath(m_profile)));
    SettingValues secrets;
    const QStringList names = secretNames();
    for (const QString &name : names)
        secrets.insert(name, values.take(name));
    m_save->setEnabled(false);
    QStringList inKeyRing = secretNames();
    inKeyRing.removeIf([&secrets](const QString &name) { return secrets.value(name).isEmpty(); });
    m_secrets.write(m_profile, secrets, [this, profile = m_profile, values, inKeyRing](const tl::expected<void, QString> &written) {
        m_save->setEnabled(true);
        if (!written && !inKeyRing.isEmpty())
            return say(tr("Not saved. %1. Unlock the key ring, or tick the box to keep the secrets in the file.").arg(written.error()));
        write(profile, values, inKeyRing, tr("Saved in %1").arg(profilePath(profile)));
    });
}

void ProfileEditor::write(const QString &profile, const SettingValues &values, const QStringList &inKeyRing, const QString &said)
{
    if (const auto written = writeProfile(profile, values, inKeyRing); !written)
        return say(written.error());
    if (profile == m_profile)
        onSaved(said);
    Q_EMIT noted(tr("Saved the profile %1").arg(profile));
    Q_EMIT saved(profile);
}

void ProfileEditor::onSaved(const QString &said)
{
    const SettingValues before = std::exchange(m_saved, m_form->values());
    QStringList secrets = secretNames();
    secrets.removeIf([&](const QString &name) { return before.value(name) == m_saved.value(name); });
    m_restart->addChangedSecrets(secrets);
    m_restart->setProfile(m_profile, m_saved);
    const bool runs = m_link.isConnected() && m_link.hello().name == m_profile;
    if (runs && before.value(logLevel) != m_saved.value(logLevel)) // takes no restart
        m_link.call(
            QStringLiteral("log.level"), {{QStringLiteral("level"), levelWhileRunning(m_saved)}}, this, [](const admin::Outcome &) {});
    say(said);
}

void ProfileEditor::importSettings()
{
    auto *dialog = new ImportDialog(m_form->values(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ImportDialog::taken, this, [this](const SettingValues &settings) {
        m_form->setValues(settings);
        review();
        Q_EMIT noted(tr("Taken over into the form; save the profile to keep them"));
    });
    dialog->open();
}

void ProfileEditor::exportSettings()
{
    auto *dialog = new ExportDialog(m_profile, m_form->values(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ExportDialog::noted, this, &ProfileEditor::noted);
    dialog->open();
}

void ProfileEditor::makeToken()
{
    if (!m_program.isThere())
        return say(tr("Tokens are made by the program electric-service, which was not found. Install it, or put it beside the console."));
    SettingValues settings = m_form->values();
    settings.insert(authMode, effectiveValue(settings, authMode));
    auto *dialog = new TokenDialog(settings, m_program, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void ProfileEditor::test()
{
    m_test->setEnabled(false);
    say(tr("Testing…"));
    m_check.run(m_form->values(), this, [this](const auto &found) {
        review();
        if (!found)
            return say(found.error().message + QLatin1Char(' ') + found.error().remedy);
        m_findings->show(*found);
        const int errors = errorsIn(*found);
        say(errors == 0 ? tr("The test found no error.") : tr("Errors found: %1").arg(errors));
    });
}

void ProfileEditor::say(const QString &text)
{
    m_said->setText(text);
}

void ProfileEditor::review()
{
    const SettingValues values = m_form->values();
    // A service with a Postgres of its own has no connection to be tested.
    const bool hasDatabase = !bringsItsOwnPostgres(values);
    m_test->setEnabled(m_check.isPossible() && hasDatabase);
    m_test->setToolTip(!hasDatabase ? tr("Without DATABASE_URL the service brings its own Postgres: there is nothing to test.")
            : m_check.isPossible()  ? tr("Tries these settings, without taking them over.")
                                    : tr("The test is made by electric-service, which was not found, and none is connected."));
    m_writeMode->show(values);
    const auto count = int(m_form->problems().size());
    if (count > 0)
        return say(tr("Settings that are not right yet: %1").arg(count));
    say(hasDatabase ? tr("The settings are complete.") : tr("The settings are complete; the service brings its own Postgres."));
}

} // namespace electric::console

#include "console/pages/settings/profileeditor.h"

#include "console/control/servicelink.h"
#include "console/pages/settings/settingsform.h"
#include "console/widgets/symbol.h"
#include "shared/admin/json.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace electric::console {

ProfileEditor::ProfileEditor(ServiceLink &link, QWidget *parent) : QWidget(parent), m_link(link)
{
    new QVBoxLayout(this);
    makeHead();
    m_form = new SettingsForm(this);
    layout()->addWidget(m_form);
    makeFoot();
    connect(m_form, &SettingsForm::edited, this, &ProfileEditor::showProblems);
    connect(&link, &ServiceLink::stateChanged, this, &ProfileEditor::showProblems);
    open(firstProfile);
}

void ProfileEditor::makeHead()
{
    auto *row = new QHBoxLayout;
    m_choice = new QComboBox(this);
    m_choice->setAccessibleName(tr("Profile"));
    auto *label = new QLabel(tr("P&rofile"), this);
    label->setBuddy(m_choice);
    auto *fresh = new QPushButton(tr("&New…"), this);
    row->addWidget(label);
    row->addWidget(m_choice);
    row->addWidget(fresh);
    row->addStretch();
    static_cast<QVBoxLayout *>(layout())->addLayout(row);
    connect(m_choice, &QComboBox::activated, this, [this] { open(m_choice->currentText()); });
    connect(fresh, &QPushButton::clicked, this, &ProfileEditor::askForName);
}

void ProfileEditor::makeFoot()
{
    m_said = new QLabel(this);
    m_said->setTextFormat(Qt::PlainText);
    m_said->setWordWrap(true);
    m_findings = new QListWidget(this);
    m_findings->setAccessibleName(tr("What the test found"));
    m_findings->setWordWrap(true);
    m_findings->hide();
    m_inFile = new QCheckBox(tr("Keep &passwords and keys in the profile's file, readable by you only, not in the key ring"), this);
    auto *row = new QHBoxLayout;
    m_test = new QPushButton(symbol("check"), tr("T&est connection"), this);
    m_save = new QPushButton(symbol("save"), tr("Sa&ve profile"), this);
    row->addWidget(m_inFile, 1);
    row->addWidget(m_test);
    row->addWidget(m_save);
    auto *column = static_cast<QVBoxLayout *>(layout());
    column->addWidget(m_findings);
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
    m_form->setValues(values.value_or(SettingValues {}));
    m_save->setEnabled(values.has_value());
    if (!values)
        return say(values.error());
    const QStringList secrets = secretNames();
    m_inFile->setChecked(std::any_of(secrets.begin(), secrets.end(), [&values](const QString &one) { return values->contains(one); }));
    showProblems();
    if (!m_inFile->isChecked())
        addSecrets(profile, *values);
}

void ProfileEditor::addSecrets(const QString &profile, const SettingValues &values)
{
    m_secrets.read(profile, secretNames(), [this, profile, values](const tl::expected<SettingValues, QString> &secrets) {
        if (profile != m_profile || m_form->values() != values)
            return; // somebody was faster; what they typed counts
        if (!secrets)
            return; // said when it matters, at saving
        SettingValues all = values;
        all.insert(*secrets);
        m_form->setValues(all);
        showProblems();
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
        showProblems();
        return m_form->goToProblem();
    }
    if (m_inFile->isChecked())
        return write(m_profile, values, tr("Saved with its secrets in %1").arg(profilePath(m_profile)));
    SettingValues secrets;
    const QStringList names = secretNames();
    for (const QString &name : names)
        secrets.insert(name, values.take(name));
    m_save->setEnabled(false);
    const bool hasSecrets = std::any_of(secrets.begin(), secrets.end(), [](const QString &one) { return !one.isEmpty(); });
    m_secrets.write(m_profile, secrets, [this, profile = m_profile, values, hasSecrets](const tl::expected<void, QString> &written) {
        m_save->setEnabled(true);
        if (!written && hasSecrets)
            return say(tr("Not saved. %1. Unlock the key ring, or tick the box to keep the secrets in the file.").arg(written.error()));
        write(profile, values, tr("Saved in %1").arg(profilePath(profile)));
    });
}

void ProfileEditor::write(const QString &profile, const SettingValues &values, const QString &said)
{
    if (const auto written = writeProfile(profile, values); !written)
        return say(written.error());
    say(said);
    Q_EMIT noted(tr("Saved the profile %1").arg(profile));
    Q_EMIT saved(profile);
}

void ProfileEditor::test()
{
    QJsonObject settings;
    const SettingValues values = m_form->values();
    for (auto one = values.begin(); one != values.end(); ++one)
        settings.insert(one.key(), one.value());
    m_test->setEnabled(false);
    say(tr("Testing…"));
    m_link.call(QStringLiteral("check"), {{QStringLiteral("settings"), settings}}, this, [this](const admin::Outcome &outcome) {
        m_test->setEnabled(m_link.isConnected());
        if (!outcome)
            return say(outcome.error().message + QLatin1Char(' ') + outcome.error().remedy);
        showFindings(*outcome);
    });
}

void ProfileEditor::showFindings(const QJsonObject &result)
{
    m_findings->clear();
    m_findings->show();
    int errors = 0;
    for (const auto &finding : admin::listFrom<admin::Finding>(result.value(QLatin1String("findings")))) {
        const bool isError = finding.severity == QLatin1String("error");
        errors += int(isError);
        const char *const icon = isError ? "state-bad" : finding.severity == QLatin1String("ok") ? "state-good" : "state-warning";
        const QString text = finding.remedy.isEmpty() ? finding.message : finding.message + QLatin1Char('\n') + finding.remedy;
        new QListWidgetItem(symbol(icon), text, m_findings);
    }
    say(errors == 0 ? tr("The test found no error.") : tr("Errors found: %1").arg(errors));
}

void ProfileEditor::say(const QString &text)
{
    m_said->setText(text);
}

void ProfileEditor::showProblems()
{
    // A service with a Postgres of its own has no connection to be tested.
    const bool hasDatabase = !m_form->values().value(QStringLiteral("DATABASE_URL")).isEmpty();
    m_test->setEnabled(m_link.isConnected() && hasDatabase);
    m_test->setToolTip(!m_link.isConnected() ? tr("A running service makes the test; none is connected.")
            : hasDatabase                    ? tr("The running service tries these settings, without taking them over.")
                                             : tr("Without DATABASE_URL the service brings its own Postgres: there is nothing to test."));
    const auto count = int(m_form->problems().size());
    say(count == 0
            ? (hasDatabase ? tr("The settings are complete.") : tr("The settings are complete; the service brings its own Postgres."))
            : tr("Settings that are not right yet: %1").arg(count));
}

} // namespace electric::console

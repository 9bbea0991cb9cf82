#include "console/pages/settings/settingsform.h"

#include "console/pages/settings/settingwords.h"
#include "shared/settings/setting.h"

#include <QComboBox>
#include <QGroupBox>
#include <QLabel>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QVBoxLayout>

#include <algorithm>
#include <map>

namespace electric::console {

using settings::Setting;

namespace {

QString textOf(const QWidget *editor)
{
    if (const auto *line = qobject_cast<const QLineEdit *>(editor))
        return line->text().trimmed();
    return static_cast<const QComboBox *>(editor)->currentData().toString();
}

void setText(QWidget *editor, const QString &text)
{
    if (auto *line = qobject_cast<QLineEdit *>(editor))
        return line->setText(text);
    auto *box = static_cast<QComboBox *>(editor);
    if (box->findData(text) < 0)
        box->addItem(text, text); // is shown as it is, with what is wrong about it
    box->setCurrentIndex(box->findData(text));
}

QStringList wordsOf(const Setting &setting)
{
    if (setting.type == Setting::Type::Switch)
        return {QStringLiteral("true"), QStringLiteral("false")};
    return QString::fromLatin1(setting.choices).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

// As in the service; the values matter only for what depends on them.
SettingValues embeddedDefaults()
{
    return {{QStringLiteral("DATABASE_URL"), QStringLiteral("postgresql://electric@127.0.0.1/electric")},
        {QStringLiteral("DATABASE_REQUIRE_SSL"), QStringLiteral("false")},
        {QStringLiteral("ELECTRIC_WRITE_TO_PG_MODE"), QStringLiteral("direct_writes")},
        {QStringLiteral("AUTH_MODE"), QStringLiteral("insecure")}, {QStringLiteral("PG_PROXY_PASSWORD"), QStringLiteral("-")}};
}

} // namespace

std::vector<settings::Problem> problemsOf(const SettingValues &values)
{
    const bool isEmbedded = !values.contains(QStringLiteral("DATABASE_URL")) && !values.contains(QStringLiteral("DATABASE_URL_FILE"));
    const auto read = settings::readSettings(values, isEmbedded ? embeddedDefaults() : SettingValues {});
    return read ? std::vector<settings::Problem> {} : read.error();
}

SettingsForm::SettingsForm(QWidget *parent) : QScrollArea(parent)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // the texts wrap
    setAccessibleName(tr("Settings of the profile"));
    auto *content = new QWidget(this);
    auto *column = new QVBoxLayout(content);
    std::map<Setting::Group, QVBoxLayout *> groups;
    for (const Setting &setting : settings::catalogue()) {
        QVBoxLayout *&group = groups[setting.group];
        if (!group) {
            auto *box = new QGroupBox(inLanguage(QString::fromLatin1(settings::inWords(setting.group))), content);
            group = new QVBoxLayout(box);
            group->setSpacing(fontMetrics().height());
            column->addWidget(box);
        }
        addField(setting, *group);
    }
    setWidget(content);
    check();
}

void SettingsForm::addField(const Setting &setting, QVBoxLayout &group)
{
    QWidget *parent = group.parentWidget();
    const QString name = QString::fromLatin1(setting.name);
    const QString help = inLanguage(QString::fromLatin1(setting.help));
    QWidget *editor = makeEditor(setting);
    editor->setObjectName(name);
    editor->setAccessibleName(name);
    editor->setAccessibleDescription(help);
    auto *label = new QLabel(name, parent);
    label->setBuddy(editor);
    auto *explanation = new QLabel(help, parent);
    explanation->setForegroundRole(QPalette::PlaceholderText);
    auto *problem = new QLabel(parent);
    problem->hide();
    auto *column = new QVBoxLayout; // not a form's row: those do not give wrapped texts their height
    column->setSpacing(2);
    for (QWidget *one : std::initializer_list<QWidget *> {label, editor, problem, explanation})
        column->addWidget(one);
    for (QLabel *words : {problem, explanation}) {
        words->setTextFormat(Qt::PlainText);
        words->setWordWrap(true);
    }
    group.addLayout(column);
    m_fields.push_back({name, editor, problem});
}

QWidget *SettingsForm::makeEditor(const Setting &setting)
{
    const QString fallback = QString::fromLatin1(setting.fallback);
    const QString unset = fallback.isEmpty() ? tr("not set") : tr("not set: %1").arg(fallback);
    if (const QStringList words = wordsOf(setting); !words.isEmpty()) {
        auto *box = new QComboBox(this);
        box->addItem(unset, QString());
        for (const QString &word : words)
            box->addItem(word, word);
        box->setFocusPolicy(Qt::StrongFocus);
        connect(box, &QComboBox::currentIndexChanged, this, &SettingsForm::onEdited);
        return box;
    }
    auto *line = new QLineEdit(this);
    line->setPlaceholderText(unset);
    if (setting.isSecret)
        line->setEchoMode(QLineEdit::PasswordEchoOnEdit);
    connect(line, &QLineEdit::textChanged, this, &SettingsForm::onEdited);
    return line;
}

void SettingsForm::setValues(const SettingValues &values)
{
    const QScopedValueRollback filling(m_isFilling, true);
    m_others = values;
    for (const Field &field : m_fields) {
        setText(field.editor, values.value(field.name));
        m_others.remove(field.name);
    }
    check();
}

SettingValues SettingsForm::values() const
{
    SettingValues all = m_others;
    for (const Field &field : m_fields) {
        if (const QString text = textOf(field.editor); !text.isEmpty())
            all.insert(field.name, text);
    }
    return all;
}

void SettingsForm::goToProblem()
{
    for (const Field &field : m_fields) {
        if (field.problem->isHidden())
            continue;
        field.editor->setFocus(Qt::OtherFocusReason);
        return ensureWidgetVisible(field.editor);
    }
}

void SettingsForm::check()
{
    m_problems = problemsOf(values());
    for (const Field &field : m_fields) {
        const auto found = std::find_if(m_problems.begin(), m_problems.end(), [&field](const auto &one) { return one.name == field.name; });
        const bool isWrong = found != m_problems.end();
        field.problem->setVisible(isWrong);
        field.problem->setText(isWrong ? tr("⚠ %1 %2. Accepted: %3.").arg(found->name, found->what, found->accepted) : QString());
    }
}

void SettingsForm::onEdited()
{
    if (m_isFilling)
        return;
    check();
    Q_EMIT edited();
}

} // namespace electric::console

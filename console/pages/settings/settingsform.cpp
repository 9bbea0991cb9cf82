#include "console/pages/settings/settingsform.h"

#include "console/control/generatedsecret.h"
#include "console/pages/settings/porthint.h"
#include "console/pages/settings/secretfield.h"
#include "console/pages/settings/settingwords.h"
#include "shared/settings/setting.h"

#include <QComboBox>
#include <QEvent>
#include <QGroupBox>
#include <QLabel>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QVBoxLayout>

#include <algorithm>

namespace electric::console {

using namespace std::chrono_literals;
using settings::Setting;

namespace {

constexpr auto settleTime = 400ms;
const QString databaseUrl = QStringLiteral("DATABASE_URL");
const QString proxyPassword = QStringLiteral("PG_PROXY_PASSWORD");
const QString jwtKey = QStringLiteral("AUTH_JWT_KEY");
const QString jwtAlgorithm = QStringLiteral("AUTH_JWT_ALG");

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

QString whatUnsetMeans(const QString &name, SettingValues all)
{
    all.remove(name);
    const bool isOwn = bringsItsOwnPostgres(all);
    if (name == databaseUrl)
        return isOwn ? SettingsForm::tr("the service brings a Postgres of its own") : QString();
    if (name == proxyPassword)
        return isOwn ? SettingsForm::tr("the service makes one up") : QString();
    return effectiveValue(all, name);
}

void setUnsetText(QWidget *editor, const QString &fallback)
{
    const QString unset = fallback.isEmpty() ? SettingsForm::tr("not set") : SettingsForm::tr("not set: %1").arg(fallback);
    if (auto *line = qobject_cast<QLineEdit *>(editor))
        line->setPlaceholderText(unset);
    else
        static_cast<QComboBox *>(editor)->setItemText(0, unset);
}

QStringList wordsOf(const Setting &setting)
{
    if (setting.type == Setting::Type::Switch)
        return {QStringLiteral("true"), QStringLiteral("false")};
    return QString::fromLatin1(setting.choices).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

} // namespace

SettingsForm::SettingsForm(QWidget *parent) : QScrollArea(parent), m_look(&useOfPort)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // the texts wrap
    setAccessibleName(tr("Settings of the profile"));
    auto *content = new QWidget(this);
    auto *column = new QVBoxLayout(content);
    for (const Setting &setting : settings::catalogue()) {
        QVBoxLayout *&group = m_groups[setting.group];
        if (!group) {
            auto *box = new QGroupBox(inLanguage(QString::fromLatin1(settings::inWords(setting.group))), content);
            group = new QVBoxLayout(box);
            group->setSpacing(fontMetrics().height());
            column->addWidget(box);
        }
        addField(setting, *group);
    }
    setWidget(content);
    m_settle.setSingleShot(true);
    m_settle.setInterval(settleTime);
    connect(&m_settle, &QTimer::timeout, this, &SettingsForm::lookAtPorts);
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
    Field field {name, editor, editor, new QLabel(parent), new QLabel(parent)};
    if (setting.isSecret)
        addSecret(field);
    if (setting.type == Setting::Type::Port || setting.type == Setting::Type::ProxyPort)
        addPortHint(field);
    auto *column = new QVBoxLayout; // not a form's row: those do not give wrapped texts their height
    column->setSpacing(2);
    for (QWidget *one : std::initializer_list<QWidget *> {label, field.whole, field.problem, field.reason, field.port, explanation}) {
        if (one)
            column->addWidget(one);
    }
    for (QLabel *words : {field.problem, field.reason, explanation}) {
        words->setTextFormat(Qt::PlainText);
        words->setWordWrap(true);
    }
    field.problem->hide();
    field.reason->hide();
    field.reason->setObjectName(name + QStringLiteral("-reason"));
    group.addLayout(column);
    m_fields.push_back(field);
}

QWidget *SettingsForm::makeEditor(const Setting &setting)
{
    if (const QStringList words = wordsOf(setting); !words.isEmpty()) {
        auto *box = new QComboBox(this);
        box->addItem(QString(), QString()); // unset; its text follows
        for (const QString &word : words)
            box->addItem(word, word);
        box->setFocusPolicy(Qt::StrongFocus);
        box->installEventFilter(this);
        connect(box, &QComboBox::currentIndexChanged, this, &SettingsForm::onEdited);
        return box;
    }
    auto *line = new QLineEdit(this);
    connect(line, &QLineEdit::textChanged, this, &SettingsForm::onEdited);
    return line;
}

void SettingsForm::addSecret(Field &field)
{
    field.secret = new SecretField(static_cast<QLineEdit *>(field.editor), field.name, this);
    field.whole = field.secret;
    if (field.name == databaseUrl)
        return;
    field.secret->offerToGenerate();
    connect(field.secret, &SecretField::generateWanted, this, [this, name = field.name] { generate(name); });
}

void SettingsForm::addPortHint(Field &field)
{
    field.port = new PortHint(this);
    field.port->setObjectName(field.name + QStringLiteral("-hint"));
    connect(field.port, &PortHint::otherPortWanted, this, [this, editor = field.editor](quint16 port) {
        setText(editor, withPort(textOf(editor), port));
        editor->setFocus(Qt::OtherFocusReason);
        lookAtPorts();
    });
}

void SettingsForm::addToGroup(Setting::Group group, QWidget *widget)
{
    m_groups.at(group)->addWidget(widget);
}

void SettingsForm::generate(const QString &name)
{
    const auto field = std::find_if(m_fields.begin(), m_fields.end(), [&name](const Field &one) { return one.name == name; });
    setText(field->editor, name == jwtKey ? generatedKey(typed().value(jwtAlgorithm)) : generatedPassword());
    field->secret->showText(true); // to be taken along to where it is needed, too
}

void SettingsForm::setValues(const SettingValues &values)
{
    const QScopedValueRollback filling(m_isFilling, true);
    m_others = values;
    for (const Field &field : m_fields) {
        setText(field.editor, values.value(field.name));
        if (field.secret)
            field.secret->showText(false);
        m_others.remove(field.name);
    }
    check();
    m_settle.start();
}

SettingValues SettingsForm::typed() const
{
    SettingValues all = m_others;
    for (const Field &field : m_fields) {
        if (const QString text = textOf(field.editor); !text.isEmpty())
            all.insert(field.name, text);
    }
    return all;
}

SettingValues SettingsForm::values() const
{
    const SettingValues all = typed();
    SettingValues applying = all;
    applying.removeIf([&all](const auto &one) { return !whyItDoesNotApply(one.key(), all).isEmpty(); });
    return applying;
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

void SettingsForm::setOwnProcess(qint64 pid)
{
    m_own = pid;
    lookAtPorts();
}

void SettingsForm::check()
{
    m_problems = problemsOf(values());
    const SettingValues all = typed();
    for (const Field &field : m_fields) {
        showProblem(field);
        showWhetherItApplies(field, all);
        setUnsetText(field.editor, whatUnsetMeans(field.name, all));
        if (field.name == jwtKey) {
            const QString whyNot = whyNoKeyIsMade(all.value(jwtAlgorithm));
            field.secret->setGeneratable(whyNot.isEmpty(), whyNot);
        }
    }
}

void SettingsForm::showProblem(const Field &field)
{
    const auto found = std::find_if(m_problems.begin(), m_problems.end(), [&field](const auto &one) { return one.name == field.name; });
    const bool isWrong = found != m_problems.end();
    field.problem->setVisible(isWrong);
    field.problem->setText(isWrong ? tr("⚠ %1 %2. Accepted: %3.").arg(found->name, found->what, found->accepted) : QString());
}

void SettingsForm::showWhetherItApplies(const Field &field, const SettingValues &all)
{
    const QString whyNot = whyItDoesNotApply(field.name, all);
    field.whole->setEnabled(whyNot.isEmpty());
    field.reason->setVisible(!whyNot.isEmpty());
    field.reason->setText(
        all.contains(field.name) && !whyNot.isEmpty() ? tr("%1 The value is left out when you save.").arg(whyNot) : whyNot);
}

void SettingsForm::lookAtPorts()
{
    const std::vector<PortTrouble> troubles = portTroubles(values(), m_look, m_own);
    for (const Field &field : m_fields) {
        if (!field.port)
            continue;
        const auto found
            = std::find_if(troubles.begin(), troubles.end(), [&field](const PortTrouble &one) { return one.setting == field.name; });
        if (found == troubles.end())
            field.port->clear();
        else
            field.port->tell(*found);
    }
}

// The wheel scrolls the form; it changes nothing on the way.
bool SettingsForm::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::Wheel || static_cast<QWidget *>(watched)->hasFocus())
        return QScrollArea::eventFilter(watched, event);
    event->ignore();
    return true;
}

void SettingsForm::onEdited()
{
    if (m_isFilling)
        return;
    check();
    m_settle.start();
    Q_EMIT edited();
}

} // namespace electric::console

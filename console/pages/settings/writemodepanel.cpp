#include "console/pages/settings/writemodepanel.h"

#include "console/control/profilerules.h"
#include "console/pages/settings/findingslist.h"
#include "console/pages/settings/rolerights.h"
#include "console/pages/settings/writemodediagram.h"
#include "console/widgets/symbol.h"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace electric::console {

namespace {

// As high as its text: there is a page to scroll around it already.
void fitHeight(QPlainTextEdit &edit)
{
    edit.setFixedHeight(
        edit.fontMetrics().lineSpacing() * edit.blockCount() + 2 * edit.frameWidth() + int(2 * edit.document()->documentMargin()));
}

} // namespace

WriteModePanel::WriteModePanel(SettingsCheck &check, QWidget *parent) : QWidget(parent), m_check(check)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    m_diagram = new WriteModeDiagram(this);
    m_words = new QLabel(this);
    m_sqlLabel = new QLabel(tr("What the role needs, as S&QL for a superuser:"), this);
    m_sql = new QPlainTextEdit(this);
    m_sql->setReadOnly(true);
    m_sql->setTabChangesFocus(true);
    m_sql->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_sql->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_sql->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_sql->setAccessibleName(tr("SQL for the role's rights"));
    m_sqlLabel->setBuddy(m_sql);
    m_copy = new QPushButton(symbol("copy"), tr("Cop&y the SQL"), this);
    m_run = new QPushButton(symbol("check"), tr("Check &the rights"), this);
    m_said = new QLabel(this);
    m_findings = new FindingsList(this);
    m_findings->setAccessibleName(tr("What the check of the rights found"));
    m_findings->setMinimumHeight(fontMetrics().height() * 9);
    m_findings->hide();
    auto *row = new QHBoxLayout;
    row->addWidget(m_copy);
    row->addWidget(m_run);
    row->addWidget(m_said, 1);
    for (QLabel *one : {m_words, m_said}) {
        one->setTextFormat(Qt::PlainText);
        one->setWordWrap(true);
    }
    for (QWidget *one : std::initializer_list<QWidget *> {m_diagram, m_words, m_sqlLabel, m_sql})
        column->addWidget(one);
    column->addLayout(row);
    column->addWidget(m_findings);
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_sql->toPlainText());
        Q_EMIT noted(tr("Copied"));
    });
    connect(m_run, &QPushButton::clicked, this, &WriteModePanel::checkRights);
    review();
}

void WriteModePanel::show(const SettingValues &settings)
{
    const auto differs
        = [&](const char *name) { return settings.value(QString::fromLatin1(name)) != m_settings.value(QString::fromLatin1(name)); };
    if (differs("DATABASE_URL") || differs("ELECTRIC_WRITE_TO_PG_MODE")) {
        m_findings->hide(); // of another database or mode
        m_said->clear();
    }
    m_settings = settings;
    review();
}

void WriteModePanel::review()
{
    const QString mode = effectiveValue(m_settings, QStringLiteral("ELECTRIC_WRITE_TO_PG_MODE"));
    const bool isOwn = bringsItsOwnPostgres(m_settings);
    m_diagram->setMode(mode);
    m_words->setText(isOwn
            ? writeModeInWords(mode) + QLatin1Char(' ') + tr("The service's own Postgres has a role with all rights already.")
            : writeModeInWords(mode));
    for (QWidget *one : std::initializer_list<QWidget *> {m_sqlLabel, m_sql, m_copy, m_run, m_said})
        one->setVisible(!isOwn);
    if (const QString sql = rightsSql(m_settings).trimmed(); sql != m_sql->toPlainText()) {
        m_sql->setPlainText(sql);
        fitHeight(*m_sql);
    }
    const bool isDone = mode == QLatin1String("direct_writes");
    m_run->setEnabled(isDone && m_check.isPossible());
    m_run->setToolTip(!isDone      ? tr("This version does direct_writes only")
            : m_check.isPossible() ? tr("Asks the database; changes nothing there")
                                   : tr("The check is made by electric-service, which was not found"));
}

void WriteModePanel::checkRights()
{
    m_run->setEnabled(false);
    m_said->setText(tr("Asking the database…"));
    m_check.run(settingsToCheckRights(m_settings), this, [this](const auto &found) {
        m_run->setEnabled(true);
        if (!found)
            return m_said->setText(found.error().message + QLatin1Char(' ') + found.error().remedy);
        const auto about = findingsAboutRights(*found);
        m_findings->show(about);
        const int errors = errorsIn(about);
        m_said->setText(errors == 0 ? tr("The role has what it needs.") : tr("To be mended: %1").arg(errors));
    });
}

} // namespace electric::console

#include "console/pages/settings/findingslist.h"

#include "console/widgets/symbol.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>

#include <algorithm>

namespace electric::console {

namespace {

constexpr int remedyRole = Qt::UserRole;

bool isError(const admin::Finding &finding)
{
    return finding.severity == QLatin1String("error");
}

const char *iconOf(const admin::Finding &finding)
{
    if (isError(finding))
        return "state-bad";
    return finding.severity == QLatin1String("ok") ? "state-good" : "state-warning";
}

QString severityInWords(const admin::Finding &finding)
{
    if (isError(finding))
        return FindingsList::tr("Error");
    return finding.severity == QLatin1String("ok") ? FindingsList::tr("Good") : FindingsList::tr("Warning");
}

} // namespace

FindingsList::FindingsList(QWidget *parent) : QListWidget(parent)
{
    setAccessibleName(tr("What the test found"));
    setWordWrap(true);
    setContextMenuPolicy(Qt::ActionsContextMenu);
    auto *copyAction = new QAction(symbol("copy"), tr("Copy the remedy"), this);
    copyAction->setShortcut(QKeySequence::Copy);
    copyAction->setShortcutContext(Qt::WidgetShortcut);
    addAction(copyAction);
    connect(copyAction, &QAction::triggered, this, &FindingsList::copy);
}

void FindingsList::show(const QList<admin::Finding> &findings)
{
    clear();
    QList<admin::Finding> sorted = findings; // what is to be done first
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto &a, const auto &b) {
        const auto weight = [](const admin::Finding &one) { return isError(one) ? 0 : one.severity == QLatin1String("ok") ? 2 : 1; };
        return weight(a) < weight(b);
    });
    for (const admin::Finding &finding : std::as_const(sorted)) {
        const QString text = finding.remedy.isEmpty() ? finding.message : finding.message + QLatin1Char('\n') + finding.remedy;
        auto *item = new QListWidgetItem(symbol(iconOf(finding)), text, this);
        item->setData(Qt::AccessibleTextRole, QString(severityInWords(finding) + QStringLiteral(": ") + text));
        item->setData(remedyRole, finding.remedy.isEmpty() ? finding.message : finding.remedy);
    }
    show();
}

void FindingsList::copy()
{
    if (currentItem())
        QGuiApplication::clipboard()->setText(currentItem()->data(remedyRole).toString());
}

int errorsIn(const QList<admin::Finding> &findings)
{
    return int(std::count_if(findings.begin(), findings.end(), &isError));
}

} // namespace electric::console

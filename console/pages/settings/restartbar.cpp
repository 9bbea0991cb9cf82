#include "console/pages/settings/restartbar.h"

#include "console/control/servicelink.h"
#include "console/pages/settings/settingchangesmodel.h"
#include "console/widgets/symbol.h"
#include "shared/admin/json.h"

#include <QDialog>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace electric::console {

RestartBar::RestartBar(ServiceLink &link, QWidget *parent) : QFrame(parent), m_link(link)
{
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::ToolTipBase);
    auto *row = new QHBoxLayout(this);
    m_words = new QLabel(this);
    m_words->setForegroundRole(QPalette::ToolTipText);
    m_words->setTextFormat(Qt::PlainText);
    m_words->setWordWrap(true);
    auto *differences = new QPushButton(tr("&Differences…"), this);
    m_restart = new QPushButton(symbol("restart"), tr("Restart n&ow"), this);
    row->addWidget(m_words, 1);
    row->addWidget(differences);
    row->addWidget(m_restart);
    connect(differences, &QPushButton::clicked, this, &RestartBar::showDifferences);
    connect(m_restart, &QPushButton::clicked, this, &RestartBar::restartWanted);
    connect(&link, &ServiceLink::stateChanged, this, &RestartBar::ask);
    hide();
}

void RestartBar::setProfile(const QString &profile, const SettingValues &saved)
{
    if (profile != m_profile)
        m_changedSecrets.clear();
    m_profile = profile;
    m_saved = saved;
    ask();
}

void RestartBar::addChangedSecrets(const QStringList &names)
{
    m_changedSecrets += names;
    m_changedSecrets.removeDuplicates();
}

void RestartBar::ask()
{
    if (!m_link.isConnected() || m_link.hello().name != m_profile)
        return hide();
    if (std::exchange(m_pid, m_link.hello().pid) != m_link.hello().pid)
        m_changedSecrets.clear(); // a new process has read them
    m_link.call(QStringLiteral("settings"), {}, this, [this, profile = m_profile](const admin::Outcome &outcome) {
        if (!outcome || profile != m_profile)
            return;
        std::vector<SettingChange> changes
            = changesAtRestart(m_saved, admin::listFrom<admin::SettingInForce>(outcome->value(QLatin1String("settings"))));
        for (const QString &name : std::as_const(m_changedSecrets)) {
            if (std::none_of(changes.begin(), changes.end(), [&name](const SettingChange &one) { return one.name == name; }))
                changes.push_back({name, QStringLiteral("…"), QStringLiteral("…"), true, true});
        }
        show(changes);
    });
}

void RestartBar::show(const std::vector<SettingChange> &changes)
{
    m_changes = changes;
    m_changes.erase(std::remove_if(m_changes.begin(), m_changes.end(), [](const SettingChange &one) { return !needsRestart(one.name); }),
        m_changes.end());
    constexpr std::size_t named = 3;
    QStringList names;
    for (std::size_t i = 0; i < std::min(named, m_changes.size()); ++i)
        names << m_changes[i].name;
    if (m_changes.size() > named)
        names << QStringLiteral("…");
    m_words->setText(tr("The service %1 still runs with other settings than the saved ones: %2. A restart brings these into force; apps "
                        "reconnect by themselves.")
                         .arg(m_profile, names.join(QStringLiteral(", "))));
    setVisible(!m_changes.empty());
}

void RestartBar::showDifferences()
{
    auto *dialog = new QDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("What a restart changes"));
    auto *table = new QTableView(dialog);
    auto *model = new SettingChangesModel(dialog);
    model->show(m_changes);
    table->setModel(model);
    table->setAccessibleName(dialog->windowTitle());
    table->setAlternatingRowColors(true);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    auto *column = new QVBoxLayout(dialog);
    column->addWidget(table);
    column->addWidget(buttons);
    dialog->resize(fontMetrics().averageCharWidth() * 110, fontMetrics().height() * 16);
    dialog->open();
}

} // namespace electric::console

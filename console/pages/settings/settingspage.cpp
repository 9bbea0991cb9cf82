#include "console/pages/settings/settingspage.h"

#include "console/control/servicelink.h"
#include "console/pages/settings/loginpanel.h"
#include "console/pages/settings/profileeditor.h"
#include "console/widgets/symbol.h"
#include "shared/admin/json.h"

#include <QLabel>
#include <QTabWidget>
#include <QTreeView>
#include <QVBoxLayout>

namespace electric::console {

SettingsPage::SettingsPage(ServiceLink &link, QWidget *parent) : Page(link, parent), m_model(this)
{
    setObjectName(QStringLiteral("settings"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    auto *tabs = new QTabWidget(this);
    tabs->addTab(makeInForce(), tr("In &force"));
    m_editor = new ProfileEditor(link, tabs);
    tabs->addTab(m_editor, tr("Profile&s"));
    auto *login = new LoginPanel(tabs);
    tabs->addTab(login, tr("At &login"));
    column->addWidget(tabs);
    connect(m_editor, &ProfileEditor::noted, this, &Page::noted);
    connect(login, &LoginPanel::noted, this, &Page::noted);
    connect(m_editor, &ProfileEditor::saved, login, &LoginPanel::onSaved);
    connect(&link, &ServiceLink::stateChanged, this, &SettingsPage::ask);
    ask();
}

QIcon SettingsPage::icon() const
{
    return symbol("settings");
}

QWidget *SettingsPage::makeInForce()
{
    auto *tab = new QWidget(this);
    auto *column = new QVBoxLayout(tab);
    m_tree = new QTreeView(tab);
    m_tree->setAccessibleName(tr("Settings in force"));
    m_tree->setModel(&m_model);
    m_tree->setAlternatingRowColors(true);
    const int letter = fontMetrics().averageCharWidth();
    m_tree->setColumnWidth(SettingsModel::Name, letter * 52);
    m_tree->setColumnWidth(SettingsModel::Value, letter * 48);
    m_help = new QLabel(tab);
    m_help->setTextFormat(Qt::PlainText);
    m_help->setWordWrap(true);
    m_help->setMinimumHeight(fontMetrics().height() * 3);
    m_help->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    column->addWidget(m_tree);
    column->addWidget(m_help);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this,
        [this](const QModelIndex &current) { m_help->setText(current.data(SettingsModel::HelpRole).toString()); });
    return tab;
}

void SettingsPage::ask()
{
    if (!m_link.isConnected()) {
        m_model.show({});
        return m_help->setText(tr("The settings in force are known while the service runs."));
    }
    m_link.call(QStringLiteral("settings"), {}, this, [this](const admin::Outcome &outcome) {
        if (!outcome)
            return m_help->setText(outcome.error().message);
        m_model.show(admin::listFrom<admin::SettingInForce>(outcome->value(QLatin1String("settings"))));
        m_tree->expandAll();
        m_help->setText(tr("Choose a setting to read what it does."));
    });
}

void SettingsPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    if (m_model.rowCount() == 0)
        ask();
}

} // namespace electric::console

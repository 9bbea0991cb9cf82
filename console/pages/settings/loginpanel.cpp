#include "console/pages/settings/loginpanel.h"

#include "console/control/autostart.h"
#include "console/control/serviceprogram.h"
#include "ui_loginpanel.h"

#include <QCoreApplication>
#include <QSignalBlocker>

namespace electric::console {

LoginPanel::LoginPanel(QWidget *parent)
    : QWidget(parent), m_ui(std::make_unique<Ui::LoginPanel>()), m_hasSystemd(electric::console::hasSystemd())
{
    m_ui->setupUi(this);
    connect(m_ui->console, &QCheckBox::toggled, this, &LoginPanel::setConsole);
    connect(m_ui->profiles, &QListWidget::itemChanged, this, [this](const QListWidgetItem *item) { setService(*item); });
    review();
}

LoginPanel::~LoginPanel() = default;

void LoginPanel::setHasSystemd(bool has)
{
    m_hasSystemd = has;
    review();
}

void LoginPanel::review()
{
    const QSignalBlocker noConsole(m_ui->console);
    const QSignalBlocker noProfiles(m_ui->profiles);
    m_ui->console->setChecked(startsAtLogin());
    m_ui->profiles->clear();
    for (const QString &name : profileNames()) {
        auto *item = new QListWidgetItem(name, m_ui->profiles);
        const bool isOn = serviceStartsAtLogin(name);
        item->setCheckState(isOn ? Qt::Checked : Qt::Unchecked);
        item->setFlags(m_hasSystemd || isOn ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable : Qt::ItemIsSelectable);
    }
    const QString whyNot = whyServiceCannotStartAtLogin(m_hasSystemd, false);
    m_ui->whyNot->setText(whyNot);
    m_ui->whyNot->setVisible(!whyNot.isEmpty());
}

void LoginPanel::setConsole(bool on)
{
    conclude(setStartsAtLogin(on, QCoreApplication::applicationFilePath()),
        on ? tr("The console starts at login") : tr("The console does not start at login"));
}

void LoginPanel::setService(const QListWidgetItem &item)
{
    const QString profile = item.text();
    if (item.checkState() == Qt::Unchecked) {
        conclude(setServiceStartsAtLogin(false, {profile, {}}, {}), tr("The service %1 does not start at login").arg(profile));
        return tellSystemd();
    }
    const auto values = readProfile(profile);
    if (!values)
        return conclude(tl::unexpected(values.error()), {});
    QStringList missing = secretNames();
    missing.removeIf([&values](const QString &name) { return values->contains(name); });
    m_secrets.read(profile, missing, [this, profile, values = *values](const tl::expected<SettingValues, QString> &secrets) {
        const QString whyNot = whyServiceCannotStartAtLogin(m_hasSystemd, secrets && !secrets->isEmpty());
        if (!whyNot.isEmpty())
            return conclude(tl::unexpected(whyNot), {});
        startService(profile, values);
    });
}

void LoginPanel::startService(const QString &profile, const SettingValues &values)
{
    const QString program = serviceProgram();
    if (program.isEmpty())
        return conclude(
            tl::unexpected(tr("The program electric-service was not found. Install it, or put it beside electric-console.")), {});
    conclude(setServiceStartsAtLogin(true, {profile, values}, program), tr("The service %1 starts at login").arg(profile));
    tellSystemd();
}

void LoginPanel::conclude(const tl::expected<void, QString> &done, const QString &said)
{
    review(); // as it is now, which need not be as it was wanted
    if (!done)
        return m_ui->trouble->say(Notice::Kind::Error, done.error());
    m_ui->trouble->clear();
    Q_EMIT noted(said);
}

void LoginPanel::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    review();
}

} // namespace electric::console

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
    connect(m_ui->profiles, &QListWidget::itemChanged, this, [this](const QListWidgetItem *item) {
        // Later, since the list is filled anew then, and the item is still being changed.
        const auto set = [this, profile = item->text(), on = item->checkState() == Qt::Checked] { setService(profile, on); };
        QMetaObject::invokeMethod(this, set, Qt::QueuedConnection);
    });
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

void LoginPanel::onSaved(const QString &profile)
{
    review();
    if (serviceStartsAtLogin(profile))
        setService(profile, true);
}

void LoginPanel::setService(const QString &profile, bool on)
{
    if (!on) {
        conclude(setServiceStartsAtLogin(false, {profile, {}}, {}), tr("The service %1 does not start at login").arg(profile));
        return tellSystemd();
    }
    const auto values = readProfile(profile);
    if (!values)
        return refuse(profile, values.error());
    const QString whyNot = whyServiceCannotStartAtLogin(m_hasSystemd, !secretsInKeyRing(profile).isEmpty());
    whyNot.isEmpty() ? startService(profile, *values) : refuse(profile, whyNot);
}

void LoginPanel::startService(const QString &profile, const SettingValues &values)
{
    const QString program = serviceProgram();
    if (program.isEmpty())
        return refuse(profile, tr("The program electric-service was not found. Install it, or put it beside electric-console."));
    conclude(setServiceStartsAtLogin(true, {profile, values}, program), tr("The service %1 starts at login").arg(profile));
    tellSystemd();
}

// What cannot start as it is now is off, rather than on with settings of before.
void LoginPanel::refuse(const QString &profile, const QString &why)
{
    const auto off = setServiceStartsAtLogin(false, {profile, {}}, {});
    conclude(off ? tl::unexpected(tr("%1 does not start at login. %2").arg(profile, why)) : off, {});
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

#include "console/shell/servicecontrols.h"

#include "console/control/servicelink.h"
#include "console/widgets/symbol.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalBlocker>

#include <algorithm>

namespace electric::console {

ServiceControls::ServiceControls(ServiceLink &link, Launcher &launcher, QWidget *parent)
    : QWidget(parent), m_link(link), m_launcher(launcher)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    m_profile = new QComboBox(this);
    m_profile->setAccessibleName(tr("Profile to start"));
    m_profile->setToolTip(tr("The profile that is started; profiles are made on the page Settings"));
    m_start = new QPushButton(symbol("play"), tr("S&tart"), this);
    m_stop = new QPushButton(symbol("stop"), tr("Sto&p"), this);
    m_restart = new QPushButton(symbol("restart"), tr("&Restart"), this);
    for (QWidget *one : std::initializer_list<QWidget *> {m_profile, m_start, m_stop, m_restart})
        row->addWidget(one);
    connect(m_start, &QPushButton::clicked, this, [this] { start(chosen()); });
    connect(m_stop, &QPushButton::clicked, this, &ServiceControls::askToStop);
    connect(m_restart, &QPushButton::clicked, this, &ServiceControls::restart);
    connect(&launcher, &Launcher::stateChanged, this, &ServiceControls::showState);
    connect(&launcher, &Launcher::failed, this, &ServiceControls::complain);
    connect(&launcher, &Launcher::stopped, this, [this] { Q_EMIT noted(tr("The service has stopped")); });
    connect(&launcher, &Launcher::started, this, [this] { Q_EMIT noted(tr("The service has started")); });
    connect(&link, &ServiceLink::stateChanged, this, &ServiceControls::showState);
    offerProfiles();
    showState();
}

void ServiceControls::offerProfiles()
{
    const QSignalBlocker blocker(m_profile);
    const QString before = chosen();
    m_profile->clear();
    m_profile->addItems(profileNames());
    m_profile->setCurrentIndex(std::max(0, m_profile->findText(before)));
}

QString ServiceControls::chosen() const
{
    return m_profile->currentText();
}

void ServiceControls::gather(const QString &profile, const Ready &ready)
{
    const auto values = readProfile(profile);
    if (!values)
        return complain({admin::Error::Failed, values.error()});
    QStringList missing = secretNames();
    missing.removeIf([&values](const QString &name) { return values->contains(name) || values->contains(name + QStringLiteral("_FILE")); });
    m_secrets.read(profile, missing, [this, profile, ready, launch = *values](const tl::expected<SettingValues, QString> &secrets) mutable {
        // Without its address the service would make a database of its own.
        if (const QString why = whySecretsAreMissing(profile, secrets); !why.isEmpty())
            return complain({admin::Error::Failed, why});
        if (secrets)
            launch.insert(*secrets);
        ready({profile, launch});
    });
}

void ServiceControls::start(const QString &profile)
{
    gather(profile, [this](const Launch &launch) { startUnlessPortsAreHeld(launch); });
}

void ServiceControls::startUnlessPortsAreHeld(const Launch &launch)
{
    const std::vector<PortTrouble> troubles = portTroubles(launch.settings, &useOfPort);
    if (std::any_of(troubles.begin(), troubles.end(), [](const PortTrouble &one) { return one.proposed != 0; }))
        return offerOtherPorts(launch, troubles);
    m_launcher.start(launch); // says what is in the way
}

void ServiceControls::offerOtherPorts(const Launch &launch, const std::vector<PortTrouble> &troubles)
{
    QStringList held;
    QStringList instead;
    for (const PortTrouble &one : troubles) {
        held << inWords(one);
        instead << tr("%1=%2").arg(one.setting, withPort(launch.settings.value(one.setting), one.proposed));
    }
    auto *box = new QMessageBox(QMessageBox::Question, tr("Port in use"), held.join(QLatin1Char('\n')), QMessageBox::Cancel, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(tr("%1 is free. It would be saved in the profile %2; apps have to be told the new port.")
                                .arg(instead.join(QStringLiteral(", ")), launch.profile));
    QPushButton *take = box->addButton(tr("&Use it and start"), QMessageBox::AcceptRole);
    box->setDefaultButton(take);
    connect(take, &QPushButton::clicked, this, [this, launch, troubles] { takeOtherPorts(launch, troubles); });
    box->open();
}

void ServiceControls::takeOtherPorts(const Launch &launch, const std::vector<PortTrouble> &troubles)
{
    auto saved = readProfile(launch.profile); // without the secrets of the key ring
    if (!saved)
        return complain({admin::Error::Failed, saved.error()});
    Launch other = launch;
    for (const PortTrouble &one : troubles) {
        const QString value = withPort(launch.settings.value(one.setting), one.proposed);
        other.settings.insert(one.setting, value);
        saved->insert(one.setting, value);
    }
    if (const auto written = writeProfile(launch.profile, *saved, secretsInKeyRing(launch.profile)); !written)
        return complain({admin::Error::Failed, written.error()});
    Q_EMIT profileChanged(launch.profile);
    m_launcher.start(other);
}

void ServiceControls::askToStop()
{
    auto *box = new QMessageBox(
        QMessageBox::Question, tr("Stop the service?"), tr("Stop the service %1?").arg(m_link.hello().name), QMessageBox::Cancel, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(tr("Apps go on working with what they have, and sync when it runs again."));
    connect(box->addButton(tr("&Stop"), QMessageBox::AcceptRole), &QPushButton::clicked, this, [this] { m_launcher.stop(m_link); });
    box->open();
}

void ServiceControls::restart()
{
    // What was not started from a profile has settings that are not ours to know.
    const QString profile = m_link.hello().name;
    if (!profileNames().contains(profile))
        return complain({admin::Error::Failed, tr("The service %1 was not started from a profile of yours.").arg(profile),
            tr("Restart it where it was started, for example with systemctl restart electric.")});
    gather(profile, [this](const Launch &launch) { m_launcher.restart(m_link, launch); });
}

void ServiceControls::showState()
{
    const bool isIdle = m_launcher.state() == Launcher::State::Idle;
    m_start->setEnabled(isIdle);
    m_start->setText(m_launcher.state() == Launcher::State::Starting ? tr("Starting…") : tr("S&tart"));
    m_stop->setEnabled(isIdle && m_link.isConnected());
    m_stop->setText(m_launcher.state() == Launcher::State::Stopping ? tr("Stopping…") : tr("Sto&p"));
    m_restart->setEnabled(isIdle && m_link.isConnected());
    if (isIdle)
        offerProfiles();
}

void ServiceControls::complain(const admin::Error &why)
{
    auto *box = new QMessageBox(QMessageBox::Warning, tr("That did not work"), why.message, QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(why.remedy);
    box->open();
}

} // namespace electric::console

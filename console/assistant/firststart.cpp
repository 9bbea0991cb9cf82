#include "console/assistant/firststart.h"

#include "shared/admin/json.h"

#include <algorithm>

namespace electric::console {

FirstStart::FirstStart(QObject *parent) : QObject(parent), m_status(m_link, nullptr)
{
    connect(&m_launcher, &Launcher::failed, this, &FirstStart::fail);
    connect(&m_launcher, &Launcher::started, this, [this](const QString &path) {
        Q_EMIT started(path);
        enter(Step::Ready, tr("The service answers. It connects to the database and prepares it."));
        m_link.setTarget(path);
    });
    connect(&m_status, &ServiceStatus::changed, this, &FirstStart::onStatus);
}

void FirstStart::run(const FirstRunChoice &choice)
{
    m_choice = choice;
    m_table.clear();
    m_isRunning = true;
    enter(Step::Save, tr("Saving the profile %1.").arg(choice.profile));
    save();
}

void FirstStart::enter(Step step, const QString &words)
{
    m_step = step;
    Q_EMIT progressed(step, words);
}

void FirstStart::save()
{
    SettingValues values = settingsOf(m_choice);
    SettingValues secrets;
    const QStringList names = secretNames();
    for (const QString &name : names) {
        if (values.contains(name))
            secrets.insert(name, values.value(name));
    }
    m_secrets.write(m_choice.profile, secrets, [this, values, secrets](const tl::expected<void, QString> &written) {
        SettingValues inFile = values;
        if (written)
            inFile.removeIf([&secrets](const auto &one) { return secrets.contains(one.key()); });
        write(inFile, written ? secrets.keys() : QStringList(),
            written ? tr("Saved; passwords are in the key ring.")
                    : tr("Saved. This desktop has no key ring that answers, so the passwords are in %1, which only you can read.")
                          .arg(profilePath(m_choice.profile)));
    });
}

void FirstStart::write(const SettingValues &values, const QStringList &inKeyRing, const QString &said)
{
    if (const auto written = writeProfile(m_choice.profile, values, inKeyRing); !written)
        return fail({admin::Error::Failed, written.error()});
    Q_EMIT progressed(Step::Save, said);
    Q_EMIT saved(m_choice.profile);
    start(m_choice.isEmbedded ? tr("Starting the service. The first time it makes a database, which takes some seconds.")
                              : tr("Starting the service."));
}

void FirstStart::start(const QString &said)
{
    enter(Step::Start, said);
    const Launch launch {m_choice.profile, settingsOf(m_choice)};
    if (m_link.isConnected()) // tried again with something changed
        m_launcher.restart(m_link, launch);
    else
        m_launcher.start(launch);
}

void FirstStart::onStatus()
{
    const auto &status = m_status.status();
    if (m_step != Step::Ready || !m_isRunning || !status)
        return;
    if (status->state == QLatin1String("ready")) {
        Q_EMIT progressed(Step::Ready, tr("The service is ready."));
        return makeExample();
    }
    const Standing standing = m_status.standing();
    QStringList words {standing.word};
    for (const QString &more : {standing.reason, standing.remedy}) {
        if (!more.isEmpty())
            words << more;
    }
    Q_EMIT progressed(Step::Ready, words.join(QStringLiteral(": ")));
}

void FirstStart::makeExample()
{
    if (!m_choice.withExample)
        return findTable();
    enter(Step::Example, tr("Making the table electric_example."));
    m_link.call(QStringLiteral("example.create"), {}, this, [this](const admin::Outcome &outcome) {
        if (!outcome)
            return fail(outcome.error());
        m_table = outcome->value(QLatin1String("table")).toString();
        finish();
    });
}

void FirstStart::findTable()
{
    enter(Step::Example, tr("Looking for electrified tables."));
    m_link.call(QStringLiteral("tables"), {}, this, [this](const admin::Outcome &outcome) {
        if (!outcome)
            return fail(outcome.error());
        const auto tables = admin::listFrom<admin::Table>(outcome->value(QLatin1String("tables")));
        const auto found = std::find_if(tables.begin(), tables.end(), [](const admin::Table &one) { return one.electrified; });
        m_table = found == tables.end() ? QString() : found->name;
        finish();
    });
}

void FirstStart::finish()
{
    m_isRunning = false;
    enter(Step::Done, tr("Done."));
    Q_EMIT done();
}

void FirstStart::fail(const admin::Error &why)
{
    m_isRunning = false;
    Q_EMIT failed(why);
}

} // namespace electric::console

#include "console/control/secretstore.h"

#include "shared/settings/setting.h"

#include <qt6keychain/keychain.h>

namespace electric::console {

namespace {

const QString service = QStringLiteral("electric");

QString keyOf(const QString &profile, const QString &name)
{
    return profile + QLatin1Char('/') + name;
}

QString trouble(const QKeychain::Job &job)
{
    return SecretStore::tr("The desktop's key ring does not do it: %1").arg(job.errorString());
}

void prepare(QKeychain::Job &job, const QString &profile, const QString &name)
{
    job.setAutoDelete(true);
    job.setInsecureFallback(false);
    job.setKey(keyOf(profile, name));
}

} // namespace

QStringList secretNames()
{
    QStringList names;
    for (const settings::Setting &one : settings::catalogue()) {
        if (one.isSecret)
            names << QString::fromLatin1(one.name);
    }
    return names;
}

QString whySecretsAreMissing(const QString &profile, const tl::expected<SettingValues, QString> &read)
{
    QStringList missing = secretsInKeyRing(profile);
    if (read)
        missing.removeIf([&read](const QString &name) { return read->contains(name); });
    if (missing.isEmpty())
        return {};
    return SecretStore::tr("%1 of the profile %2 cannot be had. %3. Unlock the key ring and try again.")
        .arg(missing.join(QStringLiteral(", ")), profile, read ? SecretStore::tr("The key ring does not have it any more") : read.error());
}

void SecretStore::read(const QString &profile, QStringList names, Read done)
{
    readNext(profile, std::move(names), {}, std::move(done));
}

void SecretStore::readNext(const QString &profile, QStringList names, SettingValues found, Read done)
{
    if (names.isEmpty())
        return done(found);
    const QString name = names.takeFirst();
    auto *job = new QKeychain::ReadPasswordJob(service);
    prepare(*job, profile, name);
    connect(job, &QKeychain::Job::finished, this, [=, this](const QKeychain::Job *) mutable {
        if (job->error() != QKeychain::NoError && job->error() != QKeychain::EntryNotFound)
            return done(tl::unexpected(trouble(*job)));
        if (job->error() == QKeychain::NoError)
            found.insert(name, job->textData());
        readNext(profile, names, found, done);
    });
    job->start();
}

void SecretStore::write(const QString &profile, const SettingValues &secrets, Written done)
{
    writeNext(profile, secrets, std::move(done));
}

void SecretStore::writeNext(const QString &profile, SettingValues secrets, Written done)
{
    if (secrets.isEmpty())
        return done({});
    const QString name = secrets.begin().key();
    const QString value = secrets.take(name);
    QKeychain::Job *job = nullptr;
    if (value.isEmpty()) {
        job = new QKeychain::DeletePasswordJob(service);
    } else {
        auto *writing = new QKeychain::WritePasswordJob(service);
        writing->setTextData(value);
        job = writing;
    }
    prepare(*job, profile, name);
    connect(job, &QKeychain::Job::finished, this, [=, this](const QKeychain::Job *) {
        if (job->error() != QKeychain::NoError && job->error() != QKeychain::EntryNotFound)
            return done(tl::unexpected(trouble(*job)));
        writeNext(profile, secrets, done);
    });
    job->start();
}

} // namespace electric::console

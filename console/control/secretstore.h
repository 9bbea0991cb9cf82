#pragma once

#include "console/control/profile.h"

#include <QObject>

#include <functional>

namespace electric::console {

// Keeps the secret settings of profiles in the desktop's key ring. Answers later; where there is no key ring it says so, and whoever asked
// decides: nothing is written elsewhere on the quiet.
class SecretStore final : public QObject
{
    Q_OBJECT

public:
    using Read = std::function<void(const tl::expected<SettingValues, QString> &)>; // those that are there
    using Written = std::function<void(const tl::expected<void, QString> &)>;

    using QObject::QObject;

    void read(const QString &profile, QStringList names, Read done);
    // An empty value removes the secret.
    void write(const QString &profile, const SettingValues &secrets, Written done);

private:
    void readNext(const QString &profile, QStringList names, SettingValues found, Read done);
    void writeNext(const QString &profile, SettingValues secrets, Written done);
};

[[nodiscard]] QStringList secretNames(); // of the settings that are secrets

// Empty when `read` has all that the profile keeps in the key ring, else what is missing, why, and what to do.
[[nodiscard]] QString whySecretsAreMissing(const QString &profile, const tl::expected<SettingValues, QString> &read);

} // namespace electric::console

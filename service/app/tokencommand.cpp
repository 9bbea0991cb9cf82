#include "service/app/tokencommand.h"

#include "shared/auth/authoptions.h"
#include "shared/auth/tokenmaker.h"
#include "shared/settings/settings.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>

#include <cstdio>

namespace electric::app {

int makeTokens(const TokenCommand &command)
{
    const auto settings = settings::readAuthSettings(settings::processEnvironment());
    if (!settings) {
        std::fputs(qPrintable(settings::problemsAsText(settings.error())), stderr);
        return settings::configurationExitStatus;
    }
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    const QString expiry = QDateTime::fromSecsSinceEpoch(now + command.ttlSeconds, Qt::UTC).toString(Qt::ISODate);
    QJsonObject all;
    for (const QString &user : command.users) {
        const auto token = auth::makeToken(auth::authOptions(*settings), user.toStdString(), now, command.ttlSeconds);
        if (!token) {
            std::fprintf(stderr, "electric-service: %s\n%s\n", token.error().detail.c_str(), token.error().hint.c_str());
            return 1;
        }
        const QString text = QString::fromStdString(*token);
        if (command.json)
            all.insert(user, QJsonObject {{QStringLiteral("token"), text}, {QStringLiteral("expiry"), expiry}});
        else if (command.users.size() == 1)
            std::printf("%s\n", qPrintable(text));
        else
            std::printf("%s\n  %s\n", qPrintable(user), qPrintable(text));
    }
    if (command.json)
        std::fputs(QJsonDocument(all).toJson().constData(), stdout);
    return 0;
}

} // namespace electric::app

#include "service/app/databaseoptions.h"

namespace electric::app {

pg::ConnectionOptions databaseOptions(const settings::DatabaseUrl &url)
{
    pg::ConnectionOptions options;
    options.host = url.host.toStdString();
    options.port = url.port;
    options.user = url.user.toStdString();
    options.password = url.password.toStdString();
    options.database = url.database.toStdString();
    if (!url.sslMode.isEmpty())
        options.sslMode = url.sslMode.toStdString();
    options.sslRootCert = url.sslRootCert.toStdString();
    return options;
}

} // namespace electric::app

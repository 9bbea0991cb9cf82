#include "service/app/serve.h"

#include "service/admin/logbuffer.h"
#include "service/app/administration.h"
#include "service/app/banner.h"
#include "service/app/logging.h"
#include "service/app/service.h"
#include "service/app/unixsignals.h"
#include "service/embedded/cluster.h"
#include "shared/auth/authoptions.h"

#include <QCoreApplication>
#include <QLoggingCategory>
#include <QScopeGuard>

#include <cstdio>

namespace electric::app {

Q_LOGGING_CATEGORY(lcServe, "electric.service", QtInfoMsg)

namespace {

int complain(const Failure &failure)
{
    std::fprintf(stderr, "electric-service: %s\n", failure.detail.c_str());
    if (!failure.hint.empty())
        std::fprintf(stderr, "  %s\n", failure.hint.c_str());
    return 1;
}

int complain(const std::vector<settings::Problem> &problems)
{
    std::fputs(qPrintable(settings::problemsAsText(problems)), stderr);
    return settings::configurationExitStatus;
}

Result<std::unique_ptr<embedded::Cluster>> startCluster(const QString &directory)
{
    auto home = embedded::ClusterHome::open(directory.isEmpty() ? embedded::ClusterHome::defaultDirectory() : directory);
    if (!home)
        return fail(home.error());
    auto cluster = std::make_unique<embedded::Cluster>(std::move(*home));
    if (auto started = cluster->start(); !started)
        return fail(started.error());
    return cluster;
}

// What need not be configured when the database is ours: nobody else can reach it.
QHash<QString, QString> embeddedDefaults(const QString &url, const QString &proxyPassword)
{
    return {{QStringLiteral("DATABASE_URL"), url}, {QStringLiteral("DATABASE_REQUIRE_SSL"), QStringLiteral("false")},
        {QStringLiteral("ELECTRIC_WRITE_TO_PG_MODE"), QStringLiteral("direct_writes")},
        {QStringLiteral("AUTH_MODE"), QStringLiteral("insecure")}, {QStringLiteral("PG_PROXY_PASSWORD"), proxyPassword},
        {QStringLiteral("ELECTRIC_LISTEN_ADDRESS"), QStringLiteral("127.0.0.1")}};
}

tl::expected<auth::TokenVerifier, std::vector<settings::Problem>> makeVerifier(const settings::AuthSettings &auth)
{
    auto verifier = auth::TokenVerifier::make(auth::authOptions(auth));
    if (!verifier)
        return tl::unexpected(std::vector<settings::Problem> {{QStringLiteral("AUTH_JWT_KEY"),
            QString::fromStdString(verifier.error().detail), QString::fromStdString(verifier.error().hint)}});
    return *std::move(verifier);
}

int run(QCoreApplication &application, UnixSignals &signalsOfOs, const settings::Settings &settings, embedded::Cluster *cluster,
    StartedAs startedAs)
{
    auto verifier = makeVerifier(settings.auth);
    if (!verifier)
        return complain(verifier.error());
    admin::LogBuffer log;
    keepLog(&log);
    const auto noLog = qScopeGuard([] { keepLog(nullptr); }); // after everything that logs
    installLogging(settings.logLevel);
    Service service(settings, *std::move(verifier));
    Administration administration(service, std::move(startedAs), log);
    QObject::connect(&signalsOfOs, &UnixSignals::stopRequested, &application, &QCoreApplication::quit);
    if (cluster) {
        QObject::connect(cluster, &embedded::Cluster::crashed, &service, [](const QString &what) { qCWarning(lcServe).noquote() << what; });
        QObject::connect(cluster, &embedded::Cluster::gaveUp, &service, [](const QString &what) {
            qCCritical(lcServe).noquote() << what;
            QCoreApplication::exit(1);
        });
    }
    QObject::connect(&service, &Service::ready, &application, [&settings, cluster, told = false]() mutable {
        if (!std::exchange(told, true)) {
            std::fputs(qPrintable(banner(settings, cluster)), stdout);
            std::fflush(stdout);
        }
    });
    if (auto started = service.start(); !started)
        return complain(started.error());
    if (auto listening = administration.listen(); !listening)
        qCWarning(lcServe).noquote() << "the console cannot connect:" << QString::fromStdString(listening.error().detail)
                                     << QString::fromStdString(listening.error().hint);
    const int status = QCoreApplication::exec();
    qCInfo(lcServe) << "stopping";
    return status;
}

} // namespace

const char *version()
{
    return ELECTRIC_VERSION;
}

int serve(const ServeCommand &command, int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    UnixSignals signalsOfOs; // before any thread
    auto environment = settings::processEnvironment();
    if (!command.embedded) {
        const auto settings = settings::readSettings(environment);
        return settings ? run(application, signalsOfOs, *settings, nullptr, {command.profile, false, {}, environment, {}})
                        : complain(settings.error());
    }
    environment.remove(QStringLiteral("DATABASE_URL")); // that of another project, as often as not
    // What is wrong is told before a cluster is made for it.
    const auto placeholders = embeddedDefaults(QStringLiteral("postgresql://electric@127.0.0.1/electric"), QStringLiteral("-"));
    if (const auto trial = settings::readSettings(environment, placeholders); !trial)
        return complain(trial.error());
    const auto cluster = startCluster(command.dataDirectory);
    if (!cluster)
        return complain(cluster.error());
    const auto defaults = embeddedDefaults((*cluster)->url(true), (*cluster)->home().proxyPassword());
    const auto settings = settings::readSettings(environment, defaults);
    if (!settings)
        return complain(settings.error());
    return run(application, signalsOfOs, *settings, cluster->get(),
        {command.profile, true, (*cluster)->home().directory(), environment, defaults});
}

} // namespace electric::app

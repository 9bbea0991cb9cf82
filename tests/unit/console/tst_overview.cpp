#include <QTest>

#include "console/control/standing.h"
#include "console/pages/overview/addresses.h"
#include "console/pages/overview/vitals.h"
#include "console/shell/appearance.h"
#include "console/shell/servicechooser.h"

#include <QApplication>
#include <QSet>

#include <array>
#include <cmath>

using namespace electric;
using namespace electric::console;

namespace {

QString text(const char *t)
{
    return QString::fromUtf8(t);
}

QList<admin::Metric> metrics(double received, double committed, double failed)
{
    return {{text("electric_sessions"), 2, false, {{text("state"), text("replicating")}}},
        {text("electric_sessions"), 1, false, {{text("state"), text("loading")}}},
        {text("electric_pg_transactions_received_total"), received, true, {}},
        {text("electric_writes_total"), committed, true, {{text("result"), text("committed")}}},
        {text("electric_writes_total"), failed, true, {{text("result"), text("failed")}}}};
}

double luminance(const QColor &colour)
{
    const auto part = [](double c) { return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * part(colour.redF()) + 0.7152 * part(colour.greenF()) + 0.0722 * part(colour.blueF());
}

double contrast(const QColor &a, const QColor &b)
{
    // In a list: of two temporaries std::minmax would return references that dangle.
    const auto [low, high] = std::minmax({luminance(a), luminance(b)});
    return (high + 0.05) / (low + 0.05);
}

} // namespace

class TestOverview : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ratesAreDifferencesOfCounters()
    {
        VitalsReader reader;
        Vitals vitals = reader.read(1'000, metrics(100, 10, 1));
        QVERIFY(!vitals.fromPostgres && !vitals.fromApps); // one look makes no rate
        QCOMPARE(*vitals.sessions, 3.0);
        QCOMPARE(*vitals.connecting, 1.0);
        QCOMPARE(*vitals.rejected, 1.0);
        QVERIFY(!vitals.memory);
        vitals = reader.read(3'000, metrics(150, 15, 2));
        QCOMPARE(*vitals.fromPostgres, 25.0);
        QCOMPARE(*vitals.fromApps, 3.0);
        vitals = reader.read(4'000, metrics(5, 0, 0)); // the service began anew
        QVERIFY(!vitals.fromPostgres && !vitals.fromApps);
        vitals = reader.read(4'000, metrics(6, 0, 0)); // no time between
        QVERIFY(!vitals.fromPostgres);
        reader.reset();
        QVERIFY(!reader.read(5'000, metrics(10, 0, 0)).fromPostgres);
        QVERIFY(!reader.read(6'000, {}).sessions); // of another version
    }

    void whatIsNotKnownIsADash()
    {
        QCOMPARE(countText({}), text("–"));
        QCOMPARE(rateText({}), text("–"));
        QCOMPARE(sizeText({}), text("–"));
        QCOMPARE(durationText({}), text("–"));
        QCOMPARE(rateText(1.24), text("1.2"));
        QCOMPARE(durationText(12), text("12 ms"));
        QCOMPARE(durationText(61'000), text("61 s"));
    }

    void addressesFollowWhereTheServiceListens_data()
    {
        QTest::addColumn<QString>("listens");
        QTest::addColumn<QString>("apps");
        QTest::addColumn<QString>("migrations");
        QTest::newRow("everywhere") << QString() << text("http://localhost:5133") << text("postgresql://postgres@localhost:65432/shop");
        QTest::newRow("all of IPv4") << text("0.0.0.0") << text("http://localhost:5133")
                                     << text("postgresql://postgres@localhost:65432/shop");
        QTest::newRow("IPv6") << text("::1") << text("http://[::1]:5133") << text("postgresql://postgres@[::1]:65432/shop");
    }
    void addressesFollowWhereTheServiceListens()
    {
        QFETCH(QString, listens);
        admin::Status status;
        status.listenAddress = listens;
        status.httpPort = 5133;
        status.proxyPort = 65432;
        status.proxyListens = true;
        status.database = text("postgresql://me@db.example:5432/shop");
        QTEST(addressesOf(status).apps, "apps");
        QTEST(addressesOf(status).migrations, "migrations");
        status.proxyListens = false;
        QVERIFY(addressesOf(status).migrations.isEmpty());
        QCOMPARE(addressesOf(status).database, status.database);
    }

    void everyStandingHasAWordAndAShapeOfItsOwn()
    {
        using State = ServiceLink::State;
        const admin::Error why {admin::Error::Unreachable, text("nobody answers"), text("start it")};
        for (const State state : {State::Idle, State::Connecting, State::Connected, State::Unreachable, State::WrongVersion})
            QVERIFY(!standingOf(state, why, {}).word.isEmpty());
        QCOMPARE(standingOf(State::Unreachable, why, {}).reason, why.message);
        QCOMPARE(standingOf(State::Unreachable, why, {}).remedy, why.remedy);
        admin::Status status;
        status.reason = text("lost");
        for (const auto &[name, kind] : {std::pair {"ready", Standing::Kind::Good}, {"connecting", Standing::Kind::Waiting},
                 {"replicating", Standing::Kind::Waiting}, {"catching-up", Standing::Kind::Waiting}, {"degraded", Standing::Kind::Bad},
                 {"of-a-newer-service", Standing::Kind::Warning}}) {
            status.state = text(name);
            const Standing standing = standingOf(State::Connected, {}, status);
            QVERIFY2(standing.kind == kind && !standing.word.isEmpty() && standing.reason == status.reason, name);
        }
        QSet<QByteArray> shapes;
        for (const auto kind :
            {Standing::Kind::Off, Standing::Kind::Waiting, Standing::Kind::Good, Standing::Kind::Warning, Standing::Kind::Bad})
            shapes << symbolOf(kind);
        QCOMPARE(shapes.size(), 5);
    }

    void theServiceToFollow_data()
    {
        QTest::addColumn<QString>("current");
        QTest::addColumn<QString>("remembered");
        QTest::addColumn<QStringList>("running");
        QTest::addColumn<QString>("follows");
        const QString a = text("a.sock");
        const QString b = text("b.sock");
        QTest::newRow("none runs") << QString() << a << QStringList() << QString();
        QTest::newRow("the first") << QString() << QString() << QStringList {a, b} << a;
        QTest::newRow("the remembered one") << QString() << b << QStringList {a, b} << b;
        QTest::newRow("the remembered one does not run") << QString() << b << QStringList {a} << a;
        QTest::newRow("the current one stays, even when it went away") << b << b << QStringList {a} << b;
    }
    void theServiceToFollow()
    {
        QFETCH(QString, current);
        QFETCH(QString, remembered);
        QFETCH(QStringList, running);
        std::vector<admin::RunningService> services;
        for (const QString &path : std::as_const(running))
            services.push_back({path.chopped(5), path, 0, {}, 0, {}, 0});
        QTEST(serviceToFollow(current, remembered, services), "follows");
    }

    void textsCanBeReadInBothAppearances()
    {
        constexpr double normal = 4.5; // WCAG 2.1, AA
        using P = QPalette;
        for (const Appearance one : {Appearance::Light, Appearance::Dark}) {
            const P palette = paletteOf(one);
            for (const auto &[front, back] : {std::pair {P::WindowText, P::Window}, {P::Text, P::Base}, {P::Text, P::AlternateBase},
                     {P::ButtonText, P::Button}, {P::HighlightedText, P::Highlight}, {P::PlaceholderText, P::Base},
                     {P::PlaceholderText, P::Window}, {P::Link, P::Base}, {P::ToolTipText, P::ToolTipBase}})
                QVERIFY2(contrast(palette.color(front), palette.color(back)) >= normal, qPrintable(QString::number(front)));
        }
    }
};

QTEST_MAIN(TestOverview)
#include "tst_overview.moc"

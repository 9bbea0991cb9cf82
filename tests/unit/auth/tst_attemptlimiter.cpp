#include "service/auth/attemptlimiter.h"

#include <QTest>

using namespace electric::auth;
using namespace std::chrono_literals;

class TestAttemptLimiter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anAddressIsTurnedAwayForTheRestOfItsMinute()
    {
        AttemptLimiter limiter(3);
        const AttemptLimiter::Clock::time_point start {};
        for (int i = 0; i < 3; ++i) {
            QVERIFY(limiter.mayTry("10.0.0.1", start));
            limiter.failed("10.0.0.1", start + i * 1s);
        }
        QVERIFY(!limiter.mayTry("10.0.0.1", start + 59s));
        QVERIFY(limiter.mayTry("10.0.0.2", start + 59s));
        QVERIFY(limiter.mayTry("10.0.0.1", start + 60s));
        limiter.failed("10.0.0.1", start + 61s);
        QVERIFY(limiter.mayTry("10.0.0.1", start + 61s));
    }

    void manyAddressesDoNotFillTheMemory()
    {
        AttemptLimiter limiter(1);
        const AttemptLimiter::Clock::time_point start {};
        for (int i = 0; i < 20'000; ++i)
            limiter.failed(std::to_string(i), start + i * 1ms);
        QVERIFY(limiter.size() <= 10'000);
        QVERIFY(!limiter.mayTry("19999", start + 20s));
    }
};

QTEST_APPLESS_MAIN(TestAttemptLimiter)
#include "tst_attemptlimiter.moc"

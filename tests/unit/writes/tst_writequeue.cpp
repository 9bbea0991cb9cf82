#include <QTest>

#include "service/writes/writequeue.h"

namespace electric::writes {

class WriteQueueTest : public QObject
{
    Q_OBJECT

    using Clock = WriteQueue::Clock;
    const Clock::time_point m_now {};

    static WriteQueue::Job job(const std::string &client, const std::string &lsn)
    {
        WriteQueue::Job made;
        made.transaction.clientId = client;
        made.transaction.lsn = lsn;
        return made;
    }
    static std::string name(const std::optional<WriteQueue::Job> &one)
    {
        return one ? one->transaction.clientId + one->transaction.lsn : "none";
    }

private Q_SLOTS:
    void takesOneOfAClientAtATime()
    {
        WriteQueue queue;
        for (const char *const lsn : {"1", "2"})
            queue.push(job("a", lsn), m_now);
        queue.push(job("b", "1"), m_now);
        QCOMPARE(name(queue.take(m_now)), std::string("a1"));
        QCOMPARE(name(queue.take(m_now)), std::string("b1"));
        QCOMPARE(name(queue.take(m_now)), std::string("none"));
        queue.finish("a", m_now);
        QCOMPARE(name(queue.take(m_now)), std::string("a2"));
        queue.finish("b", m_now);
        queue.finish("a", m_now);
        QCOMPARE(queue.size(), std::size_t(0));
    }

    void letsClientsTakeTurns()
    {
        WriteQueue queue;
        for (const char *const lsn : {"1", "2"})
            queue.push(job("a", lsn), m_now);
        queue.push(job("b", "1"), m_now);
        QCOMPARE(name(queue.take(m_now)), std::string("a1"));
        queue.finish("a", m_now);
        QCOMPARE(name(queue.take(m_now)), std::string("b1"));
        QCOMPARE(name(queue.take(m_now)), std::string("a2"));
    }

    void keepsTheOrderOfAClientThatWaits()
    {
        WriteQueue queue;
        for (const char *const lsn : {"1", "2"})
            queue.push(job("a", lsn), m_now);
        auto first = queue.take(m_now);
        queue.postpone(*std::move(first), m_now + std::chrono::seconds(1));
        queue.push(job("b", "1"), m_now);
        QCOMPARE(name(queue.take(m_now)), std::string("b1"));
        QCOMPARE(name(queue.take(m_now)), std::string("none"));
        QVERIFY(queue.nextDue() == m_now + std::chrono::seconds(1));
        QCOMPARE(name(queue.take(m_now + std::chrono::seconds(1))), std::string("a1"));
    }
};

} // namespace electric::writes

QTEST_GUILESS_MAIN(electric::writes::WriteQueueTest)
#include "tst_writequeue.moc"

#include "service/proxy/conversation.h"

#include <QTest>

using namespace electric::proxy;

namespace {

// What messages are, in short: "Q:SELECT 1 C:SELECT 1 Z:I".
std::string inShort(std::string_view bytes)
{
    std::string all;
    for (;;) {
        const Message one = readMessage(bytes, maxMessage);
        if (one.kind != Message::Kind::Complete)
            return bytes.empty() ? all : all + "?";
        bytes.remove_prefix(one.whole.size());
        all += all.empty() ? "" : " ";
        all += one.type;
        if (one.type == 'Q' || one.type == 'C' || one.type == 'Z')
            all += ':' + std::string(one.body.substr(0, one.body.find('\0')));
        else if (one.type == 'E' && one.body.substr(0, 1) == "S")
            all += ':' + std::string(reportField(one.body, 'C'));
    }
}

std::string extendedGroup(std::string_view sql)
{
    return parse("", sql, {}) + message('B', std::string(8, '\0')) + message('E', std::string(5, '\0')) + message('S');
}

std::string row(const std::vector<std::string> &values)
{
    std::string body = uint16Bytes(std::uint16_t(values.size()));
    for (const std::string &value : values)
        body += uint32Bytes(std::uint32_t(value.size())) + value;
    return message('D', body);
}

std::string done(std::string_view tag, char status)
{
    return commandComplete(tag) + readyForQuery(status);
}

} // namespace

class TestConversation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everydayBytesPassUnchangedWhereverTheyAreCut_data()
    {
        QTest::addColumn<int>("size");
        for (const int size : {1, 2, 3, 5, 7, 1000})
            QTest::addRow("%d bytes at a time", size) << size;
    }
    void everydayBytesPassUnchangedWhereverTheyAreCut()
    {
        QFETCH(int, size);
        const std::string client = query("SELECT 1") + extendedGroup("SELECT 2") + extendedGroup("INSERT INTO t VALUES (1)") + message('H');
        const std::string server = row({"1"}) + done("SELECT 1", 'I') + message('1') + message('2') + row({"2"}) + done("SELECT 1", 'I')
            + message('A', "x") + message('1') + message('2') + done("INSERT 0 1", 'I');
        Conversation conversation(Conversation::Mode::Migrations);
        std::string toServer;
        std::string toClient;
        for (std::size_t at = 0; at < client.size(); at += std::size_t(size)) {
            conversation.fromClient(std::string_view(client).substr(at, std::size_t(size)));
            toServer += conversation.takeForServer();
        }
        for (std::size_t at = 0; at < server.size(); at += std::size_t(size)) {
            conversation.fromServer(std::string_view(server).substr(at, std::size_t(size)));
            toClient += conversation.takeForClient();
        }
        QVERIFY(toServer == client);
        QVERIFY(toClient == server);
    }

    void laterMessagesWaitForAMigration()
    {
        Conversation conversation(Conversation::Mode::Migrations);
        conversation.fromClient(query("SELECT 1") + query("DROP TABLE t") + query("SELECT 2"));
        QCOMPARE(inShort(conversation.takeForServer()), std::string("Q:SELECT 1 H"));
        QVERIFY(!conversation.wantsClient());
        conversation.fromServer(done("SELECT 1", 'I'));
        QCOMPARE(inShort(conversation.takeForServer()), std::string("Q:SELECT pg_catalog.to_regclass('electric.electrified') IS NOT NULL"));
        conversation.fromServer(row({"f"}) + done("SELECT 1", 'I'));
        QCOMPARE(inShort(conversation.takeForServer()), std::string("Q:DROP TABLE t"));
        conversation.fromServer(done("DROP TABLE", 'I'));
        QCOMPARE(inShort(conversation.takeForServer()), std::string("Q:SELECT 2"));
        conversation.fromServer(done("SELECT 1", 'I'));
        QCOMPARE(inShort(conversation.takeForClient()), std::string("C:SELECT 1 Z:I C:DROP TABLE Z:I C:SELECT 1 Z:I"));
        QVERIFY(conversation.wantsClient());
    }

    void aRefusedStatementIsNeverSent()
    {
        Conversation conversation(Conversation::Mode::Migrations);
        conversation.fromClient(query("DROP TABLE t"));
        conversation.fromServer(row({"t"}) + done("SELECT 1", 'I') + row({"public", "t"}) + done("SELECT 1", 'I'));
        QVERIFY(inShort(conversation.takeForServer()).find("Q:DROP") == std::string::npos);
        QCOMPARE(inShort(conversation.takeForClient()), std::string("E:EX004 Z:I"));
    }

    void aTransactionIsMadeToFailWithTheRefusal()
    {
        Conversation conversation(Conversation::Mode::Migrations);
        conversation.fromClient(query("BEGIN"));
        conversation.fromServer(done("BEGIN", 'T'));
        (void)conversation.takeForServer();
        conversation.fromClient(query("ELECTRIC GRANT ALL ON t TO 'a'"));
        QVERIFY(inShort(conversation.takeForServer()).find("RAISE EXCEPTION") != std::string::npos);
        conversation.fromServer(errorResponse({"ERROR", "EX001", "made by us"}) + readyForQuery('E'));
        QCOMPARE(inShort(conversation.takeForClient()), std::string("C:BEGIN Z:T E:EX001 Z:E"));
    }

    void theTagIsHeldUntilTheRecordingSucceeded()
    {
        Conversation conversation(Conversation::Mode::Migrations);
        conversation.fromClient(query("ALTER TABLE t ADD a int"));
        conversation.fromServer(row({"t"}) + done("SELECT 1", 'I') + row({"public", "t"}) + done("SELECT 1", 'I') + done("BEGIN", 'T')
            + done("ALTER TABLE", 'T'));
        QCOMPARE(inShort(conversation.takeForClient()), std::string());
        conversation.fromServer(errorResponse({"ERROR", "P0001", "no"}) + readyForQuery('E'));
        conversation.fromServer(done("ROLLBACK", 'I'));
        QCOMPARE(inShort(conversation.takeForClient()), std::string("E:P0001 Z:I"));
    }

    void afterAnErrorEverythingUpToSyncIsIgnored()
    {
        Conversation conversation(Conversation::Mode::Migrations);
        conversation.fromClient(parse("", "SELECT nowhere", {}) + message('H'));
        conversation.fromServer(errorResponse({"ERROR", "42703", "no"}));
        (void)conversation.takeForServer();
        conversation.fromClient(query("SELECT 1") + message('S') + query("SELECT 2"));
        QCOMPARE(inShort(conversation.takeForServer()), std::string("S Q:SELECT 2"));
        conversation.fromServer(readyForQuery('I') + done("SELECT 1", 'I'));
        QCOMPARE(inShort(conversation.takeForClient()), std::string("E:42703 Z:I C:SELECT 1 Z:I"));
    }

    void copyInOfTheExtendedProtocolSwallowsTheSyncBeforeIt()
    {
        Conversation conversation(Conversation::Mode::Migrations);
        conversation.fromClient(extendedGroup("COPY t FROM STDIN"));
        conversation.fromServer(message('1') + message('2') + message('G', std::string(3, '\0')));
        conversation.fromClient(message('d', "1\n") + message('c') + message('S') + query("DROP TABLE t"));
        (void)conversation.takeForServer();
        conversation.fromServer(done("COPY 1", 'I'));
        QVERIFY(inShort(conversation.takeForServer()).find("to_regclass") != std::string::npos);
    }

    void bytesThatAreNotTheProtocolAreAnswered_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("unknown type") << QByteArray("?\0\0\0\4", 5);
        QTest::newRow("length that cannot be") << QByteArray("Q\0\0\0\1", 5);
        QTest::newRow("length without end") << QByteArray("Q\xff\xff\xff\xff", 5);
    }
    void bytesThatAreNotTheProtocolAreAnswered()
    {
        QFETCH(QByteArray, bytes);
        Conversation conversation(Conversation::Mode::Migrations);
        conversation.fromClient(bytes.toStdString());
        QCOMPARE(inShort(conversation.takeForClient()), std::string("E:08P01"));
        QVERIFY(conversation.isOver());
    }
};

QTEST_APPLESS_MAIN(TestConversation)
#include "tst_conversation.moc"

#include <QTest>

#include "console/models/framesmodel.h"
#include "console/models/knownclientsmodel.h"
#include "console/models/migrationsmodel.h"
#include "console/models/rejectedwritesmodel.h"
#include "console/models/sessionsmodel.h"
#include "console/models/tablesmodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

using namespace electric;
using namespace electric::console;

namespace {

constexpr auto fatal = QAbstractItemModelTester::FailureReportingMode::QtTest;

admin::Session session(qint64 id, qint64 bytesIn = 0)
{
    admin::Session session;
    session.id = id;
    session.client = QStringLiteral("client-%1").arg(id);
    session.bytesIn = bytesIn;
    return session;
}

admin::TapFrame frame(qint64 at, qint64 bytes = 1)
{
    admin::TapFrame frame;
    frame.at = at;
    frame.direction = at % 2 ? QStringLiteral("in") : QStringLiteral("out");
    frame.type = QStringLiteral("SatOpLog");
    frame.bytes = bytes;
    frame.content = {{QStringLiteral("needle"), at}};
    return frame;
}

template <typename Model> QList<qint64> ids(const Model &model)
{
    QList<qint64> ids;
    for (const auto &row : model.rows())
        ids << row.id;
    return ids;
}

} // namespace

class TestConsoleModels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rowsAreChangedInPlace()
    {
        SessionsModel model;
        QAbstractItemModelTester tester(&model, fatal);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
        model.assign({session(1), session(2), session(3), session(4)});
        const QPersistentModelIndex three = model.index(2, 0);

        model.assign({session(4), session(3, 2048), session(5)});
        QCOMPARE(ids(model), (QList<qint64> {3, 4, 5}));
        QCOMPARE(three.row(), 0);
        QCOMPARE(three.sibling(0, 9).data().toString(), QStringLiteral("2.0 KiB"));
        QCOMPARE(changed.size(), 1); // 4 is as it was
        QCOMPARE(removed.size(), 1); // 1 and 2 at once
        QCOMPARE(model.find(5)->client, QStringLiteral("client-5"));
        QVERIFY(!model.find(1));

        model.assign({});
        QCOMPARE(model.rowCount(), 0);
        QCOMPARE(reset.size(), 0);
    }

    void aKeyThatComesTwiceIsOneRow()
    {
        SessionsModel model;
        QAbstractItemModelTester tester(&model, fatal);
        model.assign({session(1, 5), session(1, 7)});
        QCOMPARE(ids(model), QList<qint64> {1});
        QCOMPARE(model.rows()[0].bytesIn, 7);
    }

    void numbersAreSortedAsNumbers()
    {
        SessionsModel model;
        model.assign({session(1, 900), session(2, 100'000)});
        QVERIFY(model.index(0, 9).data(SortRole).toLongLong() < model.index(1, 9).data(SortRole).toLongLong());
        QCOMPARE(model.index(1, 0).data(KeyRole).toLongLong(), 2);
        QCOMPARE(model.index(0, 7).data().toString(), QStringLiteral("–")); // lag is not known
    }

    void pagesAreAddedAndSingleRowsTakenAway()
    {
        RejectedWritesModel model;
        QAbstractItemModelTester tester(&model, fatal);
        const auto write = [](qint64 id) {
            admin::RejectedWrite one;
            one.id = id;
            return one;
        };
        model.assign({write(9), write(8)});
        model.merge({write(8), write(7)});
        QCOMPARE(ids(model), (QList<qint64> {9, 8, 7}));
        model.remove(8);
        model.remove(100);
        QCOMPARE(ids(model), (QList<qint64> {9, 7}));
    }

    void tablesSayWhetherTheyAreElectrified()
    {
        TablesModel model;
        QAbstractItemModelTester tester(&model, fatal);
        admin::Table table;
        table.schema = QStringLiteral("public");
        table.name = QStringLiteral("items");
        model.assign({table});
        const QString plain = model.index(0, 1).data().toString();
        table.obstacle = QStringLiteral("no PRIMARY KEY");
        model.assign({table});
        QVERIFY(model.index(0, 1).data().toString() != plain);
        QCOMPARE(model.index(0, 1).data(Qt::ToolTipRole).toString(), table.obstacle);
        table.electrified = true;
        model.assign({table});
        QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("Electrified"));
        QCOMPARE(model.index(0, 0).data(KeyRole).toString(), QStringLiteral("public.items"));
    }

    void clientsAreNamedByTheirId()
    {
        KnownClientsModel model;
        QAbstractItemModelTester tester(&model, fatal);
        model.assign({{QStringLiteral("c1"), {}, {}, 0, 0, false}});
        model.assign({{QStringLiteral("c1"), {}, {}, 0, 0, true}});
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.index(0, 2).data().toString(), QStringLiteral("connected"));
    }

    void migrationsShowTheirFirstStatement()
    {
        MigrationsModel model;
        QAbstractItemModelTester tester(&model, fatal);
        model.assign({{QStringLiteral("1"), 0, {QStringLiteral("CREATE TABLE\n  a ()")}, {}}, {QStringLiteral("2"), 0, {}, {}}});
        QCOMPARE(model.index(0, 2).data().toString(), QStringLiteral("CREATE TABLE a ()"));
        QCOMPARE(model.index(1, 2).data().toString(), QString());
    }

    void theOldestFramesGo()
    {
        FramesModel model(nullptr, 3);
        QAbstractItemModelTester tester(&model, fatal);
        model.append({frame(1), frame(2)});
        model.append({frame(3), frame(4)});
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.frame(0).at, 2);
        model.append({frame(5), frame(6), frame(7), frame(8), frame(9)});
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.frame(0).at, 7);
        model.append({});
        model.clear();
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }

    void heavyFramesMakeRoomForThemselves()
    {
        FramesModel model(nullptr, 100, 50);
        QAbstractItemModelTester tester(&model, fatal);
        model.append({frame(1, 20), frame(2, 20)});
        model.append({frame(3, 20)});
        QCOMPARE(model.frame(0).at, 2);
        model.append({frame(4, 500)}); // alone it stays
        QCOMPARE(model.rowCount(), 1);
        model.append({frame(5, 1)});
        QCOMPARE(model.rowCount(), 1);
    }

    void framesAreFoundByTypeAndContent()
    {
        FramesModel model;
        model.append({frame(1), frame(2)});
        const QString text = model.searchText(0);
        QVERIFY(text.contains(QStringLiteral("SatOpLog")) && text.contains(QStringLiteral("needle")));
        QVERIFY(model.index(0, 0).data(FramesModel::IncomingRole).toBool());
        QVERIFY(!model.index(1, 0).data(FramesModel::IncomingRole).toBool());
    }
};

QTEST_GUILESS_MAIN(TestConsoleModels)
#include "tst_consolemodels.moc"

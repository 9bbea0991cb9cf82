#include <QTest>

#include "console/models/findingsmodel.h"
#include "console/models/includemodel.h"
#include "console/models/previewmodels.h"

#include <QAbstractItemModelTester>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QSortFilterProxyModel>

using namespace electric;
using namespace electric::console;

namespace {

admin::Table table(const char *name, const QList<admin::ForeignKey> &keys = {}, bool electrified = true)
{
    admin::Table one;
    one.schema = QStringLiteral("public");
    one.name = QString::fromLatin1(name);
    one.electrified = electrified;
    one.foreignKeys = keys;
    return one;
}

admin::ForeignKey key(const char *column, const char *target)
{
    return {{QString::fromLatin1(column)}, QStringLiteral("public"), QString::fromLatin1(target)};
}

// Comments hang on tasks, tasks on projects and on each other.
const QList<admin::Table> &tables()
{
    static const QList<admin::Table> all {table("comments", {key("task", "tasks")}), table("projects"),
        table("tasks", {key("parent", "tasks"), key("project", "projects")}), table("hidden", {key("task", "tasks")}, false)};
    return all;
}

QStringList rowsOf(const IncludeModel &model, const QModelIndex &parent = {})
{
    QStringList all;
    for (int row = 0; row < model.rowCount(parent); ++row)
        all << model.index(row, 0, parent).data().toString();
    return all;
}

bool tick(IncludeModel &model, const QModelIndex &index, bool isTicked = true)
{
    return model.setData(index, isTicked ? Qt::Checked : Qt::Unchecked, Qt::CheckStateRole);
}

QByteArray json(const QJsonArray &array)
{
    return QJsonDocument(array).toJson(QJsonDocument::Compact);
}

} // namespace

class TestToolModels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findingsComeWithTheGravestFirst()
    {
        FindingsModel model;
        QAbstractItemModelTester tester(&model);
        model.assign({{QStringLiteral("a"), QStringLiteral("ok"), QStringLiteral("fine"), {}},
            {QStringLiteral("b"), QStringLiteral("warning"), QStringLiteral("hm"), QStringLiteral("look")},
            {QStringLiteral("b"), QStringLiteral("error"), QStringLiteral("bad"), QStringLiteral("mend")}});
        QSortFilterProxyModel proxy;
        proxy.setSourceModel(&model);
        proxy.setSortRole(SortRole);
        proxy.sort(0);
        QCOMPARE(proxy.index(0, 0).data().toString(), QStringLiteral("Error"));
        QCOMPARE(proxy.index(0, 2).data().toString(), QStringLiteral("mend"));
        QCOMPARE(proxy.index(2, 0).data().toString(), QStringLiteral("Good"));
        QCOMPARE(model.countOf("error"), 1);
        QCOMPARE(model.countOf("warning"), 1);
    }

    void relationsAreFoundBothWays()
    {
        IncludeModel model;
        QAbstractItemModelTester tester(&model);
        QVERIFY(model.include().isEmpty());
        model.setTables(tables(), QStringLiteral("tasks"));
        // A table that points at itself is followed to the many only.
        QCOMPARE(rowsOf(model),
            (QStringList {QStringLiteral("comments whose task points here"), QStringLiteral("tasks whose parent points here"),
                QStringLiteral("projects that project points at")}));
        QVERIFY(model.index(2, 0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("comes along")));
        model.setTables(tables(), QStringLiteral("nothing"));
        QCOMPARE(model.rowCount(), 0);
    }

    void whatIsTickedIsIncluded()
    {
        IncludeModel model;
        QAbstractItemModelTester tester(&model);
        QSignalSpy changes(&model, &IncludeModel::changed);
        model.setTables(tables(), QStringLiteral("projects"));
        const QModelIndex ofTasks = model.index(0, 0);
        QCOMPARE(model.rowCount(ofTasks), 0);
        QVERIFY(tick(model, ofTasks));
        // The way back to the project leads nowhere new.
        QCOMPARE(rowsOf(model, ofTasks),
            (QStringList {QStringLiteral("comments whose task points here"), QStringLiteral("tasks whose parent points here")}));
        QVERIFY(tick(model, model.index(0, 0, ofTasks)));
        QCOMPARE(json(model.include()),
            QByteArray(
                R"([{"foreignKey":["project"],"include":[{"foreignKey":["task"],"include":[],"table":"comments"}],"table":"tasks"}])"));
        QCOMPARE(model.parent(model.index(0, 0, ofTasks)), ofTasks);
        QVERIFY(tick(model, ofTasks, false));
        QCOMPARE(json(model.include()), QByteArray("[]"));
        QCOMPARE(model.rowCount(ofTasks), 0);
        QCOMPARE(changes.size(), 4);
    }

    void circlesEndWhereNobodyTicks()
    {
        IncludeModel model;
        QAbstractItemModelTester tester(&model);
        model.setTables(tables(), QStringLiteral("tasks"));
        QModelIndex at;
        for (int depth = 0; depth < 6; ++depth) {
            at = model.index(1, 0, at); // the tasks below
            QVERIFY(tick(model, at));
        }
        QVERIFY(model.rowCount(at) > 0);
    }

    void samplesStandInTheTablesColumns()
    {
        SampleModel model;
        QAbstractItemModelTester tester(&model);
        admin::PreviewedTable found {QStringLiteral("public"), QStringLiteral("items"), 1, 20,
            {QStringLiteral("id"), QStringLiteral("content"), QStringLiteral("more")},
            {{{QStringLiteral("content"), QStringLiteral("a\nb")}, {QStringLiteral("id"), 5},
                 {QStringLiteral("more"), QJsonObject {{QStringLiteral("x"), 1}}}},
                {{QStringLiteral("id"), 6}, {QStringLiteral("content"), QJsonValue::Null}}}};
        model.show(found);
        QCOMPARE(model.headerData(0, Qt::Horizontal).toString(), QStringLiteral("id"));
        QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("5"));
        QVERIFY(!model.index(0, 1).data().toString().contains(QLatin1Char('\n')));
        QCOMPARE(model.index(0, 2).data().toString(), QStringLiteral("{\"x\":1}"));
        QCOMPARE(model.index(1, 1).data().toString(), QStringLiteral("NULL"));
        PreviewedTablesModel tablesModel;
        QAbstractItemModelTester other(&tablesModel);
        tablesModel.assign({found});
        QCOMPARE(tablesModel.index(0, 0).data().toString(), QStringLiteral("public.items"));
    }

    void anErrorIsToldByLineAndCharacter()
    {
        admin::ShapePreview wrong;
        wrong.error = QStringLiteral("At location 9: no such thing");
        wrong.position = 10;
        QCOMPARE(errorInWords(QStringLiteral("true AND nothing"), wrong), QStringLiteral("At character 10: no such thing."));
        wrong.remedy = QStringLiteral("Mend it.");
        wrong.position = 10;
        QCOMPARE(
            errorInWords(QStringLiteral("true AND\nnothing"), wrong), QStringLiteral("In line 2 at character 1: no such thing. Mend it."));
        wrong.error = QStringLiteral("Unknown table x");
        wrong.position = 0;
        QCOMPARE(errorInWords({}, wrong), QStringLiteral("Unknown table x Mend it."));
    }

    void anErrorIsPlacedInTheText_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("position");
        QTest::addColumn<int>("start");
        QTest::addColumn<int>("length");
        QTest::newRow("a word") << "true AND nonsense = 1" << 10 << 9 << 8;
        QTest::newRow("a name") << "this.size > 1" << 1 << 0 << 9;
        QTest::newRow("a sign") << "a = = b" << 5 << 4 << 1;
        QTest::newRow("the end") << "this.id =  " << 12 << 8 << 1;
        QTest::newRow("beyond") << "abc" << 99 << 2 << 1;
        QTest::newRow("after a letter of two units") << QStringLiteral("'😀' x") << 5 << 5 << 1;
        QTest::newRow("nothing") << "" << 1 << 0 << 0;
    }
    void anErrorIsPlacedInTheText()
    {
        QFETCH(QString, text);
        QFETCH(int, position);
        QFETCH(int, start);
        QFETCH(int, length);
        const TextSpan span = errorSpan(text, position);
        QCOMPARE(span.start, start);
        QCOMPARE(span.length, length);
    }
};

QTEST_APPLESS_MAIN(TestToolModels)
#include "tst_toolmodels.moc"

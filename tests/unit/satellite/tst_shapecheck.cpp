#include "service/satellite/shapecheck.h"

#include <QTest>

using namespace electric;
using namespace electric::satellite;
using out::ShapeError;

namespace {

schema::Table table(const char *name, std::vector<schema::ForeignKey> keys = {})
{
    schema::Table made;
    made.name.name = name;
    made.columns
        = {{"id", {.name = "uuid", .array = {}, .size = {}}, false}, {"parent_id", {.name = "uuid", .array = {}, .size = {}}, true}};
    made.primaryKey = {"id"};
    made.foreignKeys = std::move(keys);
    return made;
}

schema::ForeignKey keyTo(const char *target)
{
    schema::ForeignKey key;
    key.columns = {"parent_id"};
    key.target.name = target;
    key.targetColumns = {"id"};
    return key;
}

// lists ← items ← notes; nodes ⟲
schema::Catalogue catalogue()
{
    schema::Catalogue made;
    made.put(table("lists"));
    made.put(table("items", {keyTo("lists")}));
    made.put(table("notes", {keyTo("items")}));
    made.put(table("nodes", {keyTo("nodes")}));
    return made;
}

in::Select select(const char *name, std::vector<in::Select::Relation> include = {})
{
    return {name, {}, std::move(include)};
}

in::Select filtered(const char *name, const char *where, std::vector<in::Select::Relation> include = {})
{
    return {name, where, std::move(include)};
}

// "lists" or "lists>items" for one to many, "items<lists" for many to one: each layer behind the one that it hangs on.
QByteArray layers(const shapes::Shape &shape)
{
    QByteArray text;
    for (const shapes::Layer &layer : shape.layers) {
        const QByteArray name = QByteArray::fromStdString(layer.table->name.name);
        const char *const way = layer.way == shapes::Layer::Way::ToMany ? ">" : "<";
        if (layer.way == shapes::Layer::Way::Root)
            text += name;
        else
            text += ' ' + QByteArray::fromStdString(shape.layers[layer.above].table->name.name) + way + name;
    }
    return text;
}

in::Subscribe request(std::vector<in::Select> selects)
{
    return {1, "11111111-1111-4111-8111-111111111111", {{"r", std::move(selects)}}, {}};
}

QByteArray names(const std::set<schema::TableName> &tables)
{
    QByteArray text;
    for (const auto &one : tables)
        text += (text.isEmpty() ? "" : " ") + QByteArray::fromStdString(one.name);
    return text;
}

using Selects = std::vector<in::Select>;

} // namespace

Q_DECLARE_METATYPE(Selects)

class TestShapeCheck : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTreeHoldsItsTablesAndWhatTheyPointAt_data()
    {
        QTest::addColumn<Selects>("selects");
        QTest::addColumn<QByteArray>("tables"); // or the error's code
        const auto row = [](const char *name, Selects selects, const char *tables) {
            QTest::newRow(name) << std::move(selects) << QByteArray(tables);
        };
        row("one table", {select("lists")}, "lists");
        row("what it points at comes along", {select("notes")}, "items lists notes");
        row("one to many", {select("lists", {{{"parent_id"}, select("items")}})}, "items lists");
        row("many to one", {select("items", {{{"parent_id"}, select("lists")}})}, "items lists");
        row("a circle ends", {select("nodes")}, "nodes");
        row("nothing", {}, "3");
        row("two roots", {select("lists"), select("items")}, "6");
        row("unknown", {select("others")}, "1");
        row("empty name", {select("")}, "1");
        row("no such foreign key", {select("lists", {{{"id"}, select("items")}})}, "6");
        row("include without a select", {select("lists", {{{"parent_id"}, {}}})}, "6");
        row("the same include twice", {select("lists", {{{"parent_id"}, select("items")}, {{"parent_id"}, select("items")}})}, "6");
    }
    void aTreeHoldsItsTablesAndWhatTheyPointAt()
    {
        QFETCH(const Selects, selects);
        const ShapeCheck check = checkShapes(request(selects), catalogue(), true);
        QTEST(check.errors.empty() ? names(check.tables) : QByteArray::number(int(check.errors.front().code)), "tables");
        QCOMPARE(check.refusal.empty(), check.errors.empty());
    }

    void aConditionMakesATreeOfRows_data()
    {
        QTest::addColumn<Selects>("selects");
        QTest::addColumn<QByteArray>("layers"); // or the error's code and text
        const auto row = [](const char *name, Selects selects, const char *layers) {
            QTest::newRow(name) << std::move(selects) << QByteArray(layers);
        };
        const char *const is = "this.id = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'";
        row("one table", {filtered("lists", is)}, "lists");
        row("what its rows point at comes along", {filtered("notes", is)}, "notes notes<items items<lists");
        row("a condition below", {select("lists", {{{"parent_id"}, filtered("items", is)}})}, "lists lists>items");
        row("back over the same key is not followed", {filtered("lists", is, {{{"parent_id"}, select("items")}})}, "lists lists>items");
        row("two levels", {filtered("lists", is, {{{"parent_id"}, select("items", {{{"parent_id"}, select("notes")}})}})},
            "lists lists>items items>notes");
        row("an include upwards", {filtered("items", is, {{{"parent_id"}, select("lists")}})}, "items items<lists");
        row("children first when both are possible", {filtered("nodes", is, {{{"parent_id"}, select("nodes")}})}, "nodes nodes>nodes");
        row("a circle is followed once", {filtered("nodes", is)}, "nodes nodes<nodes");
        row("blanks are no condition", {filtered("lists", "  ")}, "");
        row("a wrong condition", {filtered("lists", "this.nothing = 1")}, "5 At location 0: unknown reference this.nothing");
        row("a condition on what is pointed at", {select("items", {{{"parent_id"}, filtered("lists", is)}})},
            "5 A row that is pointed at is always part of the shape: lists cannot have a where clause here");
        row("no such foreign key", {filtered("lists", is, {{{"id"}, select("items")}})},
            "6 Relation between {\"public\", \"lists\"} and {\"public\", \"items\"} over FK [\"id\"] does not exist");
    }
    void aConditionMakesATreeOfRows()
    {
        QFETCH(const Selects, selects);
        const ShapeCheck check = checkShapes(request(selects), catalogue(), true);
        QByteArray text = check.shapes.empty() ? QByteArray() : layers(*check.shapes.front());
        for (const ShapeError &error : check.errors)
            text += QByteArray::number(int(error.code)) + ' ' + QByteArray::fromStdString(error.message);
        QTEST(text, "layers");
    }

    void aListMustNameEverything_data()
    {
        QTest::addColumn<Selects>("selects");
        QTest::addColumn<QByteArray>("tables");
        const auto row = [](const char *name, Selects selects, const char *tables) {
            QTest::newRow(name) << std::move(selects) << QByteArray(tables);
        };
        row("one", {select("lists")}, "lists");
        row("with what they point at", {select("items"), select("lists")}, "items lists");
        row("without", {select("items")}, "2");
        row("twice", {select("lists"), select("lists")}, "4");
        row("unknown", {select("a"), select("lists"), select("b")}, "1");
        row("nothing", {}, "3");
        row("a circle", {select("nodes")}, "nodes");
    }
    void aListMustNameEverything()
    {
        QFETCH(const Selects, selects);
        const ShapeCheck check = checkShapes(request(selects), catalogue(), false);
        QTEST(check.errors.empty() ? names(check.tables) : QByteArray::number(int(check.errors.front().code)), "tables");
    }
};

QTEST_APPLESS_MAIN(TestShapeCheck)
#include "tst_shapecheck.moc"

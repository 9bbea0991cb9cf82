#include <QTest> // first: moc 6.4 does not read <concepts>

#include "service/shapes/heldrows.h"
#include "service/shapes/rowkey.h"

#include <deque>
#include <random>

using namespace electric;
using namespace electric::shapes;
using Kind = changes::RowChange::Kind;
using Way = Layer::Way;

namespace {

// users(id) ← lists(id, owner → users, kind) ← items(id, list → lists, kind); nodes(id, up → nodes, kind)
schema::Catalogue catalogue()
{
    schema::Catalogue made;
    std::uint32_t oid = 1;
    const auto add = [&](const char *name, std::vector<std::string> columns, const char *target, const char *column) {
        schema::Table table;
        table.name.name = name;
        table.oid = oid++;
        for (const std::string &one : columns)
            table.columns.push_back({one, {"text", {}, {}}, one != "id"});
        table.primaryKey = {"id"};
        if (target) {
            schema::ForeignKey key;
            key.columns = {column};
            key.target.name = target;
            key.targetColumns = {"id"};
            table.foreignKeys.push_back(key);
        }
        made.put(table);
    };
    add("users", {"id", "electric_user_id"}, nullptr, nullptr);
    add("lists", {"id", "owner", "kind"}, "users", "owner");
    add("items", {"id", "list", "kind"}, "lists", "list");
    add("nodes", {"id", "up", "kind"}, "nodes", "up");
    return made;
}

class World
{
public:
    explicit World(const std::string &user = "me") : held(user) { }

    HeldRows held;

    Layer layer(const char *table, Way way, std::size_t above, const char *column, const char *where)
    {
        Layer made;
        made.way = way;
        made.above = above;
        made.table = m_catalogue.table(schema::TableName {"public", table});
        made.conditionText = where;
        made.condition = *where::compile(where, *made.table, m_catalogue);
        if (way != Way::Root) {
            const auto holder = way == Way::ToMany ? made.table : m_layers[above].table;
            made.foreignKey = {*holder->columnIndex(column)};
        }
        m_layers.push_back(made);
        return made;
    }
    HeldRows::ShapeId add()
    {
        auto shape = std::make_shared<Shape>();
        shape->layers = std::exchange(m_layers, {});
        return held.add(shape);
    }
    // The lists of a kind, with their owners and their items of a kind.
    HeldRows::ShapeId listsOfKind(const char *kind, const char *itemsWhere = "")
    {
        layer("lists", Way::Root, 0, "", (std::string("this.kind = '") + kind + '\'').c_str());
        layer("users", Way::ToOne, 0, "owner", "");
        layer("items", Way::ToMany, 0, "list", itemsWhere);
        return add();
    }

    // "+items 1 a x" inserts, "~items 1 a x > 1 b x" updates from what is before > to what is behind it, "-items 1 a x" deletes;
    // several separated by ";". "_" is NULL.
    enum class Mode { Live, CatchingUp, InDoubt, Own };
    std::string transaction(const std::string &text, Mode mode = Mode::Live)
    {
        std::vector<HeldRows::Event> events;
        m_rows.clear();
        for (const QString &one : QString::fromStdString(text).split(QLatin1Char(';'))) {
            const QStringList words = one.simplified().split(QLatin1Char(' '));
            const QString head = words.first();
            wire::OperationRows &rows = m_rows.emplace_back();
            HeldRows::Event event;
            event.table = m_catalogue.table(schema::TableName {"public", head.mid(1).toStdString()}).get();
            event.kind = head[0] == QLatin1Char('+') ? Kind::Insert : head[0] == QLatin1Char('-') ? Kind::Delete : Kind::Update;
            const auto arrow = words.indexOf(QStringLiteral(">"));
            if (event.kind == Kind::Update) {
                rows.oldRow = values(words.mid(1, arrow - 1), rows);
                rows.newRow = values(words.mid(arrow + 1), rows);
            } else {
                (event.kind == Kind::Insert ? rows.newRow : rows.oldRow) = values(words.mid(1), rows);
            }
            event.rows = &rows;
            events.push_back(event);
        }
        return told(mode == Mode::CatchingUp ? held.catchUp(events)
                                             : held.apply(events,
                                                 mode == Mode::InDoubt   ? HeldRows::Doubt::Fitting
                                                     : mode == Mode::Own ? HeldRows::Doubt::All
                                                                         : HeldRows::Doubt::None));
    }
    bool read(HeldRows::ShapeId shape, std::size_t layer, const char *row)
    {
        wire::OperationRows rows;
        return held.hold(shape, layer, values(QString::fromLatin1(row).split(QLatin1Char(' ')), rows));
    }
    const schema::Catalogue &tables() const { return m_catalogue; }

private:
    static std::vector<changes::Value> values(const QStringList &words, wire::OperationRows &rows)
    {
        std::vector<changes::Value> row;
        for (const QString &word : words) {
            if (word == QLatin1String("_"))
                row.push_back({});
            else
                row.push_back({changes::Value::Kind::Text, rows.rewritten.emplace_back(word.toStdString())});
        }
        return row;
    }
    // Verdicts as letters: . skipped, = as it is, + as an insert. Then what is gone and what has to be read.
    static std::string told(const HeldRows::Effects &effects)
    {
        std::string text;
        for (const HeldRows::Verdict verdict : effects.verdicts)
            text += verdict == HeldRows::Verdict::Skip ? '.' : verdict == HeldRows::Verdict::Pass ? '=' : '+';
        std::set<std::string> gone;
        for (const HeldRows::Row &row : effects.gone)
            gone.insert(" gone " + row.table->name.name + ' ' + std::string(unpackKey(row.key).front()));
        for (const std::string &one : gone)
            text += one;
        for (const HeldRows::Wanted &one : effects.wanted)
            text += " read " + std::to_string(one.layer) + ' ' + std::string(unpackKey(one.key).front());
        return text;
    }

    schema::Catalogue m_catalogue = catalogue();
    std::vector<Layer> m_layers;
    std::deque<wire::OperationRows> m_rows;
};

// What is held: u1 has list A of kind x with items 1 and 2; list B of kind y has item 3 and is not held.
World family(HeldRows::ShapeId *id = nullptr)
{
    World world;
    const auto shape = world.listsOfKind("x");
    world.read(shape, 0, "A u1 x");
    world.read(shape, 1, "u1 _");
    world.read(shape, 2, "1 A k");
    world.read(shape, 2, "2 A k");
    if (id)
        *id = shape;
    return world;
}

} // namespace

class TestHeldRows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rowsOfOneTableAreJudgedByThemselves_data();
    void rowsOfOneTableAreJudgedByThemselves();
    void rowsComeAndGoAlongForeignKeys_data();
    void rowsComeAndGoAlongForeignKeys();
    void rowsThatAreReadAreHeldAndGoWithTheirParent();
    void aRowOfTwoShapesGoesWithTheLast();
    void aRowThatAnotherShapeMayShowIsLookedUp();
    void rowsOfOthersStayAway();
    void treesOfTheirOwnKindAreFollowed();
    void whoWasAwayIsBroughtUpToDate_data();
    void whoWasAwayIsBroughtUpToDate();
    void rowsInDoubtAreTakenAway();
    void whatAnAppWroteOutsideOfItsShapesDoesNotStay();
    void endsAsAFreshReadWould_data();
    void endsAsAFreshReadWould();
    void forgetsWhatNobodyHolds();
    void numbersSurviveManyComingsAndGoings();
};

void TestHeldRows::rowsOfOneTableAreJudgedByThemselves_data()
{
    QTest::addColumn<QByteArray>("transaction");
    QTest::addColumn<QByteArray>("effects");
    QTest::newRow("insert that fits") << QByteArray("+items 1 A x") << QByteArray("+");
    QTest::newRow("insert that does not") << QByteArray("+items 1 A y") << QByteArray(".");
    QTest::newRow("update within") << QByteArray("~items 1 A x > 1 B x") << QByteArray("=");
    QTest::newRow("update in") << QByteArray("~items 1 A y > 1 A x") << QByteArray("+");
    QTest::newRow("update out") << QByteArray("~items 1 A x > 1 A y") << QByteArray(". gone items 1");
    QTest::newRow("update outside") << QByteArray("~items 1 A y > 1 A z") << QByteArray(".");
    QTest::newRow("delete within") << QByteArray("-items 1 A x") << QByteArray("=");
    QTest::newRow("delete outside") << QByteArray("-items 1 A y") << QByteArray(".");
    QTest::newRow("out and in again") << QByteArray("~items 1 A x > 1 A y; ~items 1 A y > 1 A x") << QByteArray("==");
    QTest::newRow("in and out again") << QByteArray("~items 1 A y > 1 A x; ~items 1 A x > 1 A y") << QByteArray("..");
    QTest::newRow("insert, then out") << QByteArray("+items 1 A x; ~items 1 A x > 1 A y") << QByteArray("..");
    QTest::newRow("insert outside, then in") << QByteArray("+items 1 A y; ~items 1 A y > 1 A x") << QByteArray(".+");
    QTest::newRow("out, then deleted") << QByteArray("~items 1 A x > 1 A y; -items 1 A y") << QByteArray(".=");
    QTest::newRow("deleted and made again") << QByteArray("-items 1 A x; +items 1 A x") << QByteArray("==");
    QTest::newRow("another table") << QByteArray("+users u _") << QByteArray(".");
}

void TestHeldRows::rowsOfOneTableAreJudgedByThemselves()
{
    QFETCH(const QByteArray, transaction);
    World world;
    world.layer("items", Way::Root, 0, "", "this.kind = 'x'");
    world.add();
    QTEST(QByteArray::fromStdString(world.transaction(transaction.toStdString())), "effects");
}

void TestHeldRows::rowsComeAndGoAlongForeignKeys_data()
{
    QTest::addColumn<QByteArray>("transaction");
    QTest::addColumn<QByteArray>("effects");
    const auto row = [](const char *name, const char *transaction, const char *effects) {
        QTest::newRow(name) << QByteArray(transaction) << QByteArray(effects);
    };
    row("a child of a held row", "+items 9 A k", "+");
    row("a child of another row", "+items 9 B k", ".");
    row("a child without parent", "+items 9 _ k", ".");
    row("a child changes", "~items 1 A k > 1 A l", "=");
    row("a child goes to another parent", "~items 1 A k > 1 B k", ". gone items 1");
    row("a child comes from another parent", "~items 3 B k > 3 A k", "+");
    row("a child is deleted", "-items 1 A k", "=");
    row("another's child is deleted", "-items 3 B k", ".");
    row("a parent leaves, with all that hangs on it", "~lists A u1 x > A u1 y", ". gone items 1 gone items 2 gone lists A gone users u1");
    row("a parent leaves, a child is saved", "~lists A u1 x > A u1 y; ~items 1 A k > 1 C k; +lists C u1 x",
        ".=+ gone items 2 gone lists A gone users u1 read 1 u1");
    row("a parent is deleted with its children", "-items 1 A k; -items 2 A k; -lists A u1 x", "=== gone users u1");
    row("a parent comes", "~lists B u2 y > B u2 x", "+ read 1 u2 read 2 B");
    row("a new parent has no old children", "+lists C u1 x", "+");
    row("a new parent with its children", "+lists C u1 x; +items 9 C k", "++");
    row("children before their parent", "+items 9 C k; +lists C u1 x", "++");
    row("a new parent with its new owner", "+users u2 _; +lists C u2 x", "++");
    row("an owner that is not there yet", "+lists C u2 x", "+ read 1 u2");
    row("an owner that is pointed at twice", "+lists C u2 x; +lists D u2 x", "++ read 1 u2");
    row("another owner", "~lists A u1 x > A u2 x", "= gone users u1 read 1 u2");
    row("no owner any more", "~lists A u1 x > A _ x", "= gone users u1");
    row("a held owner changes", "~users u1 _ > u1 _", "=");
    row("another owner changes", "~users u2 _ > u2 _", ".");
    row("a list and its owner change", "~users u2 _ > u2 _; ~lists A u1 x > A u2 x", "+= gone users u1");
    row("a parent leaves and comes again", "~lists A u1 x > A u1 y; ~lists A u1 y > A u1 x",
        "== gone items 1 gone items 2 gone users u1 read 1 u1 read 2 A");
}

void TestHeldRows::rowsComeAndGoAlongForeignKeys()
{
    QFETCH(const QByteArray, transaction);
    World world = family();
    QTEST(QByteArray::fromStdString(world.transaction(transaction.toStdString())), "effects");
}

void TestHeldRows::rowsThatAreReadAreHeldAndGoWithTheirParent()
{
    HeldRows::ShapeId shape = 0;
    World world = family(&shape);
    QCOMPARE(world.transaction("~lists B u2 y > B u2 x"), std::string("+ read 1 u2 read 2 B"));
    world.read(shape, 1, "u2 _");
    world.read(shape, 2, "3 B k");
    QCOMPARE(world.transaction("~items 3 B k > 3 B l"), std::string("="));
    QCOMPARE(world.transaction("~lists B u2 x > B u2 y"), std::string(". gone items 3 gone lists B gone users u2"));
    QCOMPARE(world.transaction("~items 3 B l > 3 B m"), std::string("."));
}

void TestHeldRows::aRowOfTwoShapesGoesWithTheLast()
{
    World world = family();
    const auto other = world.listsOfKind("x", "this.kind = 'k'");
    world.read(other, 0, "A u1 x");
    world.read(other, 1, "u1 _");
    world.read(other, 2, "1 A k");
    QCOMPARE(world.transaction("~items 1 A k > 1 A l"), std::string("=")); // leaves one of them
    world.held.remove(1);
    QCOMPARE(world.held.figures().rows, std::size_t(2)); // A and u1
    world.held.remove(other);
    QCOMPARE(world.held.figures().rows, std::size_t(0));
    QVERIFY(world.held.isEmpty());
}

void TestHeldRows::aRowThatAnotherShapeMayShowIsLookedUp()
{
    World world = family();
    world.layer("items", Way::Root, 0, "", "this.kind = 'k'");
    world.add();
    QCOMPARE(world.transaction("~lists A u1 x > A u1 y"),
        std::string(". gone items 1 gone items 2 gone lists A gone users u1 read 0 1 read 0 2"));
}

void TestHeldRows::rowsOfOthersStayAway()
{
    World world;
    world.layer("lists", Way::Root, 0, "", "this.kind = 'x'");
    world.layer("users", Way::ToOne, 0, "owner", "");
    world.add();
    QCOMPARE(
        world.transaction("+users u1 you; +users u2 me; +users u3 _; +lists A u1 x; +lists B u2 x; +lists C u3 x"), std::string(".+++++"));
    QCOMPARE(world.transaction("~users u1 you > u1 me"), std::string("+"));
    QCOMPARE(world.transaction("~users u2 me > u2 you"), std::string(". gone users u2"));
}

void TestHeldRows::treesOfTheirOwnKindAreFollowed()
{
    World world;
    world.layer("nodes", Way::Root, 0, "", "this.kind = 'x'");
    world.layer("nodes", Way::ToMany, 0, "up", "");
    world.add();
    QCOMPARE(world.transaction("+nodes a _ x; +nodes b a y; +nodes c b y"), std::string("++."));
    QCOMPARE(world.transaction("~nodes b a y > b a x"), std::string("= read 1 b")); // now a root too: its children come
    QCOMPARE(world.transaction("~nodes a _ x > a _ y"), std::string(". gone nodes a")); // b stays by itself
}

void TestHeldRows::whoWasAwayIsBroughtUpToDate_data()
{
    QTest::addColumn<QByteArray>("transaction");
    QTest::addColumn<QByteArray>("effects");
    const auto row = [](const char *name, const char *transaction, const char *effects) {
        QTest::newRow(name) << QByteArray(transaction) << QByteArray(effects);
    };
    row("a held child comes as it is", "~items 1 A k > 1 A l", "+");
    row("a child that is not held goes", "~items 3 A k > 3 B k", ". gone items 3");
    row("a child is deleted", "-items 7 A k", "=");
    row("a parent that went: its children are looked at", "~lists B u2 x > B u2 y", ". gone lists B read 1 u2 read 2 B");
    row("a parent that came", "~lists A u1 y > A u1 x", "+ read 1 u1 read 2 A");
    row("a parent that was deleted: its owner is looked at", "-lists D u4 x", "= read 1 u4");
    row("a parent that only changed", "~lists A u1 x > A u1 x", "+");
    row("a parent that never was", "~lists B u2 y > B u2 z", ". read 1 u2 read 2 B");
    row("another owner", "~lists A u3 x > A u1 x", "+ read 1 u1 read 1 u3");
}

void TestHeldRows::whoWasAwayIsBroughtUpToDate()
{
    QFETCH(const QByteArray, transaction);
    World world = family();
    QTEST(QByteArray::fromStdString(world.transaction(transaction.toStdString(), World::Mode::CatchingUp)), "effects");
}

void TestHeldRows::rowsInDoubtAreTakenAway()
{
    World world = family();
    QCOMPARE(world.transaction("~items 3 B k > 3 C k", World::Mode::InDoubt), std::string(". gone items 3"));
    QCOMPARE(world.transaction("-items 3 C k", World::Mode::InDoubt), std::string("="));
    QCOMPARE(world.transaction("~items 1 A k > 1 A l", World::Mode::InDoubt), std::string("="));
    QCOMPARE(world.transaction("+items 4 A k", World::Mode::InDoubt), std::string("+"));
}

void TestHeldRows::whatAnAppWroteOutsideOfItsShapesDoesNotStay()
{
    World world = family();
    QCOMPARE(
        world.transaction("+items 5 B k; +items 6 A k; +lists C u1 y", World::Mode::Own), std::string(".+. gone items 5 gone lists C"));
    QCOMPARE(world.transaction("-items 3 B k", World::Mode::Own), std::string("="));
}

void TestHeldRows::endsAsAFreshReadWould_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 1; seed <= 200; ++seed)
        QTest::addRow("%d", seed) << seed;
}

namespace {

// A database of rows by table and key, a client that does what it is told, and the truth.
class Convergence
{
public:
    explicit Convergence(int seed) : m_random(std::uint32_t(seed))
    {
        m_shapes.push_back(m_world.listsOfKind("x", "this.kind = 'k'"));
        m_itemsWhere = true;
        if (seed % 2 == 0)
            m_shapes.push_back(m_world.listsOfKind("y"));
        if (seed % 3 == 0) {
            m_world.layer("items", Way::Root, 0, "", "this.kind = 'l'");
            m_world.add();
            m_alone = true;
        }
    }

    // The database goes on while the client is up to `lag` transactions behind; what is read is as new as the database.
    bool step(std::size_t lag)
    {
        Transaction transaction;
        const int count = 1 + int(m_random() % 4);
        for (int i = 0; i < count; ++i)
            change(transaction);
        if (!transaction.events.empty())
            m_log.push_back(std::move(transaction));
        while (m_log.size() > lag) {
            const Transaction next = std::move(m_log.front());
            m_log.pop_front();
            follow(m_world.transaction(next.text), next.events);
        }
        return !m_log.empty() || m_client == truth();
    }
    [[nodiscard]] std::string difference() const
    {
        std::string text;
        for (const auto &[id, row] : truth())
            if (!m_client.contains(id))
                text += " missing " + id;
        const auto right = truth();
        for (const auto &[id, row] : m_client)
            if (!right.contains(id))
                text += " extra " + id;
            else if (right.at(id) != row)
                text += " stale " + id;
        return text;
    }

private:
    using Rows = std::map<std::string, std::string>; // "items 1" → "1 A k"
    struct Transaction {
        std::string text;
        std::vector<std::pair<std::string, std::string>> events; // row id, its values; empty: deleted
    };
    std::string pick(std::initializer_list<const char *> from) { return *(from.begin() + m_random() % from.size()); }

    static std::string at(const std::string &row, int column)
    {
        return QString::fromStdString(row).split(QLatin1Char(' ')).value(column).toStdString();
    }

    void change(Transaction &transaction)
    {
        std::string &text = transaction.text;
        const std::string table = pick({"users", "lists", "items", "items"});
        const std::string key = table == "users" ? pick({"u1", "u2", "u3"})
            : table == "lists"                   ? pick({"A", "B", "C", "D"})
                                                 : pick({"1", "2", "3", "4", "5", "6"});
        std::string row = key;
        if (table == "users")
            row += " _";
        else if (table == "lists")
            row += ' ' + pick({"u1", "u2", "u3", "_"}) + ' ' + pick({"x", "y", "z"});
        else
            row += ' ' + pick({"A", "B", "C", "D", "_"}) + ' ' + pick({"k", "l"});
        const std::string id = table + ' ' + key;
        const auto known = m_database.find(id);
        const auto exists = [&](const std::string &other) { return m_database.contains(other); };
        const std::string reference = at(row, 1);
        if (table == "lists" && reference != "_" && !exists("users " + reference))
            return;
        if (table == "items" && reference != "_" && !exists("lists " + reference))
            return;
        text += text.empty() ? "" : ";";
        if (known == m_database.end()) {
            text += '+' + table + ' ' + row;
            m_database[id] = row;
        } else if (m_random() % 4 == 0 && !isReferenced(table, key)) {
            text += '-' + table + ' ' + known->second;
            m_database.erase(known);
            transaction.events.emplace_back(id, std::string());
            return;
        } else {
            text += '~' + table + ' ' + known->second + " > " + row;
            known->second = row;
        }
        transaction.events.emplace_back(id, row);
    }
    [[nodiscard]] bool isReferenced(const std::string &table, const std::string &key) const
    {
        const std::string by = table == "users" ? "lists " : "items ";
        return table != "items" && std::any_of(m_database.begin(), m_database.end(), [&](const auto &entry) {
            return entry.first.starts_with(by) && at(entry.second, 1) == key;
        });
    }

    void follow(const std::string &effects, const std::vector<std::pair<std::string, std::string>> &events)
    {
        const QStringList words = QString::fromStdString(effects).split(QLatin1Char(' '));
        for (int i = 1; i + 2 < words.size(); i += 3)
            if (words[i] == QLatin1String("gone"))
                m_client.erase(words[i + 1].toStdString() + ' ' + words[i + 2].toStdString());
        for (int i = 1; i + 2 < words.size(); i += 3)
            if (words[i] == QLatin1String("read"))
                read(words[i + 1].toUInt(), words[i + 2].toStdString());
        for (std::size_t i = 0; i < events.size(); ++i) {
            if (words[0][int(i)] == QLatin1Char('.'))
                continue;
            if (events[i].second.empty())
                m_client.erase(events[i].first);
            else
                m_client[events[i].first] = events[i].second;
        }
    }
    // For every shape: reading more than was asked for does no harm.
    void read(std::size_t layer, const std::string &key)
    {
        for (std::size_t i = 0; i < m_shapes.size(); ++i) {
            for (const auto &[id, row] : m_database) {
                const bool isChild = layer == 2 && id.starts_with("items ") && at(row, 1) == key && (i > 0 || at(row, 2) == "k");
                const bool isOwner = layer == 1 && id == "users " + key;
                if (!isChild && !isOwner)
                    continue;
                if (m_world.read(m_shapes[i], layer, row.c_str()))
                    m_client[id] = row;
            }
        }
        for (const auto &[id, row] : m_database)
            if (layer == 0 && id == "items " + key && at(row, 2) == "l")
                m_client[id] = row;
    }

    [[nodiscard]] Rows truth() const
    {
        Rows rows;
        for (const auto &[id, row] : m_database) {
            const bool isList = id.starts_with("lists ");
            const std::string kind = at(row, 2);
            if (isList && (kind == "x" || (m_shapes.size() > 1 && kind == "y"))) {
                rows[id] = row;
                const std::string owner = "users " + at(row, 1);
                if (m_database.contains(owner))
                    rows[owner] = m_database.at(owner);
            }
            if (!id.starts_with("items "))
                continue;
            if (m_alone && kind == "l")
                rows[id] = row;
            const auto list = m_database.find("lists " + at(row, 1));
            if (list == m_database.end())
                continue;
            const std::string listKind = at(list->second, 2);
            if ((listKind == "x" && kind == "k") || (m_shapes.size() > 1 && listKind == "y"))
                rows[id] = row;
        }
        return rows;
    }

    std::mt19937 m_random;
    World m_world;
    std::vector<HeldRows::ShapeId> m_shapes;
    bool m_itemsWhere = false;
    bool m_alone = false;
    std::deque<Transaction> m_log; // that the client has not had yet
    Rows m_database;
    Rows m_client;
};

} // namespace

void TestHeldRows::endsAsAFreshReadWould()
{
    QFETCH(const int, seed);
    Convergence run(seed);
    for (int i = 0; i < 300; ++i)
        QVERIFY2(run.step(i % 50 == 49 ? 0 : std::size_t(seed % 7)), (std::to_string(i) + run.difference()).c_str());
}

void TestHeldRows::forgetsWhatNobodyHolds()
{
    World world = family();
    world.transaction("~lists A u1 x > A u1 y");
    QCOMPARE(world.held.figures().rows, std::size_t(0));
    for (int i = 0; i < 10'000; ++i) {
        const std::string key = std::to_string(i);
        world.transaction("+lists L" + key + " u1 x");
        world.transaction("-lists L" + key + " u1 x");
    }
    QVERIFY2(world.held.figures().bytes < 20'000, std::to_string(world.held.figures().bytes).c_str());
}

void TestHeldRows::numbersSurviveManyComingsAndGoings()
{
    RowNumbers numbers;
    std::mt19937 random(7);
    std::map<std::string, RowNumbers::Number> known;
    for (int i = 0; i < 100'000; ++i) {
        const std::string key = "key" + std::to_string(random() % 3000);
        if (const auto found = known.find(key); found != known.end() && random() % 2 == 0) {
            numbers.release(found->second);
            known.erase(found);
            QCOMPARE(numbers.find(key), RowNumbers::none);
        } else {
            const auto number = numbers.add(key);
            QVERIFY(found == known.end() || found->second == number);
            known[key] = number;
        }
    }
    QCOMPARE(numbers.size(), known.size());
    for (const auto &[key, number] : known) {
        QCOMPARE(numbers.find(key), number);
        QCOMPARE(numbers.key(number), std::string_view(key));
    }
}

QTEST_APPLESS_MAIN(TestHeldRows)
#include "tst_heldrows.moc"

#pragma once

#include "service/shapes/rownumbers.h"
#include "service/shapes/shape.h"
#include "service/wire/loggedtransaction.h"
#include "service/wire/rowreader.h"

#include <map>
#include <memory>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

namespace electric::shapes {

// Which rows a client has by its filtered shapes, and what each transaction does to them: rows that begin or cease to match, and what
// comes and goes with them along foreign keys (spec/satellite.md §7.8). A shape of one table needs no memory: its rows are judged by
// themselves. For others each row takes a number (RowNumbers) and 12 bytes for each foreign key that the shape follows.
// Applying a transaction again, or one that a snapshot showed already, is allowed: in the end the state is the same.
class HeldRows
{
public:
    using ShapeId = std::uint32_t;

    explicit HeldRows(std::string userId);
    ~HeldRows();
    HeldRows(HeldRows &&) noexcept;
    HeldRows &operator=(HeldRows &&) noexcept;

    struct Row {
        std::shared_ptr<const schema::Table> table;
        std::string key; // packed
    };

    ShapeId add(ShapePtr shape); // without any row yet
    [[nodiscard]] ShapePtr shape(ShapeId id) const;
    void remove(ShapeId id);
    void migrate(const schema::Catalogue &catalogue); // the tables have changed

    [[nodiscard]] bool isEmpty() const { return m_shapes.empty(); }
    [[nodiscard]] bool concerns(const schema::TableName &table) const { return m_tables.contains(table); }

    // A row that was read for a layer; rows of the layer above come before. False: the layer does not show it after all, since the rows
    // that would make it visible have not come by in the stream yet, or have gone.
    bool hold(ShapeId id, std::size_t layer, std::span<const changes::Value> row);

    struct Event {
        const schema::Table *table = nullptr;
        changes::RowChange::Kind kind = changes::RowChange::Kind::Insert;
        const wire::OperationRows *rows = nullptr;
    };
    enum class Verdict : std::uint8_t { Skip, Pass, AsInsert };
    // Rows that have to be read from the database, since what made them visible was a change of another row: those of the layer that point
    // at this key (ToMany), or the one with it.
    struct Wanted {
        ShapeId shape = 0;
        std::size_t layer = 0;
        std::string key;

        friend auto operator<=>(const Wanted &, const Wanted &) = default;
    };
    struct Effects {
        std::vector<Verdict> verdicts; // one an event
        std::vector<Row> gone; // to be sent before
        std::set<Wanted> wanted;
    };
    // Which rows the client may have beside those that are held here. When events name them, they are taken from it.
    enum class Doubt : std::uint8_t {
        None,
        Fitting, // those that would fit, if what they hang on did
        All, // it wrote them itself
    };
    [[nodiscard]] Effects apply(std::span<const Event> events, Doubt doubt = Doubt::None);

    // For a client that was away: the state is that of a later snapshot already, what the client had is not known. Rows that are not held
    // are gone, those that are come as they will be; whatever may have come or gone with them is wanted, and is to be sent or taken away
    // according to isHeld().
    [[nodiscard]] Effects catchUp(std::span<const Event> events, Doubt doubt = Doubt::Fitting) const;
    [[nodiscard]] bool isHeld(const schema::TableName &table, std::string_view key) const;

    struct Figures {
        std::size_t rows = 0;
        std::size_t bytes = 0;
    };
    [[nodiscard]] Figures figures() const; // quick
    [[nodiscard]] std::size_t byteCount() const; // of memory; quick

private:
    using Number = RowNumbers::Number;
    struct LayerState;
    struct ShapeState;
    struct TableRows;
    struct Round; // what one transaction has done so far

    [[nodiscard]] bool isOwned(const schema::Table &table, std::span<const changes::Value> row) const;
    [[nodiscard]] bool fits(const Layer &layer, std::span<const changes::Value> row) const;
    [[nodiscard]] bool isHeldAlone(const TableRows &rows, std::span<const changes::Value> row) const; // by a shape of one table

    void upsert(ShapeState &shape, std::size_t layer, Number number, std::size_t event, Round &round);
    void erase(ShapeState &shape, std::size_t layer, Number number, Round &round);
    void open(ShapeState &shape, std::size_t layer, Number number, std::span<const changes::Value> row, bool isNew, Round &round);
    void close(ShapeState &shape, std::size_t layer, Number number, Round &round);
    void setHeld(LayerState &layer, Number number, bool held, Round &round);
    void link(LayerState &layer, Number many, Number one);
    void unlink(LayerState &layer, Number many);
    void follow(ShapeState &shape, std::size_t layer, Number number, std::span<const changes::Value> row, Round &round);
    void leaveTarget(ShapeState &shape, std::size_t layer, Number target, Round &round);
    void wantAround(
        const ShapeState &shape, std::size_t layer, const Event &event, const std::string &key, bool isHeldNow, Effects &effects) const;
    bool findTargets(Round &round);
    bool retryChildren(Round &round);
    void settle(const Round &round, Effects &effects) const;
    void judge(const Round &round, Doubt doubt, Effects &effects) const;
    [[nodiscard]] bool mayFit(const TableRows &rows, std::span<const changes::Value> row) const;
    void releaseUnused(const Round &round);
    void use(TableRows &table, Number number);
    void disuse(TableRows &table, Number number);
    TableRows &tableOf(const std::shared_ptr<const schema::Table> &table);

    std::string m_userId;
    ShapeId m_nextId = 1;
    std::map<ShapeId, std::unique_ptr<ShapeState>> m_shapes;
    std::map<schema::TableName, std::unique_ptr<TableRows>> m_tables;
    std::size_t m_heldRows = 0; // of all tables, each once
};

} // namespace electric::shapes

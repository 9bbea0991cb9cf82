#pragma once

#include "service/shapes/heldrows.h"

#include <unordered_map>

namespace electric::shapes {

// The rows of one table: numbers, and how many layers hold each.
struct HeldRows::TableRows {
    std::shared_ptr<const schema::Table> table;
    std::vector<std::size_t> keyColumns;
    RowNumbers numbers;
    std::vector<std::uint32_t> held; // layers of shapes of several tables, by number
    std::vector<std::uint32_t> uses; // layers and links that need the number
    std::vector<std::pair<ShapeState *, std::size_t>> layers; // of shapes of several tables, those above before those below
    std::vector<std::pair<ShapeId, const Layer *>> alone; // shapes of this table only

    Number number(std::string_view key)
    {
        const Number number = numbers.add(key);
        if (number >= held.size()) {
            held.resize(number + 1);
            uses.resize(number + 1);
        }
        return number;
    }
};

// Which rows of its table a layer shows, and by which reference: each row of the many side has at most one link, in a list that begins at
// the row of the one side.
struct HeldRows::LayerState {
    struct Link {
        Number one = RowNumbers::none;
        Number next = RowNumbers::none;
        Number previous = RowNumbers::none;
    };
    TableRows *rows = nullptr; // of its table
    TableRows *many = nullptr;
    TableRows *one = nullptr;
    std::vector<bool> held; // by number
    std::vector<Link> links; // by number of the many side
    std::vector<Number> heads; // by number of the one side
    std::vector<std::size_t> below; // layers that hang on this one

    [[nodiscard]] bool isHeld(Number number) const { return number < held.size() && held[number]; }
    [[nodiscard]] bool isReferenced(Number number) const { return number < heads.size() && heads[number] != RowNumbers::none; }
    [[nodiscard]] Number target(Number from) const { return from < links.size() ? links[from].one : RowNumbers::none; }
};

struct HeldRows::ShapeState {
    ShapeId id = 0;
    ShapePtr shape;
    std::vector<LayerState> layers; // none for a shape of one table
};

struct HeldRows::Round {
    using RowId = std::pair<TableRows *, Number>;
    struct RowIdHash {
        std::size_t operator()(const RowId &id) const { return std::hash<void *>()(id.first) * 31 + id.second; }
    };
    static constexpr std::size_t noEvent = ~std::size_t(0);
    struct Changed { // a row that has events
        RowId row;
        std::size_t firstEvent = 0;
        std::size_t lastEvent = 0;
        std::size_t lastUpsert = noEvent;
    };
    struct Place { // of a row or an event in a layer
        ShapeState *shape = nullptr;
        std::size_t layer = 0;
        std::size_t what = 0;
    };

    std::span<const Event> events {};
    std::vector<Changed> changed {};
    std::unordered_map<RowId, std::size_t, RowIdHash> changedByRow {};
    std::vector<std::size_t> changedByEvent {}; // noEvent: of no concern
    std::unordered_map<RowId, bool, RowIdHash> wasHeld {}; // rows that came or went in some layer: as it was before
    std::vector<Place> targets {}; // rows that are pointed at now and not shown yet
    std::vector<Place> children {}; // events whose row's parent is not shown yet
    std::set<Wanted> wanted {};

    [[nodiscard]] const Changed *changedRow(const RowId &id) const
    {
        const auto found = changedByRow.find(id);
        return found == changedByRow.end() ? nullptr : &changed[found->second];
    }
    [[nodiscard]] bool isDeleted(const Changed &row) const { return row.lastUpsert != row.lastEvent; }
    [[nodiscard]] bool isNew(const Changed &row) const { return events[row.firstEvent].kind == changes::RowChange::Kind::Insert; }
};

} // namespace electric::shapes

// What a transaction does to the rows that a client holds.

#include "service/shapes/heldrows.h"
#include "service/shapes/heldrowsstate.h"
#include "service/shapes/rowkey.h"

#include <algorithm>

namespace electric::shapes {

using Way = Layer::Way;
using Kind = changes::RowChange::Kind;
using Values = std::span<const changes::Value>;

HeldRows::Effects HeldRows::apply(std::span<const Event> events, Doubt doubt)
{
    Round round {.events = events};
    round.changedByEvent.assign(events.size(), Round::noEvent);
    for (std::size_t at = 0; at < events.size(); ++at) {
        const Event &event = events[at];
        const auto found = m_tables.find(event.table->name);
        if (found == m_tables.end() || !event.rows)
            continue;
        TableRows &rows = *found->second;
        const bool isDelete = event.kind == Kind::Delete;
        const auto key = packKey(isDelete ? event.rows->oldRow : event.rows->newRow, rows.keyColumns);
        if (!key)
            continue;
        const Number number = rows.number(*key);
        const auto [known, isFirst] = round.changedByRow.try_emplace({&rows, number}, round.changed.size());
        if (isFirst)
            round.changed.push_back({.row = {&rows, number}, .firstEvent = at});
        round.changedByEvent[at] = known->second;
        Round::Changed &changed = round.changed[known->second];
        changed.lastEvent = at;
        if (!isDelete)
            changed.lastUpsert = at;
        for (const auto &[shape, layer] : rows.layers)
            isDelete ? erase(*shape, layer, number, round) : upsert(*shape, layer, number, at, round);
    }
    while (findTargets(round) || retryChildren(round)) { }
    Effects effects;
    judge(round, doubt, effects);
    settle(round, effects);
    effects.wanted.merge(round.wanted);
    releaseUnused(round);
    return effects;
}

void HeldRows::upsert(ShapeState &shape, std::size_t at, Number number, std::size_t event, Round &round)
{
    const Layer &layer = shape.shape->layers[at];
    LayerState &state = shape.layers[at];
    const Values row = round.events[event].rows->newRow;
    bool shows = false;
    switch (layer.way) {
    case Way::Root: shows = fits(layer, row); break;
    case Way::ToOne: shows = state.isReferenced(number) && isOwned(*layer.table, row); break;
    case Way::ToMany: {
        const bool wouldFit = fits(layer, row);
        const auto parent = packKey(row, layer.foreignKey);
        const Number one = parent ? state.one->numbers.find(*parent) : RowNumbers::none;
        shows = wouldFit && one != RowNumbers::none && shape.layers[layer.above].isHeld(one);
        if (shows)
            link(state, number, one);
        else
            unlink(state, number);
        if (wouldFit && !shows)
            round.children.push_back({&shape, at, event});
        break;
    }
    }
    const bool isNew = round.isNew(round.changed[round.changedByEvent[event]]);
    if (shows)
        open(shape, at, number, row, isNew, round);
    else if (state.isHeld(number))
        close(shape, at, number, round);
}

void HeldRows::erase(ShapeState &shape, std::size_t at, Number number, Round &round)
{
    LayerState &state = shape.layers[at];
    if (shape.shape->layers[at].way == Way::ToMany)
        unlink(state, number);
    if (state.isHeld(number))
        close(shape, at, number, round);
}

// The row is shown, now or still: so are the rows that it points at. `isNew`: nothing in the database can point at it yet.
void HeldRows::open(ShapeState &shape, std::size_t at, Number number, Values row, bool isNew, Round &round)
{
    LayerState &state = shape.layers[at];
    const bool comes = !state.isHeld(number);
    setHeld(state, number, true, round);
    follow(shape, at, number, row, round);
    if (!comes || isNew)
        return;
    for (const std::size_t below : state.below)
        if (shape.shape->layers[below].way == Way::ToMany)
            round.wanted.insert({shape.id, below, std::string(state.rows->numbers.key(number))});
}

void HeldRows::close(ShapeState &shape, std::size_t at, Number number, Round &round)
{
    LayerState &state = shape.layers[at];
    setHeld(state, number, false, round);
    for (const std::size_t below : state.below) {
        LayerState &next = shape.layers[below];
        if (shape.shape->layers[below].way == Way::ToOne) {
            const Number target = next.target(number);
            unlink(next, number);
            if (target != RowNumbers::none)
                leaveTarget(shape, below, target, round);
            continue;
        }
        while (next.isReferenced(number)) {
            const Number child = next.heads[number];
            unlink(next, child);
            if (next.isHeld(child))
                close(shape, below, child, round);
        }
    }
}

// Nobody may point at the row any more.
void HeldRows::leaveTarget(ShapeState &shape, std::size_t at, Number target, Round &round)
{
    LayerState &state = shape.layers[at];
    if (state.isReferenced(target))
        return;
    round.wasHeld.try_emplace({state.rows, target}, state.rows->held[target] > 0); // its number may be free now
    if (state.isHeld(target))
        close(shape, at, target, round);
}

void HeldRows::follow(ShapeState &shape, std::size_t at, Number number, Values row, Round &round)
{
    for (const std::size_t below : shape.layers[at].below) {
        const Layer &layer = shape.shape->layers[below];
        LayerState &state = shape.layers[below];
        if (layer.way != Way::ToOne)
            continue;
        const Number before = state.target(number);
        const auto key = packKey(row, layer.foreignKey);
        const Number target = key ? state.one->number(*key) : RowNumbers::none;
        if (target == before)
            continue;
        if (target == RowNumbers::none)
            unlink(state, number);
        else
            link(state, number, target);
        if (before != RowNumbers::none)
            leaveTarget(shape, below, before, round);
        if (target != RowNumbers::none && !state.isHeld(target))
            round.targets.push_back({&shape, below, target});
    }
}

// Rows that are pointed at come from the same transaction, or have to be read.
bool HeldRows::findTargets(Round &round)
{
    const auto targets = std::exchange(round.targets, {});
    for (const Round::Place &place : targets) {
        LayerState &state = place.shape->layers[place.layer];
        const auto number = Number(place.what);
        if (!state.isReferenced(number) || state.isHeld(number))
            continue;
        const Round::Changed *const changed = round.changedRow({state.rows, number});
        if (!changed) {
            round.wanted.insert({place.shape->id, place.layer, std::string(state.rows->numbers.key(number))});
            continue;
        }
        if (round.isDeleted(*changed))
            continue;
        const Values row = round.events[changed->lastUpsert].rows->newRow;
        if (isOwned(*state.rows->table, row))
            open(*place.shape, place.layer, number, row, round.isNew(*changed), round);
    }
    return !targets.empty();
}

// Children came before their parent, or the parent was let in by a later change.
bool HeldRows::retryChildren(Round &round)
{
    bool found = false;
    for (const Round::Place &place : std::exchange(round.children, {})) {
        const Round::Changed &changed = round.changed[round.changedByEvent[place.what]];
        const Number number = changed.row.second;
        LayerState &state = place.shape->layers[place.layer];
        if (changed.lastEvent != place.what || state.isHeld(number))
            continue;
        const Layer &layer = place.shape->shape->layers[place.layer];
        const Values row = round.events[place.what].rows->newRow;
        const auto parent = packKey(row, layer.foreignKey);
        const Number one = parent ? state.one->numbers.find(*parent) : RowNumbers::none;
        if (one == RowNumbers::none || !place.shape->layers[layer.above].isHeld(one)) {
            round.children.push_back(place);
            continue;
        }
        found = true;
        link(state, number, one);
        open(*place.shape, place.layer, number, row, round.isNew(changed), round);
    }
    return found;
}

// What becomes of each event: only how the row was before and is afterwards counts.
void HeldRows::judge(const Round &round, Doubt doubt, Effects &effects) const
{
    effects.verdicts.assign(round.events.size(), Verdict::Skip);
    std::vector<std::pair<bool, bool>> held(round.changed.size());
    for (std::size_t at = 0; at < round.changed.size(); ++at) {
        const Round::Changed &changed = round.changed[at];
        const auto &[rows, number] = changed.row;
        const auto known = round.wasHeld.find(changed.row);
        const bool isHeldNow = rows->held[number] > 0;
        const bool isDeleted = round.isDeleted(changed);
        const wire::OperationRows &first = *round.events[changed.firstEvent].rows;
        bool before = (known == round.wasHeld.end() ? isHeldNow : known->second)
            || (!round.isNew(changed) && isHeldAlone(*rows, first.oldRow.empty() ? first.newRow : first.oldRow));
        const bool after = isHeldNow || (!isDeleted && isHeldAlone(*rows, round.events[changed.lastUpsert].rows->newRow));
        if (doubt != Doubt::None && !before && !after)
            before = doubt == Doubt::All || mayFit(*rows, first.oldRow) || mayFit(*rows, first.newRow);
        held[at] = {before, after};
        if (before && !after && !isDeleted)
            effects.gone.push_back({rows->table, std::string(rows->numbers.key(number))});
    }
    for (std::size_t event = 0; event < round.events.size(); ++event) {
        if (round.changedByEvent[event] == Round::noEvent)
            continue;
        const Round::Changed &changed = round.changed[round.changedByEvent[event]];
        const auto [before, after] = held[round.changedByEvent[event]];
        if (before && after)
            effects.verdicts[event] = Verdict::Pass;
        else if (after && event == changed.lastUpsert)
            effects.verdicts[event] = Verdict::AsInsert;
        else if (before && round.isDeleted(changed) && event == changed.lastEvent)
            effects.verdicts[event] = Verdict::Pass;
    }
}

// Rows that went without a change of their own.
void HeldRows::settle(const Round &round, Effects &effects) const
{
    for (const auto &[row, wasHeld] : round.wasHeld) {
        const auto &[rows, number] = row;
        if (!wasHeld || rows->held[number] > 0 || round.changedRow(row))
            continue;
        std::string key(rows->numbers.key(number));
        for (const auto &[shape, layer] : rows->alone) // which cannot tell by the key alone
            effects.wanted.insert({shape, 0, key});
        effects.gone.push_back({rows->table, std::move(key)});
    }
}

void HeldRows::releaseUnused(const Round &round)
{
    const auto release = [](const Round::RowId &row) {
        if (row.first->uses[row.second] == 0 && !row.first->numbers.key(row.second).empty())
            row.first->numbers.release(row.second);
    };
    for (const auto &[row, wasHeld] : round.wasHeld)
        release(row);
    for (const Round::Changed &changed : round.changed)
        release(changed.row);
}

// By itself, whatever it hangs on.
bool HeldRows::mayFit(const TableRows &rows, Values row) const
{
    const auto fitsIn = [&](const auto &one) { return fits(one.first->shape->layers[one.second], row); };
    return !row.empty() && (isHeldAlone(rows, row) || std::any_of(rows.layers.begin(), rows.layers.end(), fitsIn));
}

HeldRows::Effects HeldRows::catchUp(std::span<const Event> events, Doubt doubt) const
{
    Effects effects;
    effects.verdicts.assign(events.size(), Verdict::Skip);
    for (std::size_t at = 0; at < events.size(); ++at) {
        const Event &event = events[at];
        const auto found = m_tables.find(event.table->name);
        if (found == m_tables.end() || !event.rows)
            continue;
        const TableRows &rows = *found->second;
        const Values newRow = event.rows->newRow;
        const Values oldRow = event.rows->oldRow;
        const bool isDelete = event.kind == Kind::Delete;
        const auto key = packKey(isDelete ? oldRow : newRow, rows.keyColumns);
        if (!key)
            continue;
        const bool isHeldNow = isHeld(event.table->name, *key);
        if (isDelete)
            effects.verdicts[at] = doubt == Doubt::All || mayFit(rows, oldRow) ? Verdict::Pass : Verdict::Skip;
        else if (isHeldNow || isHeldAlone(rows, newRow))
            effects.verdicts[at] = Verdict::AsInsert;
        else if (doubt == Doubt::All || mayFit(rows, oldRow) || mayFit(rows, newRow))
            effects.gone.push_back({rows.table, *key});
        for (const auto &[shape, layer] : rows.layers)
            wantAround(*shape, layer, event, *key, isHeldNow, effects);
    }
    return effects;
}

// What may have come or gone together with the row while nobody looked.
void HeldRows::wantAround(
    const ShapeState &shape, std::size_t at, const Event &event, const std::string &key, bool isHeldNow, Effects &effects) const
{
    const Layer &layer = shape.shape->layers[at];
    const Values newRow = event.rows->newRow;
    const Values oldRow = event.rows->oldRow;
    const auto reference = [](Values row, const Layer &by) { return row.empty() ? std::nullopt : packKey(row, by.foreignKey); };
    const bool isUpdate = !newRow.empty() && !oldRow.empty();
    const bool cameOrWent = !isUpdate || !isHeldNow || fits(layer, newRow) != fits(layer, oldRow)
        || (layer.way == Way::ToMany && reference(newRow, layer) != reference(oldRow, layer));
    for (const std::size_t below : shape.layers[at].below) {
        const Layer &next = shape.shape->layers[below];
        if (next.way == Way::ToMany) {
            if (isUpdate && cameOrWent)
                effects.wanted.insert({shape.id, below, key});
            continue;
        }
        const auto newer = reference(newRow, next);
        const auto older = reference(oldRow, next);
        if (!cameOrWent && newer == older)
            continue;
        for (const auto &one : {newer, older})
            if (one)
                effects.wanted.insert({shape.id, below, *one});
    }
}

} // namespace electric::shapes

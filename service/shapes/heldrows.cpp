#include "service/shapes/heldrows.h"

#include "service/shapes/heldrowsstate.h"
#include "service/shapes/rowkey.h"

#include <algorithm>

namespace electric::shapes {

using Way = Layer::Way;
using Values = std::span<const changes::Value>;

HeldRows::HeldRows(std::string userId) : m_userId(std::move(userId)) { }
HeldRows::~HeldRows() = default;
HeldRows::HeldRows(HeldRows &&) noexcept = default;
HeldRows &HeldRows::operator=(HeldRows &&) noexcept = default;

HeldRows::TableRows &HeldRows::tableOf(const std::shared_ptr<const schema::Table> &table)
{
    auto &rows = m_tables[table->name];
    if (!rows)
        rows = std::make_unique<TableRows>();
    rows->table = table;
    rows->keyColumns = table->keyIndexes();
    return *rows;
}

HeldRows::ShapeId HeldRows::add(ShapePtr shape)
{
    const ShapeId id = m_nextId++;
    auto made = std::make_unique<ShapeState>();
    made->id = id;
    made->shape = std::move(shape);
    const std::vector<Layer> &layers = made->shape->layers;
    if (made->shape->isSingleTable()) {
        tableOf(layers.front().table).alone.emplace_back(id, &layers.front());
        m_shapes.emplace(id, std::move(made));
        return id;
    }
    made->layers.resize(layers.size());
    for (std::size_t at = 0; at < layers.size(); ++at) {
        LayerState &state = made->layers[at];
        state.rows = &tableOf(layers[at].table);
        state.rows->layers.emplace_back(made.get(), at);
        if (layers[at].way == Way::Root)
            continue;
        LayerState &above = made->layers[layers[at].above];
        above.below.push_back(at);
        state.many = layers[at].way == Way::ToMany ? state.rows : above.rows;
        state.one = layers[at].way == Way::ToMany ? above.rows : state.rows;
    }
    m_shapes.emplace(id, std::move(made));
    return id;
}

ShapePtr HeldRows::shape(ShapeId id) const
{
    const auto found = m_shapes.find(id);
    return found == m_shapes.end() ? nullptr : found->second->shape;
}

void HeldRows::remove(ShapeId id)
{
    const auto found = m_shapes.find(id);
    if (found == m_shapes.end())
        return;
    ShapeState &shape = *found->second;
    Round round;
    for (LayerState &layer : shape.layers) {
        for (Number number = 0; number < layer.links.size(); ++number) {
            if (const Number one = layer.target(number); one != RowNumbers::none)
                round.wasHeld.try_emplace({layer.one, one}, layer.one->held[one] > 0);
            unlink(layer, number);
        }
        for (Number number = 0; number < layer.held.size(); ++number)
            if (layer.held[number])
                setHeld(layer, number, false, round);
    }
    releaseUnused(round);
    for (auto it = m_tables.begin(); it != m_tables.end();) {
        std::erase_if(it->second->layers, [&](const auto &one) { return one.first == &shape; });
        std::erase_if(it->second->alone, [&](const auto &one) { return one.first == id; });
        it = it->second->layers.empty() && it->second->alone.empty() ? m_tables.erase(it) : std::next(it);
    }
    m_shapes.erase(found);
}

void HeldRows::migrate(const schema::Catalogue &catalogue)
{
    for (auto &[id, shape] : m_shapes) {
        auto moved = withTablesOf(*shape->shape, catalogue);
        if (!moved)
            continue; // nothing will come for a table that is gone
        shape->shape = std::move(moved);
        for (const Layer &layer : shape->shape->layers)
            tableOf(layer.table);
        if (shape->shape->isSingleTable())
            for (auto &one : m_tables[shape->shape->layers.front().table->name]->alone)
                if (one.first == id)
                    one.second = &shape->shape->layers.front();
    }
}

bool HeldRows::isOwned(const schema::Table &table, Values row) const
{
    const auto column = table.columnIndex("electric_user_id");
    if (!column || *column >= row.size())
        return true;
    const std::string_view owner = row[*column].text; // empty for NULL
    return owner.empty() || owner == m_userId;
}

bool HeldRows::fits(const Layer &layer, Values row) const
{
    return isOwned(*layer.table, row) && (!layer.condition || layer.condition->passes(row));
}

bool HeldRows::isHeldAlone(const TableRows &rows, Values row) const
{
    return !row.empty() && std::any_of(rows.alone.begin(), rows.alone.end(), [&](const auto &one) { return fits(*one.second, row); });
}

bool HeldRows::isHeld(const schema::TableName &table, std::string_view key) const
{
    const auto found = m_tables.find(table);
    if (found == m_tables.end())
        return false;
    const Number number = found->second->numbers.find(key);
    return number != RowNumbers::none && found->second->held[number] > 0;
}

void HeldRows::use(TableRows &table, Number number)
{
    ++table.uses[number];
}

void HeldRows::disuse(TableRows &table, Number number)
{
    --table.uses[number];
}

void HeldRows::setHeld(LayerState &layer, Number number, bool held, Round &round)
{
    if (layer.isHeld(number) == held)
        return;
    TableRows &rows = *layer.rows;
    round.wasHeld.try_emplace({&rows, number}, rows.held[number] > 0);
    if (layer.held.size() <= number)
        layer.held.resize(number + 1);
    layer.held[number] = held;
    if (held && rows.held[number]++ == 0)
        ++m_heldRows;
    else if (!held && --rows.held[number] == 0)
        --m_heldRows;
    held ? use(rows, number) : disuse(rows, number);
}

void HeldRows::link(LayerState &layer, Number many, Number one)
{
    if (layer.target(many) == one)
        return;
    unlink(layer, many);
    if (layer.links.size() <= many)
        layer.links.resize(many + 1);
    if (layer.heads.size() <= one)
        layer.heads.resize(one + 1, RowNumbers::none);
    LayerState::Link &link = layer.links[many];
    link = {one, layer.heads[one], RowNumbers::none};
    if (link.next != RowNumbers::none)
        layer.links[link.next].previous = many;
    layer.heads[one] = many;
    use(*layer.many, many);
    use(*layer.one, one);
}

void HeldRows::unlink(LayerState &layer, Number many)
{
    const Number one = layer.target(many);
    if (one == RowNumbers::none)
        return;
    const LayerState::Link link = std::exchange(layer.links[many], {});
    if (link.next != RowNumbers::none)
        layer.links[link.next].previous = link.previous;
    if (link.previous != RowNumbers::none)
        layer.links[link.previous].next = link.next;
    else
        layer.heads[one] = link.next;
    disuse(*layer.many, many);
    disuse(*layer.one, one);
}

bool HeldRows::hold(ShapeId id, std::size_t at, Values row)
{
    const auto found = m_shapes.find(id);
    if (found == m_shapes.end())
        return false;
    ShapeState &shape = *found->second;
    if (shape.layers.empty())
        return true;
    LayerState &state = shape.layers[at];
    const Layer &layer = shape.shape->layers[at];
    const auto key = packKey(row, state.rows->keyColumns);
    if (!key)
        return false;
    const Number known = state.rows->numbers.find(*key);
    if (known != RowNumbers::none && state.isHeld(known))
        return true; // as of the stream; what has changed since will come by there
    if (layer.way == Way::ToOne && (known == RowNumbers::none || !state.isReferenced(known)))
        return false;
    Number parent = RowNumbers::none;
    if (layer.way == Way::ToMany) {
        const auto reference = packKey(row, layer.foreignKey);
        parent = reference ? state.one->numbers.find(*reference) : RowNumbers::none;
        if (parent == RowNumbers::none || !shape.layers[layer.above].isHeld(parent))
            return false;
    }
    const Number number = state.rows->number(*key);
    if (parent != RowNumbers::none)
        link(state, number, parent);
    Round round;
    setHeld(state, number, true, round);
    follow(shape, at, number, row, round);
    return true;
}

HeldRows::Figures HeldRows::figures() const
{
    return {m_heldRows, byteCount()};
}

std::size_t HeldRows::byteCount() const
{
    std::size_t bytes = 0;
    for (const auto &[name, rows] : m_tables)
        bytes += rows->numbers.byteCount() + (rows->held.capacity() + rows->uses.capacity()) * sizeof(std::uint32_t);
    for (const auto &[id, shape] : m_shapes)
        for (const LayerState &layer : shape->layers)
            bytes
                += layer.held.capacity() / 8 + layer.links.capacity() * sizeof(LayerState::Link) + layer.heads.capacity() * sizeof(Number);
    return bytes;
}

} // namespace electric::shapes

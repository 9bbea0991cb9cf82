#pragma once

#include <QSortFilterProxyModel>

namespace electric::console {

// Frames of one direction or both, whose type or content has a text. They stay in the order in which they passed.
class FrameFilter final : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    enum class Direction { Both, In, Out };

    explicit FrameFilter(QObject *parent);
    void setDirection(Direction direction);

private:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

    Direction m_direction = Direction::Both;
};

} // namespace electric::console

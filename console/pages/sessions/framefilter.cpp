#include "console/pages/sessions/framefilter.h"

#include "console/models/framesmodel.h"

namespace electric::console {

FrameFilter::FrameFilter(QObject *parent) : QSortFilterProxyModel(parent)
{
    setFilterRole(FramesModel::FilterRole);
    setFilterKeyColumn(0);
}

void FrameFilter::setDirection(Direction direction)
{
    m_direction = direction;
    invalidateFilter();
}

bool FrameFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    if (m_direction != Direction::Both) {
        const bool isIncoming = sourceModel()->index(row, 0, parent).data(FramesModel::IncomingRole).toBool();
        if (isIncoming != (m_direction == Direction::In))
            return false;
    }
    return filterRegularExpression().pattern().isEmpty() || QSortFilterProxyModel::filterAcceptsRow(row, parent);
}

} // namespace electric::console

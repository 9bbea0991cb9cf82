#include "console/pages/sessions/framefilter.h"

#include "console/models/framesmodel.h"

namespace electric::console {

FrameFilter::FrameFilter(QObject *parent) : QSortFilterProxyModel(parent) { }

void FrameFilter::setQuery(const FrameQuery &query)
{
    m_query = query;
    invalidateFilter();
}

bool FrameFilter::filterAcceptsRow(int row, const QModelIndex &) const
{
    const auto *frames = static_cast<const FramesModel *>(sourceModel());
    return m_query.matches(frames->frame(row), [frames, row] { return frames->searchText(row); });
}

} // namespace electric::console

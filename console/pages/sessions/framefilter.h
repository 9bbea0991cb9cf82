#pragma once

#include "console/models/framequery.h"

#include <QSortFilterProxyModel>

namespace electric::console {

// The frames that a query lets through. They stay in the order in which they passed.
class FrameFilter final : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit FrameFilter(QObject *parent);
    void setQuery(const FrameQuery &query);

private:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

    FrameQuery m_query;
};

} // namespace electric::console

#pragma once

#include "shared/admin/values.h"

class QTreeWidget;

namespace electric::console {

// Shows each subscription with the shapes it asked for (where, include), and the tables that it holds by them.
void showSubscriptions(QTreeWidget &tree, const QList<admin::Subscription> &subscriptions);

} // namespace electric::console

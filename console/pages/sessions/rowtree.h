#pragma once

#include "console/models/rowvalues.h"

class QTreeWidget;

namespace electric::console {

// Shows each operation with the values of its row below it. Of very many only the first are shown, and that it is so.
void showOperations(QTreeWidget &tree, const QList<RowOperation> &operations);

} // namespace electric::console

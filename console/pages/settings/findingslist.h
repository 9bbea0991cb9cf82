#pragma once

#include "shared/admin/values.h"

#include <QListWidget>

namespace electric::console {

// What a check found: a symbol, the finding, and what to do about it. Statements to run can be copied (Ctrl+C copies what is chosen).
class FindingsList final : public QListWidget
{
    Q_OBJECT

public:
    explicit FindingsList(QWidget *parent);

    void show(const QList<admin::Finding> &findings);
    using QListWidget::show;

private:
    void copy();
};

[[nodiscard]] int errorsIn(const QList<admin::Finding> &findings);

} // namespace electric::console

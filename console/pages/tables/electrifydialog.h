#pragma once

#include <QDialog>

namespace electric::console {

// Shows what will be run before it is. Runs nothing itself.
class ElectrifyDialog final : public QDialog
{
    Q_OBJECT

public:
    ElectrifyDialog(const QString &table, const QString &sql, QWidget *parent);
};

} // namespace electric::console
